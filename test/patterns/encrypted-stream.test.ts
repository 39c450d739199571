import { Match, Template } from 'aws-cdk-lib/assertions';
import { AccountPrincipal, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { StreamMode } from 'aws-cdk-lib/aws-kinesis';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Duration, Lazy, type App, type Stack } from 'aws-cdk-lib/core';
import { CustomerManagedKey } from '../../src/keys/customer-managed-key';
import { KeyRetention } from '../../src/keys/key-retention';
import { EncryptedStream, type EncryptedStreamProps } from '../../src/patterns/encrypted-stream';
import { testStack, testStacks } from '../support/apps';
import { permissionsOf, withIntrinsicsAsText } from '../support/granted-permissions';
import { keyPolicyOf, messagesOf } from '../support/key-policies';
import { cyclesOf } from '../support/template-cycles';

const KEY_ARN = 'arn:aws:kms:eu-west-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const STREAM = '<Clicks62A3347D.Arn>';
const KEY = '<ClicksKeyCE4F6D76.Arn>';
const DEFAULT_SIDS = ['KeyAdministration', 'KeyMetadata', 'KeyUse', 'ServiceGrants', 'GrantsForServicesOnly'];

const READ = ['kinesis:DescribeStream', 'kinesis:DescribeStreamSummary', 'kinesis:GetRecords', 'kinesis:GetShardIterator', 'kinesis:ListShards'];
const WRITE = ['kinesis:ListShards', 'kinesis:PutRecord', 'kinesis:PutRecords'];

type Verb = 'grantRead' | 'grantWrite';
const VERBS: ReadonlyArray<[verb: Verb, actions: string[], onKey: string]> = [
  ['grantRead', READ, 'kms:Decrypt'],
  ['grantWrite', WRITE, 'kms:GenerateDataKey'],
];

function role(stack: Stack): Role {
  return new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
}

/** The only stream. */
function streamOf(stack: Stack): any {
  const [stream] = Object.values(Template.fromStack(stack).findResources('AWS::Kinesis::Stream'));
  return stream;
}

describe('defaults', () => {
  test('the stream is encrypted with a customer managed key of its own, and has one shard', () => {
    const stack = testStack();

    new EncryptedStream(stack, 'Clicks');

    expect(Template.fromStack(stack).findResources('AWS::Kinesis::Stream')).toEqual({
      Clicks62A3347D: {
        Type: 'AWS::Kinesis::Stream',
        Properties: {
          RetentionPeriodHours: 24,
          ShardCount: 1,
          StreamEncryption: { EncryptionType: 'KMS', KeyId: { 'Fn::GetAtt': ['ClicksKeyCE4F6D76', 'Arn'] } },
        },
        DeletionPolicy: 'RetainExceptOnCreate',
        UpdateReplacePolicy: 'Retain',
      },
    });
  });

  test('there is a stream, one key, and nothing else', () => {
    const stack = testStack();

    new EncryptedStream(stack, 'Clicks');

    const types = Object.values<any>(Template.fromStack(stack).toJSON().Resources).map(({ Type }) => Type);
    expect(types.sort()).toEqual(['AWS::KMS::Key', 'AWS::Kinesis::Stream']);
    expect(keyPolicyOf(stack).map(({ Sid }) => Sid)).toEqual(DEFAULT_SIDS);
  });

  test('the parts are exposed', () => {
    const { stream, encryptionKey } = new EncryptedStream(testStack(), 'Clicks');

    expect(stream.node.path).toBe('Stack/Clicks/Resource');
    expect(stream.encryptionKey).toBe(encryptionKey);
    expect(encryptionKey).toBeInstanceOf(CustomerManagedKey);
    expect(encryptionKey.node.path).toBe('Stack/Clicks/Key');
  });
});

