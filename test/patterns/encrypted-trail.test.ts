import { Template } from 'aws-cdk-lib/assertions';
import { ReadWriteType } from 'aws-cdk-lib/aws-cloudtrail';
import { Key } from 'aws-cdk-lib/aws-kms';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Lazy, type Stack } from 'aws-cdk-lib/core';
import { CustomerManagedKey } from '../../src/keys/customer-managed-key';
import { KeyRetention } from '../../src/keys/key-retention';
import { EncryptedBucket } from '../../src/patterns/encrypted-bucket';
import { EncryptedTrail, type EncryptedTrailProps } from '../../src/patterns/encrypted-trail';
import { testStack, testStacks } from '../support/apps';
import { withIntrinsicsAsText } from '../support/granted-permissions';
import { messagesOf, serviceAccess } from '../support/key-policies';
import { cyclesOf, templateCycles } from '../support/template-cycles';

/** The resources of a type, with intrinsics as text. */
function resourcesOf(stack: Stack, type: string): Record<string, any> {
  return withIntrinsicsAsText(Template.fromStack(stack).findResources(type));
}

/** What the policies of a stack's buckets allow AWS CloudTrail. */
function allowedByBucket(stack: Stack): any[] {
  return Object.values(resourcesOf(stack, 'AWS::S3::BucketPolicy'))
    .flatMap(({ Properties: policy }) => policy.PolicyDocument.Statement)
    .filter(({ Effect, Principal }: any) => Effect === 'Allow' && Principal.Service === 'cloudtrail.amazonaws.com');
}

const TRAIL = 'arn:<AWS::Partition>:cloudtrail:eu-west-1:111111111111:trail';

