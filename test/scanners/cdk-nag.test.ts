import { Stream, StreamEncryption } from 'aws-cdk-lib/aws-kinesis';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { App } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks, HIPAASecurityChecks, NIST80053R5Checks, PCIDSS321Checks, ServerlessChecks, type NagPack } from 'cdk-nag';
import { testStack } from '../support/apps';
import { patternApp } from '../support/pattern-app';

// Why each finding that remains is not ours to fix by default.
const LOGS_ARE_OPTIONAL = "server access logs cost money and are read by few: 'serverAccessLogs' turns them on";
const LOGS_TAKE_NO_KMS_KEY = 'Amazon S3 delivers server access logs to no bucket that is encrypted with a KMS key by default';
const REPLICATION_NEEDS_A_REGION = 'replication needs a second bucket, a key of its Region and a role: the user decides where';
const DEAD_LETTERS_END_THERE = 'the rule asks a dead-letter queue for a dead-letter queue';
const OBJECTS_HAVE_NO_OTHER_NAME = 'access to all objects of a bucket is written with a wildcard; a pattern of objects narrows the grant';
const GRANTS_ARE_INLINE = 'grants of the CDK are inline policies of the role, so that they come and go with it';
const ROTATION_NEEDS_A_FUNCTION = 'rotation needs a function that knows what the secret opens: addRotationSchedule()';
const CUSTOMER_MANAGED_ON_PURPOSE = 'the rule asks for the AWS managed key, which is cheaper and whose policy nobody can write';
const HANDLER_OF_THE_CDK = 'the CDK makes the function that writes bucket notifications, and its role, one for all buckets of the stack';

type Findings = Record<string, string>;

/** The same for the packs for NIST, HIPAA and PCI, whose rules for Amazon S3 and IAM are the same. */
function complianceFindings(pack: string): Findings {
  const withLogs = ['BucketWithLogs/Documents', 'Grants/Documents', 'Notifications/Documents', 'Replication/Replicas', 'Trail/Audit/Bucket'];
  const logsBuckets = [...withLogs, 'Replication/Documents'].map((bucket) => `${bucket}/ServerAccessLogs/Resource`);
  const buckets = [...withLogs, 'Bucket/Documents'].map((bucket) => `${bucket}/Resource/Resource`);
  return {
    [`${pack}-IAMNoInlinePolicy: Grants/Role/DefaultPolicy/Resource`]: GRANTS_ARE_INLINE,
    [`${pack}-IAMNoInlinePolicy: Replication/Documents/ReplicationRole/DefaultPolicy/Resource`]: GRANTS_ARE_INLINE,
    [`${pack}-IAMNoInlinePolicy: Trail/Audit/Resource/LogsRole/DefaultPolicy/Resource`]: GRANTS_ARE_INLINE,
    [`${pack}-IAMNoInlinePolicy: Notifications/Documents/Resource/Notifications/HandlerPolicy/Resource`]: HANDLER_OF_THE_CDK,
    [`${pack}-S3BucketLoggingEnabled: Bucket/Documents/Resource/Resource`]: LOGS_ARE_OPTIONAL,
    ...Object.fromEntries([...buckets, ...logsBuckets].map((path) => [`${pack}-S3BucketReplicationEnabled: ${path}`, REPLICATION_NEEDS_A_REGION])),
    ...Object.fromEntries(logsBuckets.map((path) => [`${pack}-S3DefaultEncryptionKMS: ${path}`, LOGS_TAKE_NO_KMS_KEY])),
  };
}

