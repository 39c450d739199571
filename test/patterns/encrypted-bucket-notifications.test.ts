import { Match, Template } from 'aws-cdk-lib/assertions';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { EventType, type IBucketNotificationDestination } from 'aws-cdk-lib/aws-s3';
import { LambdaDestination, SnsDestination, SqsDestination } from 'aws-cdk-lib/aws-s3-notifications';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Stack } from 'aws-cdk-lib/core';
import { CustomerManagedKey } from '../../src/keys/customer-managed-key';
import { EncryptedBucket } from '../../src/patterns/encrypted-bucket';
import { EncryptedQueue } from '../../src/patterns/encrypted-queue';
import { testStack } from '../support/apps';
import { FLAGS } from '../support/feature-flags';
import { serviceAccess } from '../support/key-policies';
import { templateCycles } from '../support/template-cycles';

/** Destinations that are encrypted with the key of the bucket. */
const DESTINATIONS = {
  queue: (stack: Stack, key: CustomerManagedKey) => new SqsDestination(new EncryptedQueue(stack, 'Jobs', { encryptionKey: key }).queue),
  topic: (stack: Stack, key: CustomerManagedKey) => new SnsDestination(new Topic(stack, 'Topic', { masterKey: key })),
  function: (stack: Stack, key: CustomerManagedKey) =>
    new LambdaDestination(
      new Function(stack, 'Function', {
        runtime: Runtime.NODEJS_22_X,
        handler: 'index.handler',
        code: Code.fromInline('exports.handler = async () => {};'),
        environment: { GREETING: 'hello' },
        environmentEncryption: key,
      }),
    ),
} satisfies Record<string, (stack: Stack, key: CustomerManagedKey) => IBucketNotificationDestination>;

const FROM_OWN_BUCKETS = { service: 's3.amazonaws.com', condition: { StringEquals: { 'aws:SourceAccount': '111111111111' } } };

const EXPECTED: Record<keyof typeof DESTINATIONS, object[]> = {
  queue: [{ ...FROM_OWN_BUCKETS, actions: ['kms:Decrypt', 'kms:GenerateDataKey'] }],
  topic: [
    {
      ...FROM_OWN_BUCKETS,
      actions: [
        'kms:Decrypt',
        'kms:GenerateDataKey',
        'kms:GenerateDataKeyPair',
        'kms:GenerateDataKeyPairWithoutPlaintext',
        'kms:GenerateDataKeyWithoutPlaintext',
      ],
    },
  ],
  function: [],
};

describe.each(Object.entries(FLAGS))('with %s', (_, context) => {
  test.each(Object.keys(DESTINATIONS) as Array<keyof typeof DESTINATIONS>)('a bucket notifies a %s with the same key', (kind) => {
    const stack = testStack({}, { context });
    const key = new CustomerManagedKey(stack, 'Key');
    const bucket = new EncryptedBucket(stack, 'Documents', { encryptionKey: key });

    bucket.addEventNotification(EventType.OBJECT_CREATED, DESTINATIONS[kind](stack, key));

    expect(serviceAccess(stack)).toEqual(EXPECTED[kind]);
    expect(templateCycles(Template.fromStack(stack).toJSON())).toEqual([]);
  });
});

test('filters are passed on', () => {
  const stack = testStack();
  const bucket = new EncryptedBucket(stack, 'Documents');
  const queue = new EncryptedQueue(stack, 'Jobs', { encryptionKey: bucket.encryptionKey });

  bucket.addEventNotification(EventType.OBJECT_REMOVED, new SqsDestination(queue.queue), { prefix: 'in/', suffix: '.json' });

  Template.fromStack(stack).hasResourceProperties('Custom::S3BucketNotifications', {
    BucketName: { Ref: 'DocumentsDCDDF95A' },
    NotificationConfiguration: {
      QueueConfigurations: [
        {
          Events: ['s3:ObjectRemoved:*'],
          Filter: { Key: { FilterRules: Match.arrayWith([{ Name: 'suffix', Value: '.json' }, { Name: 'prefix', Value: 'in/' }]) } },
          QueueArn: { 'Fn::GetAtt': ['Jobs41CEEC0B', 'Arn'] },
        },
      ],
    },
  });
});

test('a destination with a key of its own: Amazon S3 is let in there, and not at the key of the bucket', () => {
  const stack = testStack();
  const queue = new EncryptedQueue(stack, 'Jobs');

  new EncryptedBucket(stack, 'Documents').addEventNotification(EventType.OBJECT_CREATED, new SqsDestination(queue.queue));

  const keys = Template.fromStack(stack).findResources('AWS::KMS::Key');
  const servicesOf = (id: string) => keys[id].Properties.KeyPolicy.Statement.flatMap(({ Principal }: any) => Principal.Service ?? []);
  expect(servicesOf('JobsKeyB64EAF8C')).toContain('s3.amazonaws.com');
  expect(servicesOf('DocumentsKeyFF02C3B3')).toEqual([]);
});
