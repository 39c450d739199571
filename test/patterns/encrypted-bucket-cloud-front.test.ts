import { Template } from 'aws-cdk-lib/assertions';
import { AccessLevel, Distribution } from 'aws-cdk-lib/aws-cloudfront';
import { Key } from 'aws-cdk-lib/aws-kms';
import { App, Stack } from 'aws-cdk-lib/core';
import type { CloudFrontOriginOptions } from '../../src/patterns/cloud-front-origin';
import { EncryptedBucket } from '../../src/patterns/encrypted-bucket';
import { ENV, testStack, testStacks } from '../support/apps';
import { withIntrinsicsAsText } from '../support/granted-permissions';
import { messagesOf, serviceAccess } from '../support/key-policies';
import { cyclesOf } from '../support/template-cycles';

const EVERY_LEVEL = [AccessLevel.READ, AccessLevel.READ_VERSIONED, AccessLevel.LIST, AccessLevel.WRITE, AccessLevel.DELETE];
const DISTRIBUTION = 'arn:<AWS::Partition>:cloudfront::111111111111:distribution';
const cloudfront = { Effect: 'Allow', Principal: { Service: 'cloudfront.amazonaws.com' } };

/** A distribution of one stack whose origin is a bucket of another, or of the same. */
function serve(bucketStack: Stack, distributionStack: Stack, options?: CloudFrontOriginOptions): Distribution {
  const origin = new EncryptedBucket(bucketStack, 'Documents').toCloudFrontOrigin(options);
  return new Distribution(distributionStack, 'Distribution', { defaultBehavior: { origin }, defaultRootObject: 'index.html' });
}

/** What the policy of the only bucket allows. */
function allowedByBucket(stack: Stack): any[] {
  const [{ Properties: policy }] = Object.values(Template.fromStack(stack).findResources('AWS::S3::BucketPolicy'));
  return withIntrinsicsAsText(policy.PolicyDocument.Statement.filter(({ Effect }: any) => Effect === 'Allow'));
}

/** What the only key lets Amazon CloudFront do, by the sources for which it may act. */
function allowedByKey(stack: Stack): Array<[actions: string[], sources: unknown]> {
  const access = serviceAccess(stack).filter(({ service }) => service === 'cloudfront.amazonaws.com');
  return access.map(({ actions, condition }: any) => {
    expect(Object.keys(condition)).toEqual(['ArnLike']);
    return [actions, condition.ArnLike['aws:SourceArn']];
  });
}

const ANY_DISTRIBUTION =
  'any distribution of the account may use the key, since its key policy cannot refer to the distribution, which needs the bucket, ' +
  "which needs the key; name 'distributionIds' once it is deployed [ack: cdk-kms-constructs:anyDistribution]";

describe('a distribution in the stack of the bucket', () => {
  test('reads the bucket, which names it', () => {
    const stack = testStack();

    serve(stack, stack);

    expect(allowedByBucket(stack)).toEqual([
      {
        ...cloudfront,
        Action: 's3:GetObject',
        Resource: '<DocumentsDCDDF95A.Arn>/*',
        Condition: { ArnLike: { 'aws:SourceArn': `${DISTRIBUTION}/<Distribution830FAC52>` } },
      },
    ]);
  });

  test('decrypts with the key, as any of its account, which is said', () => {
    const stack = testStack();

    serve(stack, stack);

    expect(allowedByKey(stack)).toEqual([[['kms:Decrypt'], `${DISTRIBUTION}/*`]]);
    expect(messagesOf(stack, 'info')).toEqual([ANY_DISTRIBUTION]);
    expect(messagesOf(stack, 'warning')).toEqual([]);
  });

  test('has the bucket as an origin with origin access control', () => {
    const stack = testStack();

    serve(stack, stack, { originPath: '/public' });

    const [{ Properties: distribution }] = Object.values(Template.fromStack(stack).findResources('AWS::CloudFront::Distribution'));
    expect(withIntrinsicsAsText(distribution.DistributionConfig.Origins)).toEqual([
      {
        Id: expect.any(String),
        DomainName: '<DocumentsDCDDF95A.RegionalDomainName>',
        OriginPath: '/public',
        OriginAccessControlId: '<DistributionOrigin1S3OriginAccessControlEB606076.Id>',
        S3OriginConfig: { OriginAccessIdentity: '' },
      },
    ]);
    Template.fromStack(stack).hasResourceProperties('AWS::CloudFront::OriginAccessControl', {
      OriginAccessControlConfig: { OriginAccessControlOriginType: 's3', SigningBehavior: 'always', SigningProtocol: 'sigv4' },
    });
  });

  test('may use the key alone once its id is known', () => {
    const stack = testStack();

    serve(stack, stack, { distributionIds: ['E1PA6795UKMFR9', 'E2QWRUHEXAMPLE'] });

    expect(allowedByKey(stack)).toEqual([[['kms:Decrypt'], [`${DISTRIBUTION}/E1PA6795UKMFR9`, `${DISTRIBUTION}/E2QWRUHEXAMPLE`]]]);
    expect(messagesOf(stack, 'info')).not.toContain(ANY_DISTRIBUTION);
    expect(messagesOf(stack, 'warning')).toEqual([]);
  });

  test.each<[string, string[] | undefined, unknown]>([
    ['any distribution', undefined, `${DISTRIBUTION}/*`],
    ['named ones', ['E1PA6795UKMFR9'], `${DISTRIBUTION}/E1PA6795UKMFR9`],
  ])('at every level it lists, writes and deletes, and makes data keys: %s', (_, distributionIds, source) => {
    const stack = testStack();

    serve(stack, stack, { accessLevels: EVERY_LEVEL, distributionIds });

    const allowed = allowedByBucket(stack).map(({ Action, Resource }) => [Action, Resource]);
    expect(allowed).toEqual([
      [['s3:GetObject', 's3:GetObjectVersion', 's3:PutObject', 's3:DeleteObject'], '<DocumentsDCDDF95A.Arn>/*'],
      ['s3:ListBucket', '<DocumentsDCDDF95A.Arn>'],
    ]);
    expect(allowedByKey(stack)).toEqual([[['kms:Decrypt', 'kms:GenerateDataKey'], source]]);
  });
});

