import { MESSAGING } from '../../../src/services/rows/messaging';
import { rowTests, type RowFacts } from './row-tests';

const RESOURCES: RowFacts = [
  ['AWS::SQS::Queue', {
    keyProperties: ['KmsMasterKeyId'],
    viaService: 'sqs',
    send: ['kms:Decrypt', 'kms:GenerateDataKey'],
    receive: ['kms:Decrypt'],
    sentBy: ['sqs:SendMessage'],
    receivedBy: ['sqs:ReceiveMessage'],
    create: [],
    movesTo: 'RedrivePolicy.deadLetterTargetArn',
    grants: 'none',
  }],
  ['AWS::SNS::Topic', {
    keyProperties: ['KmsMasterKeyId'],
    viaService: 'sns',
    send: [
      'kms:Decrypt',
      'kms:GenerateDataKey',
      'kms:GenerateDataKeyPair',
      'kms:GenerateDataKeyPairWithoutPlaintext',
      'kms:GenerateDataKeyWithoutPlaintext',
    ],
    receive: [],
    sentBy: ['sns:Publish'],
    create: [],
    documentedAs: 'kms:GenerateDataKey*',
    grants: 'none',
  }],
];

const CALLERS: RowFacts = [
  ['AWS::SNS::Subscription: a topic delivers to a queue', {
    id: 'sns-to-queue',
    targets: ['Endpoint'],
    targetTypes: ['AWS::SQS::Queue'],
    purpose: 'send',
    principal: 'sns.amazonaws.com',
    source: 'TopicArn',
    binding: { sourceAccount: true, sourceArn: 'arn:{partition}:sns:{region}:{account}:*' },
    optInPrincipal: 'sns',
  }],
  ['AWS::SNS::Subscription: a subscription leaves what it cannot deliver in a dead-letter queue', {
    id: 'sns-to-dead-letter-queue',
    targets: ['RedrivePolicy.deadLetterTargetArn'],
    purpose: 'send',
    principal: 'sns.amazonaws.com',
    source: 'TopicArn',
    binding: { sourceAccount: true, sourceArn: 'arn:{partition}:sns:{region}:{account}:*' },
    optInPrincipal: 'sns',
  }],
  ['AWS::SNS::Subscription: a topic delivers to a delivery stream', {
    targets: ['Endpoint'], targetTypes: ['AWS::KinesisFirehose::DeliveryStream'], purpose: 'send', role: 'SubscriptionRoleArn',
  }],
  ['AWS::RDS::EventSubscription: an event subscription publishes to a topic', {
    id: 'rds-events',
    targets: ['SnsTopicArn'],
    targetTypes: ['AWS::SNS::Topic'],
    purpose: 'send',
    principal: 'events.rds.amazonaws.com',
    binding: { sourceAccount: true },
  }],
  ['AWS::DMS::EventSubscription: an event subscription publishes to a topic', {
    id: 'dms-events',
    targets: ['SnsTopicArn'],
    targetTypes: ['AWS::SNS::Topic'],
    purpose: 'send',
    principal: 'dms.amazonaws.com',
    binding: { sourceAccount: true },
  }],
  ['AWS::Redshift::EventSubscription: an event subscription publishes to a topic', {
    id: 'redshift-events',
    targets: ['SnsTopicArn'],
    targetTypes: ['AWS::SNS::Topic'],
    purpose: 'send',
    principal: 'redshift.amazonaws.com',
    binding: { sourceAccount: true },
  }],
  ['AWS::SES::ConfigurationSetEventDestination: a configuration set publishes to a topic', {
    id: 'ses-events',
    targets: ['EventDestination.SnsDestination.TopicARN'],
    targetTypes: ['AWS::SNS::Topic'],
    purpose: 'send',
    principal: 'ses.amazonaws.com',
    binding: { sourceAccount: true },
  }],
  ['AWS::Backup::BackupVault: a backup vault publishes to a topic', {
    id: 'backup-notifications',
    targets: ['Notifications.SNSTopicArn'],
    targetTypes: ['AWS::SNS::Topic'],
    purpose: 'send',
    principal: 'backup.amazonaws.com',
    binding: { sourceAccount: true },
  }],
  ['AWS::CE::AnomalySubscription: an anomaly subscription publishes to a topic', {
    id: 'cost-anomalies',
    targets: ['Subscribers.*.Address'],
    targetTypes: ['AWS::SNS::Topic'],
    purpose: 'send',
    principal: 'costalerts.amazonaws.com',
    binding: { sourceAccount: true },
  }],
  ['AWS::CodeStarNotifications::NotificationRule: a notification rule publishes to a topic', {
    id: 'codestar-notifications',
    targets: ['Targets.*.TargetAddress'],
    targetTypes: ['AWS::SNS::Topic'],
    purpose: 'send',
    principal: 'codestar-notifications.amazonaws.com',
    binding: { viaService: 'sns' },
  }],
  ['AWS::IoT::TopicRule: a rule publishes to a topic', {
    within: 'TopicRulePayload.Actions.*', targets: ['Sns.TargetArn'], purpose: 'send', role: 'Sns.RoleArn',
  }],
  ['AWS::IoT::TopicRule: a rule sends to a queue', {
    within: 'TopicRulePayload.Actions.*', targets: ['Sqs.QueueUrl'], purpose: 'send', role: 'Sqs.RoleArn',
  }],
];

rowTests(MESSAGING, RESOURCES, CALLERS);
