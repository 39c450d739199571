import { Match, Template } from 'aws-cdk-lib/assertions';
import { AccountPrincipal, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { EmailSubscription, SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Lazy, Stack, type App } from 'aws-cdk-lib/core';
import { CustomerManagedKey } from '../../src/keys/customer-managed-key';
import { KeyRetention } from '../../src/keys/key-retention';
import { EncryptedQueue } from '../../src/patterns/encrypted-queue';
import { EncryptedTopic, type EncryptedTopicProps } from '../../src/patterns/encrypted-topic';
import { testStack, testStacks } from '../support/apps';
import { permissionsOf, withIntrinsicsAsText } from '../support/granted-permissions';
import { keyPolicyOf, messagesOf, serviceStatements } from '../support/key-policies';
import { cyclesOf } from '../support/template-cycles';

const KEY_ARN = 'arn:aws:kms:eu-west-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const DEFAULT_SIDS = ['KeyAdministration', 'KeyMetadata', 'KeyUse', 'ServiceGrants', 'GrantsForServicesOnly'];

// AWS documents kms:GenerateDataKey*: expanded in full.
const PUBLISH_WITH_KEY = [
  'kms:Decrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyPair',
  'kms:GenerateDataKeyPairWithoutPlaintext',
  'kms:GenerateDataKeyWithoutPlaintext',
];

function role(stack: Stack): Role {
  return new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
}

/** The only topic. */
function topicOf(stack: Stack): any {
  const [topic] = Object.values(Template.fromStack(stack).findResources('AWS::SNS::Topic'));
  return topic;
}

/** The statements of the topic's policy that allow something. */
function allowedBy(stack: Stack): any[] {
  const [policy] = Object.values(Template.fromStack(stack).findResources('AWS::SNS::TopicPolicy'));
  return withIntrinsicsAsText(policy.Properties.PolicyDocument.Statement).filter(({ Effect }: any) => Effect === 'Allow');
}

describe('defaults', () => {
  test('the topic, in full', () => {
    const stack = testStack();

    new EncryptedTopic(stack, 'Alarms');

    expect(Template.fromStack(stack).findResources('AWS::SNS::Topic')).toEqual({
      AlarmsB3E93623: {
        Type: 'AWS::SNS::Topic',
        Properties: { KmsMasterKeyId: { 'Fn::GetAtt': ['AlarmsKey3C2381B3', 'Arn'] } },
        DeletionPolicy: 'RetainExceptOnCreate',
        UpdateReplacePolicy: 'Retain',
      },
    });
  });

  test('messages are published by TLS only', () => {
    const stack = testStack();

    new EncryptedTopic(stack, 'Alarms');

    Template.fromStack(stack).hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: {
        Statement: [
          {
            Sid: 'AllowPublishThroughSSLOnly',
            Effect: 'Deny',
            Principal: '*',
            Action: 'sns:Publish',
            Resource: { Ref: 'AlarmsB3E93623' },
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          },
        ],
      },
      Topics: [{ Ref: 'AlarmsB3E93623' }],
    });
  });

  test('there is a topic, its policy, one key, and nothing else', () => {
    const stack = testStack();

    new EncryptedTopic(stack, 'Alarms');

    const types = Object.values<any>(Template.fromStack(stack).toJSON().Resources).map(({ Type }) => Type);
    expect(types.sort()).toEqual(['AWS::KMS::Key', 'AWS::SNS::Topic', 'AWS::SNS::TopicPolicy']);
  });

  test('the parts are exposed', () => {
    const { topic, encryptionKey } = new EncryptedTopic(testStack(), 'Alarms');

    expect(topic.node.path).toBe('Stack/Alarms/Resource');
    expect(topic.masterKey).toBe(encryptionKey);
    expect(encryptionKey).toBeInstanceOf(CustomerManagedKey);
    expect(encryptionKey.node.path).toBe('Stack/Alarms/Key');
  });
});

