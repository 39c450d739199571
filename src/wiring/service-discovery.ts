import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { Stack, type CfnResource } from 'aws-cdk-lib/core';
import { reachOf, type ServiceReach, type SourceEnvironment } from '../policy/service-binding';
import { arnText } from '../private/arn-text';
import { parseArn } from '../private/arns';
import { encryptedResource } from '../services/encrypted-resources';
import { SERVICE_CALLERS, STANDS_FOR, bindingFor, type ServiceCaller } from '../services/service-callers';
import { environmentOf, type ResourceIndex } from './resource-index';
import type { WiredKey } from './wired-key';

/**
 * A wiring found in the tree: somebody acts on a target that is encrypted with a key of ours.
 *
 * @internal
 */
export interface FoundWiring {
  readonly row: ServiceCaller;
  /** The resource that declares the wiring. */
  readonly declaredBy: CfnResource;
  readonly target: CfnResource;
  readonly key: WiredKey;
}

/**
 * Finds every wiring of a Stage that reaches a key of ours, in time linear in its resources.
 *
 * @internal
 */
export function findWirings(index: ResourceIndex): FoundWiring[] {
  return index.resources.flatMap((declaredBy) =>
    (ROWS_BY_TYPE.get(declaredBy.cfnResourceType) ?? []).flatMap((row) =>
      row.targets
        .flatMap((path) => index.referenced(declaredBy, path))
        .flatMap((target) => index.keysOf(target).map((key) => ({ row, declaredBy, target, key }))),
    ),
  );
}

const ROWS_BY_TYPE = SERVICE_CALLERS.reduce(
  (byType, row) => byType.set(row.type, [...(byType.get(row.type) ?? []), row]),
  new Map<string, ServiceCaller[]>(),
);

/**
 * What a service's wiring asks of the key policy; undefined where a role acts, or where nothing of the key is needed.
 *
 * @internal
 */
export function serviceReach({ row, declaredBy, target }: FoundWiring, index: ResourceIndex): ServiceReach | undefined {
  const binding = bindingFor(row, target.cfnResourceType);
  const actions = neededActions(row, target);
  if (!row.principal || !binding || actions.length === 0) {
    return undefined;
  }
  const identity = { principal: row.principal, optInPrincipal: row.optInPrincipal };
  const source = actingEnvironment(row, declaredBy, index);
  return reachOf(identity, binding, actions, source, environmentOf(Stack.of(target)).region);
}

/**
 * A role that acts, and what it needs of the key.
 *
 * @internal
 */
export interface RoleUse {
  readonly role?: IGrantable;
  readonly actions: readonly string[];
}

/**
 * The role that acts in a wiring, and what it needs; undefined where a service does, or where nothing is needed. The role
 * is missing where it is not in the tree.
 *
 * @internal
 */
export function roleUse({ row, declaredBy, target }: FoundWiring, index: ResourceIndex): RoleUse | undefined {
  const actions = neededActions(row, target);
  if (!row.role || actions.length === 0) {
    return undefined;
  }
  const [role] = row.role
    .split('>')
    .reduce<CfnResource[]>((from, path) => from.flatMap((resource) => follow(resource, path, index)), [declaredBy]);
  return { role: role && index.grantable(role.node.path), actions };
}

/** The resources that a property refers to; what stands for another resource is followed to that one. */
function follow(resource: CfnResource, path: string, index: ResourceIndex): CfnResource[] {
  return index.referenced(resource, path).flatMap((next) => {
    const original = STANDS_FOR[next.cfnResourceType];
    return original ? follow(next, original, index) : [next];
  });
}

function neededActions(row: ServiceCaller, target: CfnResource): readonly string[] {
  return encryptedResource(target.cfnResourceType)?.[row.purpose] ?? [];
}

/** The resource that acts may live elsewhere than the one that declares the wiring. */
function actingEnvironment(row: ServiceCaller, declaredBy: CfnResource, index: ResourceIndex): SourceEnvironment {
  const own = environmentOf(Stack.of(declaredBy));
  const [source] = row.source ? index.referenced(declaredBy, row.source) : [];
  if (source) {
    return environmentOf(Stack.of(source));
  }
  const [written] = row.source ? index.values(declaredBy, row.source) : [];
  const arn = parseArn(arnText(written));
  const known = (segment: string | undefined, otherwise: unknown) => (segment && !segment.includes('<') ? segment : otherwise);
  return { account: known(arn?.account, own.account), region: known(arn?.region, own.region) };
}
