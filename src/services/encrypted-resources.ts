/**
 * A type of resource that is encrypted with a key, and what its users need of that key.
 *
 * @internal
 */
export interface EncryptedResource {
  /** The CloudFormation type. */
  readonly type: string;
  /** The property, as a path, that holds the key: its id, ARN or alias. `*` stands for every element of a list. */
  readonly keyProperty: string;
  /** The name before the Region in `kms:ViaService` when its users reach the key through it. */
  readonly viaService: string;
  /** What who puts something in needs of the key. */
  readonly send: readonly string[];
  /** What who takes something out needs of the key. */
  readonly receive: readonly string[];
  /** Actions that AWS documents with a wildcard, which is expanded in full here. */
  readonly documentedAs?: string;
  /** The AWS page behind the row. */
  readonly see: string;
}

/**
 * One row per type. Another type is another row.
 *
 * @internal
 */
export const ENCRYPTED_RESOURCES: readonly EncryptedResource[] = [
  {
    type: 'AWS::SQS::Queue',
    keyProperty: 'KmsMasterKeyId',
    viaService: 'sqs',
    send: ['kms:Decrypt', 'kms:GenerateDataKey'],
    receive: ['kms:Decrypt'],
    see: 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html',
  },
  {
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
  },
  {
    type: 'AWS::S3::Bucket',
    keyProperty: 'BucketEncryption.ServerSideEncryptionConfiguration.*.ServerSideEncryptionByDefault.KMSMasterKeyID',
    viaService: 's3',
    // A multipart upload reads back what it wrote, so that it needs Decrypt too.
    send: ['kms:Decrypt', 'kms:GenerateDataKey'],
    receive: ['kms:Decrypt'],
    see: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html',
  },
  ...['AWS::DynamoDB::GlobalTable', 'AWS::DynamoDB::Table'].map((type) => ({
    type,
    keyProperty: type === 'AWS::DynamoDB::Table' ? 'SSESpecification.KMSMasterKeyId' : 'Replicas.*.SSESpecification.KMSMasterKeyId',
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
  })),
  {
    type: 'AWS::Lambda::Function',
    keyProperty: 'KmsKeyArn',
    viaService: 'lambda',
    send: [],
    receive: [],
    see: 'https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html',
  },
];

/** @internal */
export function encryptedResource(type: string): EncryptedResource | undefined {
  return ENCRYPTED_RESOURCES.find((row) => row.type === type);
}
