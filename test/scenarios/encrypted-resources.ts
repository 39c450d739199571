import { CfnWorkGroup } from 'aws-cdk-lib/aws-athena';
import { CfnAnomalySubscription } from 'aws-cdk-lib/aws-ce';
import { CfnEventSubscription as CfnMigrationEvents } from 'aws-cdk-lib/aws-dms';
import { CfnInstance } from 'aws-cdk-lib/aws-ec2';
import { CfnReplicationGroup } from 'aws-cdk-lib/aws-elasticache';
import { CfnDataCatalogEncryptionSettings } from 'aws-cdk-lib/aws-glue';
import { CfnCluster as CfnMemoryCluster } from 'aws-cdk-lib/aws-memorydb';
import { CfnCluster as CfnKafkaCluster } from 'aws-cdk-lib/aws-msk';
import { CfnDBCluster as CfnGraphCluster } from 'aws-cdk-lib/aws-neptune';
import { CfnDBCluster } from 'aws-cdk-lib/aws-rds';
import { CfnCluster as CfnWarehouse, CfnEventSubscription as CfnWarehouseEvents } from 'aws-cdk-lib/aws-redshift';
import { CfnDirectoryBucket } from 'aws-cdk-lib/aws-s3express';
import { CfnEndpointConfig, CfnNotebookInstance } from 'aws-cdk-lib/aws-sagemaker';
import { Activity, CustomerManagedEncryptionConfiguration } from 'aws-cdk-lib/aws-stepfunctions';
import { role, topic } from '../support/wirings';
import { ACCOUNT_ONLY, PUBLISH, SEND, letIn } from './expected';
import type { Scenario } from './scenario';

