import { FULL_USE } from '../documented-actions';
import type { EncryptedResource } from '../encrypted-resource';
import type { ServiceRows } from '../service-caller';

const TABLE = {
  service: 'Amazon DynamoDB',
  viaService: 'dynamodb',
  send: [...FULL_USE, 'kms:DescribeKey'].sort(),
  receive: ['kms:Decrypt', 'kms:DescribeKey'],
  sentBy: ['dynamodb:BatchWriteItem', 'dynamodb:DeleteItem', 'dynamodb:PartiQLDelete', 'dynamodb:PartiQLInsert', 'dynamodb:PartiQLUpdate', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
  receivedBy: ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:GetRecords', 'dynamodb:PartiQLSelect', 'dynamodb:Query', 'dynamodb:Scan'],
  create: [...FULL_USE, 'kms:CreateGrant', 'kms:DescribeKey'].sort(),
  documentedAs: 'kms:GenerateDataKey*, kms:ReEncrypt*',
  context: ['aws:dynamodb:tableName', 'aws:dynamodb:subscriberId'],
  grants: 'service',
  costLever: 'the table key is cached for each caller for about 5 minutes',
  see: 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html',
} as const;

/** A database that its service reads and writes with a grant, which who creates it lets it have. */
function managed(row: Pick<EncryptedResource, 'service' | 'type' | 'keyProperties' | 'viaService' | 'see'> & Partial<EncryptedResource>): EncryptedResource {
  return { send: [], receive: [], create: ['kms:CreateGrant', 'kms:DescribeKey'], grants: 'service', ...row };
}

const RDS = {
  service: 'Amazon RDS and Amazon Aurora',
  viaService: 'rds',
  context: ['aws:rds:db-id'],
  see: 'https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.Keys.html',
} as const;

/** Tables, clusters, caches and search domains. */
export const DATABASES: ServiceRows = {
  resources: [
    {
      ...TABLE,
      type: 'AWS::DynamoDB::GlobalTable',
      keyProperties: [],
      replicas: { within: 'Replicas.*', key: 'SSESpecification.KMSMasterKeyId', region: 'Region' },
    },
    { ...TABLE, type: 'AWS::DynamoDB::Table', keyProperties: ['SSESpecification.KMSMasterKeyId'] },
    managed({ ...RDS, type: 'AWS::RDS::DBInstance', keyProperties: ['KmsKeyId', 'PerformanceInsightsKMSKeyId'] }),
    managed({ ...RDS, type: 'AWS::RDS::DBCluster', keyProperties: ['KmsKeyId', 'PerformanceInsightsKmsKeyId'] }),
    managed({
      ...RDS,
      service: 'Amazon DocumentDB',
      type: 'AWS::DocDB::DBCluster',
      keyProperties: ['KmsKeyId'],
      see: 'https://docs.aws.amazon.com/documentdb/latest/developerguide/encryption-at-rest.html',
    }),
    managed({
      ...RDS,
      service: 'Amazon Neptune',
      type: 'AWS::Neptune::DBCluster',
      keyProperties: ['KmsKeyId'],
      see: 'https://docs.aws.amazon.com/neptune/latest/userguide/encrypt.html',
    }),
    managed({
      service: 'Amazon Redshift',
      type: 'AWS::Redshift::Cluster',
      keyProperties: ['KmsKeyId'],
      viaService: 'redshift',
      context: ['aws:redshift:arn', 'aws:redshift:createtime'],
      see: 'https://docs.aws.amazon.com/redshift/latest/mgmt/working-with-db-encryption.html',
    }),
    managed({
      service: 'Amazon MemoryDB',
      type: 'AWS::MemoryDB::Cluster',
      keyProperties: ['KmsKeyId'],
      viaService: 'memorydb',
      see: 'https://docs.aws.amazon.com/memorydb/latest/devguide/at-rest-encryption.html',
    }),
    managed({
      service: 'Amazon ElastiCache',
      type: 'AWS::ElastiCache::ReplicationGroup',
      keyProperties: ['KmsKeyId'],
      viaService: 'elasticache',
      see: 'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/at-rest-encryption.html',
    }),
    managed({
      service: 'Amazon OpenSearch Service',
      type: 'AWS::OpenSearchService::Domain',
      keyProperties: ['EncryptionAtRestOptions.KmsKeyId'],
      viaService: 'es',
      see: 'https://docs.aws.amazon.com/opensearch-service/latest/developerguide/encryption-at-rest.html',
    }),
    managed({
      service: 'Amazon MSK',
      type: 'AWS::MSK::Cluster',
      keyProperties: ['EncryptionInfo.EncryptionAtRest.DataVolumeKMSKeyId'],
      viaService: 'kafka',
      see: 'https://docs.aws.amazon.com/msk/latest/developerguide/msk-encryption.html',
    }),
  ],
  callers: [],
};
