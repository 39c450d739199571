import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { CfnParameter, type App, type Stack } from 'aws-cdk-lib/core';
import { CustomerManagedKey } from '../../src/keys/customer-managed-key';
import type { TrustServiceOptions } from '../../src/keys/key-trust';
import { TrustedService } from '../../src/services/trusted-service';
import { testStack, testStacks } from '../support/apps';
import { keyPolicyOf, messagesOf, serviceAccess, type StatementJson } from '../support/key-policies';
import { alarm, queue, topic } from '../support/wirings';

const DATA_KEYS = [
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyPair',
  'kms:GenerateDataKeyPairWithoutPlaintext',
  'kms:GenerateDataKeyWithoutPlaintext',
];
const ALARMS = 'arn:<AWS::Partition>:cloudwatch:eu-west-1:111111111111:alarm:*';
const TRAILS = 'arn:<AWS::Partition>:cloudtrail:*:111111111111:trail/*';
const ORDERS_ALARM = 'arn:aws:cloudwatch:eu-west-1:111111111111:alarm:orders';

/** A stack with a key that trusts a service. */
function trusting(service: TrustedService, options?: TrustServiceOptions): Stack {
  const stack = testStack();
  new CustomerManagedKey(stack, 'Key').trustService(service, options);
  return stack;
}

const forServices = (stack: Stack): StatementJson[] => keyPolicyOf(stack).filter(({ Principal }) => Principal.Service);

const conditions = (stack: Stack) => forServices(stack).map(({ Condition }) => Condition);

const allow = (service: string, actions: string | string[], condition?: object) => ({
  Effect: 'Allow',
  Principal: { Service: service },
  Action: actions,
  Resource: '*',
  ...(condition ? { Condition: condition } : {}),
});

describe('a trusted service does what its row says, and no more', () => {
  test.each<[string, TrustedService, object[]]>([
    [
      'alarms',
      TrustedService.CLOUDWATCH_ALARMS,
      [
        allow('cloudwatch.amazonaws.com', ['kms:Decrypt', ...DATA_KEYS], {
          StringEquals: { 'aws:SourceAccount': '111111111111' },
          ArnLike: { 'aws:SourceArn': ALARMS },
        }),
      ],
    ],
    [
      'log groups',
      TrustedService.CLOUDWATCH_LOGS,
      [
        allow('logs.eu-west-1.amazonaws.com', ['kms:Decrypt', 'kms:Encrypt', ...DATA_KEYS, 'kms:ReEncryptFrom', 'kms:ReEncryptTo'], {
          ArnLike: { 'kms:EncryptionContext:aws:logs:arn': 'arn:<AWS::Partition>:logs:eu-west-1:111111111111:*' },
        }),
      ],
    ],
    [
      'trails: what has no encryption context stands apart',
      TrustedService.CLOUDTRAIL,
      [
        allow('cloudtrail.amazonaws.com', DATA_KEYS, { ArnLike: { 'aws:SourceArn': TRAILS, 'kms:EncryptionContext:aws:cloudtrail:arn': TRAILS } }),
        allow('cloudtrail.amazonaws.com', ['kms:Decrypt', 'kms:DescribeKey'], { ArnLike: { 'aws:SourceArn': TRAILS } }),
      ],
    ],
    [
      'ephemeral storage of AWS Fargate',
      TrustedService.FARGATE_EPHEMERAL_STORAGE,
      [
        allow('fargate.amazonaws.com', 'kms:GenerateDataKeyWithoutPlaintext', {
          StringEquals: { 'kms:EncryptionContext:aws:ecs:clusterAccount': '111111111111' },
        }),
        allow('fargate.amazonaws.com', 'kms:CreateGrant', {
          'StringEquals': { 'kms:EncryptionContext:aws:ecs:clusterAccount': '111111111111' },
          'ForAllValues:StringEquals': { 'kms:GrantOperations': 'Decrypt' },
        }),
      ],
    ],
    [
      'notifications of buckets to queues',
      TrustedService.S3_NOTIFICATIONS_TO_QUEUES,
      [allow('s3.amazonaws.com', ['kms:Decrypt', 'kms:GenerateDataKey'], { StringEquals: { 'aws:SourceAccount': '111111111111' } })],
    ],
    ['rules to topics, which send no source', TrustedService.EVENTBRIDGE_RULES_TO_TOPICS, [allow('events.amazonaws.com', ['kms:Decrypt', ...DATA_KEYS])]],
  ])('%s', (_, service, expected) => {
    const stack = trusting(service);

    expect(forServices(stack)).toEqual(expected);
    expect(messagesOf(stack, 'warning')).toEqual([]);
  });

  test.each([
    ['EVENTBRIDGE_RULES_TO_TOPICS', TrustedService.EVENTBRIDGE_RULES_TO_TOPICS, /^events\.amazonaws\.com stays unbound: EventBridge sends neither/],
    ['CLOUDFRONT_LOGS', TrustedService.CLOUDFRONT_LOGS, /^delivery\.logs\.amazonaws\.com stays unbound: no source is documented/],
    ['CLOUDTRAIL_EVENT_DATA_STORES', TrustedService.CLOUDTRAIL_EVENT_DATA_STORES, /^cloudtrail\.amazonaws\.com stays unbound: AWS CloudTrail sends neither/],
  ])('%s is told to stay unbound', (_, service, message) => {
    const stack = trusting(service);

    expect(messagesOf(stack, 'info')).toEqual([expect.stringMatching(message)]);
    expect(messagesOf(stack, 'info')).toEqual([expect.stringContaining('[ack: cdk-kms-constructs:bindingUnsupported]')]);
  });

  const EVERY = Object.entries(TrustedService).filter((entry): entry is [string, TrustedService] => entry[1] instanceof TrustedService);
  const UNBOUND = ['CLOUDFRONT_LOGS', 'CLOUDTRAIL_EVENT_DATA_STORES', 'EVENTBRIDGE_RULES_TO_TOPICS'];

  test.each(EVERY)('%s has actions without wildcards, and a condition unless AWS sends none', (name, service) => {
    const found = forServices(trusting(service));

    expect(found.length).toBeGreaterThan(0);
    expect(found.flatMap(({ Action }) => Action).filter((action) => !/^kms:\w+$/.test(action))).toEqual([]);
    expect(found.filter(({ Action }) => Action.length === 0)).toEqual([]);
    expect(found.filter(({ Condition }) => !Condition)).toHaveLength(UNBOUND.includes(name) ? 1 : 0);
  });

  test('there are 35 and more of them, so that the tests above are not empty', () => {
    expect(EVERY.length).toBeGreaterThanOrEqual(35);
  });
});