const PACKS: ReadonlyArray<[name: string, pack: NagPack, expected: Findings]> = [
  ['AwsSolutions', new AwsSolutionsChecks(), {
    'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]: Notifications/BucketNotificationsHandler050a0587b7544547bf325f094a3db834/Role/Resource': HANDLER_OF_THE_CDK,
    'AwsSolutions-IAM5[Resource::<DocumentsDCDDF95A.Arn>/*]: Grants/Role/DefaultPolicy/Resource': OBJECTS_HAVE_NO_OTHER_NAME,
    'AwsSolutions-IAM5[Resource::<DocumentsDCDDF95A.Arn>/*]: Replication/Documents/ReplicationRole/DefaultPolicy/Resource': OBJECTS_HAVE_NO_OTHER_NAME,
    'AwsSolutions-IAM5[Resource::<Replicas24371606.Arn>/*]: Replication/Documents/ReplicationRole/DefaultPolicy/Resource': OBJECTS_HAVE_NO_OTHER_NAME,
    'AwsSolutions-KDS3: Stream/Clicks/Resource/Resource': CUSTOMER_MANAGED_ON_PURPOSE,
    'AwsSolutions-S1: Bucket/Documents/Resource/Resource': LOGS_ARE_OPTIONAL,
    'AwsSolutions-SQS3: EventBus/Events/DeadLetterQueue/Resource': DEAD_LETTERS_END_THERE,
    'AwsSolutions-SMG4: Secret/Token/Resource/Resource': ROTATION_NEEDS_A_FUNCTION,
  }],
  ['NIST 800-53 R5', new NIST80053R5Checks(), {
    ...complianceFindings('NIST.800.53.R5'),
    'NIST.800.53.R5-SecretsManagerRotationEnabled: Secret/Token/Resource/Resource': ROTATION_NEEDS_A_FUNCTION,
  }],
  ['HIPAA Security', new HIPAASecurityChecks(), {
    ...complianceFindings('HIPAA.Security'),
    'HIPAA.Security-SecretsManagerRotationEnabled: Secret/Token/Resource/Resource': ROTATION_NEEDS_A_FUNCTION,
  }],
  ['PCI DSS 3.2.1', new PCIDSS321Checks(), complianceFindings('PCI.DSS.321')],
  ['Serverless', new ServerlessChecks(), {
    'Serverless-SQSRedrivePolicy: EventBus/Events/DeadLetterQueue/Resource': DEAD_LETTERS_END_THERE,
    'Serverless-SQSRedrivePolicy: Grants/Jobs/DeadLetterQueue/Resource': DEAD_LETTERS_END_THERE,
    'Serverless-SQSRedrivePolicy: Notifications/Jobs/DeadLetterQueue/Resource': DEAD_LETTERS_END_THERE,
    'Serverless-SQSRedrivePolicy: Queue/Jobs/DeadLetterQueue/Resource': DEAD_LETTERS_END_THERE,
  }],
];

/** What a pack finds, as `rule: path of the resource`; asked directly, since a registered pack fails the synthesis. */
function findings(pack: NagPack, app: App): string[] {
  return pack
    .validateScope(app)
    .violations.flatMap(({ ruleName, violatingResources }) => violatingResources.map(({ constructPath }) => `${ruleName}: ${constructPath}`))
    .sort();
}

const app = patternApp();
app.synth();

test.each(PACKS)('%s finds nothing but what is not ours to fix', (_, pack, expected) => {
  expect(findings(pack, app)).toEqual(Object.keys(expected).sort());
});

test('AwsSolutions does find what is wrong with a plain key, bucket, queue, topic and stream', () => {
  const stack = testStack();
  new Key(stack, 'Key');
  new Bucket(stack, 'Bucket');
  new Queue(stack, 'Queue');
  new Topic(stack, 'Topic');
  new Stream(stack, 'Stream', { encryption: StreamEncryption.UNENCRYPTED });

  const found = findings(new AwsSolutionsChecks(), stack.node.root as App);

  expect(found).toEqual([
    'AwsSolutions-KDS1: Stack/Stream/Resource',
    'AwsSolutions-KMS5: Stack/Key/Resource',
    'AwsSolutions-S10: Stack/Bucket/Resource',
    'AwsSolutions-S1: Stack/Bucket/Resource',
    'AwsSolutions-SNS3: Stack/Topic/Resource',
    'AwsSolutions-SQS3: Stack/Queue/Resource',
    'AwsSolutions-SQS4: Stack/Queue/Resource',
  ]);
});
