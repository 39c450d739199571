import { AutoScalingGroup, DefaultResult, LifecycleHook, LifecycleTransition, NotificationConfiguration } from 'aws-cdk-lib/aws-autoscaling';
import { QueueHook } from 'aws-cdk-lib/aws-autoscaling-hooktargets';
import { BackupVault } from 'aws-cdk-lib/aws-backup';
import { BlockDeviceVolume, InstanceType, LaunchTemplate, MachineImage, Volume, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Repository, RepositoryEncryption } from 'aws-cdk-lib/aws-ecr';
import { FileSystem } from 'aws-cdk-lib/aws-efs';
import { LustreDeploymentType, LustreFileSystem } from 'aws-cdk-lib/aws-fsx';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Bucket, BucketEncryption, CfnBucket, CfnStorageLens, InventoryFrequency } from 'aws-cdk-lib/aws-s3';
import { CfnTableBucket } from 'aws-cdk-lib/aws-s3tables';
import { Size } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { bucket, queue, role, topic } from '../support/wirings';
import { ACCOUNT_ONLY, DATA_KEY, DECRYPT, FULL, PUBLISH, READ, READ_AND_WRITE_ANEW, READ_WRITE, SEND, accountAndArn, letIn } from './expected';
import type { Scenario } from './scenario';

const AUTO_SCALING = 'arn:<AWS::Partition>:iam::111111111111:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling';
const SERVICE_GRANT = { Bool: { 'kms:GrantIsForAWSResource': 'true' } };
const ANOTHER_KEY = '<AnotherKeyAD04848F.Arn>';

function vpc(scope: Construct): Vpc {
  return new Vpc(scope, 'Vpc', { natGateways: 0, maxAzs: 1 });
}

function group(scope: Construct, key?: IKey, notifications?: NotificationConfiguration[]): AutoScalingGroup {
  const launchTemplate = new LaunchTemplate(scope, 'Template', {
    machineImage: MachineImage.genericLinux({ 'eu-west-1': 'ami-12345678' }),
    instanceType: new InstanceType('t3.micro'),
    role: role(scope),
    blockDevices: key && [{ deviceName: '/dev/xvda', volume: BlockDeviceVolume.ebs(20, { encrypted: true, kmsKey: key }) }],
  });
  return new AutoScalingGroup(scope, 'Group', { vpc: vpc(scope), vpcSubnets: { subnetType: 'Public' as never }, launchTemplate, notifications });
}

function replicates(source: IKey, destination: IKey): Scenario['wire'] {
  return (scope) => {
    const replica = new Bucket(scope, 'Replica', { encryption: BucketEncryption.KMS, encryptionKey: destination, bucketKeyEnabled: true, versioned: true });
    new Bucket(scope, 'Bucket', {
      encryption: BucketEncryption.KMS,
      encryptionKey: source,
      versioned: true,
      replicationRules: [{ destination: replica, kmsKey: destination, sseKmsEncryptedObjects: true, priority: 1 }],
    });
  };
}

