import {
  TableEncryptionV2,
  TableV2,
  type Attribute,
  type Billing,
  type CfnGlobalTable,
  type GlobalSecondaryIndexPropsV2,
  type LocalSecondaryIndexProps,
  type StreamViewType,
} from 'aws-cdk-lib/aws-dynamodb';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Aws, Lazy, RemovalPolicy, Stack, Token } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { KeyRetention } from '../keys/key-retention';
import { Problems, fail } from '../private/errors';
import { read } from '../private/template-reader';
import { encryptedResource } from '../services/service-table';
import { checkEncryption, checkReplicas, encryptionKeyOf, retentionOf } from './pattern-encryption';
import { allOf, grantOnResource, grantWithKeys } from './pattern-grants';

const KEY_USE = encryptedResource('AWS::DynamoDB::GlobalTable')!;

const READ_DATA = ['dynamodb:BatchGetItem', 'dynamodb:ConditionCheckItem', 'dynamodb:DescribeTable', 'dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:Scan'];
const WRITE_DATA = ['dynamodb:BatchWriteItem', 'dynamodb:DeleteItem', 'dynamodb:DescribeTable', 'dynamodb:PutItem', 'dynamodb:UpdateItem'];
const READ_STREAM = ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'];

/**
 * A replica of an `EncryptedTable` in another Region.
 */
export interface EncryptedTableReplica {
  /** The Region, such as `us-east-1`. */
  readonly region: string;

  /** The key that the replica is encrypted with, of its Region; by its ARN, it is `Key.fromKeyArn()`. */
  readonly encryptionKey: IKey;
}

/**
 * Properties of an `EncryptedTable`.
 */
export interface EncryptedTableProps {
  /** The partition key. */
  readonly partitionKey: Attribute;

  /**
   * The sort key.
   *
   * @default - none
   */
  readonly sortKey?: Attribute;

  /**
   * The key that the table is encrypted with.
   *
   * @default - a `CustomerManagedKey` of the table's own
   */
  readonly encryptionKey?: IKey;

  /**
   * What happens to the table, and to a key of its own, when they leave the template. A table that is kept is protected
   * from deletion too, so that a first deployment that fails leaves the empty table behind. Data may not outlive its key.
   *
   * @default - that of the key if it is a `CustomerManagedKey`, otherwise KeyRetention.retain()
   */
  readonly retention?: KeyRetention;

  /**
   * The name of the table.
   *
   * @default - named by CloudFormation
   */
  readonly tableName?: string;

  /**
   * How reads and writes are billed.
   *
   * @default Billing.onDemand()
   */
  readonly billing?: Billing;

  /**
   * The attribute with the time at which an item expires.
   *
   * @default - items do not expire
   */
  readonly timeToLiveAttribute?: string;

  /**
   * What the stream of changes shows of an item.
   *
   * @default - no stream
   */
  readonly dynamoStream?: StreamViewType;

  /**
   * Global secondary indexes. They are encrypted with the table's key.
   *
   * @default - none
   */
  readonly globalSecondaryIndexes?: GlobalSecondaryIndexPropsV2[];

  /**
   * Local secondary indexes. They are encrypted with the table's key.
   *
   * @default - none
   */
  readonly localSecondaryIndexes?: LocalSecondaryIndexProps[];

  /**
   * Replicas of the table in other Regions, each with a key of its own. Their retention is that of the table, and so are
   * their recovery, their protection from deletion and their indexes.
   *
   * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/globaltables-security.html
   * @default - none
   */
  readonly replicas?: EncryptedTableReplica[];
}

/**
 * A table that is encrypted with a customer managed key, with point-in-time recovery, and with deletion protection that
 * follows its retention.
 *
 * Amazon DynamoDB caches the table key for each caller for about five minutes, so that the key costs little however
 * busy the table is. The stack must name its Region. Backups stay encrypted with the key that the table had when they were made: keep that key.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
 */
export class EncryptedTable extends Construct {
  /** The table. */
  public readonly table: TableV2;

  /** The key that the table is encrypted with. */
  public readonly encryptionKey: IKey;

  private readonly replicas: readonly EncryptedTableReplica[];

  private readonly streamed: boolean;

