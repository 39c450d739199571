import { Archive, CfnConnection, EventBus, type IRuleTarget } from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import { DeliveryStream, S3Bucket } from 'aws-cdk-lib/aws-kinesisfirehose';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnPipe } from 'aws-cdk-lib/aws-pipes';
import { Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { KinesisStreamPutRecord, LambdaInvoke, SnsPublish, SqsSendMessage } from 'aws-cdk-lib/aws-scheduler-targets';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { bucket, lambda, queue, role, rule, stream, topic } from '../support/wirings';
import { ACCOUNT_ONLY, ANY_DATA_KEY, DESCRIBE, FULL, PUBLISH, READ, READ_WRITE, RE_ENCRYPT, SEND, WRITE, context, letIn } from './expected';
import type { Scenario } from './scenario';

const BUS = 'events:eu-west-1:111111111111:event-bus/*';
const BUS_CONTEXT = context('aws:events:event-bus:arn', BUS);
const EVENTS_TO_QUEUE = letIn('events.amazonaws.com', SEND, ACCOUNT_ONLY);
const EVENTS_VALIDATE = letIn('events.amazonaws.com', DESCRIBE, ACCOUNT_ONLY);
const ENCRYPTED_BUS = letIn('events.amazonaws.com', SEND, {
  ArnLike: {
    'aws:SourceArn': 'arn:<AWS::Partition>:events:eu-west-1:111111111111:event-bus/*',
    'kms:EncryptionContext:aws:events:event-bus:arn': 'arn:<AWS::Partition>:events:eu-west-1:111111111111:event-bus/*',
  },
});
const ENCRYPTED_ARCHIVE = letIn('events.amazonaws.com', ['kms:Decrypt', 'kms:GenerateDataKey', ...RE_ENCRYPT], BUS_CONTEXT);

const everyHour = ScheduleExpression.rate(Duration.hours(1));
const input = ScheduleTargetInput.fromText('hello');

function sends(target: (scope: Construct, key: IKey) => IRuleTarget): Scenario['wire'] {
  return (scope, key) => void rule(scope).addTarget(target(scope, key));
}

/** Rules, event buses, schedules and pipes. */
export const EVENTS: readonly Scenario[] = [
  { name: 'rule sends to queue', wire: sends((scope, key) => new targets.SqsQueue(queue(scope, key))), services: [EVENTS_TO_QUEUE] },
  {
    name: 'rule publishes to topic',
    wire: sends((scope, key) => new targets.SnsTopic(topic(scope, key))),
    services: [letIn('events.amazonaws.com', PUBLISH)],
    unbound: 'EventBridge sends no source to an encrypted topic',
  },
  {
    name: 'rule publishes to topic by role',
    wire: sends((scope, key) => new targets.SnsTopic(topic(scope, key), { authorizeUsingRole: true, role: role(scope, 'events.amazonaws.com') })),
    roles: { Role: PUBLISH },
  },
  {
    name: 'rule sends to stream',
    wire: sends((scope, key) => new targets.KinesisStream(stream(scope, key))),
    roles: { 'Stream/EventsRole': WRITE },
  },
  {
    name: 'rule sends to delivery stream of encrypted bucket',
    wire: sends((scope, key) => new targets.FirehoseDeliveryStream(new DeliveryStream(scope, 'Delivery', { destination: new S3Bucket(bucket(scope, key)) }))),
    roles: { 'Delivery/S3 Destination Role': READ_WRITE },
  },
  {
    name: 'rule writes to log group',
    wire: sends((scope, key) => new targets.CloudWatchLogGroup(new LogGroup(scope, 'Logs', { encryptionKey: key }))),
    services: [letIn('logs.eu-west-1.amazonaws.com', FULL, context('aws:logs:arn', 'logs:eu-west-1:111111111111:*'))],
  },
  {
    name: 'rule invokes function, undelivered to queue',
    wire: sends((scope, key) => new targets.LambdaFunction(lambda(scope, key), { deadLetterQueue: queue(scope, key) })),
    services: [EVENTS_TO_QUEUE],
  },
  {
    name: 'event bus',
    wire: (scope, key) => void new EventBus(scope, 'Bus', { kmsKey: key }),
    services: [ENCRYPTED_BUS, EVENTS_VALIDATE],
  },
  {
    name: 'event bus and its archive',
    wire: (scope, key) => {
      const sourceEventBus = new EventBus(scope, 'Bus', { kmsKey: key });
      new Archive(scope, 'Archive', { sourceEventBus, kmsKey: key, eventPattern: { source: ['orders'] } });
    },
    services: [ENCRYPTED_BUS, ENCRYPTED_ARCHIVE, EVENTS_VALIDATE],
  },
  {
    name: 'event bus, undelivered to queue',
    wire: (scope, key) => void new EventBus(scope, 'Bus', { kmsKey: key, deadLetterQueue: queue(scope, key) }),
    services: [ENCRYPTED_BUS, letIn('events.amazonaws.com', ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'], ACCOUNT_ONLY)],
  },
  {
    name: 'connection',
    wire: (scope, key) => {
      const authParameters = { apiKeyAuthParameters: { apiKeyName: 'key', apiKeyValue: 'value' } };
      new CfnConnection(scope, 'Connection', { authorizationType: 'API_KEY', authParameters, kmsKeyIdentifier: key.keyArn });
    },
  },
  {
    name: 'schedule sends to queue',
    wire: (scope, key) => void new Schedule(scope, 'Schedule', { schedule: everyHour, target: new SqsSendMessage(queue(scope, key), { input }) }),
    roles: { SchedulerRoleForTarget: PUBLISH },
  },
  {
    name: 'schedule publishes to topic',
    wire: (scope, key) => void new Schedule(scope, 'Schedule', { schedule: everyHour, target: new SnsPublish(topic(scope, key), { input }) }),
    roles: { SchedulerRoleForTarget: PUBLISH },
  },
  {
    name: 'schedule sends to stream',
    wire: (scope, key) =>
      void new Schedule(scope, 'Schedule', { schedule: everyHour, target: new KinesisStreamPutRecord(stream(scope, key), { partitionKey: 'id', input }) }),
    roles: { SchedulerRoleForTarget: ANY_DATA_KEY },
  },
  {
    name: 'schedule invokes function, undelivered to queue',
    wire: (scope, key) =>
      void new Schedule(scope, 'Schedule', { schedule: everyHour, target: new LambdaInvoke(lambda(scope, key), { input, deadLetterQueue: queue(scope, key) }) }),
    roles: { SchedulerRoleForTarget: SEND },
  },
  {
    name: 'encrypted schedule',
    wire: (scope, key) => void new Schedule(scope, 'Schedule', { schedule: everyHour, target: new LambdaInvoke(lambda(scope), { input }), key }),
    roles: { SchedulerRoleForTarget: READ },
  },
  {
    name: 'pipe from queue to queue',
    wire: (scope, key) => {
      const { roleArn } = role(scope, 'pipes.amazonaws.com');
      new CfnPipe(scope, 'Pipe', { roleArn, source: queue(scope, key).queueArn, target: queue(scope, key, 'Target').queueArn });
    },
    roles: { Role: SEND },
  },
  {
    name: 'encrypted pipe from stream to topic',
    wire: (scope, key) => {
      const { roleArn } = role(scope, 'pipes.amazonaws.com');
      const sourceParameters = { kinesisStreamParameters: { startingPosition: 'LATEST' } };
      new CfnPipe(scope, 'Pipe', { roleArn, source: stream(scope, key).streamArn, sourceParameters, target: topic(scope, key).topicArn, kmsKeyIdentifier: key.keyArn });
    },
    roles: { Role: [...PUBLISH, 'kms:DescribeKey'].sort() },
  },
];