/** Buckets, volumes, file systems, backups and images. */
export const STORAGE: readonly Scenario[] = [
  { name: 'role reads bucket', wire: (scope, key) => void bucket(scope, key).grantRead(role(scope)), roles: { Role: READ } },
  { name: 'role writes bucket', wire: (scope, key) => void bucket(scope, key).grantWrite(role(scope)), roles: { Role: FULL } },
  { name: 'role reads and writes bucket', wire: (scope, key) => void bucket(scope, key).grantReadWrite(role(scope)), roles: { Role: READ_WRITE } },
  {
    name: 'replication within a key',
    wire: (scope, key, anotherKey) => replicates(key, key)(scope, key, anotherKey),
    roles: { 'Bucket/ReplicationRole': READ_AND_WRITE_ANEW },
  },
  {
    name: 'replication to another key',
    wire: (scope, key, anotherKey) => replicates(key, anotherKey())(scope, key, anotherKey),
    roles: { 'Bucket/ReplicationRole': DECRYPT, [`Bucket/ReplicationRole on ${ANOTHER_KEY}`]: READ_AND_WRITE_ANEW },
  },
  {
    name: 'inventory to bucket',
    wire: (scope, key) => {
      const inventories = [{ destination: { bucket: bucket(scope, key, 'Reports') }, frequency: InventoryFrequency.DAILY }];
      new Bucket(scope, 'Bucket', { encryption: BucketEncryption.KMS, encryptionKey: key, inventories });
    },
    services: [letIn('s3.amazonaws.com', DATA_KEY, ACCOUNT_ONLY)],
  },
  {
    name: 'storage class analysis to bucket',
    wire: (scope, key) => {
      const destination = { bucketArn: bucket(scope, key, 'Reports').bucketArn, format: 'CSV' };
      const storageClassAnalysis = { dataExport: { destination, outputSchemaVersion: 'V_1' } };
      new CfnBucket(scope, 'Bucket', { analyticsConfigurations: [{ id: 'orders', storageClassAnalysis }] });
    },
    services: [letIn('s3.amazonaws.com', DATA_KEY, ACCOUNT_ONLY)],
  },
  {
    name: 'access logs to bucket, which Amazon S3 does not do',
    wire: (scope, key) => void new CfnBucket(scope, 'Bucket', { loggingConfiguration: { destinationBucketName: bucket(scope, key, 'Logs').bucketName } }),
    warnings: ['deliveryUnsupported'],
  },
  {
    name: 'export of a dashboard of Storage Lens',
    wire: (scope, key) => {
      const destination = { accountId: '111111111111', arn: bucket(scope).bucketArn, format: 'CSV', outputSchemaVersion: 'V_1' };
      const dataExport = { s3BucketDestination: { ...destination, encryption: { ssekms: { keyId: key.keyArn } } } };
      new CfnStorageLens(scope, 'Lens', { storageLensConfiguration: { id: 'orders', isEnabled: true, accountLevel: { bucketLevel: {} }, dataExport } });
    },
    services: [letIn('storage-lens.s3.amazonaws.com', DATA_KEY, accountAndArn('s3:eu-west-1:111111111111:storage-lens/*'))],
  },
  {
    name: 'table bucket',
    wire: (scope, key) =>
      void new CfnTableBucket(scope, 'TableBucket', { tableBucketName: 'orders', encryptionConfiguration: { sseAlgorithm: 'aws:kms', kmsKeyArn: key.keyArn } }),
    services: [
      letIn('maintenance.s3tables.amazonaws.com', SEND, {
        ArnLike: { 'kms:EncryptionContext:aws:s3:arn': 'arn:<AWS::Partition>:s3tables:eu-west-1:111111111111:bucket/*' },
      }),
    ],
  },
  {
    name: 'volume that a role attaches',
    wire: (scope, key) => {
      const volume = new Volume(scope, 'Volume', { availabilityZone: 'eu-west-1a', size: Size.gibibytes(10), encrypted: true, encryptionKey: key });
      volume.grantAttachVolume(role(scope));
    },
    conditionedRoles: {
      Role: [
        {
          actions: ['kms:CreateGrant'],
          when: { Bool: { 'kms:GrantIsForAWSResource': true }, StringEquals: { 'kms:ViaService': 'ec2.eu-west-1.amazonaws.com', 'kms:GrantConstraintType': 'EncryptionContextSubset' } },
        },
      ],
    },
    but: { 'key in another account': { error: 'ForeignPrincipalUnnamed' } },
  },
  {
    name: 'instances of a group with encrypted volumes',
    wire: (scope, key) => void group(scope, key),
    services: [letIn(AUTO_SCALING, [...FULL, 'kms:DescribeKey'].sort()), letIn(AUTO_SCALING, ['kms:CreateGrant'], SERVICE_GRANT)],
    but: { 'key in another account': { error: 'LinkedRoleElsewhere' } },
  },
  {
    name: 'group publishes to topic',
    wire: (scope, key) => void group(scope, undefined, [{ topic: topic(scope, key) }]),
    services: [letIn(AUTO_SCALING, PUBLISH)],
    but: { 'key in another account': { error: 'LinkedRoleElsewhere' } },
  },
  {
    name: 'lifecycle hook of a group notifies queue',
    wire: (scope, key) =>
      void new LifecycleHook(scope, 'Hook', {
        autoScalingGroup: group(scope),
        lifecycleTransition: LifecycleTransition.INSTANCE_TERMINATING,
        defaultResult: DefaultResult.CONTINUE,
        notificationTarget: new QueueHook(queue(scope, key)),
      }),
    roles: { 'Hook/Role': FULL },
  },
  { name: 'file system of Amazon EFS', wire: (scope, key) => void new FileSystem(scope, 'Files', { vpc: vpc(scope), encrypted: true, kmsKey: key }) },
  {
    name: 'file system of Amazon FSx',
    wire: (scope, key) => {
      const network = vpc(scope);
      const lustreConfiguration = { deploymentType: LustreDeploymentType.PERSISTENT_2, perUnitStorageThroughput: 125 };
      new LustreFileSystem(scope, 'Files', { vpc: network, vpcSubnet: network.publicSubnets[0], storageCapacityGiB: 1200, kmsKey: key, lustreConfiguration });
    },
  },
  { name: 'backup vault', wire: (scope, key) => void new BackupVault(scope, 'Vault', { encryptionKey: key }) },
  {
    name: 'backup vault notifies topic',
    wire: (scope, key) => void new BackupVault(scope, 'Vault', { encryptionKey: key, notificationTopic: topic(scope, key) }),
    services: [letIn('backup.amazonaws.com', PUBLISH, ACCOUNT_ONLY)],
  },
  {
    name: 'image repository',
    wire: (scope, key) => void new Repository(scope, 'Images', { encryption: RepositoryEncryption.KMS, encryptionKey: key }).grantPullPush(role(scope)),
  },
];