describe('props', () => {
  test.each<[string, EncryptedStreamProps, object]>([
    ['streamName', { streamName: 'clicks_1.a-b' }, { Name: 'clicks_1.a-b' }],
    ['streamName of 128 characters', { streamName: 'a'.repeat(128) }, { Name: 'a'.repeat(128) }],
    ['streamName with a token', { streamName: Lazy.string({ produce: () => 'later' }) }, { Name: 'later' }],
    ['shardCount', { shardCount: 3 }, { ShardCount: 3 }],
    ['shardCount with its mode', { shardCount: 3, streamMode: StreamMode.PROVISIONED }, { ShardCount: 3, StreamModeDetails: { StreamMode: 'PROVISIONED' } }],
    ['streamMode', { streamMode: StreamMode.ON_DEMAND }, { StreamModeDetails: { StreamMode: 'ON_DEMAND' } }],
    ['retentionPeriod at its least', { retentionPeriod: Duration.hours(24) }, { RetentionPeriodHours: 24 }],
    ['retentionPeriod at its most', { retentionPeriod: Duration.days(365) }, { RetentionPeriodHours: 8760 }],
  ])("'%s' is the stream's", (_, props, properties) => {
    const stack = testStack();

    new EncryptedStream(stack, 'Clicks', props);

    expect(streamOf(stack).Properties).toEqual(expect.objectContaining(properties));
  });

  test('a stream on demand has no number of shards', () => {
    const stack = testStack();

    new EncryptedStream(stack, 'Clicks', { streamMode: StreamMode.ON_DEMAND });

    Template.fromStack(stack).hasResourceProperties('AWS::Kinesis::Stream', { ShardCount: Match.absent() });
  });

  test.each<[string, KeyRetention, object]>([
    ['retain()', KeyRetention.retain(), { DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' }],
    ['production()', KeyRetention.production(), { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' }],
    ['ephemeral()', KeyRetention.ephemeral(), { DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' }],
  ])('the stream, its policy and its key share one fate, whatever the records do: %s', (_, retention, fate) => {
    const stack = testStack();

    new EncryptedStream(stack, 'Clicks', { retention }).grantRead(new AccountPrincipal('222222222222'));

    const resources = Object.values<any>(Template.fromStack(stack).toJSON().Resources);
    const fates = resources.map(({ DeletionPolicy, UpdateReplacePolicy }) => ({ DeletionPolicy, UpdateReplacePolicy }));
    expect(fates).toEqual([fate, fate, fate]);
    expect(streamOf(stack).Properties.RetentionPeriodHours).toBe(24);
  });

  test('the stream follows the retention of a given key', () => {
    const stack = testStack();

    new EncryptedStream(stack, 'Clicks', { encryptionKey: new CustomerManagedKey(stack, 'Key', { retention: KeyRetention.ephemeral() }) });

    expect(streamOf(stack).DeletionPolicy).toBe('Delete');
  });
});

describe('wrong props', () => {
  const ephemeralKey = new CustomerManagedKey(testStack(), 'Key', { retention: KeyRetention.ephemeral() });
  const keyElsewhere = Key.fromKeyArn(testStack(), 'Given', 'arn:aws:kms:us-east-1:111111111111:key/1234abcd');
  const name = (got: string) => `'streamName' must have at most 128 letters, digits, '-', '_' and '.', got '${got}'`;
  const period = (got: string) => `'retentionPeriod' must be whole hours from 24 to 8760 (365 days), got ${got}`;

  test.each<[string, string, EncryptedStreamProps, string]>([
    ['StreamNameInvalid', 'a name with a slash', { streamName: 'my/clicks' }, name('my/clicks')],
    ['StreamNameInvalid', 'an empty name', { streamName: '' }, name('')],
    ['StreamNameInvalid', 'a name of 129 characters', { streamName: 'a'.repeat(129) }, name('a'.repeat(129))],
    ['ShardCountInvalid', 'no shard', { shardCount: 0 }, "'shardCount' must be a whole number of at least 1, got 0"],
    ['ShardCountInvalid', 'half a shard', { shardCount: 1.5 }, "'shardCount' must be a whole number of at least 1, got 1.5"],
    ['ShardCountOnDemand', 'shards on demand', { shardCount: 2, streamMode: StreamMode.ON_DEMAND },
      "'shardCount' is 2, but Amazon Kinesis manages the shards of a stream on demand; leave 'shardCount' out, or use StreamMode.PROVISIONED"],
    ['RetentionPeriodOutOfRange', 'less than a day', { retentionPeriod: Duration.hours(23) }, period('23')],
    ['RetentionPeriodOutOfRange', 'more than a year', { retentionPeriod: Duration.hours(8761) }, period('8761')],
    ['RetentionPeriodOutOfRange', 'parts of an hour', { retentionPeriod: Duration.minutes(1470) }, period('24.5')],
    ['DataOutlivesKey', 'an ephemeral key', { encryptionKey: ephemeralKey, retention: KeyRetention.retain() },
      "'retention' keeps the data, but its key Stack/Key is ephemeral, and data cannot be read without its key; give the key a retention that keeps it"],
    ['KeyInOtherRegion', 'a key of another Region', { encryptionKey: keyElsewhere },
      "'encryptionKey' must be in the Region of the resource, eu-west-1, got a key of us-east-1; use a replica key there"],
  ])('fails with %s for %s, before anything is added to the tree', (code, _, props, message) => {
    const stack = testStack();

    expect(() => new EncryptedStream(stack, 'Clicks', props)).toThrow(new Error(`[cdk-kms-constructs:${code}] Stack/Clicks: ${message}`));
    expect(stack.node.children).toEqual([]);
  });

  test('fails with all problems at once', () => {
    const make = () => new EncryptedStream(testStack(), 'Clicks', { streamName: 'my/clicks', shardCount: 0, retentionPeriod: Duration.hours(1) });

    expect(make).toThrow(
      new Error(
        `[cdk-kms-constructs:StreamNameInvalid] Stack/Clicks: ${name('my/clicks')}\n` +
          "  also [ShardCountInvalid] 'shardCount' must be a whole number of at least 1, got 0\n" +
          `  also [RetentionPeriodOutOfRange] ${period('1')}`,
      ),
    );
  });
});

describe('grants', () => {
  test.each(VERBS)('%s allows exactly this, on exactly these resources', (verb, actions, onKey) => {
    const stack = testStack();
    const grantee = role(stack);

    new EncryptedStream(stack, 'Clicks')[verb](grantee).assertSuccess();

    expect(permissionsOf(grantee)).toEqual({ [STREAM]: actions, [KEY]: [onKey] });
    expect(keyPolicyOf(stack).map(({ Sid }) => Sid)).toEqual(DEFAULT_SIDS);
  });

  test.each(VERBS)('%s lets another account in by the policy of the stream and by the key policy', (verb, actions, onKey) => {
    const stack = testStack();

    new EncryptedStream(stack, 'Clicks')[verb](new AccountPrincipal('222222222222')).assertSuccess();

    const [policy] = Object.values(Template.fromStack(stack).findResources('AWS::Kinesis::ResourcePolicy'));
    expect(withIntrinsicsAsText(policy.Properties)).toEqual({
      ResourceArn: STREAM,
      ResourcePolicy: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { AWS: 'arn:<AWS::Partition>:iam::222222222222:root' }, Action: actions, Resource: STREAM }],
      },
    });
    expect(keyPolicyOf(stack)).toContainEqual({ Effect: 'Allow', Principal: { AWS: '222222222222' }, Action: onKey, Resource: '*' });
  });

  test.each(VERBS)('%s to a role that takes no policies says so', (verb, [action]) => {
    const stack = testStack();
    const grantee = Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::111111111111:role/app', { mutable: false });

    expect(new EncryptedStream(stack, 'Clicks')[verb](grantee).success).toBe(false);
    expect(messagesOf(stack, 'warning')).toContainEqual(expect.stringContaining(action));
  });
});

describe('keys of others', () => {
  test.each(VERBS)('an imported key encrypts the stream, and %s is on its ARN', (verb, actions, onKey) => {
    const stack = testStack();
    const grantee = role(stack);

    new EncryptedStream(stack, 'Clicks', { encryptionKey: Key.fromKeyArn(stack, 'Key', KEY_ARN) })[verb](grantee).assertSuccess();

    expect(streamOf(stack).Properties.StreamEncryption).toEqual({ EncryptionType: 'KMS', KeyId: KEY_ARN });
    expect(permissionsOf(grantee)).toEqual({ [STREAM]: actions, [KEY_ARN]: [onKey] });
    expect(messagesOf(stack, 'warning')).toEqual([]);
  });

  test('another account is not granted an imported key, and the statement for its owner is told', () => {
    const stack = testStack();
    const stream = new EncryptedStream(stack, 'Clicks', { encryptionKey: Key.fromKeyArn(stack, 'Key', KEY_ARN) });

    expect(stream.grantRead(new AccountPrincipal('222222222222')).success).toBe(false);
    expect(messagesOf(stack, 'warning')).toEqual([
      expect.stringMatching(/the key Stack\/Key cannot be changed by this app.*"Action":"kms:Decrypt".*222222222222/),
    ]);
  });

  test('a key of another stack serves the stream without a cycle, and its policy does not grow', () => {
    const { keys, app } = testStacks();
    const grantee = role(app);

    new EncryptedStream(app, 'Clicks', { encryptionKey: new CustomerManagedKey(keys, 'Key') }).grantRead(grantee).assertSuccess();

    expect(permissionsOf(grantee)).toEqual({
      [STREAM]: READ,
      '<import Keys:ExportsOutputFnGetAttKey961B73FDArn5A860C43>': ['kms:Decrypt'],
    });
    expect(keyPolicyOf(keys).map(({ Sid }) => Sid)).toEqual(DEFAULT_SIDS);
    expect(cyclesOf((app.node.root as App).synth())).toEqual([]);
  });
});
