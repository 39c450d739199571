import { ENCRYPTED_RESOURCES, SERVICE_CALLERS } from '../../src/services/service-table';
import { ViaService } from '../../src/services/via-service';

/**
 * The per-service table of the project's facts (facts/kms.md §5), row by row, with what covers each: a type of resource, the
 * id of a wiring, or what a role does, as `type: what`.
 */
type Coverage = ReadonlyArray<readonly [fact: string, rows: readonly string[]]>;

const STORAGE_AND_DATABASES: Coverage = [
  ['S3 SSE-KMS objects', ['AWS::S3::Bucket']],
  ['S3 directory buckets (Express)', ['AWS::S3Express::DirectoryBucket']],
  ['S3 replication', [
    'AWS::S3::Bucket: the objects of a bucket are replicated',
    'AWS::S3::Bucket: replicas are encrypted with a key of their own',
  ]],
  ['S3 event notifications to an encrypted queue or topic', [
    'AWS::S3::Bucket: a bucket notifies a queue or a topic',
    'Custom::S3BucketNotifications: a bucket notifies a queue or a topic',
  ]],
  ['S3 Inventory', ['s3-inventory', 's3-analytics']],
  ['S3 Storage Lens export', ['s3-storage-lens']],
  ['S3 Tables / Metadata', ['AWS::S3Tables::TableBucket', 's3-tables']],
  ['S3 server access logs', ['AWS::S3::Bucket: server access logs are delivered to a bucket']],
  ['DynamoDB', ['AWS::DynamoDB::Table']],
  ['DynamoDB global tables', ['AWS::DynamoDB::GlobalTable']],
  ['EBS / EC2', ['AWS::EC2::Volume', 'AWS::EC2::Instance', 'AWS::EC2::LaunchTemplate']],
  ['EC2 Auto Scaling', ['AWS::AutoScaling::AutoScalingGroup: a group launches instances with encrypted volumes']],
  ['RDS / Aurora', ['AWS::RDS::DBInstance', 'AWS::RDS::DBCluster']],
  ['Redshift', ['AWS::Redshift::Cluster']],
  ['EFS', ['AWS::EFS::FileSystem']],
  ['Backup', ['AWS::Backup::BackupVault']],
  ['OpenSearch domain', ['AWS::OpenSearchService::Domain']],
  ['MSK', ['AWS::MSK::Cluster']],
  ['ECR', ['AWS::ECR::Repository']],
];

const MESSAGING_EVENTS_AND_LOGS: Coverage = [
  ['SQS producer role', ['AWS::SQS::Queue']],
  ['SQS consumer role', ['AWS::SQS::Queue']],
  ['SQS from SNS, S3 and EventBridge', [
    'sns-to-queue', 'sns-to-dead-letter-queue', 's3-notifications', 'eventbridge-rule-to-queue', 'eventbridge-rule-to-dead-letter-queue',
  ]],
  ['SNS publisher', ['AWS::SNS::Topic']],
  ['SNS from AWS services', [
    'cloudwatch-alarms', 'eventbridge-rule-to-topic', 'dms-events', 'redshift-events', 'rds-events', 'ses-events', 's3-notifications',
    'AWS::AutoScaling::AutoScalingGroup: a group publishes to a topic',
    'AWS::Config::DeliveryChannel: configuration changes are told to a topic',
    'AWS::IoT::TopicRule: a rule publishes to a topic',
  ]],
  ['CloudWatch Alarms to an encrypted topic', [
    'AWS::CloudWatch::Alarm: an alarm publishes to a topic',
    'AWS::CloudWatch::CompositeAlarm: an alarm publishes to a topic',
  ]],
  ['EventBridge bus', ['AWS::Events::EventBus', 'eventbridge-event-bus', 'eventbridge-event-bus-dead-letter-queue']],
  ['EventBridge rule target', [
    'eventbridge-rule-to-queue', 'eventbridge-rule-to-topic',
    'AWS::Events::Rule: a rule sends to a target with a role of its own',
  ]],
  ['EventBridge Scheduler', [
    'AWS::Scheduler::Schedule',
    'AWS::Scheduler::Schedule: a schedule sends to its target, or to its dead-letter queue',
    'AWS::Scheduler::Schedule: the payload of a schedule is encrypted',
  ]],
  ['CloudWatch Logs', ['AWS::Logs::LogGroup', 'cloudwatch-logs']],
  ['Vended logs to S3', ['flow-logs', 'resolver-query-logs', 'waf-logs', 'network-firewall-logs', 'log-deliveries']],
  ['CloudTrail trail', ['AWS::CloudTrail::Trail', 'cloudtrail-trail']],
  ['CloudTrail Lake event data store', ['AWS::CloudTrail::EventDataStore', 'cloudtrail-event-data-store']],
  ['Config to S3', ['config-to-bucket', 'config-key']],
  ['Kinesis Data Streams', ['AWS::Kinesis::Stream']],
  ['Firehose', [
    'AWS::KinesisFirehose::DeliveryStream',
    'AWS::KinesisFirehose::DeliveryStream: a delivery stream takes from a stream',
    'AWS::KinesisFirehose::DeliveryStream: a delivery stream delivers to a bucket, with the encryption of the bucket',
  ]],
];

