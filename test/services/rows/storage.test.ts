import { STORAGE } from '../../../src/services/rows/storage';
import { rowTests, type RowFacts } from './row-tests';

/** kms:Encrypt, kms:Decrypt, kms:ReEncrypt*, kms:GenerateDataKey* and kms:DescribeKey, in full. */
const USE = [
  'kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt',
  'kms:GenerateDataKey', 'kms:GenerateDataKeyPair', 'kms:GenerateDataKeyPairWithoutPlaintext', 'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom', 'kms:ReEncryptTo',
];

/** What EBS asks of whoever creates a volume. */
const VOLUME = [
  'kms:CreateGrant', 'kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKeyWithoutPlaintext', 'kms:ReEncryptFrom', 'kms:ReEncryptTo',
];

const RESOURCES: RowFacts = [
  ['AWS::S3::Bucket', {
    keyProperties: ['BucketEncryption.ServerSideEncryptionConfiguration.*.ServerSideEncryptionByDefault.KMSMasterKeyID'],
    viaService: 's3',
    send: ['kms:Decrypt', 'kms:GenerateDataKey'],
    receive: ['kms:Decrypt'],
    sentBy: ['s3:PutObject'],
    receivedBy: ['s3:GetObject'],
    create: [],
    context: ['aws:s3:arn'],
    grants: 'none',
  }],
  ['AWS::S3Express::DirectoryBucket', {
    keyProperties: ['BucketEncryption.ServerSideEncryptionConfiguration.*.ServerSideEncryptionByDefault.KMSMasterKeyID'],
    send: ['kms:Decrypt', 'kms:GenerateDataKey'],
    receive: ['kms:Decrypt', 'kms:GenerateDataKey'],
    create: [],
    context: ['aws:s3:arn'],
    grants: 'none',
  }],
  ['AWS::S3Tables::TableBucket', {
    keyProperties: ['EncryptionConfiguration.KMSKeyArn'],
    viaService: 's3tables',
    send: ['kms:Decrypt', 'kms:GenerateDataKey'],
    receive: ['kms:Decrypt', 'kms:GenerateDataKey'],
    create: [],
    context: ['aws:s3:arn'],
    grants: 'none',
  }],
  ['AWS::EC2::Volume', {
    keyProperties: ['KmsKeyId'],
    viaService: 'ec2',
    send: [],
    receive: [],
    create: VOLUME,
    documentedAs: 'kms:ReEncrypt*',
    context: ['aws:ebs:id'],
    grants: 'service',
  }],
  ['AWS::EC2::Instance', {
    keyProperties: ['BlockDeviceMappings.*.Ebs.KmsKeyId'],
    viaService: 'ec2',
    send: [],
    receive: [],
    create: VOLUME,
    documentedAs: 'kms:ReEncrypt*',
    context: ['aws:ebs:id'],
    grants: 'service',
  }],
  ['AWS::EC2::LaunchTemplate', {
    keyProperties: ['LaunchTemplateData.BlockDeviceMappings.*.Ebs.KmsKeyId'],
    viaService: 'ec2',
    send: [],
    receive: [],
    create: VOLUME,
    documentedAs: 'kms:ReEncrypt*',
    context: ['aws:ebs:id'],
    grants: 'service',
  }],
  ['AWS::EFS::FileSystem', {
    keyProperties: ['KmsKeyId'],
    viaService: 'elasticfilesystem',
    send: [],
    receive: [],
    create: ['kms:CreateGrant', 'kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKeyWithoutPlaintext'],
    grants: 'service',
  }],
  ['AWS::FSx::FileSystem', {
    keyProperties: ['KmsKeyId'],
    viaService: 'fsx',
    send: [],
    receive: [],
    create: ['kms:CreateGrant', 'kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKeyWithoutPlaintext'],
    grants: 'service',
  }],
  ['AWS::Backup::BackupVault', {
    keyProperties: ['EncryptionKeyArn'],
    viaService: 'backup',
    send: [],
    receive: [],
    create: ['kms:CreateGrant', 'kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey', 'kms:RetireGrant'],
    context: ['aws:backup:backup-vault'],
    grants: 'service',
  }],
];

