import { Template } from 'aws-cdk-lib/assertions';
import { Effect, ManagedPolicy, Policy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { DefinitionBody, StateMachine, TaskInput } from 'aws-cdk-lib/aws-stepfunctions';
import { SqsSendMessage } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Stack, type App } from 'aws-cdk-lib/core';
import { CustomerManagedKey } from '../../src/keys/customer-managed-key';
import { ENV, testStack, testStacks } from '../support/apps';
import { FLAGS } from '../support/feature-flags';
import { keyActionsByRole, messagesOf } from '../support/key-policies';
import { queue } from '../support/wirings';

// Law 4: exact actions hold for the IAM statements that others write by hand on a key of ours.

const DATA_KEYS = ['kms:GenerateDataKey', 'kms:GenerateDataKeyPair', 'kms:GenerateDataKeyPairWithoutPlaintext', 'kms:GenerateDataKeyWithoutPlaintext'];

const role = (scope: Stack) => new Role(scope, 'Role', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });

const onKeys = (stack: Stack, type = 'AWS::IAM::Policy') =>
  Object.values(Template.fromStack(stack).findResources(type))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
    .map(({ Action, Resource }) => [Action, Resource]);

describe.each(Object.entries(FLAGS))('with %s', (_, context) => {
  test('a task of Step Functions that writes wildcards', () => {
    const stack = testStack({}, { context });
    const task = new SqsSendMessage(stack, 'Send', { queue: queue(stack, new CustomerManagedKey(stack, 'Key')), messageBody: TaskInput.fromText('hello') });

    new StateMachine(stack, 'Machine', { definitionBody: DefinitionBody.fromChainable(task) });

    expect(Object.values(keyActionsByRole(stack))).toEqual([['kms:Decrypt', ...DATA_KEYS]]);
  });

  test.each([1, 2])('an inline statement on the ARN of the key, in %d stacks', (stacks) => {
    const { keys, app } = testStacks({ context });
    const users = stacks === 1 ? keys : app;
    const key = new CustomerManagedKey(keys, 'Key');

    role(users).addToPolicy(new PolicyStatement({ actions: ['kms:GenerateDataKey*', 'kms:decrypt'], resources: [key.keyArn] }));

    expect(keyActionsByRole(users)).toEqual({ Role1ABCC5F0: ['kms:Decrypt', ...DATA_KEYS] });
  });

  test('a managed policy', () => {
    const stack = testStack({}, { context });
    const key = new CustomerManagedKey(stack, 'Key');

    new ManagedPolicy(stack, 'Policy', { statements: [new PolicyStatement({ actions: ['kms:ReEncrypt*'], resources: [key.keyArn] })] });

    expect(onKeys(stack, 'AWS::IAM::ManagedPolicy')).toEqual([[['kms:ReEncryptFrom', 'kms:ReEncryptTo'], { 'Fn::GetAtt': ['Key961B73FD', 'Arn'] }]]);
  });
});

test('a denial is left as it is, since its wildcards deny what comes later too', () => {
  const stack = testStack();
  const key = new CustomerManagedKey(stack, 'Key');

  role(stack).addToPolicy(new PolicyStatement({ effect: Effect.DENY, actions: ['kms:*'], resources: [key.keyArn] }));

  expect(onKeys(stack).map(([action]) => action)).toEqual(['kms:*']);
});

test('wildcards of what the key cannot do are left as they are', () => {
  const stack = testStack();
  const key = new CustomerManagedKey(stack, 'Key');

  role(stack).addToPolicy(new PolicyStatement({ actions: ['kms:*Mac'], resources: [key.keyArn] }));

  expect(onKeys(stack).map(([action]) => action)).toEqual(['kms:*Mac']);
});

test('a policy that was made exact says so, and one that was exact does not', () => {
  const stack = testStack();
  const key = new CustomerManagedKey(stack, 'Key');

  role(stack).addToPolicy(new PolicyStatement({ actions: ['kms:ReEncrypt*'], resources: [key.keyArn] }));
  new ManagedPolicy(stack, 'Policy', { statements: [new PolicyStatement({ actions: ['kms:Decrypt'], resources: [key.keyArn] })] });

  expect(messagesOf(stack, 'info')).toEqual([expect.stringContaining('[ack: cdk-kms-constructs:actionsExpanded]')]);
});

test('a statement that names another key too is left as it is', () => {
  const stack = testStack();
  const keys = [new CustomerManagedKey(stack, 'Key').keyArn, new Key(stack, 'Other').keyArn];

  role(stack).addToPolicy(new PolicyStatement({ actions: ['kms:ReEncrypt*'], resources: keys }));

  expect(onKeys(stack).map(([action]) => action)).toEqual(['kms:ReEncrypt*']);
});

test.each(['*', 'arn:aws:kms:eu-west-1:111111111111:key/1234'])('a statement on %s is left as it is', (resource) => {
  const stack = testStack();
  new CustomerManagedKey(stack, 'Key');

  role(stack).addToPolicy(new PolicyStatement({ actions: ['kms:ReEncrypt*'], resources: [resource] }));

  expect(onKeys(stack)).toEqual([['kms:ReEncrypt*', resource]]);
});

test('statements of other services in the same policy are left as they are', () => {
  const stack = testStack();
  const key = new CustomerManagedKey(stack, 'Key');
  const policy = new Policy(stack, 'Policy', { roles: [role(stack)] });

  policy.addStatements(new PolicyStatement({ actions: ['s3:Get*'], resources: ['*'] }), new PolicyStatement({ actions: ['kms:GenerateDataKey*'], resources: [key.keyArn] }));

  expect(onKeys(stack)).toEqual([
    ['s3:Get*', '*'],
    [DATA_KEYS, { 'Fn::GetAtt': ['Key961B73FD', 'Arn'] }],
  ]);
});

test('the document of somebody else may still grow while the app is synthesized, and the second synthesis is the same', () => {
  const stack = new Stack(testStack().node.root, 'Own', { env: ENV });
  const key = new CustomerManagedKey(stack, 'Key');
  role(stack).addToPolicy(new PolicyStatement({ actions: ['kms:GenerateDataKey*'], resources: [key.keyArn] }));
  const app = stack.node.root as App;

  const [first, second] = [app.synth(), app.synth({ force: true })].map((assembly) => JSON.stringify(assembly.getStackByName('Own').template));

  expect(first).toContain('kms:GenerateDataKeyPairWithoutPlaintext');
  expect(second).toBe(first);
});
