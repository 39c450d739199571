import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnBucketPolicy } from 'aws-cdk-lib/aws-s3';
import { CfnQueuePolicy } from 'aws-cdk-lib/aws-sqs';
import { Stack, Token, type CfnResource } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { CustomerManagedKey } from '../keys/customer-managed-key';
import { KeyRetention } from '../keys/key-retention';
import { arnText } from '../private/arn-text';
import type { Problems } from '../private/errors';
import { read } from '../private/template-reader';

/**
 * What every pattern lets its user choose about the key and the fate of the data.
 *
 * @internal
 */
export interface EncryptionChoice {
  readonly encryptionKey?: IKey;
  readonly retention?: KeyRetention;
}

/**
 * The fate of the data: as asked, or else that of the key.
 *
 * @internal
 */
export function retentionOf({ encryptionKey, retention }: EncryptionChoice): KeyRetention {
  return retention ?? keyRetention(encryptionKey) ?? KeyRetention.retain();
}

/** @internal */
export function checkEncryption(scope: Construct, choice: EncryptionChoice, problems: Problems, prop: string = 'encryptionKey'): void {
  const { encryptionKey } = choice;
  if (!encryptionKey) {
    return;
  }
  problems.expect(keyRetention(encryptionKey)?.keepsData !== false || !retentionOf(choice).keepsData, 'DataOutlivesKey', () =>
    `'retention' keeps the data, but its key ${encryptionKey.node.path} is ephemeral, and data cannot be read without its key; give the key a retention that keeps it`);
  problems.expect(!/:alias\//.test(arnText(read(scope, encryptionKey.keyArn).value)), 'AliasAsKey', () =>
    `'${prop}' must be a key, whose ARN requests and policies name, got the alias ${encryptionKey.node.path}; give the key that it stands for`);
  const [key, own] = [encryptionKey.env.region, Stack.of(scope).region];
  problems.expect(Token.isUnresolved(key) || Token.isUnresolved(own) || key === own, 'KeyInOtherRegion', () =>
    `'${prop}' must be in the Region of the resource, ${own}, got a key of ${key}; use a replica key there`);
}

/**
 * The key that was given, or one of the pattern's own.
 *
 * @internal
 */
export function encryptionKeyOf(pattern: Construct, choice: EncryptionChoice): IKey {
  return choice.encryptionKey ?? new CustomerManagedKey(pattern, 'Key', { retention: retentionOf(choice) });
}

/**
 * Gives the policies of a pattern's resources the fate of the data: kept data without its policy would be open to what the
 * policy denies.
 *
 * @internal
 */
export function keepPolicies(pattern: Construct, { removalPolicy }: KeyRetention): void {
  pattern.node
    .findAll()
    .filter((child) => CfnBucketPolicy.isCfnBucketPolicy(child) || CfnQueuePolicy.isCfnQueuePolicy(child))
    .forEach((policy) => (policy as CfnResource).applyRemovalPolicy(removalPolicy));
}

function keyRetention(key: IKey | undefined): KeyRetention | undefined {
  return key instanceof CustomerManagedKey ? key.retention : undefined;
}
