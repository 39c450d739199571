import { Template } from 'aws-cdk-lib/assertions';
import { AttributeType, StreamViewType } from 'aws-cdk-lib/aws-dynamodb';
import { AccountPrincipal, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Stack } from 'aws-cdk-lib/core';
import { EncryptedTable, type EncryptedTableProps } from '../../src/patterns/encrypted-table';
import { testStack, testStacks } from '../support/apps';
import { permissionsOf, withIntrinsicsAsText } from '../support/granted-permissions';
import { keyPolicyOf } from '../support/key-policies';

const partitionKey = { name: 'id', type: AttributeType.STRING };

function role(stack: Stack): Role {
  return new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
}

function orders(stack: Stack, props: Partial<EncryptedTableProps> = {}): EncryptedTable {
  return new EncryptedTable(stack, 'Orders', { partitionKey, ...props });
}

const TABLE = '<Orders2A43276C.Arn>';
const STREAM = '<Orders2A43276C.StreamArn>';
const KEY = '<OrdersKey6C690DD2.Arn>';

const READ = [
  'dynamodb:BatchGetItem',
  'dynamodb:ConditionCheckItem',
  'dynamodb:DescribeTable',
  'dynamodb:GetItem',
  'dynamodb:Query',
  'dynamodb:Scan',
];
const WRITE = ['dynamodb:BatchWriteItem', 'dynamodb:DeleteItem', 'dynamodb:DescribeTable', 'dynamodb:PutItem', 'dynamodb:UpdateItem'];
const DECRYPT = ['kms:Decrypt', 'kms:DescribeKey'];
// AWS documents kms:GenerateDataKey* and kms:ReEncrypt*: expanded in full.
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

type Verb = 'grantReadData' | 'grantWriteData' | 'grantReadWriteData';

test.each<[Verb, Record<string, string[]>]>([
  ['grantReadData', { [TABLE]: READ, [KEY]: DECRYPT }],
  ['grantWriteData', { [TABLE]: WRITE, [KEY]: ENCRYPT_AND_DECRYPT }],
  ['grantReadWriteData', {
    [TABLE]: [
      'dynamodb:BatchGetItem',
      'dynamodb:BatchWriteItem',
      'dynamodb:ConditionCheckItem',
      'dynamodb:DeleteItem',
      'dynamodb:DescribeTable',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'dynamodb:Scan',
      'dynamodb:UpdateItem',
    ],
    [KEY]: ENCRYPT_AND_DECRYPT,
  }],
])('%s allows exactly this, on exactly these resources', (verb, permissions) => {
  const stack = testStack();
  const grantee = role(stack);

  orders(stack)[verb](grantee).assertSuccess();

  expect(permissionsOf(grantee)).toEqual(permissions);
});

test('grantStreamRead allows exactly this, on the stream and the key only', () => {
  const stack = testStack();
  const grantee = role(stack);

  orders(stack, { dynamoStream: StreamViewType.NEW_IMAGE }).grantStreamRead(grantee).assertSuccess();

  expect(permissionsOf(grantee)).toEqual({
    [STREAM]: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'],
    [KEY]: DECRYPT,
  });
});

test('grantStreamRead fails where there is no stream', () => {
  const stack = testStack();
  const grantee = role(stack);

  expect(() => orders(stack).grantStreamRead(grantee)).toThrow(
    "[cdk-kms-constructs:TableHasNoStream] Stack/Orders: 'grantStreamRead' needs a stream, and the table has none; set 'dynamoStream'",
  );
});

test.each<[string, Partial<EncryptedTableProps>]>([
  ['global', { globalSecondaryIndexes: [{ indexName: 'byBuyer', partitionKey: { name: 'buyer', type: AttributeType.STRING } }] }],
  ['local', {
    sortKey: { name: 'at', type: AttributeType.NUMBER },
    localSecondaryIndexes: [{ indexName: 'byTotal', sortKey: { name: 'total', type: AttributeType.NUMBER } }],
  }],
])('a grant covers %s secondary indexes', (_, props) => {
  const stack = testStack();
  const grantee = role(stack);

  orders(stack, props).grantReadData(grantee);

  expect(permissionsOf(grantee)).toEqual({ [TABLE]: READ, [`${TABLE}/index/*`]: READ, [KEY]: DECRYPT });
});

test('a grant covers an index that was added to the table later', () => {
  const stack = testStack();
  const grantee = role(stack);
  const pattern = orders(stack);

  pattern.grantReadData(grantee);
  pattern.table.addGlobalSecondaryIndex({ indexName: 'byBuyer', partitionKey: { name: 'buyer', type: AttributeType.STRING } });

  expect(permissionsOf(grantee)).toEqual({ [TABLE]: READ, [`${TABLE}/index/*`]: READ, [KEY]: DECRYPT });
});

test('a role of another stack gets its permissions there, and the key policy does not grow', () => {
  const { keys: data, app } = testStacks();
  const grantee = role(app);

  orders(data).grantReadData(grantee).assertSuccess();

  expect(permissionsOf(grantee)).toEqual({
    '<import Keys:ExportsOutputFnGetAttOrders2A43276CArnDC974407>': READ,
    '<import Keys:ExportsOutputFnGetAttOrdersKey6C690DD2ArnEF1A183C>': DECRYPT,
  });
  expect(keyPolicyOf(data).map(({ Sid }) => Sid)).toEqual([
    'KeyAdministration',
    'KeyMetadata',
    'KeyUse',
    'ServiceGrants',
    'GrantsForServicesOnly',
  ]);
});

test('another account is let in by the policy of the table and by the key policy', () => {
  const stack = testStack();

  orders(stack).grantReadData(new AccountPrincipal('222222222222')).assertSuccess();

  const [table] = Object.values(Template.fromStack(stack).findResources('AWS::DynamoDB::GlobalTable'));
  // By `*`, which is the table itself: its policy is part of it, so that its own ARN would be a circular dependency.
  expect(withIntrinsicsAsText(table.Properties.Replicas[0].ResourcePolicy.PolicyDocument.Statement)).toEqual([
    { Effect: 'Allow', Principal: { AWS: 'arn:<AWS::Partition>:iam::222222222222:root' }, Action: READ, Resource: '*' },
  ]);
  expect(keyPolicyOf(stack)).toContainEqual({ Effect: 'Allow', Principal: { AWS: '222222222222' }, Action: DECRYPT, Resource: '*' });
});

test('grantStreamRead does not claim success for another account, which only the policy of the stream could let in', () => {
  const stack = testStack();

  const grant = orders(stack, { dynamoStream: StreamViewType.NEW_IMAGE }).grantStreamRead(new AccountPrincipal('222222222222'));

  expect(grant.success).toBe(false);
});