const CALLERS: RowFacts = [
  ['AWS::S3::Bucket: a bucket notifies a queue or a topic', {
    id: 's3-notifications',
    targets: ['NotificationConfiguration.QueueConfigurations.*.Queue', 'NotificationConfiguration.TopicConfigurations.*.Topic'],
    purpose: 'send',
    principal: 's3.amazonaws.com',
    binding: { sourceAccount: true },
  }],
  ['Custom::S3BucketNotifications: a bucket notifies a queue or a topic', {
    id: 's3-notifications',
    targets: ['NotificationConfiguration.QueueConfigurations.*.QueueArn', 'NotificationConfiguration.TopicConfigurations.*.TopicArn'],
    purpose: 'send',
    principal: 's3.amazonaws.com',
    source: 'BucketName',
    binding: { sourceAccount: true },
  }],
  ['AWS::S3::Bucket: an inventory of a bucket is delivered to a bucket', {
    id: 's3-inventory',
    targets: ['InventoryConfigurations.*.Destination.BucketArn'],
    targetTypes: ['AWS::S3::Bucket'],
    actions: ['kms:GenerateDataKey'],
    principal: 's3.amazonaws.com',
    binding: { sourceAccount: true },
  }],
  ['AWS::S3::Bucket: a storage class analysis of a bucket is delivered to a bucket', {
    id: 's3-analytics',
    targets: ['AnalyticsConfigurations.*.StorageClassAnalysis.DataExport.Destination.BucketArn'],
    targetTypes: ['AWS::S3::Bucket'],
    actions: ['kms:GenerateDataKey'],
    principal: 's3.amazonaws.com',
    binding: { sourceAccount: true },
  }],
  ['AWS::S3::Bucket: server access logs are delivered to a bucket', {
    targets: ['LoggingConfiguration.DestinationBucketName'],
    undelivered: 'Amazon S3 delivers server access logs only to buckets whose default encryption is SSE-S3',
  }],
  ['AWS::S3::Bucket: the objects of a bucket are replicated', {
    keys: ['BucketEncryption.ServerSideEncryptionConfiguration.*.ServerSideEncryptionByDefault.KMSMasterKeyID'],
    actions: ['kms:Decrypt'],
    role: 'ReplicationConfiguration.Role',
  }],
  ['AWS::S3::Bucket: replicas are encrypted with a key of their own', {
    keys: ['ReplicationConfiguration.Rules.*.Destination.EncryptionConfiguration.ReplicaKmsKeyID'],
    actions: ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey'],
    role: 'ReplicationConfiguration.Role',
  }],
  ['AWS::S3::StorageLens: the export of a dashboard is encrypted', {
    id: 's3-storage-lens',
    keys: ['StorageLensConfiguration.DataExport.S3BucketDestination.Encryption.SSEKMS.KeyId'],
    actions: ['kms:GenerateDataKey'],
    principal: 'storage-lens.s3.amazonaws.com',
    binding: { sourceAccount: true, sourceArn: 'arn:{partition}:s3:{region}:{account}:storage-lens/*' },
  }],
  ['AWS::S3Tables::TableBucket: the tables of a table bucket are maintained', {
    id: 's3-tables',
    keys: ['EncryptionConfiguration.KMSKeyArn'],
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    principal: 'maintenance.s3tables.amazonaws.com',
    binding: { context: { 'aws:s3:arn': 'arn:{partition}:s3tables:{region}:{account}:bucket/*' } },
  }],
  ['AWS::AutoScaling::AutoScalingGroup: a group launches instances with encrypted volumes', {
    keys: [
      'LaunchTemplate.LaunchTemplateId>LaunchTemplateData.BlockDeviceMappings.*.Ebs.KmsKeyId',
      'MixedInstancesPolicy.LaunchTemplate.LaunchTemplateSpecification.LaunchTemplateId>LaunchTemplateData.BlockDeviceMappings.*.Ebs.KmsKeyId',
      'MixedInstancesPolicy.LaunchTemplate.Overrides.*.LaunchTemplateSpecification.LaunchTemplateId>LaunchTemplateData.BlockDeviceMappings.*.Ebs.KmsKeyId',
    ],
    actions: USE,
    documentedAs: 'kms:GenerateDataKey*, kms:ReEncrypt*',
    serviceLinkedRole: 'autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling',
    serviceLinkedRoleProperty: 'ServiceLinkedRoleARN',
    further: [{ actions: ['kms:CreateGrant'], binding: {}, conditions: { Bool: { 'kms:GrantIsForAWSResource': ['true'] } } }],
  }],
  ['AWS::AutoScaling::AutoScalingGroup: a group publishes to a topic', {
    targets: ['NotificationConfigurations.*.TopicARN'],
    purpose: 'send',
    serviceLinkedRole: 'autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling',
    serviceLinkedRoleProperty: 'ServiceLinkedRoleARN',
  }],
  ['AWS::AutoScaling::LifecycleHook: a lifecycle hook notifies a queue or a topic', {
    targets: ['NotificationTargetARN'], purpose: 'send', role: 'RoleARN',
  }],
];

rowTests(STORAGE, RESOURCES, CALLERS);