describe('props', () => {
  test.each<[string, EncryptedTopicProps, object]>([
    ['topicName', { topicName: 'alarms' }, { TopicName: 'alarms' }],
    ['topicName of 256 characters', { topicName: 'a'.repeat(256) }, { TopicName: 'a'.repeat(256) }],
    ['topicName with a token', { topicName: Lazy.string({ produce: () => 'alarms-later' }) }, { TopicName: 'alarms-later' }],
    ['displayName', { displayName: 'Alarms of Acme' }, { DisplayName: 'Alarms of Acme' }],
    ['displayName of 100 characters', { displayName: 'a'.repeat(100) }, { DisplayName: 'a'.repeat(100) }],
    ['fifo', { fifo: true }, { FifoTopic: true, TopicName: 'Stack-Alarms-2EDB1D3F.fifo' }],
    ['fifo with a name', { fifo: true, topicName: 'alarms.fifo' }, { FifoTopic: true, TopicName: 'alarms.fifo' }],
    ['contentBasedDeduplication', { fifo: true, contentBasedDeduplication: true }, { ContentBasedDeduplication: true }],
  ])("'%s' is the topic's", (_, props, properties) => {
    const stack = testStack();

    new EncryptedTopic(stack, 'Alarms', props);

    expect(topicOf(stack).Properties).toEqual(expect.objectContaining(properties));
  });

  test('a standard topic says nothing of FIFO', () => {
    const stack = testStack();

    new EncryptedTopic(stack, 'Alarms', { fifo: false, contentBasedDeduplication: false });

    Template.fromStack(stack).allResourcesProperties('AWS::SNS::Topic', {
      ContentBasedDeduplication: Match.absent(),
      FifoTopic: Match.absent(),
      TopicName: Match.absent(),
    });
  });

  test.each<[string, KeyRetention, object]>([
    ['retain()', KeyRetention.retain(), { DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' }],
    ['production()', KeyRetention.production(), { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' }],
    ['ephemeral()', KeyRetention.ephemeral(), { DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' }],
  ])('the topic, its policy and its key share one fate: %s', (_, retention, fate) => {
    const stack = testStack();

    new EncryptedTopic(stack, 'Alarms', { retention });

    const resources = Object.values<any>(Template.fromStack(stack).toJSON().Resources);
    const fates = resources.map(({ DeletionPolicy, UpdateReplacePolicy }) => ({ DeletionPolicy, UpdateReplacePolicy }));
    expect(fates).toEqual([fate, fate, fate]);
  });

  test('the topic follows the retention of a given key', () => {
    const stack = testStack();

    new EncryptedTopic(stack, 'Alarms', { encryptionKey: new CustomerManagedKey(stack, 'Key', { retention: KeyRetention.ephemeral() }) });

    expect(topicOf(stack).DeletionPolicy).toBe('Delete');
  });
});

describe('wrong props', () => {
  const ephemeralKey = new CustomerManagedKey(testStack(), 'Key', { retention: KeyRetention.ephemeral() });
  const keyElsewhere = Key.fromKeyArn(testStack(), 'Given', 'arn:aws:kms:us-east-1:111111111111:key/1234abcd');
  const name = (got: string) => `'topicName' must have at most 256 letters, digits, '-' and '_', got '${got}'`;

  test.each<[string, string, EncryptedTopicProps, string]>([
    ['TopicNameInvalid', 'a name with a dot', { topicName: 'alarms.new' }, name('alarms.new')],
    ['TopicNameInvalid', 'an empty name', { topicName: '' }, name('')],
    ['TopicNameInvalid', 'a name of 257 characters', { topicName: 'a'.repeat(257) }, name('a'.repeat(257))],
    ['TopicNameNotFifo', 'a FIFO topic with another name', { fifo: true, topicName: 'alarms' },
      "'topicName' must end in '.fifo' if 'fifo' is set, and only then, got 'alarms' with 'fifo' true"],
    ['TopicNameNotFifo', 'a standard topic with a FIFO name', { topicName: 'alarms.fifo' },
      "'topicName' must end in '.fifo' if 'fifo' is set, and only then, got 'alarms.fifo' with 'fifo' false"],
    ['DisplayNameTooLong', '101 characters', { displayName: 'a'.repeat(101) }, "'displayName' must have at most 100 characters, got 101"],
    ['DeduplicationWithoutFifo', 'a standard topic', { contentBasedDeduplication: true },
      "'contentBasedDeduplication' works in FIFO topics only; set 'fifo' too, or leave it out"],
    ['DataOutlivesKey', 'an ephemeral key', { encryptionKey: ephemeralKey, retention: KeyRetention.retain() },
      "'retention' keeps the data, but its key Stack/Key is ephemeral, and data cannot be read without its key; give the key a retention that keeps it"],
    ['KeyInOtherRegion', 'a key of another Region', { encryptionKey: keyElsewhere },
      "'encryptionKey' must be in the Region of the resource, eu-west-1, got a key of us-east-1; use a replica key there"],
  ])('fails with %s for %s, before anything is added to the tree', (code, _, props, message) => {
    const stack = testStack();

    expect(() => new EncryptedTopic(stack, 'Alarms', props)).toThrow(new Error(`[cdk-kms-constructs:${code}] Stack/Alarms: ${message}`));
    expect(stack.node.children).toEqual([]);
  });

  test('fails with all problems at once', () => {
    const make = () => new EncryptedTopic(testStack(), 'Alarms', { topicName: 'alarms!', displayName: 'a'.repeat(101), contentBasedDeduplication: true });

    expect(make).toThrow(
      new Error(
        `[cdk-kms-constructs:TopicNameInvalid] Stack/Alarms: ${name('alarms!')}\n` +
          "  also [DisplayNameTooLong] 'displayName' must have at most 100 characters, got 101\n" +
          "  also [DeduplicationWithoutFifo] 'contentBasedDeduplication' works in FIFO topics only; set 'fifo' too, or leave it out",
      ),
    );
  });
});

describe('grants', () => {
  test('grantPublish allows exactly this, on exactly these resources', () => {
    const stack = testStack();
    const grantee = role(stack);

    new EncryptedTopic(stack, 'Alarms').grantPublish(grantee).assertSuccess();

    expect(permissionsOf(grantee)).toEqual({ '<AlarmsB3E93623>': ['sns:Publish'], '<AlarmsKey3C2381B3.Arn>': PUBLISH_WITH_KEY });
    expect(keyPolicyOf(stack).map(({ Sid }) => Sid)).toEqual(DEFAULT_SIDS);
  });

  test('grantSubscribe allows exactly this, and nothing on the key', () => {
    const stack = testStack();
    const grantee = role(stack);

    new EncryptedTopic(stack, 'Alarms').grantSubscribe(grantee).assertSuccess();

    expect(permissionsOf(grantee)).toEqual({ '<AlarmsB3E93623>': ['sns:Subscribe'] });
  });

  test('another account is let in by the policy of the topic and by the key policy', () => {
    const stack = testStack();

    new EncryptedTopic(stack, 'Alarms').grantPublish(new AccountPrincipal('222222222222')).assertSuccess();

    expect(allowedBy(stack)).toEqual([
      expect.objectContaining({ Principal: { AWS: 'arn:<AWS::Partition>:iam::222222222222:root' }, Action: 'sns:Publish', Resource: '<AlarmsB3E93623>' }),
    ]);
    expect(keyPolicyOf(stack)).toContainEqual({ Effect: 'Allow', Principal: { AWS: '222222222222' }, Action: PUBLISH_WITH_KEY, Resource: '*' });
  });

  test('a service is let in by the policy of the topic and by the key policy, bound to the account', () => {
    const stack = testStack();

    new EncryptedTopic(stack, 'Alarms').grantPublish(new ServicePrincipal('cloudwatch.amazonaws.com')).assertSuccess();

    expect(allowedBy(stack)).toEqual([expect.objectContaining({ Principal: { Service: 'cloudwatch.amazonaws.com' }, Action: 'sns:Publish' })]);
    expect(serviceStatements(stack, 'cloudwatch.amazonaws.com').map(({ Action, Condition }) => [Action, Condition])).toEqual([
      [
        PUBLISH_WITH_KEY,
        {
          StringEquals: { 'aws:SourceAccount': '111111111111' },
          ArnLike: { 'aws:SourceArn': 'arn:<AWS::Partition>:cloudwatch:eu-west-1:111111111111:alarm:*' },
        },
      ],
    ]);
  });

  test.each(['grantPublish', 'grantSubscribe'] as const)('%s to a role that takes no policies says so', (verb) => {
    const stack = testStack();
    const grantee = Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::111111111111:role/app', { mutable: false });

    expect(new EncryptedTopic(stack, 'Alarms')[verb](grantee).success).toBe(false);
    expect(messagesOf(stack, 'warning')).toContainEqual(expect.stringMatching(/^Stack\/Role cannot be changed by this app.*sns:/));
  });
});

describe('subscriptions', () => {
  test('a queue gets the messages, and its key lets Amazon SNS in', () => {
    const stack = testStack();
    const encryptionKey = new CustomerManagedKey(stack, 'Key');
    const { queue } = new EncryptedQueue(stack, 'Jobs', { encryptionKey });

    const subscription = new EncryptedTopic(stack, 'Alarms', { encryptionKey }).addSubscription(new SqsSubscription(queue));

    expect(subscription.node.path).toMatch(/^Stack\/Jobs\/Resource\//);
    Template.fromStack(stack).hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'sqs', TopicArn: { Ref: 'AlarmsB3E93623' } });
    expect(serviceStatements(stack, 'sns.amazonaws.com')).toHaveLength(1);
    expect(cyclesOf((stack.node.root as App).synth())).toEqual([]);
  });

  test('a person gets the messages, and nothing more of the key is needed', () => {
    const stack = testStack();

    new EncryptedTopic(stack, 'Alarms').addSubscription(new EmailSubscription('ops@example.com'));

    Template.fromStack(stack).hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email', Endpoint: 'ops@example.com' });
    expect(keyPolicyOf(stack).map(({ Sid }) => Sid)).toEqual(DEFAULT_SIDS);
  });
});

describe('keys of others', () => {
  test('an imported key encrypts the topic, and grants are on its ARN', () => {
    const stack = testStack();
    const grantee = role(stack);

    new EncryptedTopic(stack, 'Alarms', { encryptionKey: Key.fromKeyArn(stack, 'Key', KEY_ARN) }).grantPublish(grantee).assertSuccess();

    expect(topicOf(stack).Properties).toEqual({ KmsMasterKeyId: KEY_ARN });
    expect(permissionsOf(grantee)[KEY_ARN]).toEqual(PUBLISH_WITH_KEY);
    expect(messagesOf(stack, 'warning')).toEqual([]);
  });

  test('a service is not granted an imported key, and the statement for its owner is told', () => {
    const stack = testStack();
    const topic = new EncryptedTopic(stack, 'Alarms', { encryptionKey: Key.fromKeyArn(stack, 'Key', KEY_ARN) });

    expect(topic.grantPublish(new ServicePrincipal('s3.amazonaws.com')).success).toBe(false);
    expect(messagesOf(stack, 'warning')).toEqual([
      expect.stringMatching(/the key Stack\/Key cannot be changed by this app.*kms:Decrypt.*s3\.amazonaws\.com/),
    ]);
  });

  test('a key of another stack serves the topic without a cycle, and its policy does not grow', () => {
    const { keys, app } = testStacks();
    const grantee = role(app);

    new EncryptedTopic(app, 'Alarms', { encryptionKey: new CustomerManagedKey(keys, 'Key') }).grantPublish(grantee).assertSuccess();

    expect(permissionsOf(grantee)).toEqual({
      '<AlarmsB3E93623>': ['sns:Publish'],
      '<import Keys:ExportsOutputFnGetAttKey961B73FDArn5A860C43>': PUBLISH_WITH_KEY,
    });
    expect(keyPolicyOf(keys).map(({ Sid }) => Sid)).toEqual(DEFAULT_SIDS);
    expect(cyclesOf((app.node.root as App).synth())).toEqual([]);
  });
});