  constructor(scope: Construct, id: string, props: EncryptedTableProps) {
    const problems = new Problems(scope, id);
    checkEncryption(scope, props, problems);
    problems.expect(!Token.isUnresolved(Stack.of(scope).region), 'TableWithoutRegion', () =>
      "a table with a customer managed key names the Region of each replica, and the stack does not say its own; set 'env.region' of the stack");
    const { replicas = [] } = props;
    problems.expect(replicas.every(({ region }) => !Token.isUnresolved(region)), 'ReplicaRegionUnknown', () =>
      "'replicas' must name Regions that are known at synthesis, since the table names the Region of each replica, got a token");
    checkReplicas(scope, replicas, props, problems, 'replicas');
    problems.throwIfAny();
    super(scope, id);

    const retention = retentionOf(props);
    const { encryptionKey: _key, retention: _retention, replicas: _replicas, ...tableProps } = props;
    this.encryptionKey = encryptionKeyOf(this, props);
    this.replicas = replicas;
    // The CDK gives a table with replicas a stream, by which Amazon DynamoDB replicates it.
    this.streamed = props.dynamoStream !== undefined || replicas.length > 0;
    const replicaKeyArns = Object.fromEntries(replicas.map(({ region, encryptionKey }) => [region, encryptionKey.keyArn]));
    this.table = new TableV2(this, 'Resource', {
      ...tableProps,
      replicas: replicas.map(({ region }) => ({ region })),
      encryption: TableEncryptionV2.customerManagedKey(this.encryptionKey, replicaKeyArns),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: retention.keepsData,
      // A rollback cannot delete a protected table: the one that a failed first deployment made stays, and is empty.
      removalPolicy: retention.keepsData ? RemovalPolicy.RETAIN : retention.removalPolicy,
    });
    this.shareResourcePolicy();
  }

  /**
   * Lets a principal read items: `kms:Decrypt` and `kms:DescribeKey` on the key. Of a table with replicas it reads in every
   * Region, with the key of each.
   *
   * @param grantee who reads
   */
  public grantReadData(grantee: IGrantable): Grant {
    return grantWithKeys(this, [this.onTable(grantee, READ_DATA)], grantee, KEY_USE.receive, ...this.everyKey());
  }

  /**
   * Lets a principal write and delete items: the actions on the key that Amazon DynamoDB documents, without
   * `kms:CreateGrant`, which only who makes the table needs. To a table with replicas it writes in every Region.
   *
   * @param grantee who writes
   */
  public grantWriteData(grantee: IGrantable): Grant {
    return grantWithKeys(this, [this.onTable(grantee, WRITE_DATA)], grantee, KEY_USE.send, ...this.everyKey());
  }

  /**
   * Lets a principal read, write and delete items.
   *
   * @param grantee who reads and writes
   */
  public grantReadWriteData(grantee: IGrantable): Grant {
    return allOf([this.grantReadData(grantee), this.grantWriteData(grantee)], grantee);
  }

  /**
   * Lets a principal read the stream of changes in the Region of the table itself: `kms:Decrypt` and `kms:DescribeKey` on the key.
   *
   * Throws `TableHasNoStream` if the table has none.
   *
   * @param grantee who reads
   */
  public grantStreamRead(grantee: IGrantable): Grant {
    if (!this.streamed) {
      fail(this, 'TableHasNoStream', "'grantStreamRead' needs a stream, and the table has none; set 'dynamoStream'");
    }
    const grant = grantOnResource(this, { grantee, actions: READ_STREAM, resourceArns: [this.table.tableStreamArn!] });
    return grantWithKeys(this, [grant], grantee, KEY_USE.receive, this.encryptionKey);
  }

  /** Whatever the feature flags say: who is let in from another account is let in in every Region. */
  private shareResourcePolicy(): void {
    const { table } = this;
    const policy = Lazy.any({ produce: () => (table.resourcePolicy ? { PolicyDocument: table.resourcePolicy } : undefined) });
    this.replicas.forEach((_, index) => (table.node.defaultChild as CfnGlobalTable).addPropertyOverride(`Replicas.${index}.ResourcePolicy`, policy));
  }

  private onTable(grantee: IGrantable, actions: string[]): Grant {
    const { tableArn, tableName } = this.table;
    const { account } = Stack.of(this);
    const tables = [tableArn, ...this.replicas.map(({ region }) => `arn:${Aws.PARTITION}:dynamodb:${region}:${account}:table/${tableName}`)];
    // Indexes may still be added, and an ARN of none would be a wildcard for nothing.
    const indexes = tables.map((table) => Lazy.string({ produce: () => (this.isIndexed() ? `${table}/index/*` : Aws.NO_VALUE) }));
    // The policy is a property of the table, which cannot refer to itself.
    return grantOnResource(this, { grantee, actions, resourceArns: [...tables, ...indexes], resourceSelfArns: ['*'], resource: this.table });
  }

  private everyKey(): IKey[] {
    return [this.encryptionKey, ...this.replicas.map(({ encryptionKey }) => encryptionKey)];
  }

  private isIndexed(): boolean {
    const { globalSecondaryIndexes, localSecondaryIndexes } = this.table.node.defaultChild as CfnGlobalTable;
    return [globalSecondaryIndexes, localSecondaryIndexes].some((indexes) => read(this, indexes).value?.length > 0);
  }
}