/** Resources of services that reach the key by the permissions of their creators and users, and by grants: nothing is to be added. */
export const ENCRYPTED: readonly Scenario[] = [
  {
    name: 'directory bucket',
    wire: (scope, key) => {
      const serverSideEncryptionByDefault = { sseAlgorithm: 'aws:kms', kmsMasterKeyId: key.keyArn };
      const bucketEncryption = { serverSideEncryptionConfiguration: [{ bucketKeyEnabled: true, serverSideEncryptionByDefault }] };
      new CfnDirectoryBucket(scope, 'DirectoryBucket', { dataRedundancy: 'SingleAvailabilityZone', locationName: 'euw1-az1', bucketEncryption });
    },
  },
  {
    name: 'instance with an encrypted volume',
    wire: (scope, key) =>
      void new CfnInstance(scope, 'Instance', { imageId: 'ami-12345678', blockDeviceMappings: [{ deviceName: '/dev/xvda', ebs: { encrypted: true, kmsKeyId: key.keyArn } }] }),
  },
  {
    name: 'cluster of Amazon Aurora',
    wire: (scope, key) => void new CfnDBCluster(scope, 'Cluster', { engine: 'aurora-mysql', storageEncrypted: true, kmsKeyId: key.keyArn, performanceInsightsKmsKeyId: key.keyArn }),
  },
  { name: 'cluster of Amazon Neptune', wire: (scope, key) => void new CfnGraphCluster(scope, 'Cluster', { storageEncrypted: true, kmsKeyId: key.keyArn }) },
  {
    name: 'cluster of Amazon Redshift',
    wire: (scope, key) =>
      void new CfnWarehouse(scope, 'Cluster', { clusterType: 'single-node', dbName: 'orders', masterUsername: 'owner', manageMasterPassword: true, nodeType: 'ra3.xlplus', encrypted: true, kmsKeyId: key.keyArn }),
  },
  { name: 'cluster of Amazon MemoryDB', wire: (scope, key) => void new CfnMemoryCluster(scope, 'Cluster', { aclName: 'open-access', clusterName: 'orders', nodeType: 'db.t4g.small', kmsKeyId: key.keyArn }) },
  {
    name: 'replication group of Amazon ElastiCache',
    wire: (scope, key) => void new CfnReplicationGroup(scope, 'Group', { replicationGroupDescription: 'orders', atRestEncryptionEnabled: true, kmsKeyId: key.keyArn }),
  },
  {
    name: 'cluster of Amazon MSK',
    wire: (scope, key) => {
      const brokerNodeGroupInfo = { clientSubnets: ['subnet-1', 'subnet-2'], instanceType: 'kafka.m5.large' };
      const encryptionInfo = { encryptionAtRest: { dataVolumeKmsKeyId: key.keyArn } };
      new CfnKafkaCluster(scope, 'Cluster', { clusterName: 'orders', kafkaVersion: '3.6.0', numberOfBrokerNodes: 2, brokerNodeGroupInfo, encryptionInfo });
    },
  },
  {
    name: 'activity of AWS Step Functions',
    wire: (scope, key) => void new Activity(scope, 'Activity', { encryptionConfiguration: new CustomerManagedEncryptionConfiguration(key) }),
    // The CDK lets the service in for the activity, whose name it knows.
    services: [
      letIn('states.amazonaws.com', SEND, {
        StringEquals: { 'kms:EncryptionContext:aws:states:activityArn': 'arn:aws:states:eu-west-1:111111111111:activity:AppActivity405EA2C8' },
      }),
    ],
  },
  {
    name: 'data catalog of AWS Glue',
    wire: (scope, key) => {
      const dataCatalogEncryptionSettings = { encryptionAtRest: { catalogEncryptionMode: 'SSE-KMS', sseAwsKmsKeyId: key.keyArn } };
      new CfnDataCatalogEncryptionSettings(scope, 'Catalog', { catalogId: '111111111111', dataCatalogEncryptionSettings });
    },
  },
  {
    name: 'work group of Amazon Athena',
    wire: (scope, key) => {
      const resultConfiguration = { encryptionConfiguration: { encryptionOption: 'SSE_KMS', kmsKey: key.keyArn } };
      new CfnWorkGroup(scope, 'WorkGroup', { name: 'orders', workGroupConfiguration: { resultConfiguration } });
    },
  },
  {
    name: 'notebook of Amazon SageMaker AI',
    wire: (scope, key) => void new CfnNotebookInstance(scope, 'Notebook', { instanceType: 'ml.t3.medium', roleArn: role(scope, 'sagemaker.amazonaws.com').roleArn, kmsKeyId: key.keyArn }),
  },
  {
    name: 'endpoint of Amazon SageMaker AI',
    wire: (scope, key) => void new CfnEndpointConfig(scope, 'Endpoint', { productionVariants: [{ modelName: 'orders', variantName: 'all' }], kmsKeyId: key.keyArn }),
  },
  {
    name: 'event subscription of migrations publishes to topic',
    wire: (scope, key) => void new CfnMigrationEvents(scope, 'Events', { snsTopicArn: topic(scope, key).topicArn }),
    services: [letIn('dms.amazonaws.com', PUBLISH, ACCOUNT_ONLY)],
  },
  {
    name: 'event subscription of warehouses publishes to topic',
    wire: (scope, key) => void new CfnWarehouseEvents(scope, 'Events', { subscriptionName: 'orders', snsTopicArn: topic(scope, key).topicArn }),
    services: [letIn('redshift.amazonaws.com', PUBLISH, ACCOUNT_ONLY)],
  },
  {
    name: 'cost anomalies told to topic',
    wire: (scope, key) => {
      const subscribers = [{ type: 'SNS', address: topic(scope, key).topicArn }];
      new CfnAnomalySubscription(scope, 'Anomalies', { frequency: 'IMMEDIATE', monitorArnList: ['arn:aws:ce::111111111111:anomalymonitor/1'], subscriptionName: 'orders', subscribers });
    },
    services: [letIn('costalerts.amazonaws.com', PUBLISH, ACCOUNT_ONLY)],
  },
];
