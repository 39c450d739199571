import { CfnEventDataStore, CfnTrail, Trail } from 'aws-cdk-lib/aws-cloudtrail';
import { CompositeAlarm, AlarmRule, AlarmState } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { CfnDeliveryChannel } from 'aws-cdk-lib/aws-config';
import { FlowLog, FlowLogDestination, FlowLogResourceType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { CfnSecurityConfiguration } from 'aws-cdk-lib/aws-glue';
import { CfnDeliveryDestination, FilterPattern, LogGroup, RetentionDays, SubscriptionFilter } from 'aws-cdk-lib/aws-logs';
import { KinesisDestination } from 'aws-cdk-lib/aws-logs-destinations';
import { CfnLoggingConfiguration as CfnFirewallLogging } from 'aws-cdk-lib/aws-networkfirewall';
import { CfnResolverQueryLoggingConfig } from 'aws-cdk-lib/aws-route53resolver';
import { CfnLoggingConfiguration as CfnWebAclLogging } from 'aws-cdk-lib/aws-wafv2';
import { alarm, bucket, stream, topic } from '../support/wirings';
import { ANY_DATA_KEY, FULL, PUBLISH, READ, SEND, WRITE, accountAndArn, arnOnly, context, letIn } from './expected';
import type { Scenario } from './scenario';

const TRAIL = 'cloudtrail:*:111111111111:trail/*';
const WRITE_LOGS = letIn('logs.eu-west-1.amazonaws.com', FULL, context('aws:logs:arn', 'logs:eu-west-1:111111111111:*'));
const VENDED = [...FULL, 'kms:DescribeKey'].sort();
const DELIVER_LOGS = letIn('delivery.logs.amazonaws.com', VENDED, accountAndArn('logs:eu-west-1:111111111111:*'));
const ENCRYPTED_TRAIL = [
  letIn('cloudtrail.amazonaws.com', ANY_DATA_KEY, {
    ArnLike: {
      'aws:SourceArn': 'arn:<AWS::Partition>:cloudtrail:*:111111111111:trail/*',
      'kms:EncryptionContext:aws:cloudtrail:arn': 'arn:<AWS::Partition>:cloudtrail:*:111111111111:trail/*',
    },
  }),
  letIn('cloudtrail.amazonaws.com', READ, arnOnly(TRAIL)),
];
const ALARM = letIn('cloudwatch.amazonaws.com', PUBLISH, accountAndArn('cloudwatch:eu-west-1:111111111111:alarm:*'));

/** Alarms, logs, trails and configuration records. */
export const OBSERVABILITY: readonly Scenario[] = [
  { name: 'alarm publishes to topic', wire: (scope, key) => alarm(scope).addAlarmAction(new SnsAction(topic(scope, key))), services: [ALARM] },
  {
    name: 'alarm publishes that all is well to topic',
    wire: (scope, key) => alarm(scope).addOkAction(new SnsAction(topic(scope, key))),
    services: [ALARM],
  },
  {
    name: 'composite alarm publishes to topic',
    wire: (scope, key) => {
      const composite = new CompositeAlarm(scope, 'Composite', { alarmRule: AlarmRule.fromAlarm(alarm(scope), AlarmState.ALARM) });
      composite.addAlarmAction(new SnsAction(topic(scope, key)));
    },
    services: [ALARM],
  },
  {
    name: 'log group',
    wire: (scope, key) => void new LogGroup(scope, 'Logs', { encryptionKey: key, retention: RetentionDays.ONE_WEEK }),
    services: [WRITE_LOGS],
  },
  {
    name: 'log subscription to stream',
    wire: (scope, key) => {
      const logGroup = new LogGroup(scope, 'Logs', { encryptionKey: key });
      new SubscriptionFilter(scope, 'Filter', { logGroup, filterPattern: FilterPattern.allEvents(), destination: new KinesisDestination(stream(scope, key)) });
    },
    services: [WRITE_LOGS],
    roles: { 'Filter/CloudWatchLogsCanPutRecords': WRITE },
  },
  {
    name: 'flow log to bucket',
    wire: (scope, key) => {
      const vpc = new Vpc(scope, 'Vpc', { natGateways: 0, maxAzs: 1 });
      new FlowLog(scope, 'FlowLog', { resourceType: FlowLogResourceType.fromVpc(vpc), destination: FlowLogDestination.toS3(bucket(scope, key)) });
    },
    services: [DELIVER_LOGS],
  },
  {
    name: 'resolver query log to bucket',
    wire: (scope, key) => void new CfnResolverQueryLoggingConfig(scope, 'QueryLog', { destinationArn: bucket(scope, key).bucketArn }),
    services: [DELIVER_LOGS],
  },
  {
    name: 'web ACL log to bucket',
    wire: (scope, key) =>
      void new CfnWebAclLogging(scope, 'Logging', { resourceArn: 'arn:aws:wafv2:eu-west-1:111111111111:regional/webacl/orders/1', logDestinationConfigs: [bucket(scope, key).bucketArn] }),
    services: [DELIVER_LOGS],
  },
  {
    name: 'firewall log to bucket',
    wire: (scope, key) => {
      const logDestination = { bucketName: bucket(scope, key).bucketName };
      const logDestinationConfigs = [{ logType: 'FLOW', logDestinationType: 'S3', logDestination }];
      const firewallArn = 'arn:aws:network-firewall:eu-west-1:111111111111:firewall/orders';
      new CfnFirewallLogging(scope, 'Logging', { firewallArn, loggingConfiguration: { logDestinationConfigs } });
    },
    services: [DELIVER_LOGS],
  },
  {
    name: 'delivery of logs to bucket',
    wire: (scope, key) => void new CfnDeliveryDestination(scope, 'Destination', { name: 'orders', destinationResourceArn: bucket(scope, key).bucketArn }),
    services: [letIn('delivery.logs.amazonaws.com', VENDED, accountAndArn('logs:eu-west-1:111111111111:delivery-source:*'))],
  },
  {
    name: 'trail with encrypted log files',
    wire: (scope, key) => void new Trail(scope, 'Trail', { encryptionKey: key, bucket: bucket(scope, key) }),
    services: ENCRYPTED_TRAIL,
  },
  {
    name: 'trail with encrypted log files and log group',
    wire: (scope, key) => {
      const cloudWatchLogGroup = new LogGroup(scope, 'Logs', { encryptionKey: key });
      new Trail(scope, 'Trail', { encryptionKey: key, sendToCloudWatchLogs: true, cloudWatchLogGroup });
    },
    services: [...ENCRYPTED_TRAIL, WRITE_LOGS],
  },
  {
    name: 'trail to encrypted bucket',
    wire: (scope, key) => void new CfnTrail(scope, 'Trail', { isLogging: true, s3BucketName: bucket(scope, key).bucketName }),
    services: [letIn('cloudtrail.amazonaws.com', SEND, arnOnly(TRAIL))],
  },
  {
    name: 'trail notifies topic',
    wire: (scope, key) => void new Trail(scope, 'Trail', { snsTopic: topic(scope, key) }),
    services: [letIn('cloudtrail.amazonaws.com', PUBLISH, arnOnly(TRAIL))],
  },
  {
    name: 'event data store',
    wire: (scope, key) => void new CfnEventDataStore(scope, 'Events', { kmsKeyId: key.keyArn }),
    services: [letIn('cloudtrail.amazonaws.com', ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'])],
    unbound: 'AWS CloudTrail sends no source for an event data store',
  },
  {
    name: 'configuration records to encrypted bucket',
    wire: (scope, key) => void new CfnDeliveryChannel(scope, 'Channel', { s3BucketName: bucket(scope, key).bucketName }),
    services: [letIn('config.amazonaws.com', SEND, accountAndArn('config:eu-west-1:111111111111:*'))],
  },
  {
    name: 'encrypted configuration records',
    wire: (scope, key) => void new CfnDeliveryChannel(scope, 'Channel', { s3BucketName: bucket(scope).bucketName, s3KmsKeyArn: key.keyArn }),
    services: [letIn('config.amazonaws.com', SEND, accountAndArn('config:eu-west-1:111111111111:*'))],
  },
  {
    name: 'configuration changes to topic, which AWS Config does not do',
    wire: (scope, key) => void new CfnDeliveryChannel(scope, 'Channel', { s3BucketName: bucket(scope).bucketName, snsTopicArn: topic(scope, key).topicArn }),
    warnings: ['deliveryUnsupported'],
  },
  {
    name: 'logs of jobs with a security configuration',
    wire: (scope, key) => {
      const cloudWatchEncryption = { cloudWatchEncryptionMode: 'SSE-KMS', kmsKeyArn: key.keyArn };
      new CfnSecurityConfiguration(scope, 'Security', { name: 'orders', encryptionConfiguration: { cloudWatchEncryption } });
    },
    services: [WRITE_LOGS],
  },
];
