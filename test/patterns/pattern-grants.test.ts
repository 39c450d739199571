import { AttributeType, StreamViewType } from 'aws-cdk-lib/aws-dynamodb';
import { Role, type Grant, type IRole } from 'aws-cdk-lib/aws-iam';
import { Validations, type Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { EncryptedBucket } from '../../src/patterns/encrypted-bucket';
import { EncryptedQueue } from '../../src/patterns/encrypted-queue';
import { EncryptedTable } from '../../src/patterns/encrypted-table';
import { testStack } from '../support/apps';
import { messagesOf } from '../support/key-policies';

const partitionKey = { name: 'id', type: AttributeType.STRING };

const GRANTS: Record<string, (scope: Construct, role: IRole) => Grant> = {
  'EncryptedBucket.grantRead': (scope, role) => new EncryptedBucket(scope, 'Pattern').grantRead(role),
  'EncryptedBucket.grantWrite': (scope, role) => new EncryptedBucket(scope, 'Pattern').grantWrite(role),
  'EncryptedBucket.grantReadWrite': (scope, role) => new EncryptedBucket(scope, 'Pattern').grantReadWrite(role),
  'EncryptedBucket.grantDelete': (scope, role) => new EncryptedBucket(scope, 'Pattern').grantDelete(role),
  'EncryptedTable.grantReadData': (scope, role) => new EncryptedTable(scope, 'Pattern', { partitionKey }).grantReadData(role),
  'EncryptedTable.grantWriteData': (scope, role) => new EncryptedTable(scope, 'Pattern', { partitionKey }).grantWriteData(role),
  'EncryptedTable.grantReadWriteData': (scope, role) => new EncryptedTable(scope, 'Pattern', { partitionKey }).grantReadWriteData(role),
  'EncryptedTable.grantStreamRead': (scope, role) =>
    new EncryptedTable(scope, 'Pattern', { partitionKey, dynamoStream: StreamViewType.NEW_IMAGE }).grantStreamRead(role),
  'EncryptedQueue.grantSendMessages': (scope, role) => new EncryptedQueue(scope, 'Pattern').grantSendMessages(role),
  'EncryptedQueue.grantConsumeMessages': (scope, role) => new EncryptedQueue(scope, 'Pattern').grantConsumeMessages(role),
  'EncryptedQueue.grantConsumeDeadLetters': (scope, role) => new EncryptedQueue(scope, 'Pattern').grantConsumeDeadLetters(role),
  'EncryptedQueue.grantRedriveMessages': (scope, role) => new EncryptedQueue(scope, 'Pattern').grantRedriveMessages(role),
};

/** A role that takes no policies, though the CDK says that it does. */
function immutableRole(stack: Stack): IRole {
  return Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::111111111111:role/app', { mutable: false });
}

test.each(Object.entries(GRANTS))('%s to a role that takes no policies does not claim success', (_, grantTo) => {
  const stack = testStack();

  expect(grantTo(stack, immutableRole(stack)).success).toBe(false);
});

test.each(Object.entries(GRANTS))('%s to a role of the app succeeds', (_, grantTo) => {
  const stack = testStack();

  expect(grantTo(stack, Role.fromRoleName(stack, 'Role', 'app')).success).toBe(true);
  expect(messagesOf(stack, 'warning')).toEqual([]);
});

test('what did not land is said, with the statements that are to be added', () => {
  const stack = testStack();

  new EncryptedQueue(stack, 'Jobs').grantSendMessages(immutableRole(stack));

  const said = 'Stack/Role cannot be changed by this app; its owner has to add to its policies:';
  const messages = messagesOf(stack, 'warning').map((message) => message.replace(' [ack: cdk-kms-constructs:grantNotApplied]', ''));
  expect(messages.sort()).toEqual([
    `${said} {"Action":["kms:Decrypt","kms:GenerateDataKey"],"Effect":"Allow","Resource":"<Stack/Jobs/Key/Resource.Arn>"}`,
    `${said} {"Action":["sqs:GetQueueAttributes","sqs:GetQueueUrl","sqs:SendMessage"],"Effect":"Allow","Resource":"<Stack/Jobs/Resource/Resource.Arn>"}`,
  ]);
});

test('the warnings can be acknowledged on the pattern', () => {
  const stack = testStack();
  const pattern = new EncryptedQueue(stack, 'Jobs');
  Validations.of(pattern).acknowledge({ id: 'cdk-kms-constructs:grantNotApplied', reason: 'the team of the role adds them' });

  pattern.grantSendMessages(immutableRole(stack));

  expect(messagesOf(stack, 'warning')).toEqual([]);
});
