import { ADMINISTRATION, CROSS_ACCOUNT_USE, METADATA, MULTI_REGION_ADMINISTRATION, SERVICE_GRANTS, SYMMETRIC_USE } from './key-actions';
import { EVERYBODY, andCondition, type Conditions, type KeyStatement } from './key-statement';

/**
 * The ids of the key policy's own statements.
 *
 * @internal
 */
export const KEY_STATEMENT_IDS: readonly string[] = [
  'KeyAdministration',
  'KeyMetadata',
  'KeyUse',
  'ServiceGrants',
  'Grants',
  'TrustedAccounts',
  'TrustedOrganizations',
  'GrantsForServicesOnly',
  'DeletionProtection',
];

/**
 * What a key's author asked for, as plain values: the intent that the key policy is built from.
 *
 * @internal
 */
export interface KeyPolicyIntent {
  readonly accountId: string;
  /** The ARN of the account's root: the account itself. */
  readonly accountRoot: string;
  readonly multiRegion: boolean;
  /** `aws:PrincipalArn` of those who administer; nobody named leaves administration to IAM. */
  readonly administrators: readonly string[];
  /** `aws:PrincipalArn` of the roles that deploy; undefined where they cannot be known. */
  readonly deployers: readonly string[] | undefined;
  /** Values of `kms:ViaService`; none leaves the key's use unscoped. */
  readonly viaServices: readonly string[];
  readonly trustedAccounts: readonly string[];
  /** Other accounts of which only these principals are trusted, by patterns of `aws:PrincipalArn`. */
  readonly trustedPrincipals?: ReadonlyArray<{ readonly account: string; readonly arns: readonly string[] }>;
  readonly trustedOrganizations: readonly string[];
  /** Whether grants are for AWS services only. */
  readonly grantsForServicesOnly: boolean;
  /** Days without use below which deletion is denied. */
  readonly deletionProtectionDays?: number;
}

/**
 * The statements before those of trusted services, in their order.
 *
 * @internal
 */
export function openingStatements(intent: KeyPolicyIntent): KeyStatement[] {
  const account = { AWS: [intent.accountRoot] };
  return [
    {
      sid: 'KeyAdministration',
      effect: 'Allow',
      principal: account,
      actions: [...ADMINISTRATION, ...(intent.multiRegion ? MULTI_REGION_ADMINISTRATION : [])].sort(),
      conditions: administrationScope(intent),
    },
    // Never narrowed: AWS Config, auditors and every creator of an encrypted resource read it.
    { sid: 'KeyMetadata', effect: 'Allow', principal: account, actions: METADATA, conditions: {} },
    { sid: 'KeyUse', effect: 'Allow', principal: account, actions: SYMMETRIC_USE, conditions: useScope(intent) },
    intent.grantsForServicesOnly
      ? {
        sid: 'ServiceGrants',
        effect: 'Allow',
        principal: account,
        actions: SERVICE_GRANTS,
        conditions: andCondition(viaServiceScope(intent), 'Bool', 'kms:GrantIsForAWSResource', ['true']),
      }
      : { sid: 'Grants', effect: 'Allow', principal: account, actions: SERVICE_GRANTS, conditions: exceptAdministrators(intent) },
  ];
}

/**
 * The statements after those of trusted services, in their order.
 *
 * @internal
 */
export function closingStatements(intent: KeyPolicyIntent): KeyStatement[] {
  const statements: KeyStatement[] = [];
  if (intent.trustedAccounts.length > 0) {
    statements.push({
      sid: 'TrustedAccounts',
      effect: 'Allow',
      // Bare account ids: 15 bytes each, and KMS reads them as the account's root.
      principal: { AWS: intent.trustedAccounts },
      actions: CROSS_ACCOUNT_USE,
      conditions: viaServiceScope(intent),
    });
  }
  for (const { account, arns } of intent.trustedPrincipals ?? []) {
    const conditions = andCondition(viaServiceScope(intent), 'ArnLike', 'aws:PrincipalArn', arns);
    statements.push({ effect: 'Allow', principal: { AWS: [account] }, actions: CROSS_ACCOUNT_USE, conditions });
  }
  if (intent.trustedOrganizations.length > 0) {
    // Without the second condition every role of the own account would be let in directly, past its IAM policies.
    const organization = andCondition(viaServiceScope(intent), 'StringEquals', 'aws:PrincipalOrgID', intent.trustedOrganizations);
    statements.push({
      sid: 'TrustedOrganizations',
      effect: 'Allow',
      principal: EVERYBODY,
      actions: CROSS_ACCOUNT_USE,
      conditions: andCondition(organization, 'StringNotEquals', 'kms:CallerAccount', [intent.accountId]),
    });
  }
  if (intent.grantsForServicesOnly) {
    statements.push({
      sid: 'GrantsForServicesOnly',
      effect: 'Deny',
      principal: EVERYBODY,
      actions: ['kms:CreateGrant'],
      // The Control Tower rule CT.KMS.PR.3 wants exactly this: strings, and no other operator.
      conditions: { BoolIfExists: { 'aws:PrincipalIsAWSService': ['false'], 'kms:GrantIsForAWSResource': ['false'] } },
    });
  }
  if (intent.deletionProtectionDays !== undefined) {
    statements.push({
      sid: 'DeletionProtection',
      effect: 'Deny',
      principal: EVERYBODY,
      // Disabling stays allowed: it is how an incident is contained.
      actions: ['kms:ScheduleKeyDeletion'],
      conditions: { NumericLessThan: { 'kms:TrailingDaysWithoutKeyUsage': [String(intent.deletionProtectionDays)] } },
    });
  }
  return statements;
}

function administrationScope({ administrators, deployers, accountRoot }: KeyPolicyIntent): Conditions {
  // A deployer that is not known would be locked out by a narrower statement.
  if (administrators.length === 0 || deployers === undefined) {
    return {};
  }
  return { ArnLike: { 'aws:PrincipalArn': [...new Set([...administrators, ...deployers, accountRoot])] } };
}

function useScope(intent: KeyPolicyIntent): Conditions {
  return { ...exceptAdministrators(intent), ...viaServiceScope(intent) };
}

/**
 * Keeps administrators out of the key's use, but for those who deploy: functions, tables and secrets are made with it.
 *
 * @internal
 */
export function exceptAdministrators({ administrators, deployers }: Pick<KeyPolicyIntent, 'administrators' | 'deployers'>): Conditions {
  // A deployer that is not known may be one of the administrators.
  const kept = deployers ? administrators.filter((administrator) => !deployers.includes(administrator)) : [];
  return kept.length > 0 ? { ArnNotLike: { 'aws:PrincipalArn': kept } } : {};
}

/**
 * The scope of services that everybody's use of the key is limited to.
 *
 * @internal
 */
export function viaServiceScope({ viaServices }: Pick<KeyPolicyIntent, 'viaServices'>): Conditions {
  if (viaServices.length === 0) {
    return {};
  }
  const operator = viaServices.some((value) => value.includes('*')) ? 'StringLike' : 'StringEquals';
  return { [operator]: { 'kms:ViaService': viaServices } };
}
