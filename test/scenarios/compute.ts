import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Cluster, ContainerImage, ExecuteCommandLogging, FargateService, FargateTaskDefinition } from 'aws-cdk-lib/aws-ecs';
import { CfnCluster } from 'aws-cdk-lib/aws-eks';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { CustomerManagedEncryptionConfiguration, DefinitionBody, LogLevel, Pass, StateMachine, TaskInput, type IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import { DynamoAttributeValue, DynamoGetItem, DynamoPutItem, SnsPublish, SqsSendMessage } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { queue, role, table, topic } from '../support/wirings';
import { DECRYPT, FULL, PUBLISH, READ, READ_WRITE, SEND, context, letIn } from './expected';
import type { Scenario } from './scenario';

const ROLE = 'Machine/Role';
/** The CDK knows the ARN of a machine by its name only: of one without a name, its condition never holds. */
const CONDITION_OF_CDK = {
  actions: SEND,
  when: { StringEquals: { 'kms:EncryptionContext:aws:states:stateMachineArn': 'arn:aws:states:eu-west-1:111111111111:stateMachine:' } },
};
const LOG_OF_CDK = {
  actions: ['kms:GenerateDataKey'],
  when: { StringEquals: { 'kms:EncryptionContext:SourceArn': 'arn:aws:logs:eu-west-1:111111111111:*' } },
};
const CLUSTER = { 'kms:EncryptionContext:aws:ecs:clusterAccount': '111111111111' };
const TO_DECRYPT = { 'ForAllValues:StringEquals': { 'kms:GrantOperations': 'Decrypt' } };
const WRITE_LOGS = letIn('logs.eu-west-1.amazonaws.com', FULL, context('aws:logs:arn', 'logs:eu-west-1:111111111111:*'));

function machine(scope: Construct, first: IChainable, props: object = {}): StateMachine {
  return new StateMachine(scope, 'Machine', { definitionBody: DefinitionBody.fromChainable(first), ...props });
}

/** State machines, containers and clusters. */
export const COMPUTE: readonly Scenario[] = [
  {
    name: 'encrypted state machine',
    wire: (scope, key) => void machine(scope, new Pass(scope, 'Pass'), { encryptionConfiguration: new CustomerManagedEncryptionConfiguration(key) }),
    roles: { [ROLE]: SEND },
    conditionedRoles: { [ROLE]: [CONDITION_OF_CDK] },
  },
  {
    name: 'encrypted state machine with an encrypted log',
    wire: (scope, key) => {
      const logs = { destination: new LogGroup(scope, 'Logs', { encryptionKey: key }), level: LogLevel.ALL };
      machine(scope, new Pass(scope, 'Pass'), { encryptionConfiguration: new CustomerManagedEncryptionConfiguration(key), logs });
    },
    services: [WRITE_LOGS, letIn('delivery.logs.amazonaws.com', DECRYPT, context('SourceArn', 'logs:eu-west-1:111111111111:*'))],
    roles: { [ROLE]: SEND },
    conditionedRoles: { [ROLE]: [CONDITION_OF_CDK, LOG_OF_CDK] },
  },
  {
    name: 'role reads encrypted state machine',
    wire: (scope, key) => {
      const read = machine(scope, new Pass(scope, 'Pass'), { encryptionConfiguration: new CustomerManagedEncryptionConfiguration(key) });
      read.grantRead(role(scope));
    },
    roles: { [ROLE]: SEND, Role: DECRYPT },
    conditionedRoles: { [ROLE]: [CONDITION_OF_CDK] },
  },
  {
    name: 'task sends to queue',
    wire: (scope, key) => void machine(scope, new SqsSendMessage(scope, 'Send', { queue: queue(scope, key), messageBody: TaskInput.fromText('hello') })),
    roles: { [ROLE]: PUBLISH },
    // IAM statements that the CDK writes by hand are made exact on keys of the app only.
    but: { 'imported key': { roles: { [ROLE]: ['kms:Decrypt', 'kms:GenerateDataKey*'] } } },
  },
  {
    name: 'task publishes to topic',
    wire: (scope, key) => void machine(scope, new SnsPublish(scope, 'Publish', { topic: topic(scope, key), message: TaskInput.fromText('hello') })),
    roles: { [ROLE]: PUBLISH },
  },
  {
    name: 'task puts into table',
    wire: (scope, key) => void machine(scope, new DynamoPutItem(scope, 'Put', { table: table(scope, key), item: { id: DynamoAttributeValue.fromString('1') } })),
    roles: { [ROLE]: READ_WRITE },
  },
  {
    name: 'task gets from table',
    wire: (scope, key) => void machine(scope, new DynamoGetItem(scope, 'Get', { table: table(scope, key), key: { id: DynamoAttributeValue.fromString('1') } })),
    roles: { [ROLE]: READ },
  },
  {
    name: 'session of ECS Exec, with an encrypted log',
    wire: (scope, key) => {
      const vpc = new Vpc(scope, 'Vpc', { natGateways: 0, maxAzs: 1 });
      const logConfiguration = { cloudWatchLogGroup: new LogGroup(scope, 'Logs', { encryptionKey: key }), cloudWatchEncryptionEnabled: true };
      const cluster = new Cluster(scope, 'Cluster', { vpc, executeCommandConfiguration: { kmsKey: key, logConfiguration, logging: ExecuteCommandLogging.OVERRIDE } });
      const taskDefinition = new FargateTaskDefinition(scope, 'Task');
      taskDefinition.addContainer('App', { image: ContainerImage.fromRegistry('orders') });
      new FargateService(scope, 'Service', { cluster, taskDefinition, enableExecuteCommand: true, assignPublicIp: true });
    },
    services: [WRITE_LOGS],
    roles: { 'Task/TaskRole': SEND },
    // The CDK allows the account of the cluster everything on the key.
  },
  {
    name: 'ephemeral storage of tasks',
    wire: (scope, key) => {
      const vpc = new Vpc(scope, 'Vpc', { natGateways: 0, maxAzs: 1 });
      new Cluster(scope, 'Cluster', { vpc, managedStorageConfiguration: { fargateEphemeralStorageKmsKey: key } });
    },
    services: [
      letIn('fargate.amazonaws.com', ['kms:CreateGrant'], { ...TO_DECRYPT, StringEquals: CLUSTER }),
      letIn('fargate.amazonaws.com', ['kms:GenerateDataKeyWithoutPlaintext'], { StringEquals: CLUSTER }),
    ],
  },
  {
    name: 'cluster of Amazon EKS, which needs people to create grants',
    wire: (scope, key) => {
      const encryptionConfig = [{ provider: { keyArn: key.keyArn }, resources: ['secrets'] }];
      new CfnCluster(scope, 'Cluster', { roleArn: role(scope, 'eks.amazonaws.com').roleArn, resourcesVpcConfig: { subnetIds: ['subnet-1', 'subnet-2'] }, encryptionConfig });
    },
    error: 'GrantsByPrincipalsNeeded',
    // Whose key policy nobody knows.
    but: { 'imported key': { error: undefined } },
  },
];
