import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnResource, Stack, Token } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { CustomerManagedKey } from '../keys/customer-managed-key';
import { KeyRetention } from '../keys/key-retention';
import { arnText } from '../private/arn-text';
import type { Problems } from '../private/errors';
import { read } from '../private/template-reader';
import { KeyWiring } from '../wiring/key-wiring';

/** Policies of resources that hold data. */
const RESOURCE_POLICIES = [
  'AWS::Kinesis::ResourcePolicy',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
  'AWS::SecretsManager::ResourcePolicy',
];

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

/**
 * Finds what is wrong with a given key.
 *
 * @param prop the prop that gave the key
 * @param own the Region of the data, which is that of the stack unless it is a replica
 * @internal
 */
export function checkEncryption(
  scope: Construct,
  choice: EncryptionChoice,
  problems: Problems,
  prop: string = 'encryptionKey',
  own: string = Stack.of(scope).region,
): void {
  const { encryptionKey } = choice;
  if (!encryptionKey) {
    return;
  }
  problems.expect(keyRetention(encryptionKey)?.keepsData !== false || !retentionOf(choice).keepsData, 'DataOutlivesKey', () =>
    `'retention' keeps the data, but its key ${encryptionKey.node.path} is ephemeral, and data cannot be read without its key; give the key a retention that keeps it`);
  problems.expect(!/:alias\//.test(arnText(read(scope, encryptionKey.keyArn).value)), 'AliasAsKey', () =>
    `'${prop}' must be a key, whose ARN requests and policies name, got the alias ${encryptionKey.node.path}; give the key that it stands for`);
  const key = encryptionKey.env.region;
  problems.expect(Token.isUnresolved(key) || Token.isUnresolved(own) || key === own, 'KeyInOtherRegion', () =>
    `'${prop}' must be in the Region of the resource, ${own}, got a key of ${key}; use a replica key there`);
}

/**
 * A copy of the data in another Region.
 *
 * @internal
 */
export interface Replica {
  readonly region: string;
  readonly encryptionKey?: IKey;
}

/**
 * Finds what is wrong with the Regions and keys of replicas.
 *
 * @param prop the prop that gave the replicas
 * @internal
 */
export function checkReplicas(
  scope: Construct,
  replicas: readonly Replica[],
  choice: EncryptionChoice,
  problems: Problems,
  prop: string,
): void {
  const taken = [Stack.of(scope).region];
  for (const { region, encryptionKey } of replicas) {
    problems.expect(Token.isUnresolved(region) || !taken.includes(region), 'ReplicaRegionTaken', () =>
      `'${prop}' must name each Region once, and not that of the stack, got ${region}; leave it out`);
    checkEncryption(scope, { encryptionKey, retention: retentionOf(choice) }, problems, prop, region);
    taken.push(region);
  }
}

/**
 * The key that was given, or one of the pattern's own. Whoever's it is, what it lacks is added or told.
 *
 * @internal
 */
export function encryptionKeyOf(pattern: Construct, choice: EncryptionChoice): IKey {
  KeyWiring.of(pattern);
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
    .filter((child): child is CfnResource => CfnResource.isCfnResource(child) && RESOURCE_POLICIES.includes(child.cfnResourceType))
    .forEach((policy) => policy.applyRemovalPolicy(removalPolicy));
}

function keyRetention(key: IKey | undefined): KeyRetention | undefined {
  return key instanceof CustomerManagedKey ? key.retention : undefined;
}
