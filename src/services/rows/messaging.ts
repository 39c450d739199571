import { DATA_KEYS } from '../documented-actions';
import type { ServiceCaller, ServiceRows } from '../service-caller';

const SNS_KEYS = 'https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html';

const DELIVERY = {
  service: 'Amazon SNS',
  type: 'AWS::SNS::Subscription',
  purpose: 'send',
  principal: 'sns.amazonaws.com',
  source: 'TopicArn',
  binding: { sourceAccount: true, sourceArn: 'arn:{partition}:sns:{region}:{account}:*' },
  optInPrincipal: 'sns',
  see: 'https://docs.aws.amazon.com/sns/latest/dg/sns-enable-encryption-for-topic-sqs-queue-subscriptions.html',
} as const;

/** A service that publishes to a topic as itself; the guide of Amazon SNS documents the account of the source for all of them but one. */
function publisher(row: Pick<ServiceCaller, 'service' | 'id' | 'what' | 'type' | 'targets' | 'principal'> & Partial<ServiceCaller>): ServiceCaller {
  return { purpose: 'send', targetTypes: ['AWS::SNS::Topic'], binding: { sourceAccount: true }, see: SNS_KEYS, ...row };
}

/** Queues and topics. */
export const MESSAGING: ServiceRows = {
  resources: [
    {
      service: 'Amazon SQS',
      type: 'AWS::SQS::Queue',
      keyProperties: ['KmsMasterKeyId'],
      viaService: 'sqs',
      send: ['kms:Decrypt', 'kms:GenerateDataKey'],
      receive: ['kms:Decrypt'],
      sentBy: ['sqs:SendMessage'],
      receivedBy: ['sqs:ReceiveMessage'],
      create: [],
      movesTo: 'RedrivePolicy.deadLetterTargetArn',
      grants: 'none',
      costLever: 'a data key is reused for `KmsDataKeyReusePeriodSeconds`, up to 24 hours',
      see: 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html',
    },
    {
      service: 'Amazon SNS',
      type: 'AWS::SNS::Topic',
      keyProperties: ['KmsMasterKeyId'],
      viaService: 'sns',
      send: ['kms:Decrypt', ...DATA_KEYS],
      receive: [],
      sentBy: ['sns:Publish'],
      create: [],
      documentedAs: 'kms:GenerateDataKey*',
      grants: 'none',
      costLever: 'a data key is reused for up to 5 minutes',
      see: SNS_KEYS,
    },
  ],
  callers: [
    { ...DELIVERY, id: 'sns-to-queue', what: 'a topic delivers to a queue', targets: ['Endpoint'], targetTypes: ['AWS::SQS::Queue'] },
    {
      ...DELIVERY,
      id: 'sns-to-dead-letter-queue',
      what: 'a subscription leaves what it cannot deliver in a dead-letter queue',
      targets: ['RedrivePolicy.deadLetterTargetArn'],
    },
    {
      service: 'Amazon SNS',
      what: 'a topic delivers to a delivery stream',
      type: 'AWS::SNS::Subscription',
      targets: ['Endpoint'],
      targetTypes: ['AWS::KinesisFirehose::DeliveryStream'],
      purpose: 'send',
      role: 'SubscriptionRoleArn',
      see: 'https://docs.aws.amazon.com/sns/latest/dg/prereqs-kinesis-data-firehose.html',
    },
    publisher({
      service: 'Amazon RDS',
      id: 'rds-events',
      what: 'an event subscription publishes to a topic',
      type: 'AWS::RDS::EventSubscription',
      targets: ['SnsTopicArn'],
      principal: 'events.rds.amazonaws.com',
    }),
    publisher({
      service: 'AWS Database Migration Service',
      id: 'dms-events',
      what: 'an event subscription publishes to a topic',
      type: 'AWS::DMS::EventSubscription',
      targets: ['SnsTopicArn'],
      principal: 'dms.amazonaws.com',
    }),
    publisher({
      service: 'Amazon Redshift',
      id: 'redshift-events',
      what: 'an event subscription publishes to a topic',
      type: 'AWS::Redshift::EventSubscription',
      targets: ['SnsTopicArn'],
      principal: 'redshift.amazonaws.com',
    }),
    publisher({
      service: 'Amazon SES',
      id: 'ses-events',
      what: 'a configuration set publishes to a topic',
      type: 'AWS::SES::ConfigurationSetEventDestination',
      targets: ['EventDestination.SnsDestination.TopicARN'],
      principal: 'ses.amazonaws.com',
    }),
    publisher({
      service: 'AWS Backup',
      id: 'backup-notifications',
      what: 'a backup vault publishes to a topic',
      type: 'AWS::Backup::BackupVault',
      targets: ['Notifications.SNSTopicArn'],
      principal: 'backup.amazonaws.com',
      see: 'https://docs.aws.amazon.com/aws-backup/latest/devguide/cross-service-confused-deputy-prevention.html',
    }),
    publisher({
      service: 'AWS Cost Anomaly Detection',
      id: 'cost-anomalies',
      what: 'an anomaly subscription publishes to a topic',
      type: 'AWS::CE::AnomalySubscription',
      targets: ['Subscribers.*.Address'],
      principal: 'costalerts.amazonaws.com',
      see: 'https://docs.aws.amazon.com/cost-management/latest/userguide/ad-SNS.html',
    }),
    publisher({
      service: 'AWS CodeStar Notifications',
      id: 'codestar-notifications',
      what: 'a notification rule publishes to a topic',
      type: 'AWS::CodeStarNotifications::NotificationRule',
      targets: ['Targets.*.TargetAddress'],
      principal: 'codestar-notifications.amazonaws.com',
      // The condition of the example on the page, though it is a service that calls.
      binding: { viaService: 'sns' },
      see: 'https://docs.aws.amazon.com/dtconsole/latest/userguide/set-up-sns.html',
    }),
    {
      service: 'AWS IoT Core',
      what: 'a rule publishes to a topic',
      type: 'AWS::IoT::TopicRule',
      within: 'TopicRulePayload.Actions.*',
      targets: ['Sns.TargetArn'],
      purpose: 'send',
      role: 'Sns.RoleArn',
      see: SNS_KEYS,
    },
    {
      service: 'AWS IoT Core',
      what: 'a rule sends to a queue',
      type: 'AWS::IoT::TopicRule',
      within: 'TopicRulePayload.Actions.*',
      targets: ['Sqs.QueueUrl'],
      purpose: 'send',
      role: 'Sqs.RoleArn',
      see: 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html',
    },
  ],
};
