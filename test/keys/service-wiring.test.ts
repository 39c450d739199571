import { Template } from 'aws-cdk-lib/assertions';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Aws, Validations, type Stack } from 'aws-cdk-lib/core';
import { CustomerManagedKey } from '../../src/keys/customer-managed-key';
import { ServiceWiring } from '../../src/keys/service-wiring';
import { TrustedService } from '../../src/services/trusted-service';
import { testStack, testStacks } from '../support/apps';
import { keyActionsByRole, keyPolicyOf, messagesOf, serviceAccess } from '../support/key-policies';
import { alarm, lambda, queue, topic } from '../support/wirings';

const BY_HAND = { wiring: ServiceWiring.byHand('the security team writes the key policies') };

const ALARM_TO_TOPIC = {
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
const MISSING_ALARM = /^the key policy does not have a statement that a resource of the app needs: (\{.*"Service":"cloudwatch\.amazonaws\.com".*\}) \[ack: cdk-kms-constructs:wiringMissing\]$/;

/** The statement as somebody writes it in TypeScript. */
const alarmStatement = (written: { sid?: string; actions?: string[] } = {}, partition: string = Aws.PARTITION) =>
  new PolicyStatement({
    principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
    actions: ALARM_TO_TOPIC.actions,
    resources: ['*'],
    ...written,
    conditions: {
      StringEquals: { 'aws:SourceAccount': '111111111111' },
      ArnLike: { 'aws:SourceArn': `arn:${partition}:cloudwatch:eu-west-1:111111111111:alarm:*` },
    },
  });

/** A key by hand, and a topic that an alarm publishes to. */
function alarmed(write: (key: CustomerManagedKey) => void = () => {}): Stack {
  const stack = testStack();
  const key = new CustomerManagedKey(stack, 'Key', BY_HAND);
  alarm(stack).addAlarmAction(new SnsAction(topic(stack, key)));
  write(key);
  return stack;
}

describe('automatic wiring', () => {
  test('is the default', () => {
    const policyWith = (props: object) => {
      const stack = testStack();
      alarm(stack).addAlarmAction(new SnsAction(topic(stack, new CustomerManagedKey(stack, 'Key', props))));
      return keyPolicyOf(stack);
    };

    expect(policyWith({ wiring: ServiceWiring.automatic() })).toEqual(policyWith({}));
  });

  test('says so', () => {
    expect([ServiceWiring.automatic().isAutomatic, ServiceWiring.automatic().reason]).toEqual([true, undefined]);
    expect([ServiceWiring.byHand('audit').isAutomatic, ServiceWiring.byHand('audit').reason]).toEqual([false, 'audit']);
  });
});

describe('wiring by hand adds nothing to the key policy', () => {
  test('and warns with the statement', () => {
    const stack = alarmed();

    expect(serviceAccess(stack)).toEqual([]);
    expect(messagesOf(stack, 'warning')).toEqual([expect.stringMatching(MISSING_ALARM)]);
  });

  test('the statement in the warning is exact', () => {
    const stack = alarmed();

    const [, statement] = MISSING_ALARM.exec(messagesOf(stack, 'warning')[0])!;

    const { Condition, ...rest } = JSON.parse(statement);
    expect(rest).toEqual({ Effect: 'Allow', Principal: { Service: 'cloudwatch.amazonaws.com' }, Action: ALARM_TO_TOPIC.actions, Resource: '*' });
    expect(Condition.StringEquals).toEqual({ 'aws:SourceAccount': '111111111111' });
    expect(Condition.ArnLike).toEqual({ 'aws:SourceArn': 'arn:aws:cloudwatch:eu-west-1:111111111111:alarm:*' });
  });

  test.each<[string, (key: CustomerManagedKey) => void]>([
    ['as it stands in the warning', (key) => {
      const [, statement] = MISSING_ALARM.exec(messagesOf(alarmed(), 'warning')[0])!;
      key.addToResourcePolicy(PolicyStatement.fromJson(JSON.parse(statement)));
    }],
    ['in TypeScript', (key) => key.addToResourcePolicy(alarmStatement())],
    ['with an id', (key) => key.addToResourcePolicy(alarmStatement({ sid: 'Alarms' }))],
    ['with the partition', (key) => key.addToResourcePolicy(alarmStatement({}, 'aws'))],
    ['by trusting the service', (key) => key.trustService(TrustedService.CLOUDWATCH_ALARMS)],
    ['by trusting the service in more Regions', (key) => key.trustService(TrustedService.CLOUDWATCH_ALARMS, { sourceRegions: ['eu-west-1', 'eu-central-1'] })],
    ['by trusting the service for exact sources', (key) =>
      key.trustService(TrustedService.CLOUDWATCH_ALARMS, { sourceArns: ['arn:aws:cloudwatch:eu-west-1:111111111111:alarm:orders'] })],
  ])('and is silent where the statement was written %s', (_, write) => {
    const stack = alarmed(write);

    expect(messagesOf(stack, 'warning')).toEqual([]);
    expect(serviceAccess(stack).map(({ service, actions }) => [service, actions])).toEqual([['cloudwatch.amazonaws.com', ALARM_TO_TOPIC.actions]]);
  });

  test.each<[string, (key: CustomerManagedKey) => void]>([
    ['with fewer actions', (key) => key.addToResourcePolicy(alarmStatement({ actions: ['kms:Decrypt'] }))],
    ['for another account', (key) => key.trustService(TrustedService.CLOUDWATCH_ALARMS, { sourceAccounts: ['222222222222'] })],
    ['for another service', (key) => key.trustService(TrustedService.SNS_TO_QUEUES)],
  ])('and still warns where a statement was written %s', (_, write) => {
    const stack = alarmed(write);

    expect(messagesOf(stack, 'warning')).toEqual([expect.stringMatching(MISSING_ALARM)]);
  });

  test('and warns for each service once', () => {
    const stack = alarmed();
    const key = stack.node.findChild('Key') as CustomerManagedKey;

    alarm(stack, 'Another').addAlarmAction(new SnsAction(topic(stack, key, 'AnotherTopic')));
    new LogGroup(stack, 'Logs', { encryptionKey: key });

    expect(messagesOf(stack, 'warning')).toEqual([
      expect.stringMatching(MISSING_ALARM),
      expect.stringMatching(/"logs\.eu-west-1\.amazonaws\.com".*"kms:EncryptionContext:aws:logs:arn".*wiringMissing\]$/),
    ]);
  });

  test('and keeps what constructs of the CDK write, bound', () => {
    const stack = testStack();

    topic(stack).addSubscription(new SqsSubscription(queue(stack, new CustomerManagedKey(stack, 'Key', BY_HAND))));

    expect(messagesOf(stack, 'warning')).toEqual([]);
    expect(serviceAccess(stack)).toEqual([
      {
        service: 'sns.amazonaws.com',
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        condition: {
          StringEquals: { 'aws:SourceAccount': '111111111111' },
          ArnLike: { 'aws:SourceArn': 'arn:<AWS::Partition>:sns:eu-west-1:111111111111:*' },
        },
      },
    ]);
  });

  test('and can be acknowledged', () => {
    const stack = alarmed();

    Validations.of(stack.node.findChild('Key')).acknowledge({ id: 'cdk-kms-constructs:wiringMissing', reason: 'the alarm comes later' });

    expect(messagesOf(stack, 'warning')).toEqual([]);
  });
});

