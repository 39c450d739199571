import { Template } from 'aws-cdk-lib/assertions';
import { AccountPrincipal, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Duration, type Stack } from 'aws-cdk-lib/core';
import { CustomerManagedKey } from '../../src/keys/customer-managed-key';
import { KeyRetention } from '../../src/keys/key-retention';
import { EncryptedEventBus, type EncryptedEventBusProps } from '../../src/patterns/encrypted-event-bus';
import { testStack, testStacks } from '../support/apps';
import { FLAGS } from '../support/feature-flags';
import { permissionsOf, withIntrinsicsAsText } from '../support/granted-permissions';
import { messagesOf, serviceAccess } from '../support/key-policies';
import { cyclesOf, templateCycles } from '../support/template-cycles';

const BUS = 'arn:<AWS::Partition>:events:eu-west-1:111111111111:event-bus';
const KEPT = { DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' };

function resourcesOf(stack: Stack, type: string): Record<string, any> {
  return withIntrinsicsAsText(Template.fromStack(stack).findResources(type));
}

describe('defaults', () => {
  test('the event bus and its dead-letter queue, in full', () => {
    const stack = testStack();

    new EncryptedEventBus(stack, 'Bus');

    expect({ ...resourcesOf(stack, 'AWS::Events::EventBus'), ...resourcesOf(stack, 'AWS::SQS::Queue') }).toEqual({
      Bus52AA7421: {
        Type: 'AWS::Events::EventBus',
        Properties: {
          DeadLetterConfig: { Arn: '<BusDeadLetterQueue4287E546.Arn>' },
          KmsKeyIdentifier: '<BusKey24CF81FE.Arn>',
          Name: 'Stack-Bus-AA0A1E4B',
        },
        ...KEPT,
      },
      BusDeadLetterQueue4287E546: {
        Type: 'AWS::SQS::Queue',
        Properties: {
          KmsDataKeyReusePeriodSeconds: 3600,
          KmsMasterKeyId: '<BusKey24CF81FE.Arn>',
          MessageRetentionPeriod: 1209600,
          RedriveAllowPolicy: { redrivePermission: 'denyAll' },
        },
        ...KEPT,
      },
    });
  });

  test('the dead-letter queue is reached by TLS only, and takes events from this bus only', () => {
    const stack = testStack();

    new EncryptedEventBus(stack, 'Bus');

    const [{ Properties: policy, ...fate }] = Object.values(resourcesOf(stack, 'AWS::SQS::QueuePolicy'));
    expect(policy.PolicyDocument.Statement).toEqual([
      {
        Effect: 'Deny',
        Principal: { AWS: '*' },
        Action: 'sqs:*',
        Resource: '<BusDeadLetterQueue4287E546.Arn>',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
      {
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: '<BusDeadLetterQueue4287E546.Arn>',
        Condition: { ArnEquals: { 'aws:SourceArn': `${BUS}/Stack-Bus-AA0A1E4B` } },
      },
    ]);
    expect(fate).toEqual({ Type: 'AWS::SQS::QueuePolicy', ...KEPT });
  });

  test('there is no archive', () => {
    const stack = testStack();

    const { archive } = new EncryptedEventBus(stack, 'Bus');

    expect(archive).toBeUndefined();
    Template.fromStack(stack).resourceCountIs('AWS::Events::Archive', 0);
  });

  test('the parts are exposed', () => {
    const { eventBus, deadLetterQueue, archive, encryptionKey } = new EncryptedEventBus(testStack(), 'Bus', { archived: true });

    expect([eventBus, deadLetterQueue, archive!, encryptionKey].map(({ node }) => node.path)).toEqual([
      'Stack/Bus/Resource',
      'Stack/Bus/DeadLetterQueue',
      'Stack/Bus/Archive',
      'Stack/Bus/Key',
    ]);
    expect(encryptionKey).toBeInstanceOf(CustomerManagedKey);
  });
});

describe('the key', () => {
  const context = { ArnLike: { 'kms:EncryptionContext:aws:events:event-bus:arn': `${BUS}/*` } };
  const account = { StringEquals: { 'aws:SourceAccount': '111111111111' } };
  const events = 'events.amazonaws.com';
  const BUS_ONLY = [
    { service: events, actions: ['kms:Decrypt', 'kms:GenerateDataKey'], condition: { ArnLike: { 'aws:SourceArn': `${BUS}/*`, ...context.ArnLike } } },
    // For the dead-letter queue, and for DescribeKey, which carries no encryption context.
    { service: events, actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'], condition: account },
  ];

  test.each(Object.entries(FLAGS))('lets Amazon EventBridge in, bound, with %s', (_, flags) => {
    const stack = testStack({}, { context: flags });

    new EncryptedEventBus(stack, 'Bus');

    expect(serviceAccess(stack)).toEqual(BUS_ONLY);
    expect([...messagesOf(stack, 'info'), ...messagesOf(stack, 'warning')]).toEqual([]);
  });

  test('lets it archive too', () => {
    const stack = testStack();

    new EncryptedEventBus(stack, 'Bus', { archived: true });

    expect(serviceAccess(stack)).toEqual([
      ...BUS_ONLY,
      { service: events, actions: ['kms:Decrypt', 'kms:GenerateDataKey', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'], condition: context },
    ]);
  });

  test('of one stack, or of two, makes no circular dependency', () => {
    const stack = testStack();
    const { keys, app } = testStacks();

    new EncryptedEventBus(stack, 'Bus', { archived: true });
    new EncryptedEventBus(app, 'Bus', { archived: true, encryptionKey: new CustomerManagedKey(keys, 'Key') });

    expect(templateCycles(Template.fromStack(stack).toJSON())).toEqual([]);
    expect(cyclesOf((app.node.root as any).synth())).toEqual([]);
  });

  test('of the CDK lets it in too, by name and not by reference, for the dead-letter queue as well', () => {
    const stack = testStack();

    new EncryptedEventBus(stack, 'Bus', { archived: true, encryptionKey: new Key(stack, 'Key') });

    const [{ Properties: key }] = Object.values(resourcesOf(stack, 'AWS::KMS::Key'));
    const written = key.KeyPolicy.Statement.filter(({ Principal }: any) => Principal.Service === events);
    expect(written).toContainEqual({
      Effect: 'Allow',
      Principal: { Service: events },
      Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
      Resource: '*',
      Condition: account,
    });
    expect(written).toHaveLength(4);
    expect(templateCycles(Template.fromStack(stack).toJSON())).toEqual([]);
  });
});

describe('props', () => {
  test.each<[string, EncryptedEventBusProps, object]>([
    ['eventBusName', { eventBusName: 'orders' }, { Name: 'orders' }],
    ['description', { description: 'Events of orders' }, { Description: 'Events of orders' }],
  ])("'%s' is the event bus's", (_, props, properties) => {
    const stack = testStack();

    new EncryptedEventBus(stack, 'Bus', props);

    expect(resourcesOf(stack, 'AWS::Events::EventBus').Bus52AA7421.Properties).toEqual(expect.objectContaining(properties));
  });

  test.each<[string, EncryptedEventBusProps, object]>([
    ['every event for ever', {}, { RetentionDays: 0 }],
    ['some events for some days', { archiveEventPattern: { source: ['orders'] }, archiveRetentionPeriod: Duration.days(30) }, {
      EventPattern: { source: ['orders'] },
      RetentionDays: 30,
    }],
  ])('the archive keeps %s', (_, props, properties) => {
    const stack = testStack();

    new EncryptedEventBus(stack, 'Bus', { archived: true, ...props });

    expect(resourcesOf(stack, 'AWS::Events::Archive')).toEqual({
      BusArchiveD76499E2: {
        Type: 'AWS::Events::Archive',
        Properties: { KmsKeyIdentifier: '<BusKey24CF81FE.Arn>', SourceArn: `${BUS}/Stack-Bus-AA0A1E4B`, ...properties },
        DependsOn: ['Bus52AA7421'],
        ...KEPT,
      },
    });
  });

  test("'retention' is that of bus, archive, queue and key", () => {
    const stack = testStack();

    new EncryptedEventBus(stack, 'Bus', { archived: true, retention: KeyRetention.ephemeral() });

    const resources = Object.values<any>(Template.fromStack(stack).toJSON().Resources);
    expect(resources.map(({ DeletionPolicy }) => DeletionPolicy)).toEqual(['Delete', 'Delete', 'Delete', 'Delete', 'Delete']);
  });
});

describe('grantPutEventsTo', () => {
  test('allows exactly this, and nothing of the key', () => {
    const stack = testStack();
    const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });

    new EncryptedEventBus(stack, 'Bus').grantPutEventsTo(role).assertSuccess();

    expect(permissionsOf(role)).toEqual({ '<Bus52AA7421.Arn>': ['events:PutEvents'] });
    Template.fromStack(stack).resourceCountIs('AWS::Events::EventBusPolicy', 0);
  });

  test('lets another account in by the policy of the bus, once', () => {
    const stack = testStack();
    const bus = new EncryptedEventBus(stack, 'Bus');

    bus.grantPutEventsTo(new AccountPrincipal('222222222222')).assertSuccess();
    bus.grantPutEventsTo(new AccountPrincipal('222222222222')).assertSuccess();

    expect(Object.values(resourcesOf(stack, 'AWS::Events::EventBusPolicy')).map(({ Properties }) => Properties)).toEqual([
      {
        EventBusName: '<Bus52AA7421>',
        StatementId: 'cdk-PutEvents-222222222222',
        Statement: {
          Sid: 'cdk-PutEvents-222222222222',
          Effect: 'Allow',
          Principal: { AWS: 'arn:<AWS::Partition>:iam::222222222222:root' },
          Action: 'events:PutEvents',
          Resource: '<Bus52AA7421.Arn>',
        },
      },
    ]);
  });

  test('does not claim success for a role that cannot be changed', () => {
    const stack = testStack();
    const role = Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::111111111111:role/app', { mutable: false });

    const grant = new EncryptedEventBus(stack, 'Bus').grantPutEventsTo(role);

    expect(grant.success).toBe(false);
    expect(messagesOf(stack, 'warning').join()).toContain('events:PutEvents');
  });
});

describe('wrong props', () => {
  const name = (got: string) => `'eventBusName' must have at most 256 letters, digits, '.', '-' and '_', and not be 'default', got '${got}'`;
  const noArchive = "'archiveEventPattern' and 'archiveRetentionPeriod' are about an archive, and there is none; set 'archived'";

  test.each<[string, string, EncryptedEventBusProps, string]>([
    ['EventBusNameInvalid', 'the name of a partner’s bus', { eventBusName: 'aws.partner/orders' }, name('aws.partner/orders')],
    ['EventBusNameInvalid', 'the default bus', { eventBusName: 'default' }, name('default')],
    ['EventBusNameInvalid', 'an empty name', { eventBusName: '' }, name('')],
    ['EventBusNameInvalid', '257 characters', { eventBusName: 'a'.repeat(257) }, name('a'.repeat(257))],
    ['ArchiveNotAsked', 'a pattern without an archive', { archiveEventPattern: { source: ['orders'] } }, noArchive],
    ['ArchiveNotAsked', 'a period without an archive', { archiveRetentionPeriod: Duration.days(1), archived: false }, noArchive],
  ])('fails with %s for %s, before anything is added to the tree', (code, _, props, message) => {
    const stack = testStack();

    expect(() => new EncryptedEventBus(stack, 'Bus', props)).toThrow(new Error(`[cdk-kms-constructs:${code}] Stack/Bus: ${message}`));
    expect(stack.node.children).toEqual([]);
  });
});
