import { ENCRYPTED_RESOURCES, encryptedResource, type EncryptedResource } from '../../src/services/encrypted-resources';

const QUEUE: EncryptedResource = {
  type: 'AWS::SQS::Queue',
  keyProperty: 'KmsMasterKeyId',
  viaService: 'sqs',
  send: ['kms:Decrypt', 'kms:GenerateDataKey'],
  receive: ['kms:Decrypt'],
  see: 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html',
};
const TOPIC: EncryptedResource = {
  type: 'AWS::SNS::Topic',
  keyProperty: 'KmsMasterKeyId',
  viaService: 'sns',
  send: [
    'kms:Decrypt',
    'kms:GenerateDataKey',
    'kms:GenerateDataKeyPair',
    'kms:GenerateDataKeyPairWithoutPlaintext',
    'kms:GenerateDataKeyWithoutPlaintext',
  ],
  receive: [],
  documentedAs: 'kms:GenerateDataKey*',
  see: 'https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html',
};
const BUCKET: EncryptedResource = {
  type: 'AWS::S3::Bucket',
  keyProperty: 'BucketEncryption.ServerSideEncryptionConfiguration.*.ServerSideEncryptionByDefault.KMSMasterKeyID',
  viaService: 's3',
  send: ['kms:Decrypt', 'kms:GenerateDataKey'],
  receive: ['kms:Decrypt'],
  see: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html',
};
const TABLE: EncryptedResource = {
  type: 'AWS::DynamoDB::Table',
  keyProperty: 'SSESpecification.KMSMasterKeyId',
  viaService: 'dynamodb',
  send: [
    'kms:Decrypt',
    'kms:DescribeKey',
    'kms:Encrypt',
    'kms:GenerateDataKey',
    'kms:GenerateDataKeyPair',
    'kms:GenerateDataKeyPairWithoutPlaintext',
    'kms:GenerateDataKeyWithoutPlaintext',
    'kms:ReEncryptFrom',
    'kms:ReEncryptTo',
  ],
  receive: ['kms:Decrypt', 'kms:DescribeKey'],
  documentedAs: 'kms:GenerateDataKey*, kms:ReEncrypt*',
  see: 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html',
};
const GLOBAL_TABLE: EncryptedResource = {
  type: 'AWS::DynamoDB::GlobalTable',
  keyProperty: 'Replicas.*.SSESpecification.KMSMasterKeyId',
  viaService: 'dynamodb',
  send: [
    'kms:Decrypt',
    'kms:DescribeKey',
    'kms:Encrypt',
    'kms:GenerateDataKey',
    'kms:GenerateDataKeyPair',
    'kms:GenerateDataKeyPairWithoutPlaintext',
    'kms:GenerateDataKeyWithoutPlaintext',
    'kms:ReEncryptFrom',
    'kms:ReEncryptTo',
  ],
  receive: ['kms:Decrypt', 'kms:DescribeKey'],
  documentedAs: 'kms:GenerateDataKey*, kms:ReEncrypt*',
  see: 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html',
};
const FUNCTION: EncryptedResource = {
  type: 'AWS::Lambda::Function',
  keyProperty: 'KmsKeyArn',
  viaService: 'lambda',
  send: [],
  receive: [],
  see: 'https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html',
};

test.each([QUEUE, TOPIC, BUCKET, TABLE, GLOBAL_TABLE, FUNCTION])('the row of $type', (expected) => {
  const row = encryptedResource(expected.type);

  expect(row).toEqual(expected);
});

test('no row is missing from this test', () => {
  const types = ENCRYPTED_RESOURCES.map(({ type }) => type).sort();

  expect(types).toEqual([
    'AWS::DynamoDB::GlobalTable',
    'AWS::DynamoDB::Table',
    'AWS::Lambda::Function',
    'AWS::S3::Bucket',
    'AWS::SNS::Topic',
    'AWS::SQS::Queue',
  ]);
});

test('a type that is not encrypted with a key of ours has no row', () => {
  const row = encryptedResource('AWS::IAM::Role');

  expect(row).toBeUndefined();
});
