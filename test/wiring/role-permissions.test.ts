import { Template } from 'aws-cdk-lib/assertions';
import { CfnRole, Effect, ManagedPolicy, Policy, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { CfnStateMachine, CustomerManagedEncryptionConfiguration, DefinitionBody, Pass, StateMachine, TaskInput, type IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import { DynamoAttributeValue, DynamoGetItem, DynamoPutItem, SnsPublish, SqsSendMessage } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { App, Stack } from 'aws-cdk-lib/core';
import { CustomerManagedKey } from '../../src/keys/customer-managed-key';
import { testStack, testStacks } from '../support/apps';
import { intrinsicText } from '../support/granted-permissions';
import { keyPolicyOf, messagesOf } from '../support/key-policies';
import { cyclesOf } from '../support/template-cycles';
import { lambda, queue, table, topic } from '../support/wirings';

const DATA_KEYS = [
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyPair',
  'kms:GenerateDataKeyPairWithoutPlaintext',
  'kms:GenerateDataKeyWithoutPlaintext',
];
const SEND_TO_QUEUE = ['kms:Decrypt', 'kms:GenerateDataKey'];
const PUBLISH = ['kms:Decrypt', ...DATA_KEYS];
const WRITE_TO_TABLE = ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', ...DATA_KEYS, 'kms:ReEncryptFrom', 'kms:ReEncryptTo'];

const KEY = '<Key961B73FD.Arn>';

const key = (stack: Stack, id = 'Key') => new CustomerManagedKey(stack, id);

const machineRole = (stack: Stack, id = 'Role', options: object = {}) =>
  new Role(stack, id, { assumedBy: new ServicePrincipal('states.amazonaws.com'), ...options });

function machine(stack: Stack, ...tasks: IChainable[]): void {
  tasks.forEach((task, index) =>
    new StateMachine(stack, `Machine${index}`, { definitionBody: DefinitionBody.fromChainable(task), role: stack.node.tryFindChild('Role') as Role }));
}

/** What the policies of a stack allow on keys without a condition, by logical id of the role, and by key. */
function keyUse(stack: Stack): Record<string, Record<string, string[]>> {
  const use: Record<string, Record<string, string[]>> = {};
  for (const { Properties } of Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'))) {
    for (const { Action, Resource, Condition } of Properties.PolicyDocument.Statement) {
      const actions = [Action].flat().filter((action: string) => action.startsWith('kms:'));
      for (const { Ref } of actions.length > 0 && !Condition ? Properties.Roles : []) {
        for (const resource of [Resource].flat().map(intrinsicText)) {
          use[Ref] = { ...use[Ref], [resource]: [...new Set([...(use[Ref]?.[resource] ?? []), ...actions])].sort() };
        }
      }
    }
  }
  return use;
}

describe('the tasks of a state machine', () => {
  test.each<[string, (stack: Stack) => IChainable, string[]]>([
    ['publish to a topic', (stack) => new SnsPublish(stack, 'Task', { topic: topic(stack, key(stack)), message: TaskInput.fromText('done') }), PUBLISH],
    // The CDK grants kms:GenerateDataKey* here, which becomes what it stands for.
    ['send to a queue', (stack) => new SqsSendMessage(stack, 'Task', { queue: queue(stack, key(stack)), messageBody: TaskInput.fromText('done') }), PUBLISH],
    [
      'put an item into a table',
      (stack) => new DynamoPutItem(stack, 'Task', { table: table(stack, key(stack)), item: { id: DynamoAttributeValue.fromString('1') } }),
      WRITE_TO_TABLE,
    ],
    [
      'read an item of a table',
      (stack) => new DynamoGetItem(stack, 'Task', { table: table(stack, key(stack)), key: { id: DynamoAttributeValue.fromString('1') } }),
      ['kms:Decrypt', 'kms:DescribeKey'],
    ],
  ])('%s: the role gets what that needs of the key', (_, task, actions) => {
    const stack = testStack();

    new StateMachine(stack, 'Machine', { definitionBody: DefinitionBody.fromChainable(task(stack)) });

    expect(keyUse(stack)).toEqual({ MachineRoleD2D3D395: { [KEY]: actions } });
    expect(messagesOf(stack, 'warning')).toEqual([]);
  });

  test('do not make a cycle, with one key for the machine and for all that it reaches', () => {
    const stack = testStack();
    const shared = key(stack);
    const publish = new SnsPublish(stack, 'Publish', { topic: topic(stack, shared), message: TaskInput.fromText('done') });

    new StateMachine(stack, 'Machine', {
      definitionBody: DefinitionBody.fromChainable(publish),
      encryptionConfiguration: new CustomerManagedEncryptionConfiguration(shared),
    });

    expect(cyclesOf((stack.node.root as App).synth())).toEqual([]);
    expect(keyUse(stack)).toEqual({ MachineRoleD2D3D395: { [KEY]: PUBLISH } });
  });

  test('in another stack than the key: the same, by import', () => {
    const { keys, app } = testStacks();
    const shared = key(keys);

    new StateMachine(app, 'Machine', {
      definitionBody: DefinitionBody.fromChainable(new SqsSendMessage(app, 'Task', { queue: queue(app, shared), messageBody: TaskInput.fromText('done') })),
    });

    expect(keyUse(app)).toEqual({ MachineRoleD2D3D395: { '<import Keys:ExportsOutputFnGetAttKey961B73FDArn5A860C43>': PUBLISH } });
    expect(keyPolicyOf(keys).filter(({ Sid }) => Sid === undefined)).toEqual([]);
  });
});

test('a state machine without a name and with a key of its own: the role may use it for its data', () => {
  const stack = testStack();

  new StateMachine(stack, 'Machine', {
    definitionBody: DefinitionBody.fromChainable(new Pass(stack, 'Done')),
    encryptionConfiguration: new CustomerManagedEncryptionConfiguration(key(stack)),
  });

  // The CDK's own statement has the ARN of a machine that has no name yet in its condition, and so never applies.
  expect(keyUse(stack)).toEqual({ MachineRoleD2D3D395: { [KEY]: SEND_TO_QUEUE } });
});

describe('permissions are found', () => {
  const allow = (to: { queueArn: string }, actions = ['sqs:SendMessage']) => new PolicyStatement({ actions, resources: [to.queueArn] });
  const definitionString = '{"StartAt":"Done","States":{"Done":{"Type":"Succeed"}}}';

  test.each<[string, (stack: Stack, to: Queue) => void]>([
    ['in a policy of their own', (stack, to) => new Policy(stack, 'Policy', { statements: [allow(to)], roles: [machineRole(stack)] })],
    ['in an inline policy of the role', (stack, to) => machineRole(stack, 'Role', { inlinePolicies: { Send: new PolicyDocument({ statements: [allow(to)] }) } })],
    ['in a managed policy that names the role', (stack, to) => new ManagedPolicy(stack, 'Policy', { statements: [allow(to)], roles: [machineRole(stack)] })],
    ['in a managed policy that the role names', (stack, to) => machineRole(stack, 'Role', { managedPolicies: [new ManagedPolicy(stack, 'Policy', { statements: [allow(to)] })] })],
    ['with a wildcard', (stack, to) => machineRole(stack).addToPolicy(allow(to, ['sqs:Send*']))],
    ['in another case', (stack, to) => machineRole(stack).addToPolicy(allow(to, ['SQS:sendmessage']))],
  ])('%s', (_, permit) => {
    const stack = testStack();

    permit(stack, queue(stack, key(stack)));
    machine(stack, new Pass(stack, 'Done'));

    expect(keyUse(stack)).toEqual({ Role1ABCC5F0: { [KEY]: SEND_TO_QUEUE } });
  });

  test('in an inline policy of an L1 role', () => {
    const stack = testStack();
    const to = queue(stack, key(stack));
    const { attrArn: roleArn } = new CfnRole(stack, 'Role', {
      assumeRolePolicyDocument: {},
      policies: [{ policyName: 'Send', policyDocument: { Statement: { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: to.queueArn } } }],
    });

    new CfnStateMachine(stack, 'Machine', { roleArn, definitionString });

    expect(keyUse(stack)).toEqual({ Role: { [KEY]: SEND_TO_QUEUE } });
  });

  test.each<[string, (stack: Stack, to: Queue) => void]>([
    ['a denial', (stack, to) => machineRole(stack).addToPolicy(new PolicyStatement({ effect: Effect.DENY, actions: ['sqs:SendMessage'], resources: [to.queueArn] }))],
    ['an action that puts nothing in', (stack, to) => machineRole(stack).addToPolicy(allow(to, ['sqs:GetQueueUrl']))],
    ['a permission of another role', (stack, to) => {
      machineRole(stack);
      machineRole(stack, 'Other').addToPolicy(allow(to));
    }],
  ])('and not in %s', (_, permit) => {
    const stack = testStack();

    permit(stack, queue(stack, key(stack)));
    machine(stack, new Pass(stack, 'Done'));

    expect(keyUse(stack)).toEqual({});
  });

  test('of several machines with one role, once', () => {
    const stack = testStack();
    machineRole(stack).addToPolicy(allow(queue(stack, key(stack))));

    machine(stack, new Pass(stack, 'Done'), new Pass(stack, 'DoneToo'));

    expect(keyUse(stack)).toEqual({ Role1ABCC5F0: { [KEY]: SEND_TO_QUEUE } });
  });
});

describe('messages that moved to a dead-letter queue are still encrypted with the key of their first queue', () => {
  const queues = (stack: Stack, deadLetterKey: CustomerManagedKey | undefined) => {
    const deadLetters = queue(stack, deadLetterKey, 'DeadLetters');
    queue(stack, key(stack), 'Queue', deadLetters);
    return deadLetters;
  };

  test('a function that reads the dead-letter queue may decrypt both', () => {
    const stack = testStack();
    const deadLetters = queues(stack, key(stack, 'DeadLetterKey'));

    lambda(stack).addEventSource(new SqsEventSource(deadLetters));

    expect(keyUse(stack)).toEqual({
      FunctionServiceRole675BB04A: { '<DeadLetterKey972EF902.Arn>': ['kms:Decrypt'], [KEY]: ['kms:Decrypt'] },
    });
  });

  test('a role that may consume and decrypt may decrypt both', () => {
    const stack = testStack();

    queues(stack, key(stack, 'DeadLetterKey')).grantConsumeMessages(machineRole(stack));

    expect(Object.entries(keyUse(stack).Role1ABCC5F0).map(([arn, actions]) => [arn, actions.includes('kms:Decrypt')])).toEqual(
      expect.arrayContaining([[KEY, true], [expect.stringContaining('DeadLetterKey'), true]]),
    );
  });

  test('a role that may consume, but was given no use of the dead-letter key, gets nothing', () => {
    const stack = testStack();
    const deadLetters = queues(stack, key(stack, 'DeadLetterKey'));

    machineRole(stack).addToPolicy(new PolicyStatement({ actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage'], resources: [deadLetters.queueArn] }));

    expect(keyUse(stack)).toEqual({});
  });

  test('a role that may consume from a dead-letter queue without a key may decrypt the first', () => {
    const stack = testStack();

    queues(stack, undefined).grantConsumeMessages(machineRole(stack));

    expect(keyUse(stack)).toEqual({ Role1ABCC5F0: { [KEY]: ['kms:Decrypt'] } });
  });

  test('a role that sends to the dead-letter queue gets no decryption of the first', () => {
    const stack = testStack();

    queues(stack, undefined).grantSendMessages(machineRole(stack));

    expect(keyUse(stack)).toEqual({});
  });
});
