import { Template } from 'aws-cdk-lib/assertions';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Alias, Key, type IKey } from 'aws-cdk-lib/aws-kms';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { CfnLogGroup, LogGroup } from 'aws-cdk-lib/aws-logs';
import { EventType } from 'aws-cdk-lib/aws-s3';
import * as s3n from 'aws-cdk-lib/aws-s3-notifications';
import { CfnTopic, Topic } from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { CfnQueue, Queue } from 'aws-cdk-lib/aws-sqs';
import { Stack, Validations, type App } from 'aws-cdk-lib/core';
import { CustomerManagedKey } from '../../src/keys/customer-managed-key';
import { ENV, testStack } from '../support/apps';
import { messagesOf } from '../support/key-policies';
import { alarm, bucket, lambda, queue, rule, topic } from '../support/wirings';

// A key that is not ours, in an app that uses the library: it is told what it lacks, and nothing of it is changed.

const ARN = 'arn:aws:kms:eu-west-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab';

const ALARM_TO_TOPIC = {
  Effect: 'Allow',
  Principal: { Service: 'cloudwatch.amazonaws.com' },
  Action: [
    'kms:Decrypt',
    'kms:GenerateDataKey',
    'kms:GenerateDataKeyPair',
    'kms:GenerateDataKeyPairWithoutPlaintext',
    'kms:GenerateDataKeyWithoutPlaintext',
  ],
  Resource: '*',
  Condition: {
    StringEquals: { 'aws:SourceAccount': '111111111111' },
    ArnLike: { 'aws:SourceArn': 'arn:aws:cloudwatch:eu-west-1:111111111111:alarm:*' },
  },
};
const SNS_TO_QUEUE = {
  Effect: 'Allow',
  Principal: { Service: 'sns.amazonaws.com' },
  Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
  Resource: '*',
  Condition: {
    StringEquals: { 'aws:SourceAccount': '111111111111' },
    ArnLike: { 'aws:SourceArn': 'arn:aws:sns:eu-west-1:111111111111:*' },
  },
};

/** A stack with a key of ours, by which the app uses the library. */
function stackWithOurs(env: object | undefined = ENV): Stack {
  const stack = testStack({ env });
  new CustomerManagedKey(stack, 'Ours');
  return stack;
}

const warnings = (stack: Stack) => messagesOf(stack, 'warning');

const lacks = (name: string, statement: object) =>
  `the key ${name} is not a CustomerManagedKey, so that this is left to you; it needs in its key policy: ${JSON.stringify(statement)} [ack: cdk-kms-constructs:foreignKeyIncomplete]`;

