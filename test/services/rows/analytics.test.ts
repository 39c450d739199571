import { ANALYTICS } from '../../../src/services/rows/analytics';
import { rowTests, type RowFacts } from './row-tests';

/** kms:Encrypt, kms:Decrypt, kms:ReEncrypt* and kms:GenerateDataKey*, in full. */
const CRYPTOGRAPHY = [
  'kms:Decrypt', 'kms:Encrypt',
  'kms:GenerateDataKey', 'kms:GenerateDataKeyPair', 'kms:GenerateDataKeyPairWithoutPlaintext', 'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom', 'kms:ReEncryptTo',
];

const RESOURCES: RowFacts = [
  ['AWS::Kinesis::Stream', {
    keyProperties: ['StreamEncryption.KeyId'],
    viaService: 'kinesis',
    send: ['kms:GenerateDataKey'],
    receive: ['kms:Decrypt'],
    sentBy: ['kinesis:PutRecord', 'kinesis:PutRecords'],
    receivedBy: ['kinesis:GetRecords', 'kinesis:SubscribeToShard'],
    create: [],
    context: ['aws:kinesis:arn'],
    grants: 'none',
  }],
  ['AWS::KinesisFirehose::DeliveryStream', {
    keyProperties: ['DeliveryStreamEncryptionConfigurationInput.KeyARN'],
    viaService: 'firehose',
    send: ['kms:Decrypt', 'kms:GenerateDataKey'],
    receive: [],
    sentBy: ['firehose:PutRecord', 'firehose:PutRecordBatch'],
    completesUsers: true,
    create: ['kms:CreateGrant', 'kms:Decrypt', 'kms:GenerateDataKey'],
    grants: 'service',
  }],
  ['AWS::Glue::DataCatalogEncryptionSettings', {
    keyProperties: [
      'DataCatalogEncryptionSettings.EncryptionAtRest.SseAwsKmsKeyId',
      'DataCatalogEncryptionSettings.ConnectionPasswordEncryption.KmsKeyId',
    ],
    viaService: 'glue',
    send: ['kms:Encrypt', 'kms:GenerateDataKey'],
    receive: ['kms:Decrypt'],
    create: ['kms:CreateGrant', 'kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey'],
    context: ['glue_catalog_id'],
    grants: 'service',
  }],
  ['AWS::Athena::WorkGroup', {
    keyProperties: ['WorkGroupConfiguration.ResultConfiguration.EncryptionConfiguration.KmsKey'],
    viaService: 's3',
    send: ['kms:Decrypt', 'kms:GenerateDataKey'],
    receive: ['kms:Decrypt'],
    create: [],
    context: ['aws:s3:arn'],
    grants: 'none',
  }],
  ['AWS::SageMaker::NotebookInstance', {
    keyProperties: ['KmsKeyId'],
    viaService: 'sagemaker',
    send: [],
    receive: [],
    create: ['kms:CreateGrant', 'kms:DescribeKey'],
    grants: 'service',
  }],
  ['AWS::SageMaker::EndpointConfig', {
    keyProperties: ['KmsKeyId'],
    viaService: 'sagemaker',
    send: [],
    receive: [],
    create: ['kms:CreateGrant', 'kms:DescribeKey'],
    grants: 'service',
  }],
];

const CALLERS: RowFacts = [
  ['AWS::KinesisFirehose::DeliveryStream: a delivery stream takes from a stream', {
    targets: ['KinesisStreamSourceConfiguration.KinesisStreamARN'],
    purpose: 'receive',
    role: 'KinesisStreamSourceConfiguration.RoleARN',
  }],
  ['AWS::KinesisFirehose::DeliveryStream: a delivery stream delivers to a bucket, with the encryption of the bucket', {
    targets: ['ExtendedS3DestinationConfiguration.BucketARN'],
    purpose: 'send',
    role: 'ExtendedS3DestinationConfiguration.RoleARN',
  }],
  ['AWS::KinesisFirehose::DeliveryStream: what a delivery stream delivers to a bucket is encrypted with a key of its own', {
    keys: ['ExtendedS3DestinationConfiguration.EncryptionConfiguration.KMSEncryptionConfig.AWSKMSKeyARN'],
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    role: 'ExtendedS3DestinationConfiguration.RoleARN',
  }],
  ['AWS::KinesisFirehose::DeliveryStream: a delivery stream keeps a backup in a bucket', {
    targets: ['ExtendedS3DestinationConfiguration.S3BackupConfiguration.BucketARN'],
    purpose: 'send',
    role: 'ExtendedS3DestinationConfiguration.S3BackupConfiguration.RoleARN',
  }],
  ['AWS::Glue::SecurityConfiguration: a security configuration encrypts the logs of jobs', {
    id: 'glue-logs',
    keys: ['EncryptionConfiguration.CloudWatchEncryption.KmsKeyArn'],
    actions: CRYPTOGRAPHY,
    documentedAs: 'kms:GenerateDataKey*, kms:ReEncrypt*',
    principal: 'logs.{region}.{urlSuffix}',
    binding: { context: { 'aws:logs:arn': 'arn:{partition}:logs:{region}:{account}:*' } },
  }],
];

rowTests(ANALYTICS, RESOURCES, CALLERS);
