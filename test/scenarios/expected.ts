import type { Access } from './scenario';

// Parts of the expectations, as literals: what AWS documents, written a second time.

export const DECRYPT = ['kms:Decrypt'];
export const DATA_KEY = ['kms:GenerateDataKey'];
export const SEND = ['kms:Decrypt', 'kms:GenerateDataKey'];
/** `kms:GenerateDataKey*` */
export const ANY_DATA_KEY = [
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyPair',
  'kms:GenerateDataKeyPairWithoutPlaintext',
  'kms:GenerateDataKeyWithoutPlaintext',
];
/** What who publishes to a topic needs: `kms:Decrypt` and `kms:GenerateDataKey*` */
export const PUBLISH = ['kms:Decrypt', ...ANY_DATA_KEY];
export const RE_ENCRYPT = ['kms:ReEncryptFrom', 'kms:ReEncryptTo'];
/** Decrypt, Encrypt, `GenerateDataKey*`, `ReEncrypt*` */
export const FULL = ['kms:Decrypt', 'kms:Encrypt', ...ANY_DATA_KEY, ...RE_ENCRYPT];
export const DESCRIBE = ['kms:DescribeKey'];
/** What the CDK's `grantDecrypt` comes to. */
export const READ = ['kms:Decrypt', 'kms:DescribeKey'];
/** What the CDK's `grantEncrypt` comes to. */
export const WRITE = ['kms:DescribeKey', 'kms:Encrypt', ...ANY_DATA_KEY, 'kms:ReEncryptTo'];
/** What the CDK's `grantEncryptDecrypt` comes to. */
export const READ_WRITE = ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', ...ANY_DATA_KEY, ...RE_ENCRYPT];

/** What the CDK gives to who writes what was read elsewhere: `grantDecrypt` there, `grantEncrypt` here. */
export const READ_AND_WRITE_ANEW = ['kms:Decrypt', ...WRITE].sort();

/** The account of the app, wherever the key is. */
export const ACCOUNT_ONLY = { StringEquals: { 'aws:SourceAccount': '111111111111' } };

/** The account of the app, and a pattern of ARNs of it: `sns:eu-west-1:111111111111:*` */
export function accountAndArn(pattern: string): object {
  return { StringEquals: { 'aws:SourceAccount': '111111111111' }, ArnLike: { 'aws:SourceArn': `arn:<AWS::Partition>:${pattern}` } };
}

export function arnOnly(pattern: string): object {
  return { ArnLike: { 'aws:SourceArn': `arn:<AWS::Partition>:${pattern}` } };
}

export function context(key: string, pattern: string): object {
  return { ArnLike: { [`kms:EncryptionContext:${key}`]: `arn:<AWS::Partition>:${pattern}` } };
}

export function letIn(who: string, actions: readonly string[], when?: object): Access {
  return { who, actions, ...(when ? { when } : {}) };
}
