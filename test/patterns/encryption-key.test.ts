import { Template } from 'aws-cdk-lib/assertions';
import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key, type IKey } from 'aws-cdk-lib/aws-kms';
import { App, Stack } from 'aws-cdk-lib/core';
import { CustomerManagedKey } from '../../src/keys/customer-managed-key';
import { EncryptedBucket } from '../../src/patterns/encrypted-bucket';
import { EncryptedQueue } from '../../src/patterns/encrypted-queue';
import { EncryptedTable } from '../../src/patterns/encrypted-table';
import { ENV } from '../support/apps';
import { FLAGS } from '../support/feature-flags';
import { intrinsicText, permissionsOf } from '../support/granted-permissions';
import { keyPolicyOf } from '../support/key-policies';
import { cyclesOf } from '../support/template-cycles';

const ARN = 'arn:aws:kms:eu-west-1:111111111111:key/11111111-aaaa-bbbb-cccc-111111111111';

const DEFAULT_SIDS = ['KeyAdministration', 'KeyMetadata', 'KeyUse', 'ServiceGrants', 'GrantsForServicesOnly'];

/** All three patterns on one key, and a role that uses all of them. */
function everything(stack: Stack, encryptionKey?: IKey): Role {
  const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  new EncryptedBucket(stack, 'Documents', { encryptionKey }).grantReadWrite(role);
  new EncryptedTable(stack, 'Orders', { encryptionKey, partitionKey: { name: 'id', type: AttributeType.STRING } }).grantReadWriteData(role);
  new EncryptedQueue(stack, 'Jobs', { encryptionKey }).grantRedriveMessages(role);
  return role;
}

/** The keys that the resources of a template are encrypted with. */
function keysIn(stack: Stack): string[] {
  const template = Template.fromStack(stack);
  const found = (type: string) => Object.values(template.findResources(type)).map(({ Properties }) => Properties);
  return [
    ...found('AWS::S3::Bucket').map(
      (bucket) => bucket.BucketEncryption.ServerSideEncryptionConfiguration[0].ServerSideEncryptionByDefault.KMSMasterKeyID,
    ),
    ...found('AWS::DynamoDB::GlobalTable').map((table) => table.Replicas[0].SSESpecification.KMSMasterKeyId),
    ...found('AWS::SQS::Queue').map((queue) => queue.KmsMasterKeyId),
  ].map(intrinsicText);
}

describe.each(Object.entries(FLAGS))('with %s', (_, context) => {
  function stacks(): { app: App; keys: Stack; data: Stack; more: Stack } {
    const app = new App({ context });
    return { app, keys: new Stack(app, 'Keys', { env: ENV }), data: new Stack(app, 'Data', { env: ENV }), more: new Stack(app, 'More', { env: ENV }) };
  }

  test('without a key, each pattern has one of its own', () => {
    const { app, data } = stacks();

    everything(data);

    expect(keysIn(data)).toEqual([
      '<DocumentsKeyFF02C3B3.Arn>',
      '<OrdersKey6C690DD2.Arn>',
      '<JobsKeyB64EAF8C.Arn>',
      '<JobsKeyB64EAF8C.Arn>',
    ]);
    expect(cyclesOf(app.synth())).toEqual([]);
  });

  test('one key in the same stack serves all three', () => {
    const { app, data } = stacks();
    const key = new CustomerManagedKey(data, 'Key');

    everything(data, key);

    expect(keysIn(data)).toEqual(Array(4).fill('<Key961B73FD.Arn>'));
    expect(keyPolicyOf(data).map(({ Sid }) => Sid)).toEqual(DEFAULT_SIDS);
    expect(cyclesOf(app.synth())).toEqual([]);
  });

  test('one key in another stack serves all three', () => {
    const { app, keys, data } = stacks();
    const key = new CustomerManagedKey(keys, 'Key');

    everything(data, key);

    expect(keysIn(data)).toEqual(Array(4).fill('<import Keys:ExportsOutputFnGetAttKey961B73FDArn5A860C43>'));
    expect(keyPolicyOf(keys).map(({ Sid }) => Sid)).toEqual(DEFAULT_SIDS);
    expect(cyclesOf(app.synth())).toEqual([]);
  });

  test('one key serves two stacks, one of them its own', () => {
    const { app, data, more } = stacks();
    const key = new CustomerManagedKey(data, 'Key');

    everything(data, key);
    everything(more, key);

    expect(keysIn(data)).toEqual(Array(4).fill('<Key961B73FD.Arn>'));
    expect(keysIn(more)).toEqual(Array(4).fill('<import Data:ExportsOutputFnGetAttKey961B73FDArn5A860C43>'));
    expect(keyPolicyOf(data).map(({ Sid }) => Sid)).toEqual(DEFAULT_SIDS);
    expect(cyclesOf(app.synth())).toEqual([]);
  });

  test('a plain key of the CDK serves all three', () => {
    const { app, data } = stacks();

    everything(data, new Key(data, 'Key'));

    expect(keysIn(data)).toEqual(Array(4).fill('<Key961B73FD.Arn>'));
    expect(cyclesOf(app.synth())).toEqual([]);
  });

  test('an imported key serves all three, and grants are on its ARN', () => {
    const { app, data } = stacks();

    const role = everything(data, Key.fromKeyArn(data, 'Key', ARN));

    expect(keysIn(data)).toEqual(Array(4).fill(ARN));
    expect(permissionsOf(role)[ARN]).toEqual([
      'kms:Decrypt',
      'kms:DescribeKey',
      'kms:Encrypt',
      'kms:GenerateDataKey',
      'kms:GenerateDataKeyPair',
      'kms:GenerateDataKeyPairWithoutPlaintext',
      'kms:GenerateDataKeyWithoutPlaintext',
      'kms:ReEncryptFrom',
      'kms:ReEncryptTo',
    ]);
    Template.fromStack(data).resourceCountIs('AWS::KMS::Key', 0);
    expect(cyclesOf(app.synth())).toEqual([]);
  });

  test('an imported key makes the same bucket policy: only uploads with that key', () => {
    const { data } = stacks();

    new EncryptedBucket(data, 'Documents', { encryptionKey: Key.fromKeyArn(data, 'Key', ARN) });

    const [policy] = Object.values(Template.fromStack(data).findResources('AWS::S3::BucketPolicy'));
    const [statement] = policy.Properties.PolicyDocument.Statement.filter(({ Sid }: any) => Sid === 'DenyOtherKeys');
    expect(statement.Condition).toEqual({
      StringEquals: { 's3:x-amz-server-side-encryption': 'aws:kms' },
      StringNotEquals: { 's3:x-amz-server-side-encryption-aws-kms-key-id': ARN },
    });
  });
});

test('whatever the feature flags, the patterns render the same resources', () => {
  const resources = Object.values(FLAGS).map((context) => {
    const stack = new Stack(new App({ context }), 'Stack', { env: ENV });
    new EncryptedBucket(stack, 'Documents', { serverAccessLogs: true });
    new EncryptedTable(stack, 'Orders', { partitionKey: { name: 'id', type: AttributeType.STRING } });
    new EncryptedQueue(stack, 'Jobs');
    return Template.fromStack(stack).toJSON().Resources;
  });

  expect(Object.keys(resources[0])).toHaveLength(12);
  expect(resources[1]).toEqual(resources[0]);
});
