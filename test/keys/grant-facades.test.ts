import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { KeyGrants, type CfnKey } from 'aws-cdk-lib/aws-kms';
import { BucketGrants, CfnBucket } from 'aws-cdk-lib/aws-s3';
import { CfnTopic, TopicGrants } from 'aws-cdk-lib/aws-sns';
import { CfnQueue, QueueGrants } from 'aws-cdk-lib/aws-sqs';
import type { App, Stack } from 'aws-cdk-lib/core';
import { CustomerManagedKey } from '../../src/keys/customer-managed-key';
import { testStack } from '../support/apps';
import { FLAGS } from '../support/feature-flags';
import { keyActionsByRole, keyPolicyOf, kmsResources, serviceAccess } from '../support/key-policies';
import { cyclesOf } from '../support/template-cycles';
import { bucket, queue, topic } from '../support/wirings';

// The CDK's newer facades grant on L1 constructs too, and come to the key by other doors than its methods.

const KEY_ARN = { 'Fn::GetAtt': ['Key961B73FD', 'Arn'] };
const WRITE = [
  'kms:Decrypt',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyPair',
  'kms:GenerateDataKeyPairWithoutPlaintext',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];
const PUBLISH = [
  'kms:Decrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyPair',
  'kms:GenerateDataKeyPairWithoutPlaintext',
  'kms:GenerateDataKeyWithoutPlaintext',
];
const DEFAULT_SIDS = ['KeyAdministration', 'KeyMetadata', 'KeyUse', 'ServiceGrants', 'GrantsForServicesOnly'];

const role = (scope: Stack) => new Role(scope, 'Role', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });

function expectIamOnly(stack: Stack, actions: string[]): void {
  expect(cyclesOf((stack.node.root as App).synth())).toEqual([]);
  expect(keyActionsByRole(stack)).toEqual({ Role1ABCC5F0: actions });
  expect(kmsResources(stack)).toEqual([KEY_ARN]);
  expect(keyPolicyOf(stack).map(({ Sid }) => Sid)).toEqual(DEFAULT_SIDS);
}

describe.each(Object.entries(FLAGS))('facades, with %s', (_, context) => {
  const KEYS: Array<[string, (key: CustomerManagedKey) => CustomerManagedKey | CfnKey]> = [
    ['the key', (key) => key],
    ['the L1 of the key', (key) => key.node.defaultChild as CfnKey],
  ];

  test.each(KEYS)('KeyGrants.fromKey of %s: a role by IAM, with exact actions', (__, keyOf) => {
    const stack = testStack({}, { context });

    KeyGrants.fromKey(keyOf(new CustomerManagedKey(stack, 'Key'))).encryptDecrypt(role(stack));

    expectIamOnly(stack, WRITE);
  });

  test.each(KEYS)('KeyGrants.fromKey of %s: a service in the key policy, bound', (__, keyOf) => {
    const stack = testStack({}, { context });

    KeyGrants.fromKey(keyOf(new CustomerManagedKey(stack, 'Key'))).decrypt(new ServicePrincipal('s3.amazonaws.com'));

    expect(serviceAccess(stack)).toEqual([
      { service: 's3.amazonaws.com', actions: ['kms:Decrypt'], condition: { StringEquals: { 'aws:SourceAccount': '111111111111' } } },
    ]);
  });

  describe.each<[string, (key: CustomerManagedKey) => string]>([
    ['ARN', (key) => key.keyArn],
    ['id', (key) => key.keyId],
    ["L1's ARN", (key) => (key.node.defaultChild as CfnKey).attrArn],
  ])("the facade of an L1 that was given the key's %s", (__, keyOf) => {
    test('QueueGrants', () => {
      const stack = testStack({}, { context });
      const key = new CustomerManagedKey(stack, 'Key');

      QueueGrants.fromQueue(new CfnQueue(stack, 'Queue', { kmsMasterKeyId: keyOf(key) })).sendMessages(role(stack));

      expectIamOnly(stack, WRITE);
    });

    test('TopicGrants', () => {
      const stack = testStack({}, { context });
      const key = new CustomerManagedKey(stack, 'Key');

      TopicGrants.fromTopic(new CfnTopic(stack, 'Topic', { kmsMasterKeyId: keyOf(key) })).publish(role(stack));

      expectIamOnly(stack, PUBLISH);
    });

    test('BucketGrants', () => {
      const stack = testStack({}, { context });
      const kmsMasterKeyId = keyOf(new CustomerManagedKey(stack, 'Key'));
      const serverSideEncryptionConfiguration = [{ serverSideEncryptionByDefault: { sseAlgorithm: 'aws:kms', kmsMasterKeyId } }];

      BucketGrants.fromBucket(new CfnBucket(stack, 'Bucket', { bucketEncryption: { serverSideEncryptionConfiguration } })).write(role(stack));

      expectIamOnly(stack, WRITE);
    });
  });

  describe('the facade of the L1 below an L2', () => {
    test('QueueGrants', () => {
      const stack = testStack({}, { context });

      QueueGrants.fromQueue(queue(stack, new CustomerManagedKey(stack, 'Key')).node.defaultChild as CfnQueue).sendMessages(role(stack));

      expectIamOnly(stack, WRITE);
    });

    test('BucketGrants', () => {
      const stack = testStack({}, { context });

      BucketGrants.fromBucket(bucket(stack, new CustomerManagedKey(stack, 'Key')).node.defaultChild as CfnBucket).read(role(stack));

      expectIamOnly(stack, ['kms:Decrypt', 'kms:DescribeKey']);
    });
  });

  describe('grants of an L2', () => {
    test.each<[string, (stack: Stack, key: CustomerManagedKey) => unknown, string[]]>([
      ['a queue to send to', (stack, key) => queue(stack, key).grantSendMessages(role(stack)), WRITE],
      ['a queue to consume from', (stack, key) => queue(stack, key).grantConsumeMessages(role(stack)), ['kms:Decrypt']],
      ['a topic to publish to', (stack, key) => topic(stack, key).grantPublish(role(stack)), PUBLISH],
      ['a bucket to read', (stack, key) => bucket(stack, key).grantRead(role(stack)), ['kms:Decrypt', 'kms:DescribeKey']],
    ])('%s', (__, grant, actions) => {
      const stack = testStack({}, { context });

      grant(stack, new CustomerManagedKey(stack, 'Key'));

      expectIamOnly(stack, actions);
    });
  });
});