describe('a distribution in another stack', () => {
  test.each<[string, string[] | undefined, unknown]>([
    ['is one of its account', undefined, `${DISTRIBUTION}/*`],
    ['is known by its id', ['E1PA6795UKMFR9'], `${DISTRIBUTION}/E1PA6795UKMFR9`],
  ])('%s, for bucket and key, without a circular dependency', (_, distributionIds, source) => {
    const { keys, app } = testStacks();

    serve(keys, app, { distributionIds });

    expect(allowedByBucket(keys).map(({ Condition }) => Condition)).toEqual([{ ArnLike: { 'aws:SourceArn': source } }]);
    expect(allowedByKey(keys)).toEqual([[['kms:Decrypt'], source]]);
    expect(cyclesOf((app.node.root as App).synth())).toEqual([]);
  });

  test('is of its own account, and not of that of the bucket', () => {
    const app = new App();
    const bucketStack = new Stack(app, 'Buckets', { env: ENV });
    const distributionStack = new Stack(app, 'Edge', { env: { account: '222222222222', region: 'us-east-1' } });
    const origin = new EncryptedBucket(bucketStack, 'Documents', { bucketName: 'documents' }).toCloudFrontOrigin();

    new Distribution(distributionStack, 'Distribution', { defaultBehavior: { origin } });

    const source = 'arn:<AWS::Partition>:cloudfront::222222222222:distribution/*';
    expect(allowedByBucket(bucketStack).map(({ Condition }) => Condition)).toEqual([{ ArnLike: { 'aws:SourceArn': source } }]);
    expect(allowedByKey(bucketStack)).toEqual([[['kms:Decrypt'], source]]);
  });
});

test('one origin serves two distributions', () => {
  const stack = testStack();
  const origin = new EncryptedBucket(stack, 'Documents').toCloudFrontOrigin();

  new Distribution(stack, 'First', { defaultBehavior: { origin } });
  new Distribution(stack, 'Second', { defaultBehavior: { origin } });

  expect(allowedByBucket(stack).map(({ Condition }) => Condition.ArnLike['aws:SourceArn'])).toEqual([
    `${DISTRIBUTION}/<First8D4707F1>`,
    `${DISTRIBUTION}/<Second394350F9>`,
  ]);
  Template.fromStack(stack).resourceCountIs('AWS::CloudFront::OriginAccessControl', 2);
});

describe('a key of the CDK', () => {
  test('lets the distribution in', () => {
    const stack = testStack();
    const bucket = new EncryptedBucket(stack, 'Documents', { encryptionKey: new Key(stack, 'Key') });

    new Distribution(stack, 'Distribution', { defaultBehavior: { origin: bucket.toCloudFrontOrigin({ accessLevels: EVERY_LEVEL }) } });

    expect(allowedByKey(stack)).toEqual([[['kms:Decrypt', 'kms:GenerateDataKey'], `${DISTRIBUTION}/*`]]);
  });

  test('that is imported is left to its owner, with the statement to add', () => {
    const stack = testStack();
    const encryptionKey = Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-west-1:111111111111:key/1234abcd');
    const origin = new EncryptedBucket(stack, 'Documents', { encryptionKey }).toCloudFrontOrigin({ distributionIds: ['E1PA6795UKMFR9'] });

    new Distribution(stack, 'Distribution', { defaultBehavior: { origin } });

    const [warning] = messagesOf(stack, 'warning');
    expect(warning).toContain('the key Stack/Key cannot be changed by this app; its owner has to add to its policy: {"Action":"kms:Decrypt"');
    expect(warning).toContain(':cloudfront::111111111111:distribution/E1PA6795UKMFR9');
  });
});

test.each<[string, string[], string]>([
  ['a wildcard', ['E1*'], "'distributionIds' must hold ids such as 'E1PA6795UKMFR9', without wildcards, got 'E1*'"],
  ['an ARN', ['arn:aws:cloudfront::1:distribution/E1'], "got 'arn:aws:cloudfront::1:distribution/E1'"],
  ['nobody', [], "'distributionIds' is empty, which would let no distribution use the key; leave it out to let in any of the account"],
])('fails for %s in place of an id', (_, distributionIds, message) => {
  const bucket = new EncryptedBucket(testStack(), 'Documents');

  expect(() => bucket.toCloudFrontOrigin({ distributionIds })).toThrow('[cdk-kms-constructs:DistributionIdInvalid] Stack/Documents: ');
  expect(() => bucket.toCloudFrontOrigin({ distributionIds })).toThrow(message);
});

test('fails for a reference to the distribution, which would be a circular dependency', () => {
  const stack = testStack();
  const { distributionId } = new Distribution(stack, 'First', { defaultBehavior: { origin: new EncryptedBucket(stack, 'Other').toCloudFrontOrigin() } });

  expect(() => serve(stack, stack, { distributionIds: [distributionId] })).toThrow('[cdk-kms-constructs:SourceRefersToUser]');
});
