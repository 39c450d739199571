import { Template } from 'aws-cdk-lib/assertions';
import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import type { Stack } from 'aws-cdk-lib/core';
import { CustomerManagedKey, type CustomerManagedKeyProps } from '../../src/keys/customer-managed-key';
import { GrantCreation } from '../../src/keys/grant-creation';
import { KeyRetention } from '../../src/keys/key-retention';
import { EncryptedBucket } from '../../src/patterns/encrypted-bucket';
import { EncryptedEventBus } from '../../src/patterns/encrypted-event-bus';
import { EncryptedQueue } from '../../src/patterns/encrypted-queue';
import { EncryptedTable } from '../../src/patterns/encrypted-table';
import { EncryptedTrail } from '../../src/patterns/encrypted-trail';
import { testStack } from '../support/apps';

// A changed logical id replaces a key and loses what it encrypts. Do not change these lists; add to them.

function logicalIds(stack: Stack): Record<string, string> {
  const resources = Object.entries<any>(Template.fromStack(stack).toJSON().Resources);
  return Object.fromEntries(resources.map(([id, { Type }]) => [id, Type]));
}

/** The Sids of all policies of a stack, by the logical ids of what holds them. */
function sids(stack: Stack): Record<string, Array<string | undefined>> {
  const resources = Object.entries<any>(Template.fromStack(stack).toJSON().Resources);
  const policies = resources.map(([id, { Properties }]) => [id, Properties.KeyPolicy ?? Properties.PolicyDocument] as const);
  const found = policies.filter(([, policy]) => policy);
  return Object.fromEntries(found.map(([id, policy]) => [id, policy.Statement.map(({ Sid }: any) => Sid)]));
}

test.each<[string, (stack: Stack) => unknown, Record<string, string>]>([
  ['CustomerManagedKey', (stack) => new CustomerManagedKey(stack, 'Key', { aliases: ['orders', 'alias/billing/invoices'] }), {
    Key961B73FD: 'AWS::KMS::Key',
    KeyAliasorders40C03EDB: 'AWS::KMS::Alias',
    KeyAliasbillinginvoices61291DC4: 'AWS::KMS::Alias',
  }],
  ['EncryptedBucket', (stack) => new EncryptedBucket(stack, 'Documents', { serverAccessLogs: true }), {
    DocumentsKeyFF02C3B3: 'AWS::KMS::Key',
    DocumentsDCDDF95A: 'AWS::S3::Bucket',
    DocumentsPolicy35B88E9B: 'AWS::S3::BucketPolicy',
    DocumentsServerAccessLogs8AF2ADA6: 'AWS::S3::Bucket',
    DocumentsServerAccessLogsPolicy1775C1D0: 'AWS::S3::BucketPolicy',
  }],
  ['EncryptedTable', (stack) => new EncryptedTable(stack, 'Orders', { partitionKey: { name: 'id', type: AttributeType.STRING } }), {
    OrdersKey6C690DD2: 'AWS::KMS::Key',
    Orders2A43276C: 'AWS::DynamoDB::GlobalTable',
  }],
  ['EncryptedQueue', (stack) => new EncryptedQueue(stack, 'Jobs'), {
    JobsKeyB64EAF8C: 'AWS::KMS::Key',
    Jobs41CEEC0B: 'AWS::SQS::Queue',
    JobsPolicy794B6D33: 'AWS::SQS::QueuePolicy',
    JobsDeadLetterQueue8CC426EE: 'AWS::SQS::Queue',
    JobsDeadLetterQueuePolicy473FEB30: 'AWS::SQS::QueuePolicy',
  }],
  ['EncryptedEventBus', (stack) => new EncryptedEventBus(stack, 'Bus', { archived: true }), {
    BusKey24CF81FE: 'AWS::KMS::Key',
    Bus52AA7421: 'AWS::Events::EventBus',
    BusDeadLetterQueue4287E546: 'AWS::SQS::Queue',
    BusDeadLetterQueuePolicy69814BAB: 'AWS::SQS::QueuePolicy',
    BusArchiveD76499E2: 'AWS::Events::Archive',
  }],
  ['EncryptedTrail', (stack) => new EncryptedTrail(stack, 'Trail'), {
    TrailKey31F874A3: 'AWS::KMS::Key',
    TrailA0C862CD: 'AWS::CloudTrail::Trail',
    TrailBucket7F7024F7: 'AWS::S3::Bucket',
    TrailBucketPolicyA9210232: 'AWS::S3::BucketPolicy',
    TrailBucketServerAccessLogs71E6234A: 'AWS::S3::Bucket',
    TrailBucketServerAccessLogsPolicy3CC30CC2: 'AWS::S3::BucketPolicy',
    TrailLogGroup4CBE3AF5: 'AWS::Logs::LogGroup',
    TrailLogsRole9D6C4519: 'AWS::IAM::Role',
    TrailLogsRoleDefaultPolicy2C9B5159: 'AWS::IAM::Policy',
  }],
])('the logical ids of %s', (_, make, ids) => {
  const stack = testStack();

  make(stack);

  expect(logicalIds(stack)).toEqual(ids);
});

test('the order of aliases, and the form of their names, do not change their logical ids', () => {
  const stack = testStack();

  new CustomerManagedKey(stack, 'Key', { aliases: ['billing/invoices', 'alias/orders'] });

  expect(logicalIds(stack)).toEqual({
    Key961B73FD: 'AWS::KMS::Key',
    KeyAliasorders40C03EDB: 'AWS::KMS::Alias',
    KeyAliasbillinginvoices61291DC4: 'AWS::KMS::Alias',
  });
});

test.each<[string, CustomerManagedKeyProps, string[]]>([
  ['by default', {}, ['KeyAdministration', 'KeyMetadata', 'KeyUse', 'ServiceGrants', 'GrantsForServicesOnly']],
  ['with grants of people', { grantCreation: GrantCreation.principals('EKS') }, ['KeyAdministration', 'KeyMetadata', 'KeyUse', 'Grants']],
  ['with everything', {
    retention: KeyRetention.production(),
    trustedAccounts: ['222222222222'],
    trustedOrganizations: ['o-a1b2c3d4e5'],
  }, [
    'KeyAdministration',
    'KeyMetadata',
    'KeyUse',
    'ServiceGrants',
    'TrustedAccounts',
    'TrustedOrganizations',
    'GrantsForServicesOnly',
    'DeletionProtection',
  ]],
])('the Sids of a key policy %s', (_, props, expected) => {
  const stack = testStack();

  new CustomerManagedKey(stack, 'Key', props);

  expect(sids(stack)).toEqual({ Key961B73FD: expected });
});

test('the Sids of a bucket policy: those of the CDK have none', () => {
  const stack = testStack();

  new EncryptedBucket(stack, 'Documents', { serverAccessLogs: true });

  expect(sids(stack)).toEqual({
    DocumentsKeyFF02C3B3: ['KeyAdministration', 'KeyMetadata', 'KeyUse', 'ServiceGrants', 'GrantsForServicesOnly'],
    DocumentsPolicy35B88E9B: [undefined, undefined, 'DenyOtherEncryption', 'DenyOtherKeys', 'DenyCustomerProvidedKeys'],
    DocumentsServerAccessLogsPolicy1775C1D0: [undefined, undefined, undefined],
  });
});
