import { Template } from 'aws-cdk-lib/assertions';
import { AccountPrincipal, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Stack } from 'aws-cdk-lib/core';
import { CustomerManagedKey } from '../../src/keys/customer-managed-key';
import { EncryptedQueue } from '../../src/patterns/encrypted-queue';
import { testStack, testStacks } from '../support/apps';
import { permissionsOf, withIntrinsicsAsText } from '../support/granted-permissions';
import { keyPolicyOf } from '../support/key-policies';

function role(stack: Stack): Role {
  return new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
}

const QUEUE = '<Jobs41CEEC0B.Arn>';
const DEAD_LETTERS = '<JobsDeadLetterQueue8CC426EE.Arn>';
const KEY = '<JobsKeyB64EAF8C.Arn>';
const DEAD_LETTER_KEY = '<DeadLetterKey972EF902.Arn>';

const SEND = ['sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:SendMessage'];
const CONSUME = ['sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:ReceiveMessage'];
const CONSUME_AND_MOVE = [
  'sqs:CancelMessageMoveTask',
  'sqs:ChangeMessageVisibility',
  'sqs:DeleteMessage',
  'sqs:GetQueueAttributes',
  'sqs:GetQueueUrl',
  'sqs:ListMessageMoveTasks',
  'sqs:ReceiveMessage',
  'sqs:StartMessageMoveTask',
];

type Verb = 'grantSendMessages' | 'grantConsumeMessages' | 'grantConsumeDeadLetters' | 'grantRedriveMessages';

test.each<[Verb, Record<string, string[]>]>([
  ['grantSendMessages', { [QUEUE]: SEND, [KEY]: ['kms:Decrypt', 'kms:GenerateDataKey'] }],
  ['grantConsumeMessages', { [QUEUE]: CONSUME, [KEY]: ['kms:Decrypt'] }],
  ['grantConsumeDeadLetters', { [DEAD_LETTERS]: CONSUME, [KEY]: ['kms:Decrypt'] }],
  ['grantRedriveMessages', { [DEAD_LETTERS]: CONSUME_AND_MOVE, [QUEUE]: SEND, [KEY]: ['kms:Decrypt', 'kms:GenerateDataKey'] }],
])('%s allows exactly this, on exactly these resources', (verb, permissions) => {
  const stack = testStack();
  const grantee = role(stack);

  new EncryptedQueue(stack, 'Jobs')[verb](grantee).assertSuccess();

  expect(permissionsOf(grantee)).toEqual(permissions);
});

describe('with a key of its own for dead letters', () => {
  test('each queue is encrypted with its key', () => {
    const stack = testStack();

    new EncryptedQueue(stack, 'Jobs', { deadLetterEncryptionKey: new CustomerManagedKey(stack, 'DeadLetterKey') });

    const queues = Template.fromStack(stack).findResources('AWS::SQS::Queue');
    expect(queues.Jobs41CEEC0B.Properties.KmsMasterKeyId).toEqual({ 'Fn::GetAtt': ['JobsKeyB64EAF8C', 'Arn'] });
    expect(queues.JobsDeadLetterQueue8CC426EE.Properties.KmsMasterKeyId).toEqual({ 'Fn::GetAtt': ['DeadLetterKey972EF902', 'Arn'] });
  });

  // A message that was moved stays encrypted with the key of the queue that it was sent to.
  test.each<[Verb, Record<string, string[]>]>([
    ['grantSendMessages', { [QUEUE]: SEND, [KEY]: ['kms:Decrypt', 'kms:GenerateDataKey'] }],
    ['grantConsumeMessages', { [QUEUE]: CONSUME, [KEY]: ['kms:Decrypt'] }],
    ['grantConsumeDeadLetters', { [DEAD_LETTERS]: CONSUME, [KEY]: ['kms:Decrypt'], [DEAD_LETTER_KEY]: ['kms:Decrypt'] }],
    ['grantRedriveMessages', {
      [DEAD_LETTERS]: CONSUME_AND_MOVE,
      [QUEUE]: SEND,
      [KEY]: ['kms:Decrypt', 'kms:GenerateDataKey'],
      [DEAD_LETTER_KEY]: ['kms:Decrypt'],
    }],
  ])('%s covers the keys that it needs', (verb, permissions) => {
    const stack = testStack();
    const grantee = role(stack);
    const deadLetterEncryptionKey = new CustomerManagedKey(stack, 'DeadLetterKey');

    new EncryptedQueue(stack, 'Jobs', { deadLetterEncryptionKey })[verb](grantee);

    expect(permissionsOf(grantee)).toEqual(permissions);
  });
});

test('a role of another stack gets its permissions there, and the key policy does not grow', () => {
  const { keys: data, app } = testStacks();
  const grantee = role(app);

  new EncryptedQueue(data, 'Jobs').grantConsumeMessages(grantee).assertSuccess();

  expect(permissionsOf(grantee)).toEqual({
    '<import Keys:ExportsOutputFnGetAttJobs41CEEC0BArnAB8A0FF6>': CONSUME,
    '<import Keys:ExportsOutputFnGetAttJobsKeyB64EAF8CArn5A5860B7>': ['kms:Decrypt'],
  });
  expect(keyPolicyOf(data).map(({ Sid }) => Sid)).toEqual([
    'KeyAdministration',
    'KeyMetadata',
    'KeyUse',
    'ServiceGrants',
    'GrantsForServicesOnly',
  ]);
});

test('another account is let in by the queue policy and by the key policy', () => {
  const stack = testStack();

  new EncryptedQueue(stack, 'Jobs').grantSendMessages(new AccountPrincipal('222222222222')).assertSuccess();

  const policies = Object.values(Template.fromStack(stack).findResources('AWS::SQS::QueuePolicy'));
  const statements = policies.flatMap(({ Properties }) => withIntrinsicsAsText(Properties.PolicyDocument.Statement));
  expect(statements.filter(({ Effect }) => Effect === 'Allow')).toEqual([
    { Effect: 'Allow', Principal: { AWS: 'arn:<AWS::Partition>:iam::222222222222:root' }, Action: SEND, Resource: QUEUE },
  ]);
  expect(keyPolicyOf(stack)).toContainEqual({
    Effect: 'Allow',
    Principal: { AWS: '222222222222' },
    Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
    Resource: '*',
  });
});
