import { Grant, PolicyStatement, type IGrantable, type IPrincipal } from 'aws-cdk-lib/aws-iam';
import { KeyGrants, type IKey } from 'aws-cdk-lib/aws-kms';
import { Token, TokenComparison } from 'aws-cdk-lib/core';
import { ADMINISTRATION, DECRYPT, ENCRYPT, ENCRYPT_DECRYPT, METADATA, exactActions, isAdministration, isUse, worksCrossAccount } from '../policy/key-actions';
import { fail } from '../private/errors';
import { showAtSynthesis, warning } from '../private/notices';
import { constructOf, hasLanded, warnNotApplied, withoutSuccess } from '../wiring/role-policies';
import type { KeyPermission } from './key-permission';

/** A key that grants by name, in its own policy or for its owner. */
type GrantingKey = IKey & KeyPermission;

/**
 * The grants of a symmetric encryption key: `KeyGrants` with exact actions, on the key's own ARN, that land or say so.
 *
 * `KeyGrants` cannot be extended, since its constructor is private; every one of its verbs goes through `actions`.
 *
 * @internal
 */
export function exactGrants(key: GrantingKey): KeyGrants {
  const grants = KeyGrants.fromKey(key, true);
  const verb = (actions: readonly string[]) => ({ value: (grantee: IGrantable) => grantOnKey(key, grantee, actions) });
  return Object.defineProperties(grants, {
    actions: { value: (grantee: IGrantable, ...actions: string[]) => grantOnKey(key, grantee, actions) },
    admin: verb([...ADMINISTRATION, ...METADATA]),
    decrypt: verb(DECRYPT),
    encrypt: verb(ENCRYPT),
    encryptDecrypt: verb(ENCRYPT_DECRYPT),
  });
}

/** Statements whose principal has its own side of the grant already. */
const GRANTED = new WeakSet<PolicyStatement>();

/**
 * Whether a statement of a key policy is the key's side of a grant that was made here.
 *
 * @internal
 */
export function isSideOfGrant(statement: PolicyStatement): boolean {
  return GRANTED.has(statement);
}

/**
 * Gives a permission to a principal: by IAM on the key's ARN to roles and users, in the key policy to services and other
 * accounts, on both sides across accounts.
 *
 * @internal
 */
export function grantOnKey(key: GrantingKey, grantee: IGrantable, written: readonly string[]): Grant {
  const actions = grantableActions(key, written);
  const permission = key._permission(actions);
  const onPrincipal = Grant.addToPrincipal({ grantee, ...permission });
  if (!onPrincipal.success) {
    return grantInKeyPolicy(key, grantee, actions);
  }
  const landed = hasLanded(onPrincipal, grantee);
  if (!landed) {
    const { resourceArns: resources, conditions } = permission;
    warnNotApplied(key, grantee, new PolicyStatement({ actions: permission.actions, resources, conditions }));
  }
  switch (accountOf(key, grantee.grantPrincipal)) {
    case TokenComparison.DIFFERENT: {
      const inKeyPolicy = grantInKeyPolicy(key, grantee, actions.filter(worksCrossAccount), true);
      const both = landed ? onPrincipal.combine(inKeyPolicy) : inKeyPolicy;
      return inKeyPolicy.success ? both : withoutSuccess(both);
    }
    case TokenComparison.ONE_UNRESOLVED:
      showAtSynthesis(key, warning('grantAccountUnknown', accountUnknown(grantee)));
  }
  return landed ? onPrincipal : withoutSuccess(onPrincipal);
}

function grantableActions(key: GrantingKey, written: readonly string[]): readonly string[] {
  const { actions, impossible, unknown } = exactActions(written);
  if (impossible.length > 0 && key._isSymmetric) {
    fail(key, 'ActionImpossible', `a symmetric encryption key cannot do ${impossible.join(', ')}; grant what it can do, or use a key of another spec`);
  }
  if (unknown.length > 0) {
    fail(key, 'ActionUnknown', `AWS KMS has no action ${unknown.join(', ')}; see https://docs.aws.amazon.com/kms/latest/developerguide/kms-api-permissions-reference.html`);
  }
  if (actions.some(isAdministration) && actions.some(isUse)) {
    fail(key, 'AdministrationMixedWithUse', `one grant of ${written.join(', ')} both administers and uses the key; grant 'encryptDecrypt' and name 'administrators' instead`);
  }
  return key._isSymmetric ? actions : [...actions, ...impossible.filter((action) => !/[*?]/.test(action))].sort();
}

function grantInKeyPolicy(key: GrantingKey, grantee: IGrantable, actions: readonly string[], hasOwnSide: boolean = false): Grant {
  const statement = new PolicyStatement({ actions: [...actions], resources: ['*'], principals: [grantee.grantPrincipal] });
  if (hasOwnSide) {
    GRANTED.add(statement);
  }
  const granted = { grantee, actions: [...actions], resourceArns: [key.keyArn] };
  const grant = Grant.addStatementToResourcePolicy({ ...granted, resource: key, statement });
  return key._isPolicyManaged ? grant : withoutSuccess(grant);
}

function accountOf(key: GrantingKey, principal: IPrincipal): TokenComparison {
  const { principalAccount = key.env.account } = principal;
  return Token.compareStrings(principalAccount, key.env.account);
}

function accountUnknown(grantee: IGrantable): string {
  const who = constructOf(grantee)?.node.path ?? 'the principal';
  return `${who} and the key may be in different accounts; if so, name both accounts in 'env', so that the key policy lets the other in`;
}
