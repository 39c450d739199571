import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Alias, Key } from 'aws-cdk-lib/aws-kms';
import { App, Stack } from 'aws-cdk-lib/core';
import { EncryptedBucket, EncryptedQueue } from 'cdk-kms-constructs';
import { ENV, testStack } from '../support/apps';
import { keyActionsByRole, messagesOf } from '../support/key-policies';

const KEY_ARN = 'arn:aws:kms:eu-west-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab';

function role(stack: Stack, roleName?: string): Role {
  return new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com'), roleName });
}

test('a role is granted an imported key by IAM, on its ARN', () => {
  const stack = testStack();
  const queue = new EncryptedQueue(stack, 'Queue', { encryptionKey: Key.fromKeyArn(stack, 'Key', KEY_ARN) });

  expect(queue.grantSendMessages(role(stack)).success).toBe(true);
  expect(keyActionsByRole(stack)).toEqual({ Role1ABCC5F0: ['kms:Decrypt', 'kms:GenerateDataKey'] });
  expect(messagesOf(stack, 'warning')).toEqual([]);
});

test('a service is not granted an imported key, and the statement for its owner is told', () => {
  const stack = testStack();
  const queue = new EncryptedQueue(stack, 'Queue', { encryptionKey: Key.fromKeyArn(stack, 'Key', KEY_ARN) });

  expect(queue.grantSendMessages(new ServicePrincipal('s3.amazonaws.com')).success).toBe(false);
  expect(messagesOf(stack, 'warning')).toEqual([
    expect.stringMatching(/the key Stack\/Key cannot be changed by this app.*kms:Decrypt.*kms:GenerateDataKey.*\[ack: cdk-kms-constructs:grantNotApplied\]/),
  ]);
});

test('a role of another account gets the ARN of an imported key, and never every key', () => {
  const app = new App();
  const stack = new Stack(app, 'Stack', { env: ENV });
  const other = new Stack(app, 'Other', { env: { account: '222222222222', region: 'eu-west-1' } });
  const queue = new EncryptedQueue(stack, 'Queue', { encryptionKey: Key.fromKeyArn(stack, 'Key', KEY_ARN), queueName: 'orders' });

  const grant = queue.grantConsumeMessages(role(other, 'consumer'));

  const [policy] = other.node.findAll().flatMap((child) => (child as { policyDocument?: { toJSON(): unknown } }).policyDocument ?? []);
  expect(JSON.stringify(policy)).toContain(`"Action":"kms:Decrypt","Effect":"Allow","Resource":"${KEY_ARN}"`);
  expect(grant.success).toBe(false);
});

test.each<[string, (stack: Stack) => Alias | ReturnType<typeof Alias.fromAliasName>]>([
  ['of this app', (stack) => new Alias(stack, 'Alias', { aliasName: 'alias/orders', targetKey: new Key(stack, 'Key') })],
  ['that is imported', (stack) => Alias.fromAliasName(stack, 'Alias', 'alias/orders')],
])('fails for an alias %s, whose ARN no upload names', (_, alias) => {
  const stack = testStack();

  expect(() => new EncryptedBucket(stack, 'Bucket', { encryptionKey: alias(stack) })).toThrow('[cdk-kms-constructs:AliasAsKey] Stack/Bucket');
});
