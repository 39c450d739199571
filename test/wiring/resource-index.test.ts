import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { CfnRole } from 'aws-cdk-lib/aws-iam';
import { Alias, type IKey } from 'aws-cdk-lib/aws-kms';
import { CfnEventSourceMapping, CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { Bucket, CfnBucket, EventType } from 'aws-cdk-lib/aws-s3';
import { SqsDestination } from 'aws-cdk-lib/aws-s3-notifications';
import { CfnSubscription, CfnTopic } from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { CfnQueue, Queue } from 'aws-cdk-lib/aws-sqs';
import { App, CfnResource, Stack } from 'aws-cdk-lib/core';
import { CustomerManagedKey } from '../../src/keys/customer-managed-key';
import { ENV, testStack, testStacks } from '../support/apps';
import { keyActionsByRole, kmsResources, serviceAccess } from '../support/key-policies';
import { cyclesOf } from '../support/template-cycles';
import { queue, topic } from '../support/wirings';

const SNS_TO_QUEUE = {
  service: 'sns.amazonaws.com',
  actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
  condition: {
    StringEquals: { 'aws:SourceAccount': '111111111111' },
    ArnLike: { 'aws:SourceArn': 'arn:<AWS::Partition>:sns:eu-west-1:111111111111:*' },
  },
};
const CLOUDWATCH_TO_TOPIC = {
  service: 'cloudwatch.amazonaws.com',
  actions: [
    'kms:Decrypt',
    'kms:GenerateDataKey',
    'kms:GenerateDataKeyPair',
    'kms:GenerateDataKeyPairWithoutPlaintext',
    'kms:GenerateDataKeyWithoutPlaintext',
  ],
  condition: {
    StringEquals: { 'aws:SourceAccount': '111111111111' },
    ArnLike: { 'aws:SourceArn': 'arn:<AWS::Partition>:cloudwatch:eu-west-1:111111111111:alarm:*' },
  },
};
const S3_TO_QUEUE = {
  service: 's3.amazonaws.com',
  actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
  condition: { StringEquals: { 'aws:SourceAccount': '111111111111' } },
};

function deliver(stack: Stack, key: IKey): void {
  topic(stack, key).addSubscription(new SqsSubscription(queue(stack, key)));
}

describe('the key of a resource is found', () => {
  test('given as an alias that the key made', () => {
    const stack = testStack();
    const key = new CustomerManagedKey(stack, 'Key');

    deliver(stack, key.addAlias('orders'));

    expect(serviceAccess(stack)).toEqual([SNS_TO_QUEUE]);
    expect(cyclesOf((stack.node.root as App).synth())).toEqual([]);
  });

  test('given as an alias construct of another stack', () => {
    const { keys, app } = testStacks();
    const key = new CustomerManagedKey(keys, 'Key');

    deliver(app, new Alias(app, 'Alias', { aliasName: 'alias/orders', targetKey: key }));

    expect(serviceAccess(keys)).toEqual([SNS_TO_QUEUE]);
    expect(cyclesOf((app.node.root as App).synth())).toEqual([]);
  });

  test('given as the text of an alias of the key', () => {
    const stack = testStack();
    new CustomerManagedKey(stack, 'Key', { aliases: ['orders'] });

    const delivered = new CfnQueue(stack, 'Queue', { kmsMasterKeyId: 'alias/orders' });
    const from = new CfnTopic(stack, 'Topic');
    new CfnSubscription(stack, 'Subscription', { protocol: 'sqs', topicArn: from.ref, endpoint: delivered.attrArn });

    expect(serviceAccess(stack)).toEqual([SNS_TO_QUEUE]);
  });

  test('given as an alias of no key of ours: nothing is added', () => {
    const stack = testStack();
    new CustomerManagedKey(stack, 'Key', { aliases: ['orders'] });

    const delivered = new CfnQueue(stack, 'Queue', { kmsMasterKeyId: 'alias/orders-2' });
    const from = new CfnTopic(stack, 'Topic');
    new CfnSubscription(stack, 'Subscription', { protocol: 'sqs', topicArn: from.ref, endpoint: delivered.attrArn });

    expect(serviceAccess(stack)).toEqual([]);
  });

  test.each([
    ['ARN', (key: CustomerManagedKey) => key.keyArn],
    ['id', (key: CustomerManagedKey) => key.keyId],
    ['ARN reference', (key: CustomerManagedKey) => key.keyRef.keyArn],
    ['ARN of the L1', (key: CustomerManagedKey) => (key.node.defaultChild as any).attrArn],
  ])('given to an L1 by its %s', (_, keyOf) => {
    const stack = testStack();
    const key = new CustomerManagedKey(stack, 'Key');

    const alarmed = new CfnTopic(stack, 'Topic', { kmsMasterKeyId: keyOf(key) });
    new CfnAlarm(stack, 'Alarm', { comparisonOperator: 'GreaterThanThreshold', evaluationPeriods: 1, alarmActions: [alarmed.ref] });

    expect(serviceAccess(stack)).toEqual([CLOUDWATCH_TO_TOPIC]);
  });
});

describe('wirings made of L1 constructs only', () => {
  test('a subscription with a dead-letter queue, a notification of a bucket and a rule', () => {
    const stack = testStack();
    const kmsMasterKeyId = new CustomerManagedKey(stack, 'Key').keyArn;
    const deadLetters = new CfnQueue(stack, 'DeadLetters', { kmsMasterKeyId });
    const from = new CfnTopic(stack, 'Topic');

    new CfnSubscription(stack, 'Subscription', {
      protocol: 'https',
      endpoint: 'https://example.com/',
      topicArn: from.ref,
      redrivePolicy: { deadLetterTargetArn: deadLetters.attrArn },
    });
    new CfnBucket(stack, 'Bucket', {
      notificationConfiguration: { queueConfigurations: [{ event: 's3:ObjectCreated:*', queue: deadLetters.attrArn }] },
    });
    new CfnRule(stack, 'Rule', { scheduleExpression: 'rate(1 day)', targets: [{ id: 'Queue', arn: deadLetters.attrArn }] });

    expect(serviceAccess(stack)).toEqual([SNS_TO_QUEUE, S3_TO_QUEUE, { ...S3_TO_QUEUE, service: 'events.amazonaws.com' }]);
  });

  test('raw resources, with the key in a property override', () => {
    const stack = testStack();
    const key = new CustomerManagedKey(stack, 'Key');
    const raw = new CfnResource(stack, 'Queue', { type: 'AWS::SQS::Queue' });
    raw.addPropertyOverride('KmsMasterKeyId', key.keyArn);
    const from = new CfnResource(stack, 'Topic', { type: 'AWS::SNS::Topic' });

    const subscription = new CfnResource(stack, 'Subscription', { type: 'AWS::SNS::Subscription', properties: { Protocol: 'sqs', TopicArn: from.ref } });
    subscription.addPropertyOverride('Endpoint', raw.getAtt('Arn'));

    expect(serviceAccess(stack)).toEqual([SNS_TO_QUEUE]);
  });

  test.each(['alarmActions', 'okActions', 'insufficientDataActions'])('the %s of an alarm and of a composite alarm', (actions) => {
    const [single, composite] = ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'].map((type) => {
      const stack = testStack();
      const alarmed = new CfnTopic(stack, 'Topic', { kmsMasterKeyId: new CustomerManagedKey(stack, 'Key').keyArn });
      const name = { alarmActions: 'AlarmActions', okActions: 'OKActions', insufficientDataActions: 'InsufficientDataActions' }[actions]!;
      new CfnResource(stack, 'Alarm', { type, properties: { [name]: [alarmed.ref] } });
      return serviceAccess(stack);
    });

    expect([single, composite]).toEqual([[CLOUDWATCH_TO_TOPIC], [CLOUDWATCH_TO_TOPIC]]);
  });

  test('an override that takes the key away: nothing is added', () => {
    const stack = testStack();
    const key = new CustomerManagedKey(stack, 'Key');
    const alarmed = new CfnTopic(stack, 'Topic', { kmsMasterKeyId: key.keyArn });
    new CfnAlarm(stack, 'Alarm', { comparisonOperator: 'GreaterThanThreshold', evaluationPeriods: 1, alarmActions: [alarmed.ref] });

    alarmed.addPropertyDeletionOverride('KmsMasterKeyId');

    expect(serviceAccess(stack)).toEqual([]);
  });

  test('an L1 role gets the permission that its function needs', () => {
    const stack = testStack();
    const key = new CustomerManagedKey(stack, 'Key');
    const role = new CfnRole(stack, 'Role', { assumeRolePolicyDocument: {} });
    const fn = new CfnFunction(stack, 'Function', {
      role: role.attrArn,
      code: { zipFile: 'exports.handler = async () => {};' },
      handler: 'index.handler',
      runtime: 'nodejs22.x',
    });

    const fed = new CfnQueue(stack, 'Queue', { kmsMasterKeyId: key.keyArn });
    new CfnEventSourceMapping(stack, 'Mapping', { functionName: fn.ref, eventSourceArn: fed.attrArn });

    expect(keyActionsByRole(stack)).toEqual({ Role: ['kms:Decrypt'] });
    expect(kmsResources(stack)).toEqual([{ 'Fn::GetAtt': ['Key961B73FD', 'Arn'] }]);
  });

  test('an L1 role that two functions share gets what both need, in one policy', () => {
    const stack = testStack();
    const key = new CustomerManagedKey(stack, 'Key');
    const role = new CfnRole(stack, 'Role', { assumeRolePolicyDocument: {} });
    const to = new CfnTopic(stack, 'Topic', { kmsMasterKeyId: key.keyArn });

    for (const id of ['First', 'Second']) {
      new CfnFunction(stack, id, {
        role: role.attrArn,
        code: { zipFile: 'exports.handler = async () => {};' },
        handler: 'index.handler',
        runtime: 'nodejs22.x',
        deadLetterConfig: { targetArn: to.ref },
      });
    }

    expect(keyActionsByRole(stack)).toEqual({
      Role: [
        'kms:Decrypt',
        'kms:GenerateDataKey',
        'kms:GenerateDataKeyPair',
        'kms:GenerateDataKeyPairWithoutPlaintext',
        'kms:GenerateDataKeyWithoutPlaintext',
      ],
    });
  });
});

