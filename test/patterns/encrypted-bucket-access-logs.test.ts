import { Match, Template } from 'aws-cdk-lib/assertions';
import { Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Stack, type CfnElement } from 'aws-cdk-lib/core';
import { KeyRetention } from '../../src/keys/key-retention';
import { EncryptedBucket } from '../../src/patterns/encrypted-bucket';
import { testStack, testStacks } from '../support/apps';
import { FLAGS } from '../support/feature-flags';
import { withIntrinsicsAsText } from '../support/granted-permissions';

/** What the policy of a bucket allows. */
function allowedBy(bucket: Bucket): any[] {
  const stack = Stack.of(bucket);
  const id = stack.getLogicalId(bucket.node.defaultChild as CfnElement);
  const policies = Object.values(Template.fromStack(stack).findResources('AWS::S3::BucketPolicy'));
  const [policy] = policies.filter(({ Properties }) => Properties.Bucket.Ref === id);
  return withIntrinsicsAsText(policy.Properties.PolicyDocument.Statement).filter((statement: any) => statement.Effect === 'Allow');
}

describe.each(Object.entries(FLAGS))('with %s', (_, context) => {
  test('a bucket for the logs is made, encrypted with SSE-S3, private and versioned', () => {
    const stack = testStack({}, { context });

    new EncryptedBucket(stack, 'Documents', { serverAccessLogs: true });

    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::S3::Bucket', {
      BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      VersioningConfiguration: { Status: 'Enabled' },
      AccessControl: Match.absent(),
    });
    template.hasResourceProperties('AWS::S3::Bucket', {
      LoggingConfiguration: { DestinationBucketName: { Ref: 'DocumentsServerAccessLogs8AF2ADA6' }, LogFilePrefix: Match.absent() },
    });
  });

  test('Amazon S3 may deliver logs of this bucket of this account, and nothing else is allowed', () => {
    const stack = testStack({}, { context });

    const { serverAccessLogsBucket } = new EncryptedBucket(stack, 'Documents', { serverAccessLogs: true });

    expect(allowedBy(serverAccessLogsBucket as Bucket)).toEqual([
      {
        Effect: 'Allow',
        Principal: { Service: 'logging.s3.amazonaws.com' },
        Action: 's3:PutObject',
        Resource: '<DocumentsServerAccessLogs8AF2ADA6.Arn>/*',
        Condition: {
          ArnLike: { 'aws:SourceArn': '<DocumentsDCDDF95A.Arn>' },
          StringEquals: { 'aws:SourceAccount': '111111111111' },
        },
      },
    ]);
  });

  test('a bucket that is given takes the logs under their prefix', () => {
    const stack = testStack({}, { context });
    const logs = new Bucket(stack, 'Logs', { encryption: BucketEncryption.S3_MANAGED });

    new EncryptedBucket(stack, 'Documents', { serverAccessLogsBucket: logs, serverAccessLogsPrefix: 'documents/' });

    Template.fromStack(stack).hasResourceProperties('AWS::S3::Bucket', {
      LoggingConfiguration: { DestinationBucketName: { Ref: 'Logs6819BB44' }, LogFilePrefix: 'documents/' },
    });
    expect(allowedBy(logs).map(({ Resource }) => Resource)).toEqual(['<Logs6819BB44.Arn>/documents/*']);
  });
});

test('the bucket for the logs takes a prefix too', () => {
  const stack = testStack();

  const { serverAccessLogsBucket } = new EncryptedBucket(stack, 'Documents', { serverAccessLogs: true, serverAccessLogsPrefix: 'documents/' });

  expect(allowedBy(serverAccessLogsBucket as Bucket).map(({ Resource }) => Resource)).toEqual([
    '<DocumentsServerAccessLogs8AF2ADA6.Arn>/documents/*',
  ]);
});

test('the bucket for the logs shares the fate of the bucket', () => {
  const stack = testStack();

  new EncryptedBucket(stack, 'Documents', { serverAccessLogs: true, retention: KeyRetention.production() });

  const fates = Object.values(Template.fromStack(stack).findResources('AWS::S3::Bucket')).map((bucket) => bucket.DeletionPolicy);
  expect(fates).toEqual(['Retain', 'Retain']);
});

test('an imported bucket takes the logs, and its policy is its owner\'s', () => {
  const stack = testStack();

  new EncryptedBucket(stack, 'Documents', { serverAccessLogsBucket: Bucket.fromBucketName(stack, 'Logs', 'logs-of-acme') });

  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::S3::Bucket', { LoggingConfiguration: { DestinationBucketName: 'logs-of-acme' } });
  template.resourceCountIs('AWS::S3::BucketPolicy', 1);
});

test('a logs bucket of another stack binds Amazon S3 by account, since a reference back would be a cycle', () => {
  const { keys: shared, app } = testStacks();
  const logs = new Bucket(shared, 'Logs', { encryption: BucketEncryption.S3_MANAGED });

  new EncryptedBucket(app, 'Documents', { serverAccessLogsBucket: logs });

  Template.fromStack(app).hasResourceProperties('AWS::S3::Bucket', {
    LoggingConfiguration: { DestinationBucketName: { 'Fn::ImportValue': 'Keys:ExportsOutputRefLogs6819BB446A932AEA' } },
  });
  expect(allowedBy(logs)).toEqual([
    {
      Effect: 'Allow',
      Principal: { Service: 'logging.s3.amazonaws.com' },
      Action: 's3:PutObject',
      Resource: '<Logs6819BB44.Arn>/*',
      Condition: { StringEquals: { 'aws:SourceAccount': '111111111111' } },
    },
  ]);
});
