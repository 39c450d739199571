import { Match, Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket, BucketEncryption, StorageClass } from 'aws-cdk-lib/aws-s3';
import { Duration } from 'aws-cdk-lib/core';
import { CustomerManagedKey } from '../../src/keys/customer-managed-key';
import { KeyRetention } from '../../src/keys/key-retention';
import { EncryptedBucket, type EncryptedBucketProps } from '../../src/patterns/encrypted-bucket';
import { testStack } from '../support/apps';

describe('defaults', () => {
  test('the bucket is encrypted with a customer managed key of its own, versioned, private and cleaned of incomplete uploads', () => {
    const stack = testStack();

    new EncryptedBucket(stack, 'Documents');

    Template.fromStack(stack).hasResource('AWS::S3::Bucket', {
      Properties: {
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [
            {
              BucketKeyEnabled: true,
              ServerSideEncryptionByDefault: { KMSMasterKeyID: { 'Fn::GetAtt': ['DocumentsKeyFF02C3B3', 'Arn'] }, SSEAlgorithm: 'aws:kms' },
            },
          ],
        },
        LifecycleConfiguration: {
          Rules: [{ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 }, Id: 'IncompleteUploads', Status: 'Enabled' }],
        },
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        VersioningConfiguration: { Status: 'Enabled' },
        BucketName: Match.absent(),
        LoggingConfiguration: Match.absent(),
      },
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
    });
  });

  test('there is one bucket, one key, one bucket policy, and nothing else', () => {
    const stack = testStack();

    new EncryptedBucket(stack, 'Documents');

    const types = Object.values<any>(Template.fromStack(stack).toJSON().Resources).map(({ Type }) => Type);
    expect(types.sort()).toEqual(['AWS::KMS::Key', 'AWS::S3::Bucket', 'AWS::S3::BucketPolicy']);
  });

  test('the parts are exposed', () => {
    const stack = testStack();

    const { bucket, encryptionKey, serverAccessLogsBucket } = new EncryptedBucket(stack, 'Documents');

    expect(bucket.node.path).toBe('Stack/Documents/Resource');
    expect(encryptionKey).toBeInstanceOf(CustomerManagedKey);
    expect(encryptionKey.node.path).toBe('Stack/Documents/Key');
    expect(serverAccessLogsBucket).toBeUndefined();
  });
});

describe('props', () => {
  test('a name is kept', () => {
    const stack = testStack();

    new EncryptedBucket(stack, 'Documents', { bucketName: 'documents-of-acme' });

    Template.fromStack(stack).hasResourceProperties('AWS::S3::Bucket', { BucketName: 'documents-of-acme' });
  });

  test('lifecycle rules come after the clean-up of incomplete uploads', () => {
    const stack = testStack();
    const archive = { storageClass: StorageClass.GLACIER, transitionAfter: Duration.days(90) };

    new EncryptedBucket(stack, 'Documents', { lifecycleRules: [{ id: 'Archive', transitions: [archive] }] });

    Template.fromStack(stack).hasResourceProperties('AWS::S3::Bucket', {
      LifecycleConfiguration: {
        Rules: [
          { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 }, Id: 'IncompleteUploads', Status: 'Enabled' },
          { Id: 'Archive', Status: 'Enabled', Transitions: [{ StorageClass: 'GLACIER', TransitionInDays: 90 }] },
        ],
      },
    });
  });

  test('objects are deleted with the bucket when that is asked', () => {
    const stack = testStack();

    new EncryptedBucket(stack, 'Documents', { retention: KeyRetention.ephemeral(), autoDeleteObjects: true });

    Template.fromStack(stack).hasResourceProperties('Custom::S3AutoDeleteObjects', { BucketName: { Ref: 'DocumentsDCDDF95A' } });
  });

  test('objects of the bucket for access logs are deleted too, or deleting the stack would fail', () => {
    const stack = testStack();

    new EncryptedBucket(stack, 'Documents', { retention: KeyRetention.ephemeral(), autoDeleteObjects: true, serverAccessLogs: true });

    const emptied = Object.values(Template.fromStack(stack).findResources('Custom::S3AutoDeleteObjects'));
    expect(emptied.map(({ Properties }) => Properties.BucketName.Ref).sort()).toEqual(['DocumentsDCDDF95A', 'DocumentsServerAccessLogs8AF2ADA6']);
  });
});