describe('what CDK cannot see is found too', () => {
  test('an imported bucket notifies a queue of another stack than the key', () => {
    const { keys, app } = testStacks();
    const key = new CustomerManagedKey(keys, 'Key');

    Bucket.fromBucketName(app, 'Bucket', 'orders').addEventNotification(EventType.OBJECT_CREATED, new SqsDestination(queue(app, key)));

    // The CDK adds a statement bound to the bucket's literal ARN, which stays as exact as it is.
    expect(serviceAccess(keys)).toContainEqual(S3_TO_QUEUE);
    expect(cyclesOf((app.node.root as App).synth())).toEqual([]);
  });

  test('a topic of another account delivers to a queue', () => {
    const stack = testStack();
    const key = new CustomerManagedKey(stack, 'Key');

    new CfnSubscription(stack, 'Subscription', {
      protocol: 'sqs',
      topicArn: 'arn:aws:sns:eu-central-1:222222222222:orders',
      endpoint: queue(stack, key).queueArn,
    });

    expect(serviceAccess(stack)).toEqual([
      {
        service: 'sns.amazonaws.com',
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        condition: {
          StringEquals: { 'aws:SourceAccount': '222222222222' },
          ArnLike: { 'aws:SourceArn': 'arn:<AWS::Partition>:sns:eu-central-1:222222222222:*' },
        },
      },
    ]);
  });

  test('two keys: each knows the services of its own resources only', () => {
    const app = new App();
    const [first, second] = ['First', 'Second'].map((id) => new Stack(app, id, { env: ENV }));
    const [topicKey, queueKey] = [first, second].map((stack) => new CustomerManagedKey(stack, 'Key'));
    const users = new Stack(app, 'Users', { env: ENV });

    topic(users, topicKey).addSubscription(new SqsSubscription(new Queue(users, 'Queue', { encryptionMasterKey: queueKey })));

    expect(serviceAccess(first)).toEqual([]);
    expect(serviceAccess(second)).toEqual([SNS_TO_QUEUE]);
    expect(cyclesOf(app.synth())).toEqual([]);
  });
});
