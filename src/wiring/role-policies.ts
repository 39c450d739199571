import { CfnPolicy, UnknownPrincipal, type Grant, type IGrantable, type PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { CfnResource } from 'aws-cdk-lib/core';
import { Dependable, type IConstruct } from 'constructs';
import { exactActions } from '../policy/key-actions';
import { asList } from '../policy/key-statement';
import { arnText } from '../private/arn-text';
import { wildcardMatch } from '../private/arns';
import { showAtSynthesis, warning } from '../private/notices';
import { describeValue, read, referencedPaths } from '../private/template-reader';
import { statementsOf } from './policy-statements';

/**
 * Whether a grant became part of a policy of its principal. Roles imported as immutable, for one, claim to have added a
 * statement and drop it: they have no policy, and nothing to depend on.
 *
 * @internal
 */
export function hasLanded(grant: Grant, grantee: IGrantable): boolean {
  if (grantee.grantPrincipal instanceof UnknownPrincipal) {
    return false;
  }
  const principal = constructOf(grantee);
  return principal === undefined || policiesOf(principal).length > 0 || Dependable.of(grant).dependencyRoots.length > 0;
}

/**
 * The grant, for whoever goes on to change its statement, but without claiming success.
 *
 * @internal
 */
export function withoutSuccess(grant: Grant): Grant {
  return Object.defineProperty(grant, 'success', { value: false });
}

/**
 * A key as IAM policies name it.
 *
 * @internal
 */
export interface NamedKey {
  readonly keyArn: string;
  /** Its resource, if it is in the tree. */
  readonly resource?: CfnResource;
  /** Whether a permission under a condition, or on every key, counts, which is not judged then. */
  readonly evenConditioned?: boolean;
}

/**
 * The actions on a key that the policies of a principal allow.
 *
 * @internal
 */
export function allowedActions(grantee: IGrantable, key: NamedKey): ReadonlySet<string> {
  const principal = constructOf(grantee);
  const arn = principal && arnText(read(principal, key.keyArn).value);
  const names = (resource: unknown) =>
    arnText(resource) === arn ||
    (key.resource !== undefined && referencedPaths(resource).has(key.resource.node.path)) ||
    (key.evenConditioned && wildcardMatch(arnText(resource), arn ?? ''));
  const allowing = (principal ? policiesOf(principal) : [])
    .flatMap((policy) => statementsOf(policy, policy.policyDocument))
    .filter(({ Effect, Resource }) => Effect === 'Allow' && asList(Resource).some(names))
    .filter(({ Condition }) => !Condition || key.evenConditioned);
  return new Set(allowing.flatMap(({ Action }) => exactActions(asList<string>(Action)).actions));
}

/**
 * Warns that a permission has to be added to the policies of a principal, and says exactly which.
 *
 * @internal
 */
export function warnNotApplied(scope: IConstruct, grantee: IGrantable, statement: PolicyStatement): void {
  const who = constructOf(grantee)?.node.path ?? String(grantee.grantPrincipal);
  warnByHand(scope, `${who} cannot be changed by this app; its owner has to add to its policies`, statement);
}

/**
 * The same for the policy of a key that this app cannot change.
 *
 * @internal
 */
export function warnNotInKeyPolicy(scope: IConstruct, key: IConstruct, statement: PolicyStatement): void {
  warnByHand(scope, `the key ${key.node.path} cannot be changed by this app; its owner has to add to its policy`, statement);
}

/**
 * The same for the role of a wiring that is not in the tree.
 *
 * @internal
 */
export function warnRoleNotFound(declaredBy: IConstruct, statement: PolicyStatement): void {
  warnByHand(declaredBy, 'its role is not in this app; the owner of the role has to add to its policies', statement);
}

function warnByHand(scope: IConstruct, what: string, statement: PolicyStatement): void {
  const written = describeValue(read(scope, statement.toStatementJson()).value);
  showAtSynthesis(scope, warning('grantNotApplied', `${what}: ${written}`));
}

/** @internal */
export function constructOf(grantee: IGrantable): IConstruct | undefined {
  const principal = grantee.grantPrincipal as unknown as Partial<IConstruct>;
  return principal.node ? (principal as IConstruct) : undefined;
}

function policiesOf(principal: IConstruct): CfnPolicy[] {
  return principal.node.findAll().filter((child): child is CfnPolicy => CfnPolicy.isCfnPolicy(child));
}
