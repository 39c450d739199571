import { Template } from 'aws-cdk-lib/assertions';
import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import { AccountPrincipal, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key, type IKey } from 'aws-cdk-lib/aws-kms';
import { App, Stack, Token } from 'aws-cdk-lib/core';
import { CustomerManagedKey } from '../../src/keys/customer-managed-key';
import { KeyRetention } from '../../src/keys/key-retention';
import { EncryptedTable, type EncryptedTableReplica } from '../../src/patterns/encrypted-table';
import { ENV, testStack } from '../support/apps';
import { FLAGS } from '../support/feature-flags';
import { permissionsOf, withIntrinsicsAsText } from '../support/granted-permissions';
import { keyPolicyOf, messagesOf } from '../support/key-policies';
import { cyclesOf } from '../support/template-cycles';

const partitionKey = { name: 'id', type: AttributeType.STRING };
const US_KEY = 'arn:aws:kms:us-east-1:111111111111:key/11111111-aaaa-bbbb-cccc-111111111111';
const AP_KEY = 'arn:aws:kms:ap-south-1:111111111111:key/22222222-aaaa-bbbb-cccc-222222222222';
const READ = ['dynamodb:BatchGetItem', 'dynamodb:ConditionCheckItem', 'dynamodb:DescribeTable', 'dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:Scan'];
const WRITE = ['dynamodb:BatchWriteItem', 'dynamodb:DeleteItem', 'dynamodb:DescribeTable', 'dynamodb:PutItem', 'dynamodb:UpdateItem'];
const ENCRYPT_AND_DECRYPT = [
  'kms:Decrypt',
  'kms:DescribeKey',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyPair',
  'kms:GenerateDataKeyPairWithoutPlaintext',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];

function keyByArn(stack: Stack, arn: string): IKey {
  return Key.fromKeyArn(stack, arn.split(':')[3], arn);
}

/** A table with a replica in the United States and one in India. */
function orders(stack: Stack): EncryptedTable {
  const replicas = [
    { region: 'us-east-1', encryptionKey: keyByArn(stack, US_KEY) },
    { region: 'ap-south-1', encryptionKey: keyByArn(stack, AP_KEY) },
  ];
  return new EncryptedTable(stack, 'Orders', { partitionKey, replicas });
}

function role(stack: Stack): Role {
  return new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
}

/** The replicas of the only table, its own Region last. */
function replicasOf(stack: Stack): any[] {
  const [table] = Object.values(Template.fromStack(stack).findResources('AWS::DynamoDB::GlobalTable'));
  return table.Properties.Replicas;
}

test('each replica has the key of its Region, and is as safe as the table', () => {
  const stack = testStack();

  orders(stack);

  const safe = { DeletionProtectionEnabled: true, PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } };
  expect(withIntrinsicsAsText(replicasOf(stack))).toEqual([
    { ...safe, Region: 'us-east-1', SSESpecification: { KMSMasterKeyId: US_KEY } },
    { ...safe, Region: 'ap-south-1', SSESpecification: { KMSMasterKeyId: AP_KEY } },
    { ...safe, Region: 'eu-west-1', SSESpecification: { KMSMasterKeyId: '<OrdersKey6C690DD2.Arn>' } },
  ]);
});

test('a key of a stack in the Region of the replica is referred to, without a circular dependency', () => {
  const app = new App();
  const [stack, keys] = [new Stack(app, 'App', { env: ENV }), new Stack(app, 'Keys', { env: { ...ENV, region: 'us-east-1' } })];

  new EncryptedTable(stack, 'Orders', { partitionKey, replicas: [{ region: 'us-east-1', encryptionKey: new CustomerManagedKey(keys, 'Key') }] });

  const [{ SSESpecification: encryption }] = replicasOf(stack);
  expect(encryption.KMSMasterKeyId['Fn::GetStackOutput']).toEqual(expect.objectContaining({ StackName: 'Keys', Region: 'us-east-1' }));
  expect(cyclesOf(app.synth())).toEqual([]);
});