describe('wiring by hand adds nothing to roles', () => {
  const withDeadLetters = (write: (key: CustomerManagedKey, role: Role) => void = () => {}) => {
    const { keys, app } = testStacks();
    const key = new CustomerManagedKey(keys, 'Key', BY_HAND);
    const fn = lambda(app, undefined, { deadLetterQueue: queue(app, key) });
    write(key, fn.role as Role);
    return { keys, app };
  };

  test('and warns with the statement', () => {
    const { keys, app } = withDeadLetters();

    expect(keyActionsByRole(app)).toEqual({ FunctionServiceRole675BB04A: [] });
    expect(messagesOf(keys, 'warning')).toEqual([
      'App/Function/ServiceRole cannot be changed by this app; its owner has to add to its policies: '
      + '{"Action":["kms:Decrypt","kms:GenerateDataKey"],"Effect":"Allow","Resource":"<Keys/Key/Resource.Arn>"} [ack: cdk-kms-constructs:grantNotApplied]',
    ]);
  });

  test('and is silent where a grant was made', () => {
    const { keys, app } = withDeadLetters((key, role) => key.grant(role, 'kms:Decrypt', 'kms:GenerateDataKey'));

    expect(keyActionsByRole(app)).toEqual({ FunctionServiceRole675BB04A: ['kms:Decrypt', 'kms:GenerateDataKey'] });
    expect(messagesOf(keys, 'warning')).toEqual([]);
  });

  test('and asks only for what is missing', () => {
    const { keys } = withDeadLetters((key, role) => key.grant(role, 'kms:Decrypt'));

    expect(messagesOf(keys, 'warning')).toEqual([expect.stringContaining('{"Action":"kms:GenerateDataKey",')]);
  });
});

describe('the reason', () => {
  test.each(['', '  '])('fails without one: %j', (reason) => {
    const make = () => new CustomerManagedKey(testStack(), 'Key', { wiring: ServiceWiring.byHand(reason) });

    expect(make).toThrow("[cdk-kms-constructs:WiringReasonMissing] Stack/Key: 'wiring': ServiceWiring.byHand() needs a reason");
  });

  test('is in the metadata of the key', () => {
    const stack = testStack();

    new CustomerManagedKey(stack, 'Key', BY_HAND);

    Template.fromStack(stack).hasResource('AWS::KMS::Key', { Metadata: { 'cdk-kms-constructs:wiring': 'the security team writes the key policies' } });
  });
});
