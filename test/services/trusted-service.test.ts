import { encryptedResource, SERVICE_CALLERS } from '../../src/services/service-table';
import { TrustedService } from '../../src/services/trusted-service';

const READ_AND_WRITE = ['kms:Decrypt', 'kms:GenerateDataKey'];
/** kms:GenerateDataKey*, in full. */
const DATA_KEYS = [
  'kms:GenerateDataKey', 'kms:GenerateDataKeyPair', 'kms:GenerateDataKeyPairWithoutPlaintext', 'kms:GenerateDataKeyWithoutPlaintext',
];
/** kms:Decrypt and kms:GenerateDataKey*, in full. */
const READ_AND_WRITE_ANY = [
  'kms:Decrypt',
  'kms:GenerateDataKey', 'kms:GenerateDataKeyPair', 'kms:GenerateDataKeyPairWithoutPlaintext', 'kms:GenerateDataKeyWithoutPlaintext',
];
/** kms:Encrypt, kms:Decrypt, kms:ReEncrypt* and kms:GenerateDataKey*, in full. */
const CRYPTOGRAPHY = [
  'kms:Decrypt', 'kms:Encrypt',
  'kms:GenerateDataKey', 'kms:GenerateDataKeyPair', 'kms:GenerateDataKeyPairWithoutPlaintext', 'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom', 'kms:ReEncryptTo',
];
/** The same and kms:DescribeKey. */
const USE = [
  'kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt',
  'kms:GenerateDataKey', 'kms:GenerateDataKeyPair', 'kms:GenerateDataKeyPairWithoutPlaintext', 'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom', 'kms:ReEncryptTo',
];

