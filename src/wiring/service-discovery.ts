import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { Stack, type CfnResource } from 'aws-cdk-lib/core';
import { reachOf, roleReach, type ServiceReach, type SourceEnvironment } from '../policy/service-reach';
import { arnText } from '../private/arn-text';
import { parseArn } from '../private/arns';
import type { Precondition, ServiceCaller } from '../services/service-caller';
import { callersOf, encryptedResource } from '../services/service-table';
import type { KeyFinder } from './key-finder';
import { environmentOf, type ResourceIndex } from './resource-index';
import { RolePermissions, allowsAny } from './role-permissions';
import type { ProtectedResource, WiredKey } from './wired-key';

/**
 * A wiring found in the tree: somebody acts on a target that is encrypted with a key, or on a key.
 *
 * @internal
 */
export interface FoundWiring {
  readonly row: ServiceCaller;
  /** The resource that declares the wiring. */
  readonly declaredBy: CfnResource;
  /** The element of its properties that does. */
  readonly element: unknown;
  readonly target: CfnResource;
  readonly key: WiredKey;
  /** What is needed of the key. */
  readonly actions: readonly string[];
}

/**
 * A role that uses a key.
 *
 * @internal
 */
export interface KeyUse {
  readonly role: IGrantable;
  readonly key: WiredKey;
  readonly actions: readonly string[];
}

interface Target {
  readonly target: CfnResource;
  readonly purpose: ServiceCaller['purpose'];
}

interface KeyNeed {
  readonly key: WiredKey;
  readonly needs: readonly string[];
}

/**
 * Finds the wirings of a Stage, in time linear in its resources.
 *
 * @internal
 */
export class ServiceDiscovery {
  private readonly permissions: RolePermissions;
  /** What moves to a resource, by its path. */
  private readonly movedTo = new Map<string, CfnResource[]>();

  constructor(private readonly index: ResourceIndex, private readonly keys: KeyFinder) {
    this.permissions = new RolePermissions(index);
    for (const resource of index.resources) {
      const { movesTo } = encryptedResource(resource.cfnResourceType) ?? {};
      for (const { node } of movesTo ? index.referenced(index.values(index.properties(resource), movesTo)) : []) {
        this.movedTo.set(node.path, [...(this.movedTo.get(node.path) ?? []), resource]);
      }
    }
  }

  public wirings(): FoundWiring[] {
    return this.index.resources.flatMap((declaredBy) =>
      callersOf(declaredBy.cfnResourceType).flatMap((row) =>
        this.elements(declaredBy, row.within)
          .filter((element) => (row.where ?? []).every((precondition) => this.holds(element, precondition)))
          .flatMap((element) => this.wiringsOf({ row, declaredBy, element }))),
    );
  }

  /** Roles that take from where something moved to need the key that it is still encrypted with. */
  public movedUses(): KeyUse[] {
    if (this.movedTo.size === 0) {
      return [];
    }
    return this.permissions.all().flatMap(({ role, target, actions }) => {
      const { receivedBy = [] } = encryptedResource(target.cfnResourceType) ?? {};
      const sources = this.movedTo.get(target.node.path) ?? [];
      return sources.length > 0 && allowsAny(actions, receivedBy) && this.mayOpen(role, target)
        ? sources
          .flatMap((source) => this.received(source))
          .map(({ key, needs }) => ({ role: this.index.grantable(role.node.path), key, actions: needs }))
        : [];
    });
  }

  /** Roles that may act on a resource whose constructs do not grant its key. */
  public permittedUses(): KeyUse[] {
    if (!this.index.resources.some(({ cfnResourceType }) => encryptedResource(cfnResourceType)?.completesUsers)) {
      return [];
    }
    return this.permissions.all().flatMap(({ role, target, actions }) => {
      const row = encryptedResource(target.cfnResourceType);
      const purposes = row?.completesUsers ? purposesOf(target, actions) : [];
      return purposes.flatMap((purpose) =>
        this.keys.keysOf(target).map((key) => ({ role: this.index.grantable(role.node.path), key, actions: row![purpose] })));
    });
  }

  /** Every resource that is encrypted with a key. */
  public protectedResources(): Array<ProtectedResource & { key: WiredKey }> {
    return this.index.resources.flatMap((resource) => {
      const row = encryptedResource(resource.cfnResourceType);
      return row ? this.protectedBy(resource).map((found) => ({ row, resource, ...found })) : [];
    });
  }

  /**
   * What a service's wiring asks of the key policy; nothing where a role acts, or where nothing of the key is needed.
   */
  public reaches({ row, declaredBy, target, actions }: FoundWiring): ServiceReach[] {
    const source = this.actingEnvironment(row, declaredBy);
    const { region } = environmentOf(Stack.of(target));
    const { binding } = row;
    if (!row.principal || !binding || actions.length === 0) {
      return [];
    }
    return [{ actions, binding }, ...(row.further ?? [])].map((statement) => reachOf(row, statement, source, region));
  }