describe('a plain key', () => {
  test('that lacks a statement is told which', () => {
    const stack = stackWithOurs();

    alarm(stack).addAlarmAction(new SnsAction(topic(stack, new Key(stack, 'Key'))));

    expect(warnings(stack)).toEqual([lacks('Stack/Key/Resource', ALARM_TO_TOPIC)]);
  });

  test('of another stack, and by its alias, is told where it is', () => {
    const stack = stackWithOurs();
    const keys = new Stack(stack.node.root, 'Keys', { env: ENV });
    const alias = new Alias(keys, 'Alias', { aliasName: 'alias/orders', targetKey: new Key(keys, 'Key') });

    alarm(stack).addAlarmAction(new SnsAction(topic(stack, alias)));

    expect(warnings(stack)).toEqual([]);
    expect(warnings(keys)).toEqual([lacks('Keys/Key/Resource', ALARM_TO_TOPIC)]);
  });

  test('by the name of its alias is told too', () => {
    const stack = stackWithOurs();
    new Alias(stack, 'Alias', { aliasName: 'alias/orders', targetKey: new Key(stack, 'Key') });

    const { attrTopicArn } = new CfnTopic(stack, 'Topic', { kmsMasterKeyId: 'alias/orders' });
    alarm(stack).addAlarmAction(new SnsAction(Topic.fromTopicArn(stack, 'Imported', attrTopicArn)));

    expect(warnings(stack)).toEqual([lacks('Stack/Key/Resource', ALARM_TO_TOPIC)]);
  });

  test('that lacks statements for two services is told both', () => {
    const stack = stackWithOurs();
    const key = new Key(stack, 'Key');

    alarm(stack).addAlarmAction(new SnsAction(topic(stack, key)));
    new LogGroup(stack, 'Logs', { encryptionKey: key });

    expect(warnings(stack)).toHaveLength(2);
    expect(warnings(stack).join()).toMatch(/cloudwatch\.amazonaws\.com[^]*logs\.eu-west-1\.amazonaws\.com/);
  });

  test('in a stack without an environment has pseudo parameters in the statement', () => {
    const stack = testStack({ env: undefined });
    new CustomerManagedKey(stack, 'Ours');

    alarm(stack).addAlarmAction(new SnsAction(topic(stack, new Key(stack, 'Key'))));

    expect(warnings(stack).join()).toContain('{"Ref":"AWS::Partition"}');
    expect(warnings(stack).join()).toContain('"aws:SourceAccount":{"Ref":"AWS::AccountId"}');
  });

  test('can be acknowledged, on the key', () => {
    const stack = stackWithOurs();
    const key = new Key(stack, 'Key');
    alarm(stack).addAlarmAction(new SnsAction(topic(stack, key)));

    Validations.of(key).acknowledge({ id: 'cdk-kms-constructs:foreignKeyIncomplete', reason: 'the alarm is only a test' });

    expect(warnings(stack)).toEqual([]);
  });

  test.each<[string, (key: Key) => void]>([
    ['the exact statement', (key) => key.addToResourcePolicy(PolicyStatement.fromJson(ALARM_TO_TOPIC))],
    [
      'more actions, by wildcards',
      (key) => key.addToResourcePolicy(new PolicyStatement({ principals: [new ServicePrincipal('cloudwatch.amazonaws.com')], actions: ['kms:Decrypt', 'kms:GenerateDataKey*'], resources: ['*'] })),
    ],
    [
      'the actions in two statements',
      (key) => [['kms:Decrypt'], ['kms:GenerateDataKey*']].forEach((actions) =>
        key.addToResourcePolicy(new PolicyStatement({ principals: [new ServicePrincipal('cloudwatch.amazonaws.com')], actions, resources: ['*'] }))),
    ],
  ])('that has %s is told nothing', (_, allow) => {
    const stack = stackWithOurs();
    const key = new Key(stack, 'Key');

    allow(key);
    alarm(stack).addAlarmAction(new SnsAction(topic(stack, key)));

    expect(warnings(stack)).toEqual([]);
  });

  test.each<[string, (key: Key) => void]>([
    [
      'fewer actions',
      (key) => key.addToResourcePolicy(new PolicyStatement({ principals: [new ServicePrincipal('cloudwatch.amazonaws.com')], actions: ['kms:Decrypt'], resources: ['*'] })),
    ],
    ['another service', (key) => key.addToResourcePolicy(PolicyStatement.fromJson({ ...ALARM_TO_TOPIC, Principal: { Service: 'sns.amazonaws.com' } }))],
    ['a denial', (key) => key.addToResourcePolicy(PolicyStatement.fromJson({ ...ALARM_TO_TOPIC, Effect: 'Deny' }))],
  ])('that has %s is told', (_, allow) => {
    const stack = stackWithOurs();
    const key = new Key(stack, 'Key');

    allow(key);
    alarm(stack).addAlarmAction(new SnsAction(topic(stack, key)));

    expect(warnings(stack)).toEqual([lacks('Stack/Key/Resource', ALARM_TO_TOPIC)]);
  });

  test.each<[string, (stack: Stack, key: IKey) => void]>([
    ['a bucket', (stack, key) => bucket(stack, key)],
    ['a queue', (stack, key) => queue(stack, key)],
    // The constructs of the CDK let these services in themselves.
    ['a rule that sends to a queue', (stack, key) => rule(stack).addTarget(new SqsQueue(queue(stack, key)))],
    ['a bucket that notifies a queue', (stack, key) => bucket(stack).addEventNotification(EventType.OBJECT_CREATED, new s3n.SqsDestination(queue(stack, key)))],
    ['a topic that delivers to a queue', (stack, key) => topic(stack).addSubscription(new SqsSubscription(queue(stack, key)))],
    ['a function that reads a queue', (stack, key) => lambda(stack).addEventSource(new SqsEventSource(queue(stack, key)))],
  ])('that lacks nothing is told nothing: %s', (_, use) => {
    const stack = stackWithOurs();

    use(stack, new Key(stack, 'Key'));

    expect(warnings(stack)).toEqual([]);
  });

  test('has the same template with the library and without it', () => {
    const templateWith = (ours: boolean) => {
      const stack = testStack();
      const key = new Key(stack, 'Key');
      alarm(stack).addAlarmAction(new SnsAction(topic(stack, key)));
      lambda(stack, undefined, { deadLetterQueue: queue(stack, key) });
      if (ours) {
        new CustomerManagedKey(new Stack(stack.node.root, 'Keys', { env: ENV }), 'Ours');
      }
      return Template.fromStack(stack).toJSON();
    };

    expect(templateWith(true)).toEqual(templateWith(false));
  });
});