const STATICS: Array<[name: string, service: TrustedService, id: string, targetType: string | undefined, actions: string[]]> = [
  ['BACKUP_NOTIFICATIONS', TrustedService.BACKUP_NOTIFICATIONS, 'backup-notifications', 'AWS::SNS::Topic', READ_AND_WRITE_ANY],
  ['CLOUDFRONT_LOGS', TrustedService.CLOUDFRONT_LOGS, 'cloudfront-logs', undefined, READ_AND_WRITE_ANY],
  ['CLOUDFRONT_ORIGIN_ACCESS', TrustedService.CLOUDFRONT_ORIGIN_ACCESS, 'cloudfront-origin-access', 'AWS::S3::Bucket', ['kms:Decrypt']],
  ['CLOUDTRAIL', TrustedService.CLOUDTRAIL, 'cloudtrail-trail', undefined, DATA_KEYS],
  ['CLOUDTRAIL_EVENT_DATA_STORES', TrustedService.CLOUDTRAIL_EVENT_DATA_STORES, 'cloudtrail-event-data-store', undefined, ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey']],
  ['CLOUDTRAIL_TO_BUCKETS', TrustedService.CLOUDTRAIL_TO_BUCKETS, 'cloudtrail-to-bucket', 'AWS::S3::Bucket', READ_AND_WRITE],
  ['CLOUDTRAIL_TO_TOPICS', TrustedService.CLOUDTRAIL_TO_TOPICS, 'cloudtrail-to-topic', 'AWS::SNS::Topic', READ_AND_WRITE_ANY],
  ['CLOUDWATCH_ALARMS', TrustedService.CLOUDWATCH_ALARMS, 'cloudwatch-alarms', 'AWS::SNS::Topic', READ_AND_WRITE_ANY],
  ['CLOUDWATCH_LOGS', TrustedService.CLOUDWATCH_LOGS, 'cloudwatch-logs', undefined, CRYPTOGRAPHY],
  ['CODESTAR_NOTIFICATIONS', TrustedService.CODESTAR_NOTIFICATIONS, 'codestar-notifications', 'AWS::SNS::Topic', READ_AND_WRITE_ANY],
  ['CONFIG', TrustedService.CONFIG, 'config-key', undefined, READ_AND_WRITE],
  ['CONFIG_TO_BUCKETS', TrustedService.CONFIG_TO_BUCKETS, 'config-to-bucket', 'AWS::S3::Bucket', READ_AND_WRITE],
  ['COST_ANOMALY_DETECTION', TrustedService.COST_ANOMALY_DETECTION, 'cost-anomalies', 'AWS::SNS::Topic', READ_AND_WRITE_ANY],
  ['DMS_EVENTS', TrustedService.DMS_EVENTS, 'dms-events', 'AWS::SNS::Topic', READ_AND_WRITE_ANY],
  ['EVENTBRIDGE_ARCHIVES', TrustedService.EVENTBRIDGE_ARCHIVES, 'eventbridge-archive', undefined, ['kms:Decrypt', 'kms:GenerateDataKey', 'kms:ReEncryptFrom', 'kms:ReEncryptTo']],
  ['EVENTBRIDGE_EVENT_BUSES', TrustedService.EVENTBRIDGE_EVENT_BUSES, 'eventbridge-event-bus', undefined, READ_AND_WRITE],
  ['EVENTBRIDGE_EVENT_BUS_DEAD_LETTER_QUEUES', TrustedService.EVENTBRIDGE_EVENT_BUS_DEAD_LETTER_QUEUES, 'eventbridge-event-bus-dead-letter-queue', 'AWS::SQS::Queue', READ_AND_WRITE],
  ['EVENTBRIDGE_RULE_DEAD_LETTER_QUEUES', TrustedService.EVENTBRIDGE_RULE_DEAD_LETTER_QUEUES, 'eventbridge-rule-to-dead-letter-queue', 'AWS::SQS::Queue', READ_AND_WRITE],
  ['EVENTBRIDGE_RULES_TO_QUEUES', TrustedService.EVENTBRIDGE_RULES_TO_QUEUES, 'eventbridge-rule-to-queue', 'AWS::SQS::Queue', READ_AND_WRITE],
  ['EVENTBRIDGE_RULES_TO_TOPICS', TrustedService.EVENTBRIDGE_RULES_TO_TOPICS, 'eventbridge-rule-to-topic', 'AWS::SNS::Topic', READ_AND_WRITE_ANY],
  ['FARGATE_EPHEMERAL_STORAGE', TrustedService.FARGATE_EPHEMERAL_STORAGE, 'fargate-ephemeral-storage', undefined, ['kms:GenerateDataKeyWithoutPlaintext']],
  ['FLOW_LOGS', TrustedService.FLOW_LOGS, 'flow-logs', undefined, USE],
  ['GLUE_LOGS', TrustedService.GLUE_LOGS, 'glue-logs', undefined, CRYPTOGRAPHY],
  ['LAMBDA_CODE', TrustedService.LAMBDA_CODE, 'lambda-code', undefined, READ_AND_WRITE],
  ['LAMBDA_FILTER_CRITERIA', TrustedService.LAMBDA_FILTER_CRITERIA, 'lambda-filter-criteria', undefined, ['kms:Decrypt']],
  ['LOG_DELIVERIES', TrustedService.LOG_DELIVERIES, 'log-deliveries', undefined, USE],
  ['NETWORK_FIREWALL_LOGS', TrustedService.NETWORK_FIREWALL_LOGS, 'network-firewall-logs', undefined, USE],
  ['RDS_EVENTS', TrustedService.RDS_EVENTS, 'rds-events', 'AWS::SNS::Topic', READ_AND_WRITE_ANY],
  ['REDSHIFT_EVENTS', TrustedService.REDSHIFT_EVENTS, 'redshift-events', 'AWS::SNS::Topic', READ_AND_WRITE_ANY],
  ['RESOLVER_QUERY_LOGS', TrustedService.RESOLVER_QUERY_LOGS, 'resolver-query-logs', undefined, USE],
  ['S3_ANALYTICS', TrustedService.S3_ANALYTICS, 's3-analytics', undefined, ['kms:GenerateDataKey']],
  ['S3_INVENTORY', TrustedService.S3_INVENTORY, 's3-inventory', undefined, ['kms:GenerateDataKey']],
  ['S3_NOTIFICATIONS_TO_QUEUES', TrustedService.S3_NOTIFICATIONS_TO_QUEUES, 's3-notifications', 'AWS::SQS::Queue', READ_AND_WRITE],
  ['S3_NOTIFICATIONS_TO_TOPICS', TrustedService.S3_NOTIFICATIONS_TO_TOPICS, 's3-notifications', 'AWS::SNS::Topic', READ_AND_WRITE_ANY],
  ['S3_STORAGE_LENS', TrustedService.S3_STORAGE_LENS, 's3-storage-lens', undefined, ['kms:GenerateDataKey']],
  ['S3_TABLES', TrustedService.S3_TABLES, 's3-tables', undefined, READ_AND_WRITE],
  ['SES_EVENTS', TrustedService.SES_EVENTS, 'ses-events', 'AWS::SNS::Topic', READ_AND_WRITE_ANY],
  ['SES_RECEIPTS', TrustedService.SES_RECEIPTS, 'ses-key', undefined, DATA_KEYS],
  ['SES_RECEIPTS_TO_BUCKETS', TrustedService.SES_RECEIPTS_TO_BUCKETS, 'ses-to-bucket', 'AWS::S3::Bucket', READ_AND_WRITE_ANY],
  ['SES_RECEIPTS_TO_TOPICS', TrustedService.SES_RECEIPTS_TO_TOPICS, 'ses-receipts-to-topic', 'AWS::SNS::Topic', READ_AND_WRITE],
  ['SNS_DEAD_LETTER_QUEUES', TrustedService.SNS_DEAD_LETTER_QUEUES, 'sns-to-dead-letter-queue', 'AWS::SQS::Queue', READ_AND_WRITE],
  ['SNS_TO_QUEUES', TrustedService.SNS_TO_QUEUES, 'sns-to-queue', 'AWS::SQS::Queue', READ_AND_WRITE],
  ['STATE_MACHINE_LOGS', TrustedService.STATE_MACHINE_LOGS, 'state-machine-logs', undefined, ['kms:Decrypt']],
  ['WAF_LOGS', TrustedService.WAF_LOGS, 'waf-logs', undefined, USE],
];

test.each(STATICS)('%s is the row for what it says, and for its target', (_, service, id, targetType) => {
  expect(service.id).toBe(id);
  expect(service._row.id).toBe(id);
  expect(service._targetType).toBe(targetType);
});

test.each(STATICS)('%s does what AWS documents for it', (_, { _row, _targetType }, __, ___, actions) => {
  const needs = _row.actions ?? encryptedResource(_targetType!)?.[_row.purpose!];

  expect(needs).toEqual(actions);
});

test('no static is missing from this test', () => {
  const names = Object.entries(TrustedService).filter(([, value]) => value instanceof TrustedService).map(([name]) => name);

  expect(names).toEqual(STATICS.map(([name]) => name));
});

test('every wiring of a service can be trusted by hand', () => {
  const ids = SERVICE_CALLERS.filter(({ principal }) => principal).map(({ id }) => id);

  expect([...new Set(ids)].sort()).toEqual([...new Set(STATICS.map(([, , id]) => id))].sort());
});

test('a wiring that acts on several types has a static for each', () => {
  const targets = STATICS.filter(([, , id]) => id === 's3-notifications').map(([, , , targetType]) => targetType);

  expect(targets).toEqual(['AWS::SQS::Queue', 'AWS::SNS::Topic']);
});

test('a target is one that its row acts on', () => {
  const strangers = STATICS.filter(([, { _row: { targetTypes = [] } }, , targetType]) =>
    targetType && targetTypes.length > 0 && !targetTypes.includes(targetType));

  expect(strangers).toEqual([]);
});