  /** What a service-linked role asks of the key policy. */
  public linkedRoleReaches({ row, declaredBy, element, actions }: FoundWiring): ServiceReach[] {
    if (!row.serviceLinkedRole) {
      return [];
    }
    const { account } = this.actingEnvironment(row, declaredBy);
    const [named] = row.serviceLinkedRoleProperty ? this.index.values(element, row.serviceLinkedRoleProperty) : [];
    const path = `:role/aws-service-role/${row.serviceLinkedRole}`;
    const arn = named ?? { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::', account, path]] };
    return [{ actions, conditions: {} }, ...(row.further ?? [])].map((statement) =>
      roleReach(row.id, arn, statement.actions, statement.conditions ?? {}));
  }

  /** The role that acts in a wiring; `unknown` where it is not in the tree, undefined where no role acts. */
  public roleOf({ row, element, actions }: FoundWiring): IGrantable | 'unknown' | undefined {
    const values = row.role && actions.length > 0 ? this.index.values(element, row.role.split('>')[0]) : [];
    if (values.length === 0) {
      return undefined;
    }
    const [role] = this.index.originals(this.index.values(element, row.role!));
    return role ? this.index.grantable(role.node.path) : 'unknown';
  }

  private wiringsOf(place: Pick<FoundWiring, 'row' | 'declaredBy' | 'element'>): FoundWiring[] {
    const { row, declaredBy, element } = place;
    const named = this.keys.keysAt(element, row.keys ?? []);
    return [
      ...named.map((key) => ({ ...place, target: declaredBy, key, actions: row.actions ?? [] })),
      ...this.targets(place).flatMap(({ target, purpose }) =>
        this.used(target, row, purpose).map(({ key, needs }) => ({ ...place, target, key, actions: needs }))),
    ];
  }

  private targets({ row, element }: Pick<FoundWiring, 'row' | 'element'>): Target[] {
    const roles = row.byPermission ? this.index.originals(this.index.values(element, row.role!)) : [];
    const allowed = roles
      .flatMap((role) => this.permissions.of(role))
      .flatMap(({ target, actions }) => purposesOf(target, actions).map((purpose): Target => ({ target, purpose })));
    const declared = (row.targets ?? [])
      .flatMap((path) => this.index.originals(this.index.values(element, path)))
      .map((target): Target => ({ target, purpose: row.purpose }));
    return [...declared, ...allowed].filter(({ target }) => row.targetTypes?.includes(target.cfnResourceType) ?? true);
  }

  private used(target: CfnResource, row: ServiceCaller, purpose: Target['purpose']): KeyNeed[] {
    const needs = row.actions ?? (purpose && encryptedResource(target.cfnResourceType)?.[purpose]) ?? [];
    const moved = purpose === 'receive' ? (this.movedTo.get(target.node.path) ?? []).flatMap((source) => this.received(source)) : [];
    return [...this.keys.keysOf(target).map((key) => ({ key, needs })), ...moved];
  }

  private received(source: CfnResource): KeyNeed[] {
    const { receive = [] } = encryptedResource(source.cfnResourceType) ?? {};
    return this.keys.keysOf(source).map((key) => ({ key, needs: receive }));
  }

  /** Whether a role may use the keys of a resource already; who was kept from them on purpose is not let in elsewhere. */
  private mayOpen(role: CfnResource, target: CfnResource): boolean {
    const mine = this.permissions.of(role).filter(({ actions }) => allowsAny(actions, ['kms:Decrypt']));
    return this.keys.keysOf(target).every((key) => mine.some((permission) => this.keys.resourceOf(key) === permission.target));
  }

  private protectedBy(resource: CfnResource): Array<{ key: WiredKey; region: unknown }> {
    const { keyProperties, replicas, regionFrom } = encryptedResource(resource.cfnResourceType)!;
    const properties = this.index.properties(resource);
    const [place = resource] = regionFrom ? this.index.referenced(this.index.values(properties, regionFrom)) : [];
    const own = environmentOf(Stack.of(place)).region;
    const replicated = this.elements(resource, replicas?.within ?? '-').flatMap((element) => {
      const [region = own] = this.index.values(element, replicas!.region);
      return this.keys.keysAt(element, [replicas!.key]).map((key) => ({ key, region }));
    });
    const here = this.keys.keysAt(properties, keyProperties).map((key) => ({ key, region: own }));
    return [...here, ...replicated];
  }

  private elements(resource: CfnResource, within: string | undefined): unknown[] {
    const properties = this.index.properties(resource);
    return within ? this.index.values(properties, within) : [properties];
  }

  private holds(element: unknown, { property, is }: Precondition): boolean {
    const values = this.index.values(element, property);
    return typeof is === 'object'
      ? values.includes(is.value) || (Boolean(is.isDefault) && values.length === 0)
      : values.length > 0 === (is === 'present');
  }

  /** The resource that acts may live elsewhere than the one that declares the wiring. */
  private actingEnvironment(row: ServiceCaller, declaredBy: CfnResource): SourceEnvironment {
    const own = environmentOf(Stack.of(declaredBy));
    const values = row.source ? this.index.values(this.index.properties(declaredBy), row.source) : [];
    const [source] = this.index.referenced(values);
    if (source) {
      return environmentOf(Stack.of(source));
    }
    const arn = parseArn(arnText(values[0]));
    const known = (segment: string | undefined, otherwise: unknown) => (segment && !segment.includes('<') ? segment : otherwise);
    return { account: known(arn?.account, own.account), region: known(arn?.region, own.region) };
  }
}

/** For what the written actions of a policy are good at a target. */
function purposesOf(target: CfnResource, actions: readonly string[]): Array<'send' | 'receive'> {
  const { sentBy = [], receivedBy = [] } = encryptedResource(target.cfnResourceType) ?? {};
  return [...(allowsAny(actions, sentBy) ? (['send'] as const) : []), ...(allowsAny(actions, receivedBy) ? (['receive'] as const) : [])];
}
