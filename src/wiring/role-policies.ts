import { CfnPolicy, PolicyDocument, type IGrantable, type PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { CfnResource } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';
import { exactActions } from '../policy/key-actions';
import { asList } from '../policy/key-statement';
import { showAtSynthesis, warning } from '../private/notices';
import { describeValue, read, referencedPaths } from '../private/template-reader';

/**
 * Whether a principal takes policies: roles imported as immutable, for one, claim to have added a statement and drop it.
 * Call it after a statement was added. A principal that is no construct cannot be judged, and is believed.
 *
 * @internal
 */
export function takesPolicies(grantee: IGrantable): boolean {
  const principal = constructOf(grantee);
  return principal === undefined || policiesOf(principal).length > 0;
}

/**
 * The actions on a key that the policies of a principal allow without a condition.
 *
 * @internal
 */
export function allowedActions(grantee: IGrantable, key: CfnResource): ReadonlySet<string> {
  const principal = constructOf(grantee);
  const documents = (principal ? policiesOf(principal) : []).map((policy) => policy.policyDocument);
  const statements = documents.flatMap((document) => (document instanceof PolicyDocument ? asList<any>(document.toJSON()?.Statement) : []));
  const allowing = statements.filter(
    ({ Effect, Condition, Resource }) => Effect === 'Allow' && !Condition && referencedPaths(read(key, Resource).value).has(key.node.path),
  );
  return new Set(allowing.flatMap(({ Action }) => exactActions(asList<string>(Action)).actions));
}

/**
 * Warns that a permission has to be added by hand, and says exactly which.
 *
 * @internal
 */
export function warnNotApplied(scope: IConstruct, grantee: IGrantable, statement: PolicyStatement): void {
  const who = constructOf(grantee)?.node.path ?? String(grantee.grantPrincipal);
  const written = describeValue(read(scope, statement.toStatementJson()).value);
  showAtSynthesis(scope, warning('grantNotApplied', `${who} cannot be changed by this app; its owner has to add to its policies: ${written}`));
}

/** @internal */
export function constructOf(grantee: IGrantable): IConstruct | undefined {
  const principal = grantee.grantPrincipal as unknown as Partial<IConstruct>;
  return principal.node ? (principal as IConstruct) : undefined;
}

function policiesOf(principal: IConstruct): CfnPolicy[] {
  return principal.node.findAll().filter((child): child is CfnPolicy => CfnPolicy.isCfnPolicy(child));
}
