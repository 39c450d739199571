import { DATABASES } from '../../../src/services/rows/databases';
import { rowTests, type RowFacts } from './row-tests';

/** kms:Encrypt, kms:Decrypt, kms:ReEncrypt*, kms:GenerateDataKey* and kms:DescribeKey, in full. */
const USE = [
  'kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt',
  'kms:GenerateDataKey', 'kms:GenerateDataKeyPair', 'kms:GenerateDataKeyPairWithoutPlaintext', 'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom', 'kms:ReEncryptTo',
];

const WRITES = [
  'dynamodb:BatchWriteItem', 'dynamodb:DeleteItem', 'dynamodb:PartiQLDelete', 'dynamodb:PartiQLInsert', 'dynamodb:PartiQLUpdate',
  'dynamodb:PutItem', 'dynamodb:UpdateItem',
];
const READS = [
  'dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:GetRecords', 'dynamodb:PartiQLSelect', 'dynamodb:Query', 'dynamodb:Scan',
];
const CREATE_TABLE = [
  'kms:CreateGrant', 'kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:GenerateDataKeyPair',
  'kms:GenerateDataKeyPairWithoutPlaintext', 'kms:GenerateDataKeyWithoutPlaintext', 'kms:ReEncryptFrom', 'kms:ReEncryptTo',
];

const RESOURCES: RowFacts = [
  ['AWS::DynamoDB::GlobalTable', {
    keyProperties: [],
    replicas: { within: 'Replicas.*', key: 'SSESpecification.KMSMasterKeyId', region: 'Region' },
    viaService: 'dynamodb',
    send: USE,
    receive: ['kms:Decrypt', 'kms:DescribeKey'],
    sentBy: WRITES,
    receivedBy: READS,
    create: CREATE_TABLE,
    documentedAs: 'kms:GenerateDataKey*, kms:ReEncrypt*',
    context: ['aws:dynamodb:tableName', 'aws:dynamodb:subscriberId'],
    grants: 'service',
  }],
  ['AWS::DynamoDB::Table', {
    keyProperties: ['SSESpecification.KMSMasterKeyId'],
    viaService: 'dynamodb',
    send: USE,
    receive: ['kms:Decrypt', 'kms:DescribeKey'],
    sentBy: WRITES,
    receivedBy: READS,
    create: CREATE_TABLE,
    documentedAs: 'kms:GenerateDataKey*, kms:ReEncrypt*',
    context: ['aws:dynamodb:tableName', 'aws:dynamodb:subscriberId'],
    grants: 'service',
  }],
  ['AWS::RDS::DBInstance', {
    keyProperties: ['KmsKeyId', 'PerformanceInsightsKMSKeyId'],
    viaService: 'rds',
    send: [],
    receive: [],
    create: ['kms:CreateGrant', 'kms:DescribeKey'],
    context: ['aws:rds:db-id'],
    grants: 'service',
  }],
  ['AWS::RDS::DBCluster', {
    keyProperties: ['KmsKeyId', 'PerformanceInsightsKmsKeyId'],
    viaService: 'rds',
    send: [],
    receive: [],
    create: ['kms:CreateGrant', 'kms:DescribeKey'],
    context: ['aws:rds:db-id'],
    grants: 'service',
  }],
  ['AWS::DocDB::DBCluster', {
    keyProperties: ['KmsKeyId'],
    viaService: 'rds',
    send: [],
    receive: [],
    create: ['kms:CreateGrant', 'kms:DescribeKey'],
    context: ['aws:rds:db-id'],
    grants: 'service',
  }],
  ['AWS::Neptune::DBCluster', {
    keyProperties: ['KmsKeyId'],
    viaService: 'rds',
    send: [],
    receive: [],
    create: ['kms:CreateGrant', 'kms:DescribeKey'],
    context: ['aws:rds:db-id'],
    grants: 'service',
  }],
  ['AWS::Redshift::Cluster', {
    keyProperties: ['KmsKeyId'],
    viaService: 'redshift',
    send: [],
    receive: [],
    create: ['kms:CreateGrant', 'kms:DescribeKey'],
    context: ['aws:redshift:arn', 'aws:redshift:createtime'],
    grants: 'service',
  }],
  ['AWS::MemoryDB::Cluster', {
    keyProperties: ['KmsKeyId'],
    viaService: 'memorydb',
    send: [],
    receive: [],
    create: ['kms:CreateGrant', 'kms:DescribeKey'],
    grants: 'service',
  }],
  ['AWS::ElastiCache::ReplicationGroup', {
    keyProperties: ['KmsKeyId'],
    viaService: 'elasticache',
    send: [],
    receive: [],
    create: ['kms:CreateGrant', 'kms:DescribeKey'],
    grants: 'service',
  }],
  ['AWS::OpenSearchService::Domain', {
    keyProperties: ['EncryptionAtRestOptions.KmsKeyId'],
    viaService: 'es',
    send: [],
    receive: [],
    create: ['kms:CreateGrant', 'kms:DescribeKey'],
    grants: 'service',
  }],
  ['AWS::MSK::Cluster', {
    keyProperties: ['EncryptionInfo.EncryptionAtRest.DataVolumeKMSKeyId'],
    viaService: 'kafka',
    send: [],
    receive: [],
    create: ['kms:CreateGrant', 'kms:DescribeKey'],
    grants: 'service',
  }],
];

const CALLERS: RowFacts = [];

rowTests(DATABASES, RESOURCES, CALLERS);