describe('grants', () => {
  const TABLES = [
    '<Orders2A43276C.Arn>',
    'arn:<AWS::Partition>:dynamodb:us-east-1:111111111111:table/<Orders2A43276C>',
    'arn:<AWS::Partition>:dynamodb:ap-south-1:111111111111:table/<Orders2A43276C>',
  ];
  const KEYS = ['<OrdersKey6C690DD2.Arn>', US_KEY, AP_KEY];

  function everywhere(onTables: string[], onKeys: string[]): Record<string, string[]> {
    return Object.fromEntries([...TABLES.map((table) => [table, onTables]), ...KEYS.map((key) => [key, onKeys])]);
  }

  test.each<['grantReadData' | 'grantWriteData' | 'grantReadWriteData', Record<string, string[]>]>([
    ['grantReadData', everywhere(READ, ['kms:Decrypt', 'kms:DescribeKey'])],
    ['grantWriteData', everywhere(WRITE, ENCRYPT_AND_DECRYPT)],
    ['grantReadWriteData', everywhere([...new Set([...READ, ...WRITE])].sort(), ENCRYPT_AND_DECRYPT)],
  ])('%s allows exactly this on the table and the key of every Region', (verb, permissions) => {
    const stack = testStack();
    const grantee = role(stack);

    orders(stack)[verb](grantee).assertSuccess();

    expect(permissionsOf(grantee)).toEqual(permissions);
    expect(messagesOf(stack, 'warning')).toEqual([]);
  });

  test('of an index are for every Region too, when it was added later', () => {
    const stack = testStack();
    const grantee = role(stack);
    const pattern = orders(stack);

    pattern.grantReadData(grantee);
    pattern.table.addGlobalSecondaryIndex({ indexName: 'byBuyer', partitionKey: { name: 'buyer', type: AttributeType.STRING } });

    expect(Object.keys(permissionsOf(grantee)).filter((resource) => resource.endsWith('/index/*'))).toEqual(TABLES.map((table) => `${table}/index/*`));
  });

  test('of the stream are for the Region of the table, where the CDK gives a table with replicas one', () => {
    const stack = testStack();
    const grantee = role(stack);

    orders(stack).grantStreamRead(grantee).assertSuccess();

    expect(permissionsOf(grantee)).toEqual({
      '<Orders2A43276C.StreamArn>': ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'],
      '<OrdersKey6C690DD2.Arn>': ['kms:Decrypt', 'kms:DescribeKey'],
    });
    Template.fromStack(stack).hasResourceProperties('AWS::DynamoDB::GlobalTable', { StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' } });
  });

  test.each(Object.entries(FLAGS))('to another account are in the policy of every replica, with %s', (_, context) => {
    const stack = testStack({}, { context });
    const keys = new Stack(stack.node.root as App, 'Keys', { env: { ...ENV, region: 'us-east-1' } });
    const encryptionKey = new CustomerManagedKey(keys, 'Key');
    const table = new EncryptedTable(stack, 'Orders', { partitionKey, replicas: [{ region: 'us-east-1', encryptionKey }] });

    table.grantReadData(new AccountPrincipal('222222222222')).assertSuccess();

    const statements = replicasOf(stack).flatMap(({ ResourcePolicy }) => ResourcePolicy.PolicyDocument.Statement);
    expect(statements.map(({ Effect, Action, Resource }) => ({ Effect, Action, Resource }))).toEqual([
      { Effect: 'Allow', Action: READ, Resource: '*' },
      { Effect: 'Allow', Action: READ, Resource: '*' },
    ]);
    const letIn = { Effect: 'Allow', Principal: { AWS: '222222222222' }, Action: ['kms:Decrypt', 'kms:DescribeKey'], Resource: '*' };
    expect([stack, keys].map((where) => keyPolicyOf(where).filter(({ Sid }) => !Sid))).toEqual([[letIn], [letIn]]);
  });

  test('to another account do not claim success for the key of a replica that is not ours to change, and say which', () => {
    const stack = testStack();

    const grant = orders(stack).grantReadData(new AccountPrincipal('222222222222'));

    expect(grant.success).toBe(false);
    const warnings = messagesOf(stack, 'warning').filter((message) => message.includes('its owner has to add to its policy'));
    expect(warnings.map((message) => message.split(' ')[2])).toEqual(['Stack/us-east-1', 'Stack/ap-south-1']);
  });
});

describe('wrong replicas', () => {
  const given = testStack();
  const usKey = keyByArn(given, US_KEY);
  const apKey = keyByArn(given, AP_KEY);
  const us = new Stack(given.node.root as App, 'Us', { env: { ...ENV, region: 'us-east-1' } });
  const ephemeral = new CustomerManagedKey(us, 'Key', { retention: KeyRetention.ephemeral() });

  test.each<[string, string, EncryptedTableReplica[], string]>([
    ['ReplicaRegionTaken', 'the Region of the table', [{ region: 'eu-west-1', encryptionKey: Key.fromKeyArn(given, 'Own', US_KEY.replace('us-east-1', 'eu-west-1')) }],
      "'replicas' must name each Region once, and not that of the stack, got eu-west-1; leave it out"],
    ['ReplicaRegionTaken', 'a Region twice', [{ region: 'us-east-1', encryptionKey: usKey }, { region: 'us-east-1', encryptionKey: usKey }],
      "'replicas' must name each Region once, and not that of the stack, got us-east-1; leave it out"],
    ['ReplicaRegionUnknown', 'a Region that is known later', [{ region: Token.asString({ Ref: 'Region' }), encryptionKey: usKey }],
      "'replicas' must name Regions that are known at synthesis, since the table names the Region of each replica, got a token"],
    ['KeyInOtherRegion', 'a key of another Region than its replica', [{ region: 'us-east-1', encryptionKey: usKey }, { region: 'eu-north-1', encryptionKey: apKey }],
      "'replicas' must be in the Region of the resource, eu-north-1, got a key of ap-south-1; use a replica key there"],
    ['DataOutlivesKey', 'a key that goes while the replica stays', [{ region: 'us-east-1', encryptionKey: ephemeral }],
      "'retention' keeps the data, but its key Us/Key is ephemeral, and data cannot be read without its key; give the key a retention that keeps it"],
  ])('fails with %s for %s, before anything is added to the tree', (code, _, replicas, message) => {
    const stack = testStack();

    expect(() => new EncryptedTable(stack, 'Orders', { partitionKey, replicas })).toThrow(new Error(`[cdk-kms-constructs:${code}] Stack/Orders: ${message}`));
    expect(stack.node.children).toEqual([]);
  });
});
