import { Template } from 'aws-cdk-lib/assertions';
import { AccountPrincipal, Role, ServicePrincipal, type Grant } from 'aws-cdk-lib/aws-iam';
import type { Stack } from 'aws-cdk-lib/core';
import { EncryptedBucket } from '../../src/patterns/encrypted-bucket';
import { testStack, testStacks } from '../support/apps';
import { permissionsOf, withIntrinsicsAsText } from '../support/granted-permissions';
import { keyPolicyOf } from '../support/key-policies';

function role(stack: Stack): Role {
  return new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
}

const BUCKET = '<DocumentsDCDDF95A.Arn>';
const OBJECTS = '<DocumentsDCDDF95A.Arn>/*';
const KEY = '<DocumentsKeyFF02C3B3.Arn>';

const LIST = ['s3:GetBucketLocation', 's3:ListBucket'];
const READ = ['s3:GetObject', 's3:GetObjectTagging', 's3:GetObjectVersion', 's3:GetObjectVersionTagging'];
const WRITE = ['s3:AbortMultipartUpload', 's3:ListMultipartUploadParts', 's3:PutObject', 's3:PutObjectTagging'];

type Verb = 'grantRead' | 'grantWrite' | 'grantReadWrite' | 'grantDelete';

test.each<[Verb, Record<string, string[]>]>([
  ['grantRead', { [BUCKET]: LIST, [OBJECTS]: READ, [KEY]: ['kms:Decrypt'] }],
  ['grantWrite', { [OBJECTS]: WRITE, [KEY]: ['kms:Decrypt', 'kms:GenerateDataKey'] }],
  ['grantReadWrite', {
    [BUCKET]: LIST,
    [OBJECTS]: [
      's3:AbortMultipartUpload',
      's3:GetObject',
      's3:GetObjectTagging',
      's3:GetObjectVersion',
      's3:GetObjectVersionTagging',
      's3:ListMultipartUploadParts',
      's3:PutObject',
      's3:PutObjectTagging',
    ],
    [KEY]: ['kms:Decrypt', 'kms:GenerateDataKey'],
  }],
  ['grantDelete', { [OBJECTS]: ['s3:DeleteObject'] }],
])('%s allows exactly this, on exactly these resources', (verb, permissions) => {
  const stack = testStack();
  const grantee = role(stack);

  const grant: Grant = new EncryptedBucket(stack, 'Documents')[verb](grantee);

  grant.assertSuccess();
  expect(permissionsOf(grantee)).toEqual(permissions);
});

test.each<[Verb, Record<string, string[]>]>([
  ['grantRead', { [BUCKET]: LIST, [`${BUCKET}/in/*`]: READ, [KEY]: ['kms:Decrypt'] }],
  ['grantWrite', { [`${BUCKET}/in/*`]: WRITE, [KEY]: ['kms:Decrypt', 'kms:GenerateDataKey'] }],
  ['grantDelete', { [`${BUCKET}/in/*`]: ['s3:DeleteObject'] }],
])('%s takes a pattern of objects', (verb, permissions) => {
  const stack = testStack();
  const grantee = role(stack);

  new EncryptedBucket(stack, 'Documents')[verb](grantee, 'in/*');

  expect(permissionsOf(grantee)).toEqual(permissions);
});

test('grantReadWrite takes a pattern of objects for both', () => {
  const stack = testStack();
  const grantee = role(stack);

  new EncryptedBucket(stack, 'Documents').grantReadWrite(grantee, 'in/*');

  expect(Object.keys(permissionsOf(grantee)).sort()).toEqual([BUCKET, `${BUCKET}/in/*`, KEY]);
});

test('a role of another stack gets its permissions there, and the key policy does not grow', () => {
  const { keys: data, app } = testStacks();
  const bucket = new EncryptedBucket(data, 'Documents');
  const grantee = role(app);

  bucket.grantRead(grantee).assertSuccess();

  expect(permissionsOf(grantee)).toEqual({
    '<import Keys:ExportsOutputFnGetAttDocumentsDCDDF95AArn6599C91B>': LIST,
    '<import Keys:ExportsOutputFnGetAttDocumentsDCDDF95AArn6599C91B>/*': READ,
    '<import Keys:ExportsOutputFnGetAttDocumentsKeyFF02C3B3ArnCE088B54>': ['kms:Decrypt'],
  });
  expect(keyPolicyOf(data).map(({ Sid }) => Sid)).toEqual(['KeyAdministration', 'KeyMetadata', 'KeyUse', 'ServiceGrants', 'GrantsForServicesOnly']);
});

test('another account is let in by the bucket policy and by the key policy', () => {
  const stack = testStack();

  new EncryptedBucket(stack, 'Documents').grantRead(new AccountPrincipal('222222222222')).assertSuccess();

  const [policy] = Object.values(Template.fromStack(stack).findResources('AWS::S3::BucketPolicy'));
  const allowed = withIntrinsicsAsText(policy.Properties.PolicyDocument.Statement).filter(({ Effect }: any) => Effect === 'Allow');
  const other = { Effect: 'Allow', Principal: { AWS: 'arn:<AWS::Partition>:iam::222222222222:root' } };
  expect(allowed).toEqual([
    { ...other, Action: LIST, Resource: BUCKET },
    { ...other, Action: READ, Resource: OBJECTS },
  ]);
  expect(keyPolicyOf(stack)).toContainEqual({ Effect: 'Allow', Principal: { AWS: '222222222222' }, Action: 'kms:Decrypt', Resource: '*' });
});
