import { Grant, PolicyStatement, type GrantWithResourceOptions, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Token, TokenComparison } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { CustomerManagedKey } from '../keys/customer-managed-key';
import { ImportedKey } from '../keys/imported-key';
import { hasLanded, warnNotApplied, warnNotInKeyPolicy, withoutSuccess } from '../wiring/role-policies';

/** What is granted; a resource that has no policy is left out. */
type ResourceGrant = Omit<GrantWithResourceOptions, 'resource'> & Partial<Pick<GrantWithResourceOptions, 'resource'>>;

/**
 * A grant on the resource of a pattern, by IAM or in the resource's policy, that lands or says so.
 *
 * @internal
 */
export function grantOnResource(pattern: Construct, options: ResourceGrant): Grant {
  const { grantee, actions, resourceArns, resource } = options;
  const grant = resource ? Grant.addToPrincipalOrResource({ ...options, resource }) : Grant.addToPrincipal(options);
  if (grant.success && (grant.resourceStatement || hasLanded(grant, grantee))) {
    return grant;
  }
  warnNotApplied(pattern, grantee, new PolicyStatement({ actions, resources: resourceArns }));
  return withoutSuccess(grant);
}

/**
 * The grants as one, with what they need of the keys. It succeeds if all of them do.
 *
 * @internal
 */
export function grantWithKeys(
  pattern: Construct,
  grants: readonly Grant[],
  grantee: IGrantable,
  actions: readonly string[],
  ...keys: IKey[]
): Grant {
  // A statement without actions is none.
  const onKeys = [...new Set(actions.length > 0 ? keys : [])].map((key) =>
    isOurs(key) ? key.grant(grantee, ...actions) : grantOnForeignKey(pattern, key, grantee, actions));
  return allOf([...grants, ...onKeys], grantee);
}

/** Their grants land, or say so. */
function isOurs(key: IKey): boolean {
  return key instanceof CustomerManagedKey || key instanceof ImportedKey;
}

/** On a key of another library or app: by IAM on its ARN, and in its policy for services and other accounts. */
function grantOnForeignKey(pattern: Construct, key: IKey, grantee: IGrantable, actions: readonly string[]): Grant {
  const onPrincipal = Grant.addToPrincipal({ grantee, actions: [...actions], resourceArns: [key.keyArn] });
  const landed = onPrincipal.success && hasLanded(onPrincipal, grantee);
  if (onPrincipal.success && !landed) {
    warnNotApplied(pattern, grantee, new PolicyStatement({ actions: [...actions], resources: [key.keyArn] }));
  }
  const { principalAccount = key.env.account } = grantee.grantPrincipal;
  if (onPrincipal.success && Token.compareStrings(principalAccount, key.env.account) !== TokenComparison.DIFFERENT) {
    return landed ? onPrincipal : withoutSuccess(onPrincipal);
  }
  const inKeyPolicy = new PolicyStatement({ actions: [...actions], resources: ['*'], principals: [grantee.grantPrincipal] });
  if (key.addToResourcePolicy(inKeyPolicy, true).statementAdded) {
    const granted = { grantee, actions: [...actions], resourceArns: [key.keyArn] };
    return Grant.addStatementToResourcePolicy({ ...granted, resource: key, statement: inKeyPolicy });
  }
  warnNotInKeyPolicy(pattern, key, inKeyPolicy);
  return withoutSuccess(onPrincipal);
}

/**
 * Several grants as one that succeeds if all of them do.
 *
 * @internal
 */
export function allOf(grants: readonly Grant[], grantee: IGrantable): Grant {
  return grants.every((grant) => grant.success)
    ? grants.reduce((combined, grant) => combined.combine(grant))
    : Grant.drop(grantee, 'a part of the grant does not apply');
}
