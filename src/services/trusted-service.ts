import type { ServiceCaller } from './service-caller';
import { SERVICE_CALLERS } from './service-table';

/**
 * An AWS service that acts on a key as itself, for what it does there.
 *
 * What it may do, and how it is bound to whom it acts for, comes from the page of AWS that `docs/services.md` names.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-services.html
 */
export class TrustedService {
  /** AWS Backup, for vaults that publish to an encrypted topic. */
  public static readonly BACKUP_NOTIFICATIONS = new TrustedService('backup-notifications', 'AWS::SNS::Topic');
  /**
   * Amazon CloudFront, for the legacy standard logs of distributions. AWS documents no source for them, so that the
   * service is let in for whomever it acts.
   */
  public static readonly CLOUDFRONT_LOGS = new TrustedService('cloudfront-logs');
  /** Amazon CloudFront, for distributions that read an encrypted bucket by origin access control. */
  public static readonly CLOUDFRONT_ORIGIN_ACCESS = new TrustedService('cloudfront-origin-access', 'AWS::S3::Bucket');
  /** AWS CloudTrail, for trails whose log files are encrypted. */
  public static readonly CLOUDTRAIL = new TrustedService('cloudtrail-trail');
  /**
   * AWS CloudTrail, for event data stores. AWS sends no source for them, so that the service is let in for whomever it
   * acts.
   */
  public static readonly CLOUDTRAIL_EVENT_DATA_STORES = new TrustedService('cloudtrail-event-data-store');
  /** AWS CloudTrail, for trails without a key that deliver to an encrypted bucket. */
  public static readonly CLOUDTRAIL_TO_BUCKETS = new TrustedService('cloudtrail-to-bucket', 'AWS::S3::Bucket');
  /** AWS CloudTrail, for trails that notify an encrypted topic. */
  public static readonly CLOUDTRAIL_TO_TOPICS = new TrustedService('cloudtrail-to-topic', 'AWS::SNS::Topic');
  /** Amazon CloudWatch, for alarms that publish to an encrypted topic. */
  public static readonly CLOUDWATCH_ALARMS = new TrustedService('cloudwatch-alarms', 'AWS::SNS::Topic');
  /** Amazon CloudWatch Logs, for encrypted log groups. */
  public static readonly CLOUDWATCH_LOGS = new TrustedService('cloudwatch-logs');
  /** AWS CodeStar Notifications, for notification rules that publish to an encrypted topic. */
  public static readonly CODESTAR_NOTIFICATIONS = new TrustedService('codestar-notifications', 'AWS::SNS::Topic');
  /** AWS Config, for configuration records that it encrypts with the key. */
  public static readonly CONFIG = new TrustedService('config-key');
  /** AWS Config, for delivery channels to an encrypted bucket. */
  public static readonly CONFIG_TO_BUCKETS = new TrustedService('config-to-bucket', 'AWS::S3::Bucket');
  /** AWS Cost Anomaly Detection, for subscriptions that publish to an encrypted topic. */
  public static readonly COST_ANOMALY_DETECTION = new TrustedService('cost-anomalies', 'AWS::SNS::Topic');
  /** AWS Database Migration Service, for event subscriptions that publish to an encrypted topic. */
  public static readonly DMS_EVENTS = new TrustedService('dms-events', 'AWS::SNS::Topic');
  /** Amazon EventBridge, for encrypted archives. */
  public static readonly EVENTBRIDGE_ARCHIVES = new TrustedService('eventbridge-archive');
  /** Amazon EventBridge, for encrypted event buses. */
  public static readonly EVENTBRIDGE_EVENT_BUSES = new TrustedService('eventbridge-event-bus');
  /** Amazon EventBridge, for event buses with an encrypted dead-letter queue. */
  public static readonly EVENTBRIDGE_EVENT_BUS_DEAD_LETTER_QUEUES = new TrustedService('eventbridge-event-bus-dead-letter-queue', 'AWS::SQS::Queue');
  /** Amazon EventBridge, for rules with an encrypted dead-letter queue. */
  public static readonly EVENTBRIDGE_RULE_DEAD_LETTER_QUEUES = new TrustedService('eventbridge-rule-to-dead-letter-queue', 'AWS::SQS::Queue');
  /** Amazon EventBridge, for rules that send to an encrypted queue. */
  public static readonly EVENTBRIDGE_RULES_TO_QUEUES = new TrustedService('eventbridge-rule-to-queue', 'AWS::SQS::Queue');
  /**
   * Amazon EventBridge, for rules that publish to an encrypted topic. AWS sends no source there, so that the service is
   * let in for whomever it acts; a rule with a role of its own does not need it.
   */
  public static readonly EVENTBRIDGE_RULES_TO_TOPICS = new TrustedService('eventbridge-rule-to-topic', 'AWS::SNS::Topic');
  /** AWS Fargate, for the ephemeral storage of tasks of Amazon ECS. */
  public static readonly FARGATE_EPHEMERAL_STORAGE = new TrustedService('fargate-ephemeral-storage');
  /** Flow logs of Amazon VPC that are delivered to an encrypted bucket. */
  public static readonly FLOW_LOGS = new TrustedService('flow-logs');
  /** Amazon CloudWatch Logs, for the logs of AWS Glue jobs with a security configuration. */
  public static readonly GLUE_LOGS = new TrustedService('glue-logs');
  /** AWS Lambda, for encrypted code packages. */
  public static readonly LAMBDA_CODE = new TrustedService('lambda-code');
  /** AWS Lambda, for the encrypted filter criteria of event source mappings. */
  public static readonly LAMBDA_FILTER_CRITERIA = new TrustedService('lambda-filter-criteria');
  /** Logs of delivery sources that Amazon CloudWatch Logs delivers to an encrypted bucket. */
  public static readonly LOG_DELIVERIES = new TrustedService('log-deliveries');
  /** Logs of AWS Network Firewall that are delivered to an encrypted bucket. */
  public static readonly NETWORK_FIREWALL_LOGS = new TrustedService('network-firewall-logs');
  /** Amazon RDS, for event subscriptions that publish to an encrypted topic. */
  public static readonly RDS_EVENTS = new TrustedService('rds-events', 'AWS::SNS::Topic');
  /** Amazon Redshift, for event subscriptions that publish to an encrypted topic. */
  public static readonly REDSHIFT_EVENTS = new TrustedService('redshift-events', 'AWS::SNS::Topic');
  /** Query logs of Amazon Route 53 Resolver that are delivered to an encrypted bucket. */
  public static readonly RESOLVER_QUERY_LOGS = new TrustedService('resolver-query-logs');
  /** Amazon S3, for storage class analyses that are delivered to an encrypted bucket. */
  public static readonly S3_ANALYTICS = new TrustedService('s3-analytics');
  /** Amazon S3, for inventories that are delivered to an encrypted bucket. */
  public static readonly S3_INVENTORY = new TrustedService('s3-inventory');
  /** Amazon S3, for buckets that notify an encrypted queue. */
  public static readonly S3_NOTIFICATIONS_TO_QUEUES = new TrustedService('s3-notifications', 'AWS::SQS::Queue');
  /** Amazon S3, for buckets that notify an encrypted topic. */
  public static readonly S3_NOTIFICATIONS_TO_TOPICS = new TrustedService('s3-notifications', 'AWS::SNS::Topic');
  /** Amazon S3 Storage Lens, for encrypted exports of dashboards. */
  public static readonly S3_STORAGE_LENS = new TrustedService('s3-storage-lens');
  /** Amazon S3 Tables, for the maintenance of encrypted tables. */
  public static readonly S3_TABLES = new TrustedService('s3-tables');
  /** Amazon SES, for configuration sets that publish to an encrypted topic. */
  public static readonly SES_EVENTS = new TrustedService('ses-events', 'AWS::SNS::Topic');
  /** Amazon SES, for received mail that it encrypts with the key. */
  public static readonly SES_RECEIPTS = new TrustedService('ses-key');
  /** Amazon SES, for received mail that is delivered to an encrypted bucket. */
  public static readonly SES_RECEIPTS_TO_BUCKETS = new TrustedService('ses-to-bucket', 'AWS::S3::Bucket');
  /** Amazon SES, for receipts of mail that are told to an encrypted topic. */
  public static readonly SES_RECEIPTS_TO_TOPICS = new TrustedService('ses-receipts-to-topic', 'AWS::SNS::Topic');
  /** Amazon SNS, for subscriptions with an encrypted dead-letter queue. */
  public static readonly SNS_DEAD_LETTER_QUEUES = new TrustedService('sns-to-dead-letter-queue', 'AWS::SQS::Queue');
  /** Amazon SNS, for topics that deliver to an encrypted queue. */
  public static readonly SNS_TO_QUEUES = new TrustedService('sns-to-queue', 'AWS::SQS::Queue');
  /** Logs of encrypted state machines of AWS Step Functions. */
  public static readonly STATE_MACHINE_LOGS = new TrustedService('state-machine-logs');
  /** Logs of AWS WAF that are delivered to an encrypted bucket. */
  public static readonly WAF_LOGS = new TrustedService('waf-logs');

  private constructor(
    /** The stable name of what the service does. */
    public readonly id: string,
    /** @internal */
    public readonly _targetType?: string,
  ) {}

  /** @internal */
  public get _row(): ServiceCaller {
    return SERVICE_CALLERS.find(({ id }) => id === this.id)!;
  }
}
