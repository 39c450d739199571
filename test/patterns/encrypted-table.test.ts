import { Match, Template } from 'aws-cdk-lib/assertions';
import { AttributeType, Billing, StreamViewType } from 'aws-cdk-lib/aws-dynamodb';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Stack } from 'aws-cdk-lib/core';
import { CustomerManagedKey } from '../../src/keys/customer-managed-key';
import { KeyRetention } from '../../src/keys/key-retention';
import { EncryptedTable, type EncryptedTableProps } from '../../src/patterns/encrypted-table';
import { testStack } from '../support/apps';

const partitionKey = { name: 'id', type: AttributeType.STRING };

/** The properties of the only table. */
function tableOf(stack: Stack): any {
  const [table] = Object.values(Template.fromStack(stack).findResources('AWS::DynamoDB::GlobalTable'));
  return table.Properties;
}

describe('defaults', () => {
  test('the table is encrypted with a customer managed key of its own, recoverable, protected, and billed by request', () => {
    const stack = testStack();

    new EncryptedTable(stack, 'Orders', { partitionKey });

    Template.fromStack(stack).hasResource('AWS::DynamoDB::GlobalTable', {
      Properties: {
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        Replicas: [
          {
            DeletionProtectionEnabled: true,
            PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
            Region: 'eu-west-1',
            SSESpecification: { KMSMasterKeyId: { 'Fn::GetAtt': ['OrdersKey6C690DD2', 'Arn'] } },
          },
        ],
        SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
        GlobalSecondaryIndexes: Match.absent(),
        LocalSecondaryIndexes: Match.absent(),
        StreamSpecification: Match.absent(),
        TableName: Match.absent(),
        TimeToLiveSpecification: Match.absent(),
      },
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
    });
  });

  test('there is one table, one key, and nothing else', () => {
    const stack = testStack();

    new EncryptedTable(stack, 'Orders', { partitionKey });

    const types = Object.values<any>(Template.fromStack(stack).toJSON().Resources).map(({ Type }) => Type);
    expect(types.sort()).toEqual(['AWS::DynamoDB::GlobalTable', 'AWS::KMS::Key']);
  });

  test('the parts are exposed', () => {
    const { table, encryptionKey } = new EncryptedTable(testStack(), 'Orders', { partitionKey });

    expect(table.node.path).toBe('Stack/Orders/Resource');
    expect(encryptionKey).toBeInstanceOf(CustomerManagedKey);
    expect(encryptionKey.node.path).toBe('Stack/Orders/Key');
  });
});

describe('props', () => {
  test.each<[string, Partial<EncryptedTableProps>, object]>([
    ['sortKey', { sortKey: { name: 'at', type: AttributeType.NUMBER } }, {
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }, { AttributeName: 'at', AttributeType: 'N' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }, { AttributeName: 'at', KeyType: 'RANGE' }],
    }],
    ['tableName', { tableName: 'orders-of-acme' }, { TableName: 'orders-of-acme' }],
    ['billing', { billing: Billing.onDemand({ maxReadRequestUnits: 100 }) }, {
      BillingMode: 'PAY_PER_REQUEST',
      Replicas: [expect.objectContaining({ ReadOnDemandThroughputSettings: { MaxReadRequestUnits: 100 } })],
    }],
    ['timeToLiveAttribute', { timeToLiveAttribute: 'expires' }, { TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true } }],
    ['dynamoStream', { dynamoStream: StreamViewType.KEYS_ONLY }, { StreamSpecification: { StreamViewType: 'KEYS_ONLY' } }],
    ['globalSecondaryIndexes', { globalSecondaryIndexes: [{ indexName: 'byBuyer', partitionKey: { name: 'buyer', type: AttributeType.STRING } }] }, {
      GlobalSecondaryIndexes: [
        { IndexName: 'byBuyer', KeySchema: [{ AttributeName: 'buyer', KeyType: 'HASH' }], Projection: { ProjectionType: 'ALL' } },
      ],
    }],
  ])("'%s' is passed on, and the table stays as safe", (_, props, properties) => {
    const stack = testStack();

    new EncryptedTable(stack, 'Orders', { partitionKey, ...props });

    const table = tableOf(stack);
    expect(table).toEqual(expect.objectContaining(properties));
    expect(table.SSESpecification).toEqual({ SSEEnabled: true, SSEType: 'KMS' });
    expect(table.Replicas).toEqual([
      expect.objectContaining({
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        SSESpecification: { KMSMasterKeyId: { 'Fn::GetAtt': ['OrdersKey6C690DD2', 'Arn'] } },
      }),
    ]);
  });

  test("'localSecondaryIndexes' is passed on", () => {
    const stack = testStack();
    const sortKey = { name: 'at', type: AttributeType.NUMBER };
    const localSecondaryIndexes = [{ indexName: 'byTotal', sortKey: { name: 'total', type: AttributeType.NUMBER } }];

    new EncryptedTable(stack, 'Orders', { partitionKey, sortKey, localSecondaryIndexes });

    expect(tableOf(stack).LocalSecondaryIndexes).toEqual([
      {
        IndexName: 'byTotal',
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }, { AttributeName: 'total', KeyType: 'RANGE' }],
        Projection: { ProjectionType: 'ALL' },
      },
    ]);
  });
});