describe('defaults', () => {
  test('the trail, in full', () => {
    const stack = testStack();

    new EncryptedTrail(stack, 'Trail');

    expect(resourcesOf(stack, 'AWS::CloudTrail::Trail')).toEqual({
      TrailA0C862CD: {
        Type: 'AWS::CloudTrail::Trail',
        Properties: {
          CloudWatchLogsLogGroupArn: '<TrailLogGroup4CBE3AF5.Arn>',
          CloudWatchLogsRoleArn: '<TrailLogsRole9D6C4519.Arn>',
          EnableLogFileValidation: true,
          EventSelectors: [{ IncludeManagementEvents: true, ReadWriteType: 'All' }],
          IncludeGlobalServiceEvents: true,
          IsLogging: true,
          IsMultiRegionTrail: true,
          KMSKeyId: '<TrailKey31F874A3.Arn>',
          S3BucketName: '<TrailBucket7F7024F7>',
          TrailName: 'Stack-Trail-FE9DBB82',
        },
        // The policy of the bucket is looked at when the trail is made.
        DependsOn: ['TrailBucketPolicyA9210232', 'TrailLogsRoleDefaultPolicy2C9B5159', 'TrailLogsRole9D6C4519'],
      },
    });
  });

  test('the log group is kept for a year, with the key of the trail, and as long as the key', () => {
    const stack = testStack();

    new EncryptedTrail(stack, 'Trail');

    expect(resourcesOf(stack, 'AWS::Logs::LogGroup')).toEqual({
      TrailLogGroup4CBE3AF5: {
        Type: 'AWS::Logs::LogGroup',
        Properties: { KmsKeyId: '<TrailKey31F874A3.Arn>', RetentionInDays: 365 },
        DeletionPolicy: 'RetainExceptOnCreate',
        UpdateReplacePolicy: 'Retain',
      },
    });
  });

  test('the role of the log group may write there, and nothing else', () => {
    const stack = testStack();

    new EncryptedTrail(stack, 'Trail');

    const policies = Object.values(resourcesOf(stack, 'AWS::IAM::Policy')).map(({ Properties }) => Properties.PolicyDocument.Statement);
    expect(policies).toEqual([
      [{ Effect: 'Allow', Action: ['logs:PutLogEvents', 'logs:CreateLogStream'], Resource: '<TrailLogGroup4CBE3AF5.Arn>' }],
    ]);
  });

  test('the bucket takes files from this trail only, and logs who reads them', () => {
    const stack = testStack();

    new EncryptedTrail(stack, 'Trail');

    const cloudtrail = { Effect: 'Allow', Principal: { Service: 'cloudtrail.amazonaws.com' } };
    const source = { 'aws:SourceArn': `${TRAIL}/Stack-Trail-FE9DBB82` };
    expect(allowedByBucket(stack)).toEqual([
      { ...cloudtrail, Action: 's3:GetBucketAcl', Resource: '<TrailBucket7F7024F7.Arn>', Condition: { StringEquals: source } },
      {
        ...cloudtrail,
        Action: 's3:PutObject',
        Resource: '<TrailBucket7F7024F7.Arn>/AWSLogs/111111111111/*',
        Condition: { StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control', ...source } },
      },
    ]);
    expect(resourcesOf(stack, 'AWS::S3::Bucket').TrailBucket7F7024F7.Properties.LoggingConfiguration).toEqual({
      DestinationBucketName: '<TrailBucketServerAccessLogs71E6234A>',
    });
  });

  test('the key lets AWS CloudTrail and Amazon CloudWatch Logs in, bound', () => {
    const stack = testStack();

    new EncryptedTrail(stack, 'Trail');

    const trails = 'arn:<AWS::Partition>:cloudtrail:*:111111111111:trail/*';
    expect(serviceAccess(stack)).toEqual([
      {
        service: 'logs.eu-west-1.amazonaws.com',
        actions: [
          'kms:Decrypt',
          'kms:Encrypt',
          'kms:GenerateDataKey',
          'kms:GenerateDataKeyPair',
          'kms:GenerateDataKeyPairWithoutPlaintext',
          'kms:GenerateDataKeyWithoutPlaintext',
          'kms:ReEncryptFrom',
          'kms:ReEncryptTo',
        ],
        condition: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': 'arn:<AWS::Partition>:logs:eu-west-1:111111111111:*' } },
      },
      {
        service: 'cloudtrail.amazonaws.com',
        actions: ['kms:GenerateDataKey', 'kms:GenerateDataKeyPair', 'kms:GenerateDataKeyPairWithoutPlaintext', 'kms:GenerateDataKeyWithoutPlaintext'],
        condition: { ArnLike: { 'aws:SourceArn': trails, 'kms:EncryptionContext:aws:cloudtrail:arn': trails } },
      },
      { service: 'cloudtrail.amazonaws.com', actions: ['kms:Decrypt', 'kms:DescribeKey'], condition: { ArnLike: { 'aws:SourceArn': trails } } },
    ]);
  });

  test('nothing needs itself first, and nothing is left to say', () => {
    const stack = testStack();

    new EncryptedTrail(stack, 'Trail');

    expect(templateCycles(Template.fromStack(stack).toJSON())).toEqual([]);
    expect([...messagesOf(stack, 'info'), ...messagesOf(stack, 'warning')]).toEqual([]);
  });

  test('the parts are exposed', () => {
    const { trail, bucket, logGroup, encryptionKey } = new EncryptedTrail(testStack(), 'Trail');

    expect([trail, bucket, logGroup, encryptionKey].map(({ node }) => node.path)).toEqual([
      'Stack/Trail/Resource',
      'Stack/Trail/Bucket',
      'Stack/Trail/LogGroup',
      'Stack/Trail/Key',
    ]);
    expect(bucket.encryptionKey).toBe(encryptionKey);
  });
});

describe('props', () => {
  test.each<[string, EncryptedTrailProps, object]>([
    ['trailName', { trailName: 'audit' }, { TrailName: 'audit' }],
    ['trailName that is known later', { trailName: Lazy.string({ produce: () => 'audit' }) }, { TrailName: 'audit' }],
    ['s3KeyPrefix', { s3KeyPrefix: 'prod' }, { S3KeyPrefix: 'prod' }],
    ['isMultiRegionTrail', { isMultiRegionTrail: false }, { IsMultiRegionTrail: false }],
    ['isOrganizationTrail', { isOrganizationTrail: true, orgId: 'o-a1b2c3d4e5' }, { IsOrganizationTrail: true }],
    ['managementEvents', { managementEvents: ReadWriteType.WRITE_ONLY }, {
      EventSelectors: [{ IncludeManagementEvents: true, ReadWriteType: 'WriteOnly' }],
    }],
  ])("'%s' is the trail's", (_, props, properties) => {
    const stack = testStack();

    new EncryptedTrail(stack, 'Trail', props);

    expect(resourcesOf(stack, 'AWS::CloudTrail::Trail').TrailA0C862CD.Properties).toEqual(expect.objectContaining(properties));
  });

  test.each<[string, EncryptedTrailProps, string, string | string[]]>([
    ['a name', { trailName: 'audit' }, 'audit', 'AWSLogs/111111111111/*'],
    ['a prefix', { trailName: 'audit', s3KeyPrefix: 'prod' }, 'audit', 'prod/AWSLogs/111111111111/*'],
    ['an organization', { isOrganizationTrail: true, orgId: 'o-a1b2c3d4e5', s3KeyPrefix: 'prod' }, 'Stack-Trail-FE9DBB82', [
      'prod/AWSLogs/111111111111/*',
      'prod/AWSLogs/o-a1b2c3d4e5/*',
    ]],
  ])('the bucket takes the files of a trail with %s, and no others', (_, props, name, files) => {
    const stack = testStack();

    new EncryptedTrail(stack, 'Trail', props);

    const [acl, put] = allowedByBucket(stack);
    expect([acl, put].map(({ Condition }) => Condition.StringEquals['aws:SourceArn'])).toEqual([`${TRAIL}/${name}`, `${TRAIL}/${name}`]);
    expect([put.Resource].flat()).toEqual([files].flat().map((file) => `<TrailBucket7F7024F7.Arn>/${file}`));
  });

  test("'logRetention' is the log group's", () => {
    const stack = testStack();

    new EncryptedTrail(stack, 'Trail', { logRetention: RetentionDays.TEN_YEARS });

    expect(resourcesOf(stack, 'AWS::Logs::LogGroup').TrailLogGroup4CBE3AF5.Properties.RetentionInDays).toBe(3653);
  });

  test("'retention' is that of bucket, policies, log group and key", () => {
    const stack = testStack();

    new EncryptedTrail(stack, 'Trail', { retention: KeyRetention.ephemeral() });

    const resources = Object.values<any>(Template.fromStack(stack).toJSON().Resources);
    const holding = resources.filter(({ Type }) => /KMS|S3|LogGroup/.test(Type));
    expect(holding.map(({ DeletionPolicy = 'Delete' }) => DeletionPolicy)).toEqual(holding.map(() => 'Delete'));
    expect(holding).toHaveLength(6);
  });

  test("'encryptionKey' encrypts the files, the log group and the bucket", () => {
    const stack = testStack();

    new EncryptedTrail(stack, 'Trail', { encryptionKey: new CustomerManagedKey(stack, 'Key') });

    expect(resourcesOf(stack, 'AWS::CloudTrail::Trail').TrailA0C862CD.Properties.KMSKeyId).toBe('<Key961B73FD.Arn>');
    expect(resourcesOf(stack, 'AWS::Logs::LogGroup').TrailLogGroup4CBE3AF5.Properties.KmsKeyId).toBe('<Key961B73FD.Arn>');
    expect(JSON.stringify(resourcesOf(stack, 'AWS::S3::Bucket').TrailBucket7F7024F7)).toContain('"KMSMasterKeyID":"<Key961B73FD.Arn>"');
  });
});

describe('a bucket of one’s own', () => {
  test('of another stack takes the files of several trails, with its key and without a circular dependency', () => {
    const { keys, app } = testStacks();
    const bucket = new EncryptedBucket(keys, 'Trails');

    new EncryptedTrail(app, 'Audit', { bucket });
    new EncryptedTrail(app, 'Data', { bucket });

    expect(allowedByBucket(keys).map(({ Action, Condition }) => [Action, Condition.StringEquals['aws:SourceArn']])).toEqual([
      ['s3:GetBucketAcl', `${TRAIL}/App-Audit-A25EDC89`],
      ['s3:PutObject', `${TRAIL}/App-Audit-A25EDC89`],
      ['s3:GetBucketAcl', `${TRAIL}/App-Data-4482CCC6`],
      ['s3:PutObject', `${TRAIL}/App-Data-4482CCC6`],
    ]);
    expect(cyclesOf((app.node.root as any).synth())).toEqual([]);
    Template.fromStack(app).resourceCountIs('AWS::KMS::Key', 0);
  });

  test('keeps its own fate', () => {
    const stack = testStack();
    const bucket = new EncryptedBucket(stack, 'Trails');

    new EncryptedTrail(stack, 'Trail', { bucket, retention: KeyRetention.ephemeral() });

    expect(Object.values(resourcesOf(stack, 'AWS::S3::Bucket')).map(({ DeletionPolicy }) => DeletionPolicy)).toEqual(['RetainExceptOnCreate']);
    expect(Object.values(resourcesOf(stack, 'AWS::Logs::LogGroup')).map(({ DeletionPolicy }) => DeletionPolicy)).toEqual(['Delete']);
  });
});

describe('wrong props', () => {
  const name = (got: string) =>
    `'trailName' must have 3 to 128 letters, digits, '.', '_' and '-', the signs neither next to each other nor at an end, got '${got}'`;
  const incomplete = "'isOrganizationTrail' and 'orgId' go together, since the files of the accounts are named by the organization, got";
  const keyElsewhere = Key.fromKeyArn(testStack(), 'Given', 'arn:aws:kms:us-east-1:111111111111:key/1234abcd');

  test.each<[string, string, EncryptedTrailProps, string]>([
    ['TrailNameInvalid', 'two characters', { trailName: 'ab' }, name('ab')],
    ['TrailNameInvalid', '129 characters', { trailName: 'a'.repeat(129) }, name('a'.repeat(129))],
    ['TrailNameInvalid', 'a sign at the end', { trailName: 'audit-' }, name('audit-')],
    ['TrailNameInvalid', 'two signs in a row', { trailName: 'audit..all' }, name('audit..all')],
    ['TrailNameInvalid', 'a wildcard', { trailName: 'audit*' }, name('audit*')],
    ['TrailOrganizationIncomplete', 'an organization trail without its organization', { isOrganizationTrail: true }, `${incomplete} true and 'undefined'`],
    ['TrailOrganizationIncomplete', 'an organization without its trail', { orgId: 'o-a1b2c3d4e5' }, `${incomplete} false and 'o-a1b2c3d4e5'`],
    ['OrganizationInvalid', 'a wildcard for the organization', { isOrganizationTrail: true, orgId: 'o-*' },
      "'orgId' must hold organization ids such as 'o-a1b2c3d4e5', without wildcards, got 'o-*'"],
    ['KeyInOtherRegion', 'a key of another Region', { encryptionKey: keyElsewhere },
      "'encryptionKey' must be in the Region of the resource, eu-west-1, got a key of us-east-1; use a replica key there"],
  ])('fails with %s for %s, before anything is added to the tree', (code, _, props, message) => {
    const stack = testStack();

    expect(() => new EncryptedTrail(stack, 'Trail', props)).toThrow(new Error(`[cdk-kms-constructs:${code}] Stack/Trail: ${message}`));
    expect(stack.node.children).toEqual([]);
  });

  test('fails for another key than that of the bucket, which would refuse every file', () => {
    const stack = testStack();
    const bucket = new EncryptedBucket(stack, 'Trails');
    const encryptionKey = new CustomerManagedKey(stack, 'Key');

    expect(() => new EncryptedTrail(stack, 'Trail', { bucket, encryptionKey })).toThrow(
      "[cdk-kms-constructs:TrailKeyNotOfBucket] Stack/Trail: 'encryptionKey' must be the key of 'bucket', which refuses files that are encrypted with another, got Stack/Key and Stack/Trails/Key; leave 'encryptionKey' out",
    );
  });

  test.each(['abc', 'a'.repeat(128), 'Audit.all_regions-2'])('the name %s is kept', (trailName) => {
    const stack = testStack();

    new EncryptedTrail(stack, 'Trail', { trailName });

    expect(resourcesOf(stack, 'AWS::CloudTrail::Trail').TrailA0C862CD.Properties.TrailName).toBe(trailName);
  });
});