describe('wrong props', () => {
  const cases: Record<string, { props: EncryptedBucketProps; message: string }> = {
    TwoAccessLogBuckets: {
      props: { serverAccessLogs: true, serverAccessLogsBucket: Bucket.fromBucketName(testStack(), 'Logs', 'logs') },
      message: "'serverAccessLogs' makes a bucket for the logs and 'serverAccessLogsBucket' gives one; choose one of them",
    },
    AccessLogsPrefixWithoutBucket: {
      props: { serverAccessLogsPrefix: 'documents/' },
      message: "'serverAccessLogsPrefix' is 'documents/', but no server access logs are written; set 'serverAccessLogs' or 'serverAccessLogsBucket'",
    },
    AccessLogsToKmsBucket: {
      props: { serverAccessLogsBucket: new Bucket(testStack(), 'Logs', { encryption: BucketEncryption.KMS }) },
      message:
        "'serverAccessLogsBucket' must be encrypted with SSE-S3, since Amazon S3 delivers no access logs to a bucket with a KMS key, got Stack/Logs",
    },
    AutoDeleteOfKeptObjects: {
      props: { autoDeleteObjects: true },
      message: "'autoDeleteObjects' empties the bucket, but 'retention' keeps it; use KeyRetention.ephemeral(), or leave 'autoDeleteObjects' out",
    },
    KeyInOtherRegion: {
      props: { encryptionKey: Key.fromKeyArn(testStack(), 'Given', 'arn:aws:kms:us-east-1:111111111111:key/1234abcd') },
      message: "'encryptionKey' must be in the Region of the resource, eu-west-1, got a key of us-east-1; use a replica key there",
    },
    DataOutlivesKey: {
      props: {
        encryptionKey: new CustomerManagedKey(testStack(), 'Key', { retention: KeyRetention.ephemeral() }),
        retention: KeyRetention.retain(),
      },
      message:
        "'retention' keeps the data, but its key Stack/Key is ephemeral, and data cannot be read without its key; give the key a retention that keeps it",
    },
  };

  test.each(Object.entries(cases))('fails with %s, before anything is added to the tree', (code, { props, message }) => {
    const stack = testStack();

    expect(() => new EncryptedBucket(stack, 'Documents', props)).toThrow(`[cdk-kms-constructs:${code}] Stack/Documents: ${message}`);
    expect(stack.node.children).toEqual([]);
  });

  test('fails for a logs bucket that is encrypted with the AWS managed key, to which Amazon S3 delivers no logs either', () => {
    const stack = testStack();
    const serverAccessLogsBucket = new Bucket(stack, 'Logs', { encryption: BucketEncryption.KMS_MANAGED });

    expect(() => new EncryptedBucket(stack, 'Documents', { serverAccessLogsBucket })).toThrow('[cdk-kms-constructs:AccessLogsToKmsBucket]');
  });

  test('fails with all problems at once', () => {
    const stack = testStack();

    const make = () => new EncryptedBucket(stack, 'Documents', { autoDeleteObjects: true, serverAccessLogsPrefix: 'documents/' });

    expect(make).toThrow(
      new Error(
        "[cdk-kms-constructs:AccessLogsPrefixWithoutBucket] Stack/Documents: 'serverAccessLogsPrefix' is 'documents/', but no server access logs are written; set 'serverAccessLogs' or 'serverAccessLogsBucket'\n" +
          "  also [AutoDeleteOfKeptObjects] 'autoDeleteObjects' empties the bucket, but 'retention' keeps it; use KeyRetention.ephemeral(), or leave 'autoDeleteObjects' out",
      ),
    );
  });

  test('a logs bucket with SSE-S3 is taken', () => {
    const stack = testStack();
    const serverAccessLogsBucket = new Bucket(stack, 'Logs', { encryption: BucketEncryption.S3_MANAGED });

    expect(new EncryptedBucket(stack, 'Documents', { serverAccessLogsBucket }).serverAccessLogsBucket).toBe(serverAccessLogsBucket);
  });
});