describe('wrong props', () => {
  const cases: Record<string, { props: Partial<EncryptedTableProps>; message: string }> = {
    KeyInOtherRegion: {
      props: { encryptionKey: Key.fromKeyArn(testStack(), 'Given', 'arn:aws:kms:us-east-1:111111111111:key/1234abcd') },
      message: "'encryptionKey' must be in the Region of the resource, eu-west-1, got a key of us-east-1; use a replica key there",
    },
    DataOutlivesKey: {
      props: {
        encryptionKey: new CustomerManagedKey(testStack(), 'Key', { retention: KeyRetention.ephemeral() }),
        retention: KeyRetention.retain(),
      },
      message:
        "'retention' keeps the data, but its key Stack/Key is ephemeral, and data cannot be read without its key; give the key a retention that keeps it",
    },
  };

  test.each(Object.entries(cases))('fails with %s, before anything is added to the tree', (code, { props, message }) => {
    const stack = testStack();

    expect(() => new EncryptedTable(stack, 'Orders', { partitionKey, ...props })).toThrow(
      `[cdk-kms-constructs:${code}] Stack/Orders: ${message}`,
    );
    expect(stack.node.children).toEqual([]);
  });

  test('fails with TableWithoutRegion in a stack without a Region, which the CDK would find at synthesis only', () => {
    const stack = testStack({ env: undefined });

    expect(() => new EncryptedTable(stack, 'Orders', { partitionKey })).toThrow(
      "[cdk-kms-constructs:TableWithoutRegion] Stack/Orders: a table with a customer managed key names the Region of each replica, and the stack does not say its own; set 'env.region' of the stack",
    );
    expect(stack.node.children).toEqual([]);
  });

  test('fails with all problems at once', () => {
    const elsewhere = testStack({ env: { account: '111111111111', region: 'us-east-1' } });
    const encryptionKey = new CustomerManagedKey(elsewhere, 'Key', { retention: KeyRetention.ephemeral() });

    const make = () => new EncryptedTable(testStack(), 'Orders', { partitionKey, encryptionKey, retention: KeyRetention.production() });

    expect(make).toThrow(
      new Error(
        "[cdk-kms-constructs:DataOutlivesKey] Stack/Orders: 'retention' keeps the data, but its key Stack/Key is ephemeral, and data cannot be read without its key; give the key a retention that keeps it\n" +
          "  also [KeyInOtherRegion] 'encryptionKey' must be in the Region of the resource, eu-west-1, got a key of us-east-1; use a replica key there",
      ),
    );
  });
});
