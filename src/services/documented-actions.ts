/**
 * What `kms:GenerateDataKey*` stands for.
 *
 * @internal
 */
export const DATA_KEYS: readonly string[] = [
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyPair',
  'kms:GenerateDataKeyPairWithoutPlaintext',
  'kms:GenerateDataKeyWithoutPlaintext',
];

/**
 * What `kms:ReEncrypt*` stands for.
 *
 * @internal
 */
export const RE_ENCRYPT: readonly string[] = ['kms:ReEncryptFrom', 'kms:ReEncryptTo'];

/**
 * What AWS documents as `kms:Encrypt`, `kms:Decrypt`, `kms:ReEncrypt*` and `kms:GenerateDataKey*`: every cryptographic
 * action on a symmetric encryption key.
 *
 * @internal
 */
export const FULL_USE: readonly string[] = ['kms:Decrypt', 'kms:Encrypt', ...DATA_KEYS, ...RE_ENCRYPT];
