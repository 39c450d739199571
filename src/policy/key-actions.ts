import { wildcardMatch } from '../private/arns';
import { DATA_KEYS, FULL_USE } from '../services/documented-actions';

/**
 * What the key's administrators do: no cryptographic action, no `CreateGrant`, and none of the reads, which stand in
 * a statement of their own.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
 * @internal
 */
export const ADMINISTRATION: readonly string[] = [
  'kms:CancelKeyDeletion',
  'kms:CreateAlias',
  'kms:DeleteAlias',
  'kms:DisableKey',
  'kms:DisableKeyRotation',
  'kms:EnableKey',
  'kms:EnableKeyRotation',
  'kms:PutKeyPolicy',
  'kms:RevokeGrant',
  'kms:RotateKeyOnDemand',
  'kms:ScheduleKeyDeletion',
  'kms:TagResource',
  'kms:UntagResource',
  'kms:UpdateAlias',
  'kms:UpdateKeyDescription',
];

/**
 * What administrators do besides on a multi-Region key.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-auth.html
 * @internal
 */
export const MULTI_REGION_ADMINISTRATION: readonly string[] = ['kms:ReplicateKey', 'kms:UpdatePrimaryRegion'];

/**
 * Reads that AWS Config, auditors and every creator of a resource need, whoever administers the key.
 *
 * @internal
 */
export const METADATA: readonly string[] = [
  'kms:DescribeKey',
  'kms:GetKeyLastUsage',
  'kms:GetKeyPolicy',
  'kms:GetKeyRotationStatus',
  'kms:ListGrants',
  'kms:ListKeyPolicies',
  'kms:ListKeyRotations',
  'kms:ListResourceTags',
];

/**
 * Every cryptographic action on a symmetric encryption key.
 *
 * @internal
 */
export const SYMMETRIC_USE = FULL_USE;

/**
 * Encrypt only. Not `ReEncryptFrom`: who may re-encrypt from the key can move its ciphertext under a key of theirs.
 *
 * @internal
 */
export const ENCRYPT: readonly string[] = ['kms:DescribeKey', 'kms:Encrypt', ...DATA_KEYS, 'kms:ReEncryptTo'];

/** @internal */
export const DECRYPT: readonly string[] = ['kms:Decrypt', 'kms:DescribeKey'];

/** @internal */
export const ENCRYPT_DECRYPT: readonly string[] = ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', ...DATA_KEYS, 'kms:ReEncryptFrom', 'kms:ReEncryptTo'];

/** @internal */
export const SERVICE_GRANTS: readonly string[] = ['kms:CreateGrant', 'kms:RevokeGrant'];

/**
 * What another account may do with a symmetric encryption key: its cryptographic actions and `DescribeKey`. KMS
 * refuses administration from another account, whatever the policy says.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html
 * @internal
 */
export const CROSS_ACCOUNT_USE: readonly string[] = [...SYMMETRIC_USE, 'kms:DescribeKey'].sort();

/** Actions of a key policy that another account can carry out on a symmetric encryption key. */
const CROSS_ACCOUNT_CAPABLE: ReadonlySet<string> = new Set([
  ...CROSS_ACCOUNT_USE,
  'kms:CreateGrant',
  'kms:GetKeyRotationStatus',
  'kms:ListGrants',
  'kms:RevokeGrant',
]);

/** @internal */
export function worksCrossAccount(action: string): boolean {
  return CROSS_ACCOUNT_CAPABLE.has(action);
}

/** Everything that a policy can allow on a symmetric encryption key with material of AWS KMS. */
const SYMMETRIC_ACTIONS: readonly string[] = [
  ...ADMINISTRATION,
  ...MULTI_REGION_ADMINISTRATION,
  ...METADATA,
  ...SYMMETRIC_USE,
  'kms:CreateGrant',
  'kms:RetireGrant',
];

/**
 * Actions of KMS that exist, but not for a symmetric encryption key with material of AWS KMS: of other keys, or of none.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/kms-api-permissions-reference.html
 */
const OTHER_ACTIONS: readonly string[] = [
  'kms:ConnectCustomKeyStore',
  'kms:CreateCustomKeyStore',
  'kms:CreateKey',
  'kms:DeleteCustomKeyStore',
  'kms:DeleteImportedKeyMaterial',
  'kms:DeriveSharedSecret',
  'kms:DescribeCustomKeyStores',
  'kms:DisconnectCustomKeyStore',
  'kms:GenerateMac',
  'kms:GenerateRandom',
  'kms:GetParametersForImport',
  'kms:GetPublicKey',
  'kms:ImportKeyMaterial',
  'kms:ListAliases',
  'kms:ListKeys',
  'kms:ListRetirableGrants',
  'kms:Sign',
  'kms:SynchronizeMultiRegionKey',
  'kms:UpdateCustomKeyStore',
  'kms:Verify',
  'kms:VerifyMac',
];

/**
 * Actions as a statement names them, made exact.
 *
 * @internal
 */
export interface ExactActions {
  /** Sorted, without wildcards. */
  readonly actions: readonly string[];
  /** Wildcards that were expanded. */
  readonly expanded: readonly string[];
  /** Actions that exist, but not on such a key. */
  readonly impossible: readonly string[];
  /** Actions that KMS does not have. */
  readonly unknown: readonly string[];
}

/**
 * Expands wildcards in full and sorts out what a symmetric encryption key cannot do.
 *
 * @internal
 */
export function exactActions(written: readonly string[]): ExactActions {
  const actions = new Set<string>();
  const expanded = new Set<string>();
  const impossible = new Set<string>();
  const unknown = new Set<string>();
  for (const action of written) {
    const possible = SYMMETRIC_ACTIONS.filter((candidate) => sameAction(action, candidate));
    const others = OTHER_ACTIONS.filter((candidate) => sameAction(action, candidate));
    possible.forEach((candidate) => actions.add(candidate));
    if (/[*?]/.test(action)) {
      expanded.add(action);
    }
    if (possible.length === 0) {
      (others.length > 0 ? impossible : unknown).add(action);
    }
  }
  return { actions: [...actions].sort(), expanded: [...expanded], impossible: [...impossible], unknown: [...unknown] };
}

/** IAM compares actions without regard to case. */
function sameAction(written: string, action: string): boolean {
  return wildcardMatch(written.toLowerCase(), action.toLowerCase());
}

/**
 * Whether only administrators do it. Revoking a grant is also for who made it.
 *
 * @internal
 */
export function isAdministration(action: string): boolean {
  return !SERVICE_GRANTS.includes(action) && [...ADMINISTRATION, ...MULTI_REGION_ADMINISTRATION].includes(action);
}

/** @internal */
export function isUse(action: string): boolean {
  return SYMMETRIC_USE.includes(action);
}
