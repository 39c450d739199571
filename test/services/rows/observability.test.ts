import { OBSERVABILITY } from '../../../src/services/rows/observability';
import { rowTests, type RowFacts } from './row-tests';

/** kms:GenerateDataKey*, in full. */
const DATA_KEYS = [
  'kms:GenerateDataKey', 'kms:GenerateDataKeyPair', 'kms:GenerateDataKeyPairWithoutPlaintext', 'kms:GenerateDataKeyWithoutPlaintext',
];

/** kms:Encrypt, kms:Decrypt, kms:ReEncrypt* and kms:GenerateDataKey*, in full. */
const CRYPTOGRAPHY = [
  'kms:Decrypt', 'kms:Encrypt',
  'kms:GenerateDataKey', 'kms:GenerateDataKeyPair', 'kms:GenerateDataKeyPairWithoutPlaintext', 'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom', 'kms:ReEncryptTo',
];

/** kms:Encrypt, kms:Decrypt, kms:ReEncrypt*, kms:GenerateDataKey* and kms:DescribeKey, in full. */
const USE = [
  'kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt',
  'kms:GenerateDataKey', 'kms:GenerateDataKeyPair', 'kms:GenerateDataKeyPairWithoutPlaintext', 'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom', 'kms:ReEncryptTo',
];

const RESOURCES: RowFacts = [
  ['AWS::Logs::LogGroup', {
    keyProperties: ['KmsKeyId'], viaService: 'logs', send: [], receive: [], create: USE, documentedAs: 'kms:GenerateDataKey*, kms:ReEncrypt*', context: ['aws:logs:arn'], grants: 'none',
  }],
  ['AWS::CloudTrail::Trail', {
    keyProperties: ['KMSKeyId'],
    regionFrom: 'S3BucketName',
    send: [],
    receive: ['kms:Decrypt'],
    create: ['kms:DescribeKey'],
    context: ['aws:cloudtrail:arn'],
    grants: 'none',
  }],
  ['AWS::CloudTrail::EventDataStore', {
    keyProperties: ['KmsKeyId'],
    send: [],
    receive: ['kms:Decrypt', 'kms:GenerateDataKey'],
    create: ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'],
    grants: 'none',
  }],
];

