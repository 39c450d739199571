import { CfnGuardValidator } from '@cdklabs/cdk-validator-cfnguard';
import { Stream, StreamEncryption } from 'aws-cdk-lib/aws-kinesis';
import { Key } from 'aws-cdk-lib/aws-kms';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { App } from 'aws-cdk-lib/core';
import { testStack } from '../support/apps';
import { patternApp, type ScannedStack } from '../support/pattern-app';

// Why each finding that remains is not ours to fix by default.
const ASKED_FOR = 'GrantCreation.principals() says in its documentation that the key does not meet this rule, and takes a reason';
const LOGS_ARE_OPTIONAL = "server access logs cost money and are read by few: 'serverAccessLogs' turns them on";
const LOGS_OF_LOGS = 'a bucket for access logs that logs its own accesses never ends';
const LOGS_TAKE_NO_KMS_KEY = 'Amazon S3 delivers server access logs to no bucket that is encrypted with a KMS key by default';
const NOTIFICATIONS_NEED_A_READER = 'event notifications need somebody who reads them: addEventNotification(); the CDK writes them past the template';
const LOCKED_OBJECTS_CANNOT_GO = 'Object Lock is for records that the law keeps: objects could not be deleted';
const DEAD_LETTERS_END_THERE = 'the rule asks a dead-letter queue that no queue moves messages to for a dead-letter queue';
const HANDLER_OF_THE_CDK = 'the CDK makes the function that writes bucket notifications; a VPC is the choice of the app';

type Findings = Record<string, string>;

function bucketFindings(bucket: string): Findings {
  return { [`CT.S3.PR.4: ${bucket}`]: NOTIFICATIONS_NEED_A_READER, [`CT.S3.PR.9: ${bucket}`]: LOCKED_OBJECTS_CANNOT_GO };
}

function bucketWithLogsFindings(bucket: string, logs: string): Findings {
  return {
    ...bucketFindings(bucket),
    ...bucketFindings(logs),
    [`CT.S3.PR.10: ${logs}`]: LOGS_TAKE_NO_KMS_KEY,
    [`CT.S3.PR.2: ${logs}`]: LOGS_OF_LOGS,
  };
}

const BUCKET = bucketFindings('DocumentsDCDDF95A');
const BUCKET_WITH_LOGS = bucketWithLogsFindings('DocumentsDCDDF95A', 'DocumentsServerAccessLogs8AF2ADA6');

const EXPECTED: Record<ScannedStack, Findings> = {
  Key: {},
  KeyOfPlatform: {},
  KeyOfCluster: { 'CT.KMS.PR.3: Key961B73FD': ASKED_FOR },
  Bucket: { ...BUCKET, 'CT.S3.PR.2: DocumentsDCDDF95A': LOGS_ARE_OPTIONAL },
  BucketWithLogs: BUCKET_WITH_LOGS,
  // Says nothing of the table: CT.DYNAMODB.PR.1 and PR.2 look at AWS::DynamoDB::Table, and ours is an AWS::DynamoDB::GlobalTable.
  Table: {},
  Queue: {},
  // The rules say nothing of topics and secrets.
  Topic: {},
  LogGroup: {},
  Secret: {},
  Stream: {},
  Trail: bucketWithLogsFindings('AuditBucketB2F364A6', 'AuditBucketServerAccessLogs5C85731F'),
  EventBus: { 'CT.SQS.PR.1: EventsDeadLetterQueueC3DB07E1': DEAD_LETTERS_END_THERE },
  Replication: { ...BUCKET_WITH_LOGS, ...bucketWithLogsFindings('Replicas24371606', 'ReplicasServerAccessLogs70824C06') },
  TableReplicas: {},
  Grants: BUCKET_WITH_LOGS,
  Notifications: { ...BUCKET_WITH_LOGS, 'CT.LAMBDA.PR.3: BucketNotificationsHandler050a0587b7544547bf325f094a3db8347ECC3691': HANDLER_OF_THE_CDK },
};

/** What the rules of AWS Control Tower find in each stack, as `rule: resource`. */
function findings(app: App): Record<string, string[]> {
  return Object.fromEntries(app.synth().stacks.map(({ stackName, templateFullPath }) => [stackName, findingsIn(app, templateFullPath)]));
}

function findingsIn(app: App, template: string): string[] {
  try {
    const { violations } = new CfnGuardValidator().validate({ templatePaths: [template], appConstruct: app });
    return violations
      .flatMap(({ description, violatingResources }) => {
        const [rule] = /CT\.\w+\.PR\.\d+/.exec(description) ?? [description];
        return violatingResources.map(({ resourceLogicalId }) => `${rule}: ${resourceLogicalId}`);
      })
      .sort();
  } catch (error) {
    throw new Error(
      `the rules were not checked: the program in @cdklabs/cdk-validator-cfnguard does not run on ${process.platform} ${process.arch}: ${error}`,
    );
  }
}

const found = findings(patternApp());

test('every stack was looked at', () => {
  expect(Object.keys(found).sort()).toEqual(Object.keys(EXPECTED).sort());
});

test.each(Object.entries(EXPECTED))('%s: nothing is found but what is not ours to fix', (stack, expected) => {
  expect(found[stack]).toEqual(Object.keys(expected).sort());
});

test('the rules do find what is wrong with a plain key, bucket, queue, log group and stream', () => {
  const stack = testStack();
  new Key(stack, 'Key');
  new Bucket(stack, 'Bucket');
  new Queue(stack, 'Queue');
  new LogGroup(stack, 'Logs', { retention: RetentionDays.ONE_WEEK });
  new Stream(stack, 'Stream', { encryption: StreamEncryption.UNENCRYPTED });

  expect(findings(stack.node.root as App)).toEqual({
    Stack: [
      'CT.CLOUDWATCH.PR.2: Logs6819BB44',
      'CT.CLOUDWATCH.PR.3: Logs6819BB44',
      'CT.KINESIS.PR.1: Stream790BDEE4',
      'CT.KMS.PR.1: Key961B73FD',
      'CT.KMS.PR.3: Key961B73FD',
      'CT.S3.PR.10: Bucket83908E77',
      'CT.S3.PR.11: Bucket83908E77',
      'CT.S3.PR.1: Bucket83908E77',
      'CT.S3.PR.2: Bucket83908E77',
      'CT.S3.PR.3: Bucket83908E77',
      'CT.S3.PR.4: Bucket83908E77',
      'CT.S3.PR.5: Bucket83908E77',
      'CT.S3.PR.6: Bucket83908E77',
      'CT.S3.PR.9: Bucket83908E77',
      'CT.SQS.PR.1: Queue4A7E3555',
      'CT.SQS.PR.2: Queue4A7E3555',
    ],
  });
});