const COMPUTE_DELIVERY_AND_OTHERS: Coverage = [
  ['Lambda environment variables', ['AWS::Lambda::Function']],
  ['Secrets Manager', ['AWS::SecretsManager::Secret', 'AWS::SecretsManager::RotationSchedule: a function rotates a secret']],
  ['SSM Parameter Store', []],
  ['Step Functions', [
    'AWS::StepFunctions::StateMachine', 'AWS::StepFunctions::Activity', 'state-machine-logs',
    'AWS::StepFunctions::StateMachine: the data of a state machine is encrypted',
  ]],
  ['CodeBuild', ['AWS::CodeBuild::Project', 'AWS::CodeBuild::Project: a build encrypts its artifacts']],
  ['CodePipeline', ['AWS::CodePipeline::Pipeline', 'AWS::CodePipeline::Pipeline: a pipeline encrypts its artifacts']],
  ['Glue Data Catalog', ['AWS::Glue::DataCatalogEncryptionSettings']],
  ['Athena', ['AWS::Athena::WorkGroup']],
  ['SageMaker', ['AWS::SageMaker::NotebookInstance', 'AWS::SageMaker::EndpointConfig']],
  ['ECS Fargate ephemeral storage', ['AWS::ECS::Cluster', 'fargate-ephemeral-storage']],
  ['ECS Exec', ['AWS::ECS::Service: a session of ECS Exec is encrypted']],
  ['EKS secrets', ['AWS::EKS::Cluster']],
  ['CloudFront origin access control to S3', ['cloudfront-origin-access']],
  ['Route 53 DNSSEC', ['AWS::Route53::KeySigningKey']],
  ['SES inbound to S3', ['ses-to-bucket', 'ses-key', 'ses-receipts-to-topic']],
];

/** Facts about what CloudFormation cannot declare, so that no template has a wiring to find; in words, what serves them. */
const NOT_DECLARED: ReadonlyArray<readonly [fact: string, words: string]> = [
  ['SSM Parameter Store', 'CloudFormation makes no SecureString parameters; a key is limited to them by ViaService.SSM, and roles get grants by hand'],
];

/** §5.3 says it of an asymmetric key, which a `CustomerManagedKey` is not: the row is there to refuse it. */
const REFUSED = ['AWS::Route53::KeySigningKey'];

const ALL = [...STORAGE_AND_DATABASES, ...MESSAGING_EVENTS_AND_LOGS, ...COMPUTE_DELIVERY_AND_OTHERS];
const ROWS = new Set<string | undefined>([
  ...ENCRYPTED_RESOURCES.map(({ type }) => type),
  ...SERVICE_CALLERS.flatMap(({ id, type, what }) => [id, `${type}: ${what}`]),
]);

test.each([
  ['5.1', STORAGE_AND_DATABASES, 19],
  ['5.2', MESSAGING_EVENTS_AND_LOGS, 16],
  ['5.3', COMPUTE_DELIVERY_AND_OTHERS, 15],
])('every row of §%s of the facts is written here', (_, facts, rows) => {
  expect(facts).toHaveLength(rows);
});

test.each(ALL.filter(([, rows]) => rows.length > 0))('%s has its rows', (_, rows) => {
  const missing = rows.filter((row) => !ROWS.has(row));

  expect(missing).toEqual([]);
});

test('what has no row cannot be declared in CloudFormation', () => {
  const withoutRows = ALL.filter(([, rows]) => rows.length === 0).map(([fact]) => fact);

  expect(withoutRows).toEqual(NOT_DECLARED.map(([fact]) => fact));
});

test('a key is limited to the Parameter Store by name', () => {
  const service = ViaService.SSM;

  expect(service.name).toBe('ssm');
  expect(service._isKnown).toBe(true);
});

test('what needs an asymmetric key is refused', () => {
  const refused = ENCRYPTED_RESOURCES.filter(({ unsuitable }) => unsuitable).map(({ type }) => type);

  expect(refused).toEqual(REFUSED);
});
