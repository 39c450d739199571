import { Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Stack } from 'aws-cdk-lib/core';
import { EncryptedBucket } from '../../src/patterns/encrypted-bucket';
import { testStack } from '../support/apps';
import { FLAGS } from '../support/feature-flags';
import { withIntrinsicsAsText } from '../support/granted-permissions';

type Context = Readonly<Record<string, string>>;

const SSE = 's3:x-amz-server-side-encryption';
const KEY_ID = 's3:x-amz-server-side-encryption-aws-kms-key-id';
const SSE_C = 's3:x-amz-server-side-encryption-customer-algorithm';

const OUR_KEY = 'arn:aws:kms:eu-west-1:111111111111:key/11111111-aaaa-bbbb-cccc-111111111111';
const OTHER_KEY = 'arn:aws:kms:eu-west-1:111111111111:key/22222222-aaaa-bbbb-cccc-222222222222';

/** A request of somebody whom IAM allows everything, over TLS 1.3. */
const SECURE: Context = { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3' };

/** A condition operator for one key, as IAM decides it: a negated operator holds where the key is absent. */
const OPERATORS: Record<string, (wanted: string, got: string | undefined) => boolean> = {
  Bool: (wanted, got) => got === wanted,
  Null: (wanted, got) => (got === undefined) === (wanted === 'true'),
  NumericLessThan: (wanted, got) => got !== undefined && Number(got) < Number(wanted),
  StringEquals: (wanted, got) => got === wanted,
  StringNotEquals: (wanted, got) => got !== wanted,
};

function decide(statements: any[], action: string, context: Context): 'allowed' | 'denied' {
  const denying = statements.filter(({ Effect, Action }) => Effect === 'Deny' && (Action === 's3:*' || Action === action));
  return denying.some(({ Condition }) => holds(Condition, context)) ? 'denied' : 'allowed';
}

function holds(condition: Record<string, Record<string, unknown>>, context: Context): boolean {
  return Object.entries(condition).every(([operator, keys]) => {
    const test = OPERATORS[operator];
    if (!test) {
      throw new Error(`this test does not know the operator ${operator}`);
    }
    return Object.entries(keys).every(([key, wanted]) => test(String(wanted), context[key]));
  });
}

function bucketPolicy(stack: Stack): any[] {
  const [policy] = Object.values(Template.fromStack(stack).findResources('AWS::S3::BucketPolicy'));
  return withIntrinsicsAsText(policy.Properties.PolicyDocument.Statement);
}

describe.each(Object.entries(FLAGS))('with %s', (_, context) => {
  function policyWithOurKey(): any[] {
    const stack = testStack({}, { context });
    new EncryptedBucket(stack, 'Documents', { encryptionKey: Key.fromKeyArn(stack, 'Given', OUR_KEY) });
    return bucketPolicy(stack);
  }

  test.each<[upload: string, headers: Context, decision: 'allowed' | 'denied']>([
    ['no header, so that the bucket default applies', {}, 'allowed'],
    ['aws:kms with the key of the bucket', { [SSE]: 'aws:kms', [KEY_ID]: OUR_KEY }, 'allowed'],
    ['aws:kms without a key, which is the AWS managed key', { [SSE]: 'aws:kms' }, 'denied'],
    ['aws:kms with another key', { [SSE]: 'aws:kms', [KEY_ID]: OTHER_KEY }, 'denied'],
    ['AES256, which is SSE-S3', { [SSE]: 'AES256' }, 'denied'],
    ['AES256 that claims the key of the bucket', { [SSE]: 'AES256', [KEY_ID]: OUR_KEY }, 'denied'],
    ['aws:kms:dsse', { [SSE]: 'aws:kms:dsse' }, 'denied'],
    ['aws:kms:dsse with the key of the bucket', { [SSE]: 'aws:kms:dsse', [KEY_ID]: OUR_KEY }, 'denied'],
    ['a key of the customer, which is SSE-C', { [SSE_C]: 'AES256' }, 'denied'],
  ])('an upload with %s', (_upload, headers, decision) => {
    expect(decide(policyWithOurKey(), 's3:PutObject', { ...SECURE, ...headers })).toBe(decision);
  });

  test.each<[request: string, context: Context, decision: 'allowed' | 'denied']>([
    ['TLS 1.3', SECURE, 'allowed'],
    ['TLS 1.2', { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.2' }, 'allowed'],
    ['TLS 1.1', { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.1' }, 'denied'],
    ['plain HTTP', { 'aws:SecureTransport': 'false' }, 'denied'],
  ])('a read by %s', (_request, request, decision) => {
    expect(decide(policyWithOurKey(), 's3:GetObject', request)).toBe(decision);
  });
});

test('the statements, literally', () => {
  const stack = testStack();

  new EncryptedBucket(stack, 'Documents');

  const everything = ['<DocumentsDCDDF95A.Arn>', '<DocumentsDCDDF95A.Arn>/*'];
  const put = { Effect: 'Deny', Principal: { AWS: '*' }, Action: 's3:PutObject', Resource: '<DocumentsDCDDF95A.Arn>/*' };
  expect(bucketPolicy(stack)).toEqual([
    { Effect: 'Deny', Principal: { AWS: '*' }, Action: 's3:*', Resource: everything, Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
    { Effect: 'Deny', Principal: { AWS: '*' }, Action: 's3:*', Resource: everything, Condition: { NumericLessThan: { 's3:TlsVersion': 1.2 } } },
    {
      ...put,
      Sid: 'DenyOtherEncryption',
      Condition: {
        Null: { 's3:x-amz-server-side-encryption': 'false' },
        StringNotEquals: { 's3:x-amz-server-side-encryption': 'aws:kms' },
      },
    },
    {
      ...put,
      Sid: 'DenyOtherKeys',
      Condition: {
        StringEquals: { 's3:x-amz-server-side-encryption': 'aws:kms' },
        StringNotEquals: { 's3:x-amz-server-side-encryption-aws-kms-key-id': '<DocumentsKeyFF02C3B3.Arn>' },
      },
    },
    { ...put, Sid: 'DenyCustomerProvidedKeys', Condition: { Null: { 's3:x-amz-server-side-encryption-customer-algorithm': 'false' } } },
  ]);
});