const CALLERS: RowFacts = [
  ['AWS::CloudWatch::Alarm: an alarm publishes to a topic', {
    id: 'cloudwatch-alarms',
    targets: ['AlarmActions.*', 'OKActions.*', 'InsufficientDataActions.*'],
    targetTypes: ['AWS::SNS::Topic'],
    purpose: 'send',
    principal: 'cloudwatch.amazonaws.com',
    binding: { sourceAccount: true, sourceArn: 'arn:{partition}:cloudwatch:{region}:{account}:alarm:*' },
  }],
  ['AWS::CloudWatch::CompositeAlarm: an alarm publishes to a topic', {
    id: 'cloudwatch-alarms',
    targets: ['AlarmActions.*', 'OKActions.*', 'InsufficientDataActions.*'],
    targetTypes: ['AWS::SNS::Topic'],
    purpose: 'send',
    principal: 'cloudwatch.amazonaws.com',
    binding: { sourceAccount: true, sourceArn: 'arn:{partition}:cloudwatch:{region}:{account}:alarm:*' },
  }],
  ['AWS::Logs::LogGroup: a log group is encrypted', {
    id: 'cloudwatch-logs',
    keys: ['KmsKeyId'],
    actions: CRYPTOGRAPHY,
    documentedAs: 'kms:GenerateDataKey*, kms:ReEncrypt*',
    principal: 'logs.{region}.{urlSuffix}',
    binding: { context: { 'aws:logs:arn': 'arn:{partition}:logs:{region}:{account}:*' } },
  }],
  ['AWS::Logs::SubscriptionFilter: a subscription filter sends to a stream', {
    targets: ['DestinationArn'], purpose: 'send', role: 'RoleArn',
  }],
  ['AWS::EC2::FlowLog: a flow log is delivered to a bucket', {
    id: 'flow-logs',
    targets: ['LogDestination'],
    targetTypes: ['AWS::S3::Bucket'],
    actions: USE,
    documentedAs: 'kms:GenerateDataKey*, kms:ReEncrypt*',
    principal: 'delivery.logs.amazonaws.com',
    binding: { sourceAccount: true, sourceArn: 'arn:{partition}:logs:{region}:{account}:*' },
  }],
  ['AWS::Route53Resolver::ResolverQueryLoggingConfig: a query log is delivered to a bucket', {
    id: 'resolver-query-logs',
    targets: ['DestinationArn'],
    targetTypes: ['AWS::S3::Bucket'],
    actions: USE,
    documentedAs: 'kms:GenerateDataKey*, kms:ReEncrypt*',
    principal: 'delivery.logs.amazonaws.com',
    binding: { sourceAccount: true, sourceArn: 'arn:{partition}:logs:{region}:{account}:*' },
  }],
  ['AWS::WAFv2::LoggingConfiguration: the log of a web ACL is delivered to a bucket', {
    id: 'waf-logs',
    targets: ['LogDestinationConfigs.*'],
    targetTypes: ['AWS::S3::Bucket'],
    actions: USE,
    documentedAs: 'kms:GenerateDataKey*, kms:ReEncrypt*',
    principal: 'delivery.logs.amazonaws.com',
    binding: { sourceAccount: true, sourceArn: 'arn:{partition}:logs:{region}:{account}:*' },
  }],
  ['AWS::NetworkFirewall::LoggingConfiguration: the log of a firewall is delivered to a bucket', {
    id: 'network-firewall-logs',
    targets: ['LoggingConfiguration.LogDestinationConfigs.*.LogDestination.bucketName'],
    targetTypes: ['AWS::S3::Bucket'],
    actions: USE,
    documentedAs: 'kms:GenerateDataKey*, kms:ReEncrypt*',
    principal: 'delivery.logs.amazonaws.com',
    binding: { sourceAccount: true, sourceArn: 'arn:{partition}:logs:{region}:{account}:*' },
  }],
  ['AWS::Logs::DeliveryDestination: the logs of a delivery source are delivered to a bucket', {
    id: 'log-deliveries',
    targets: ['DestinationResourceArn'],
    targetTypes: ['AWS::S3::Bucket'],
    actions: USE,
    documentedAs: 'kms:GenerateDataKey*, kms:ReEncrypt*',
    principal: 'delivery.logs.amazonaws.com',
    binding: { sourceAccount: true, sourceArn: 'arn:{partition}:logs:{region}:{account}:delivery-source:*' },
  }],
  ['AWS::CloudTrail::Trail: the log files of a trail are encrypted', {
    id: 'cloudtrail-trail',
    keys: ['KMSKeyId'],
    actions: DATA_KEYS,
    documentedAs: 'kms:GenerateDataKey*',
    principal: 'cloudtrail.amazonaws.com',
    binding: {
      sourceArn: 'arn:{partition}:cloudtrail:*:{account}:trail/*',
      context: { 'aws:cloudtrail:arn': 'arn:{partition}:cloudtrail:*:{account}:trail/*' },
    },
    further: [{ actions: ['kms:Decrypt', 'kms:DescribeKey'], binding: { sourceArn: 'arn:{partition}:cloudtrail:*:{account}:trail/*' } }],
  }],
  ['AWS::CloudTrail::Trail: a trail delivers to a bucket, with the encryption of the bucket', {
    id: 'cloudtrail-to-bucket',
    where: [{ property: 'KMSKeyId', is: 'absent' }],
    targets: ['S3BucketName'],
    purpose: 'send',
    principal: 'cloudtrail.amazonaws.com',
    binding: { sourceArn: 'arn:{partition}:cloudtrail:*:{account}:trail/*' },
  }],
  ['AWS::CloudTrail::Trail: a trail notifies a topic', {
    id: 'cloudtrail-to-topic',
    targets: ['SnsTopicName'],
    purpose: 'send',
    principal: 'cloudtrail.amazonaws.com',
    binding: { sourceArn: 'arn:{partition}:cloudtrail:*:{account}:trail/*' },
  }],
  ['AWS::CloudTrail::EventDataStore: an event data store is encrypted', {
    id: 'cloudtrail-event-data-store',
    keys: ['KmsKeyId'],
    actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'],
    principal: 'cloudtrail.amazonaws.com',
    binding: { unsupported: 'AWS CloudTrail sends neither aws:SourceAccount nor aws:SourceArn for an event data store' },
  }],
  ['AWS::Config::DeliveryChannel: configuration records are delivered to a bucket', {
    id: 'config-to-bucket',
    targets: ['S3BucketName'],
    purpose: 'send',
    principal: 'config.amazonaws.com',
    binding: { sourceAccount: true, sourceArn: 'arn:{partition}:config:{region}:{account}:*' },
  }],
  ['AWS::Config::DeliveryChannel: configuration records are encrypted', {
    id: 'config-key',
    keys: ['S3KmsKeyArn'],
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    principal: 'config.amazonaws.com',
    binding: { sourceAccount: true, sourceArn: 'arn:{partition}:config:{region}:{account}:*' },
  }],
  ['AWS::Config::DeliveryChannel: configuration changes are told to a topic', {
    targets: ['SnsTopicARN'], undelivered: 'AWS Config does not support encrypted topics',
  }],
];

rowTests(OBSERVABILITY, RESOURCES, CALLERS);
