import { Grant, PolicyStatement, type GrantWithResourceOptions, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { takesPolicies, warnNotApplied } from '../wiring/role-policies';

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
  if (grant.success && (grant.resourceStatement || takesPolicies(grantee))) {
    return grant;
  }
  warnNotApplied(pattern, grantee, new PolicyStatement({ actions, resources: resourceArns }));
  return Grant.drop(grantee, 'the principal takes no policy');
}

/**
 * The grants as one, with what they need of the keys. It succeeds if all of them do.
 *
 * @internal
 */
export function grantWithKeys(grants: readonly Grant[], grantee: IGrantable, actions: readonly string[], ...keys: IKey[]): Grant {
  const onKeys = [...new Set(keys)].map((key) => key.grant(grantee, ...actions));
  return allOf([...grants, ...onKeys], grantee);
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
