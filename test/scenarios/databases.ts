import { DatabaseCluster as DocumentCluster } from 'aws-cdk-lib/aws-docdb';
import { InstanceType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { DeliveryStream, S3Bucket, StreamEncryption as DeliveryEncryption, KinesisStreamSource } from 'aws-cdk-lib/aws-kinesisfirehose';
import { Domain, EngineVersion } from 'aws-cdk-lib/aws-opensearchservice';
import { CfnEventSubscription, Credentials, DatabaseInstance, DatabaseInstanceEngine } from 'aws-cdk-lib/aws-rds';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { bucket, lambda, role, stream, table, tableV2, topic } from '../support/wirings';
import { ACCOUNT_ONLY, DECRYPT, PUBLISH, READ, READ_WRITE, SEND, WRITE, letIn } from './expected';
import type { Scenario } from './scenario';

const VIA_SECRETS = { StringEquals: { 'kms:ViaService': 'secretsmanager.eu-west-1.amazonaws.com' } };
/** What the CDK writes for the account of a secret, as far as the trust of that account does not say it. */
const SECRET_ELSEWHERE = {
  'key in another account': { services: [letIn('111111111111', ['kms:CreateGrant', 'kms:DescribeKey'], VIA_SECRETS)] },
};

function vpc(scope: Construct): Vpc {
  return new Vpc(scope, 'Vpc', { natGateways: 0 });
}

/** Tables, streams, secrets, clusters and search domains. */
export const DATABASES: readonly Scenario[] = [
  { name: 'role reads table', wire: (scope, key) => void table(scope, key).grantReadData(role(scope)), roles: { Role: READ } },
  { name: 'role writes table', wire: (scope, key) => void table(scope, key).grantWriteData(role(scope)), roles: { Role: READ_WRITE } },
  { name: 'role reads and writes global table', wire: (scope, key) => void tableV2(scope, key).grantReadWriteData(role(scope)), roles: { Role: READ_WRITE } },
  { name: 'role reads table stream', wire: (scope, key) => void table(scope, key).grantStreamRead(role(scope)), roles: { Role: READ } },
  { name: 'role reads stream', wire: (scope, key) => void stream(scope, key).grantRead(role(scope)), roles: { Role: READ } },
  { name: 'role writes stream', wire: (scope, key) => void stream(scope, key).grantWrite(role(scope)), roles: { Role: WRITE } },
  {
    name: 'delivery stream to encrypted bucket',
    wire: (scope, key) => void new DeliveryStream(scope, 'Delivery', { destination: new S3Bucket(bucket(scope, key)), encryption: DeliveryEncryption.customerManagedKey(key) }),
    roles: { 'Delivery/S3 Destination Role': READ_WRITE, 'Delivery/Service Role': READ_WRITE },
  },
  {
    name: 'delivery stream from stream, with a key for what it delivers',
    wire: (scope, key) => void new DeliveryStream(scope, 'Delivery', { source: new KinesisStreamSource(stream(scope, key)), destination: new S3Bucket(bucket(scope), { encryptionKey: key }) }),
    roles: { 'Delivery/S3 Destination Role': READ_WRITE, 'Delivery/Service Role': READ },
  },
  {
    name: 'role reads secret',
    wire: (scope, key) => void new Secret(scope, 'Secret', { encryptionKey: key }).grantRead(role(scope)),
    conditionedRoles: { Role: [{ actions: READ, when: VIA_SECRETS }] },
    but: SECRET_ELSEWHERE,
  },
  {
    name: 'role writes secret',
    wire: (scope, key) => void new Secret(scope, 'Secret', { encryptionKey: key }).grantWrite(role(scope)),
    // The CDK leaves kms:Decrypt out.
    roles: { Role: DECRYPT },
    conditionedRoles: { Role: [{ actions: WRITE, when: VIA_SECRETS }] },
    but: SECRET_ELSEWHERE,
  },
  {
    name: 'function rotates secret',
    wire: (scope, key) => void new Secret(scope, 'Secret', { encryptionKey: key }).addRotationSchedule('Rotation', { rotationLambda: lambda(scope), automaticallyAfter: Duration.days(30) }),
    roles: { 'Function/ServiceRole': SEND },
    conditionedRoles: { 'Function/ServiceRole': [{ actions: READ_WRITE, when: VIA_SECRETS }] },
    but: SECRET_ELSEWHERE,
  },
  {
    name: 'role reads parameter',
    wire: (scope, key) => void StringParameter.fromSecureStringParameterAttributes(scope, 'Parameter', { parameterName: '/orders/token', encryptionKey: key }).grantRead(role(scope)),
    roles: { Role: READ },
  },
  {
    name: 'database instance with its secret and performance insights',
    wire: (scope, key) =>
      void new DatabaseInstance(scope, 'Database', {
        vpc: vpc(scope),
        vpcSubnets: { subnets: vpcSubnets(scope) },
        engine: DatabaseInstanceEngine.MYSQL,
        storageEncryptionKey: key,
        enablePerformanceInsights: true,
        performanceInsightEncryptionKey: key,
        credentials: Credentials.fromGeneratedSecret('admin', { encryptionKey: key }),
      }),
    but: SECRET_ELSEWHERE,
  },
  {
    name: 'event subscription of databases publishes to topic',
    wire: (scope, key) => void new CfnEventSubscription(scope, 'Events', { snsTopicArn: topic(scope, key).topicArn }),
    services: [letIn('events.rds.amazonaws.com', PUBLISH, ACCOUNT_ONLY)],
  },
  {
    name: 'document database',
    wire: (scope, key) =>
      void new DocumentCluster(scope, 'Documents', { vpc: vpc(scope), vpcSubnets: { subnets: vpcSubnets(scope) }, instanceType: new InstanceType('r5.large'), masterUser: { username: 'owner' }, kmsKey: key }),
  },
  {
    name: 'search domain',
    wire: (scope, key) => void new Domain(scope, 'Search', { version: EngineVersion.OPENSEARCH_2_11, encryptionAtRest: { enabled: true, kmsKey: key } }),
  },
];

function vpcSubnets(scope: Construct) {
  return (scope.node.findChild('Vpc') as Vpc).publicSubnets;
}