describe('for whom a service acts', () => {
  test('accounts are never joined: an account and its ARNs stay together', () => {
    const stack = trusting(TrustedService.CLOUDWATCH_ALARMS, { sourceAccounts: ['222222222222', '333333333333'] });

    expect(conditions(stack)).toEqual([
      { StringEquals: { 'aws:SourceAccount': '222222222222' }, ArnLike: { 'aws:SourceArn': 'arn:<AWS::Partition>:cloudwatch:eu-west-1:222222222222:alarm:*' } },
      { StringEquals: { 'aws:SourceAccount': '333333333333' }, ArnLike: { 'aws:SourceArn': 'arn:<AWS::Partition>:cloudwatch:eu-west-1:333333333333:alarm:*' } },
    ]);
  });

  test('Regions of one account share a statement', () => {
    const stack = trusting(TrustedService.CLOUDWATCH_ALARMS, { sourceRegions: ['eu-west-1', 'eu-central-1'] });

    expect(conditions(stack)).toEqual([
      {
        StringEquals: { 'aws:SourceAccount': '111111111111' },
        ArnLike: { 'aws:SourceArn': ['arn:<AWS::Partition>:cloudwatch:eu-central-1:111111111111:alarm:*', ALARMS] },
      },
    ]);
  });

  test('a service with a principal per Region has a statement per Region', () => {
    const stack = trusting(TrustedService.CLOUDWATCH_LOGS, { sourceRegions: ['eu-west-1', 'cn-north-1'] });

    expect(forServices(stack).map(({ Principal }) => Principal.Service)).toEqual(['logs.eu-west-1.amazonaws.com', 'logs.cn-north-1.amazonaws.com.cn']);
  });

  test.each<[string, TrustedService, string, object]>([
    ['an alarm', TrustedService.CLOUDWATCH_ALARMS, ORDERS_ALARM, { StringEquals: { 'aws:SourceAccount': '111111111111' }, ArnLike: { 'aws:SourceArn': ORDERS_ALARM } }],
    [
      'a log group, in the encryption context',
      TrustedService.CLOUDWATCH_LOGS,
      'arn:aws:logs:eu-west-1:111111111111:log-group:orders',
      { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': 'arn:aws:logs:eu-west-1:111111111111:log-group:orders' } },
    ],
    [
      'a bucket, beside its account',
      TrustedService.S3_NOTIFICATIONS_TO_QUEUES,
      'arn:aws:s3:::orders',
      { StringEquals: { 'aws:SourceAccount': '111111111111' }, ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::orders' } },
    ],
    [
      'a pattern',
      TrustedService.CLOUDWATCH_ALARMS,
      'arn:aws:cloudwatch:eu-west-1:111111111111:alarm:orders-?*',
      { StringEquals: { 'aws:SourceAccount': '111111111111' }, ArnLike: { 'aws:SourceArn': 'arn:aws:cloudwatch:eu-west-1:111111111111:alarm:orders-?*' } },
    ],
  ])('exactly %s', (_, service, arn, condition) => {
    const stack = trusting(service, { sourceArns: [arn] });

    expect(conditions(stack)).toEqual([condition]);
  });

  test('exactly a trail, in both of its statements', () => {
    const trail = 'arn:aws:cloudtrail:eu-west-1:111111111111:trail/all';

    const stack = trusting(TrustedService.CLOUDTRAIL, { sourceArns: [trail] });

    expect(conditions(stack)).toEqual([
      { ArnLike: { 'aws:SourceArn': trail, 'kms:EncryptionContext:aws:cloudtrail:arn': trail } },
      { ArnLike: { 'aws:SourceArn': trail } },
    ]);
  });

  test('exact sources of several calls share a statement', () => {
    const stack = testStack();
    const key = new CustomerManagedKey(stack, 'Key');

    key.trustService(TrustedService.CLOUDWATCH_ALARMS, { sourceArns: [`${ORDERS_ALARM}-b`] });
    key.trustService(TrustedService.CLOUDWATCH_ALARMS, { sourceArns: [`${ORDERS_ALARM}-a`] });

    expect(conditions(stack).map((condition) => condition?.ArnLike['aws:SourceArn'])).toEqual([[`${ORDERS_ALARM}-a`, `${ORDERS_ALARM}-b`]]);
  });
});

describe('what the wiring adds', () => {
  test('is the same statement once', () => {
    const { keys, app } = testStacks();
    const key = new CustomerManagedKey(keys, 'Key');

    key.trustService(TrustedService.CLOUDWATCH_ALARMS);
    alarm(app).addAlarmAction(new SnsAction(topic(app, key)));

    expect(conditions(keys)).toEqual([{ StringEquals: { 'aws:SourceAccount': '111111111111' }, ArnLike: { 'aws:SourceArn': ALARMS } }]);
  });

  test('is nothing wider than exact sources, and another service all the same', () => {
    const { keys, app } = testStacks();
    const key = new CustomerManagedKey(keys, 'Key');
    const alarmed = topic(app, key);

    key.trustService(TrustedService.CLOUDWATCH_ALARMS, { sourceArns: [ORDERS_ALARM] });
    alarm(app).addAlarmAction(new SnsAction(alarmed));
    alarmed.addSubscription(new SqsSubscription(queue(app, key)));

    expect(serviceAccess(keys).map(({ service, condition }) => [service, condition])).toEqual([
      ['cloudwatch.amazonaws.com', { StringEquals: { 'aws:SourceAccount': '111111111111' }, ArnLike: { 'aws:SourceArn': ORDERS_ALARM } }],
      [
        'sns.amazonaws.com',
        { StringEquals: { 'aws:SourceAccount': '111111111111' }, ArnLike: { 'aws:SourceArn': 'arn:<AWS::Partition>:sns:eu-west-1:111111111111:*' } },
      ],
    ]);
    expect(messagesOf(keys, 'info')).toContainEqual(expect.stringMatching(/^cloudwatch\.amazonaws\.com is trusted for exact sources.*wiringExact\]$/));
  });

  test('is nothing wider than exact sources where a construct of the CDK writes a statement', () => {
    const { keys, app } = testStacks();
    const key = new CustomerManagedKey(keys, 'Key');

    key.trustService(TrustedService.SNS_TO_QUEUES, { sourceArns: ['arn:aws:sns:eu-west-1:111111111111:orders'] });
    topic(app).addSubscription(new SqsSubscription(queue(app, key)));

    expect(serviceAccess(keys)).toEqual([
      {
        service: 'sns.amazonaws.com',
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        condition: {
          StringEquals: { 'aws:SourceAccount': '111111111111' },
          ArnLike: { 'aws:SourceArn': 'arn:aws:sns:eu-west-1:111111111111:orders' },
        },
      },
    ]);
  });

  test('of other accounts stands beside what is trusted', () => {
    const { keys, app } = testStacks();
    const key = new CustomerManagedKey(keys, 'Key');

    key.trustService(TrustedService.CLOUDWATCH_ALARMS, { sourceAccounts: ['222222222222'] });
    alarm(app).addAlarmAction(new SnsAction(topic(app, key)));

    expect(conditions(keys).map((condition) => condition?.StringEquals['aws:SourceAccount'])).toEqual(['222222222222', '111111111111']);
  });
});

describe('fails', () => {
  const trust = (service: TrustedService, options: (stack: Stack) => TrustServiceOptions) => () => {
    const stack = testStack();
    new CustomerManagedKey(stack, 'Key').trustService(service, options(stack));
  };

  test.each(['1234', '1111111111111', 'arn:aws:iam::222222222222:root', '*'])('with SourceAccountInvalid for %s', (account) => {
    const call = trust(TrustedService.CLOUDWATCH_ALARMS, () => ({ sourceAccounts: [account] }));

    expect(call).toThrow(`[cdk-kms-constructs:SourceAccountInvalid] Stack/Key: 'sourceAccounts' must hold account ids of 12 digits, got '${account}'`);
  });

  test.each(['orders', 'arn:aws:cloudwatch', '*'])('with SourceArnInvalid for %s', (arn) => {
    const call = trust(TrustedService.CLOUDWATCH_ALARMS, () => ({ sourceArns: [arn] }));

    expect(call).toThrow(`[cdk-kms-constructs:SourceArnInvalid] Stack/Key: 'sourceArns' must hold ARNs, got '${arn}'`);
  });

  test.each([
    ['CLOUDFRONT_LOGS', TrustedService.CLOUDFRONT_LOGS],
    ['CLOUDTRAIL_EVENT_DATA_STORES', TrustedService.CLOUDTRAIL_EVENT_DATA_STORES],
    ['EVENTBRIDGE_RULES_TO_TOPICS', TrustedService.EVENTBRIDGE_RULES_TO_TOPICS],
    ['FARGATE_EPHEMERAL_STORAGE, which sends the account', TrustedService.FARGATE_EPHEMERAL_STORAGE],
    ['CODESTAR_NOTIFICATIONS, which goes through Amazon SNS', TrustedService.CODESTAR_NOTIFICATIONS],
  ])('with SourceNotSent for exact sources of %s', (_, service) => {
    const call = trust(service, () => ({ sourceArns: ['arn:aws:events:eu-west-1:111111111111:rule/orders'] }));

    expect(call).toThrow(/^\[cdk-kms-constructs:SourceNotSent\] Stack\/Key: 'sourceArns' would shut the service out: .*; leave them out$/);
  });

  test('with SourceRefersToUser for the ARN of a resource', () => {
    const call = trust(TrustedService.SNS_TO_QUEUES, (stack) => ({ sourceArns: [topic(stack).topicArn] }));

    expect(call).toThrow("[cdk-kms-constructs:SourceRefersToUser] Stack/Key: 'sourceArns' refers to Stack/Topic/Resource, which would make a cycle");
  });

  test('with everything that is wrong at once', () => {
    const call = trust(TrustedService.EVENTBRIDGE_RULES_TO_TOPICS, () => ({ sourceAccounts: ['1'], sourceArns: ['orders'] }));

    expect(call).toThrow(/\[cdk-kms-constructs:SourceAccountInvalid\][^]*also \[SourceNotSent\][^]*also \[SourceArnInvalid\]/);
  });

  test('not for what is known at deployment only', () => {
    const stack = testStack();
    const account = new CfnParameter(stack, 'Account').valueAsString;

    new CustomerManagedKey(stack, 'Key').trustService(TrustedService.S3_NOTIFICATIONS_TO_QUEUES, { sourceAccounts: [account] });

    expect(() => (stack.node.root as App).synth()).not.toThrow();
    expect(conditions(stack)).toEqual([{ StringEquals: { 'aws:SourceAccount': '<Account>' } }]);
  });
});