describe('a key that is only named', () => {
  test('by its ARN: told at the first resource that it encrypts', () => {
    const stack = stackWithOurs();
    const to = new CfnQueue(stack, 'Queue', { kmsMasterKeyId: ARN });

    topic(stack).addSubscription(new SqsSubscription(Queue.fromQueueArn(stack, 'Imported', to.attrArn)));

    expect(warnings(stack)).toEqual([lacks(ARN, SNS_TO_QUEUE)]);
  });

  test('by Key.fromKeyArn: told too', () => {
    const stack = stackWithOurs();

    alarm(stack).addAlarmAction(new SnsAction(topic(stack, Key.fromKeyArn(stack, 'Key', ARN))));

    expect(warnings(stack)).toEqual([lacks(ARN, ALARM_TO_TOPIC)]);
  });

  test('in a log group', () => {
    const stack = stackWithOurs();

    new CfnLogGroup(stack, 'Logs', { kmsKeyId: ARN });

    expect(warnings(stack)).toEqual([expect.stringContaining('"kms:EncryptionContext:aws:logs:arn":"arn:aws:logs:eu-west-1:111111111111:*"')]);
  });
});

describe('an AWS managed key', () => {
  test('of a topic cannot let a service in, and what to use is told', () => {
    const stack = stackWithOurs();

    alarm(stack).addAlarmAction(new SnsAction(topic(stack, Alias.fromAliasName(stack, 'Key', 'alias/aws/sns'))));

    const [warning, ...others] = warnings(stack);
    expect(others).toEqual([]);
    expect(warning).toMatch(
      /alias\/aws\/sns: cloudwatch\.amazonaws\.com cannot be let in by the policy of an AWS managed key; use a CustomerManagedKey \[ack: cdk-kms-constructs:awsManagedKey\]$/,
    );
  });

  test('is fine for roles, who use it through its service', () => {
    const stack = stackWithOurs();
    const deadLetters = new CfnQueue(stack, 'DeadLetters', { kmsMasterKeyId: 'alias/aws/sqs' });

    lambda(stack, undefined, { deadLetterQueue: Queue.fromQueueArn(stack, 'Imported', deadLetters.attrArn) });

    expect(warnings(stack)).toEqual([]);
  });
});

describe('a role that lacks the use of a foreign key', () => {
  const fn = (stack: Stack) => lambda(stack, undefined, { deadLetterQueue: queue(stack, new Key(stack, 'Key')) });

  test('is told, at the role, and is not changed', () => {
    const stack = stackWithOurs();

    fn(stack);

    expect(warnings(stack)).toEqual([
      'the key Stack/Key/Resource is not a CustomerManagedKey, so that this is left to you; the role Stack/Function/ServiceRole needs in its policies: '
      + '{"Action":["kms:Decrypt","kms:GenerateDataKey"],"Effect":"Allow","Resource":"<Stack/Key/Resource.Arn>"} [ack: cdk-kms-constructs:foreignKeyIncomplete]',
    ]);
    expect(JSON.stringify(Template.fromStack(stack).findResources('AWS::IAM::Policy'))).not.toContain('kms:');
  });

  test('is told nothing when a grant of the CDK gave it', () => {
    const stack = stackWithOurs();
    const consumer = lambda(stack);
    const key = new Key(stack, 'Key');

    const from = queue(stack, key);
    from.grantSendMessages(consumer);
    consumer.addEventSource(new SqsEventSource(from));

    expect(warnings(stack)).toEqual([]);
  });

  test('is told nothing where it may use every key', () => {
    const stack = stackWithOurs();

    fn(stack).addToRolePolicy(new PolicyStatement({ actions: ['kms:*'], resources: ['*'] }));

    expect(warnings(stack)).toEqual([]);
  });

  test('does not fail the synthesis', () => {
    const stack = stackWithOurs();

    fn(stack);

    expect(() => (stack.node.root as App).synth()).not.toThrow();
  });
});
