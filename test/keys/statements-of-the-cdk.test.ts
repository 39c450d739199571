import { Template } from 'aws-cdk-lib/assertions';
import { Volume } from 'aws-cdk-lib/aws-ec2';
import { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { AccountRootPrincipal, LazyRole, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Alias, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { App, CfnOutput, PhysicalName, PropertyInjectors, Size, Stack } from 'aws-cdk-lib/core';
import { CustomerManagedKey, KeyPrincipal } from 'cdk-kms-constructs';
import { ENV, testStack } from '../support/apps';
import { keyActionsByRole, keyPolicyOf, messagesOf, serviceStatements } from '../support/key-policies';

const IMMUTABLE = 'arn:aws:iam::111111111111:role/Imported';

function lambda(stack: Stack, id: string, props: object = {}): LambdaFunction {
  return new LambdaFunction(stack, id, { runtime: Runtime.NODEJS_22_X, handler: 'index.handler', code: Code.fromInline('x'), ...props });
}

test("everything for the account's root, as constructs for Amazon ECS write it, is left to IAM", () => {
  const stack = testStack();
  const key = new CustomerManagedKey(stack, 'Key');

  key.addToResourcePolicy(new PolicyStatement({ actions: ['kms:*'], resources: ['*'], principals: [new AccountRootPrincipal()] }));

  expect(keyPolicyOf(stack).map(({ Sid }) => Sid)).toEqual(['KeyAdministration', 'KeyMetadata', 'KeyUse', 'ServiceGrants', 'GrantsForServicesOnly']);
  expect(messagesOf(stack, 'info')).toEqual([expect.stringContaining('[ack: cdk-kms-constructs:statementCovered]')]);
});

test('everything for the account does not widen administration, and that is said', () => {
  const stack = testStack();
  const key = new CustomerManagedKey(stack, 'Key', { administrators: [KeyPrincipal.roleName('Admin')] });

  key.addToResourcePolicy(new PolicyStatement({ actions: ['kms:*'], resources: ['*'], principals: [new AccountRootPrincipal()] }));

  expect(keyPolicyOf(stack)).toHaveLength(5);
  expect(messagesOf(stack, 'warning')).toEqual([expect.stringContaining('[ack: cdk-kms-constructs:statementNarrowed]')]);
});

test('a role of another account that the CDK names is let in by that name', () => {
  const app = new App();
  const stack = new Stack(app, 'Stack', { env: ENV });
  const other = new Stack(app, 'Other', { env: { account: '222222222222', region: 'eu-west-1' } });
  const role = new Role(other, 'Role', { assumedBy: new ServicePrincipal('codepipeline.amazonaws.com'), roleName: PhysicalName.GENERATE_IF_NEEDED });

  new CustomerManagedKey(stack, 'Key').grantDecrypt(role);

  const [statement] = keyPolicyOf(stack).filter(({ Principal }) => Principal.AWS === '222222222222');
  const [{ RoleName: name }] = Object.values(Template.fromStack(other).findResources('AWS::IAM::Role')).map(({ Properties }) => Properties);
  expect(name).toMatch(/^other/);
  expect(statement.Condition).toEqual({ ArnLike: { 'aws:PrincipalArn': `arn:<AWS::Partition>:iam::222222222222:role/${name}` } });
  expect(statement.Action).toEqual(['kms:Decrypt', 'kms:DescribeKey']);
});

test('an event bus keeps what it needs where a rule reaches the key too', () => {
  const stack = testStack();
  const key = new CustomerManagedKey(stack, 'Key');
  const eventBus = new EventBus(stack, 'Bus', { kmsKey: key });

  new Rule(stack, 'Rule', { eventBus, eventPattern: { source: ['orders'] }, targets: [new SqsQueue(new Queue(stack, 'Queue', { encryptionMasterKey: key }))] });

  expect(serviceStatements(stack, 'events.amazonaws.com').map(({ Action }) => Action)).toEqual([
    ['kms:Decrypt', 'kms:GenerateDataKey'], // of the bus, by its context
    'kms:DescribeKey',
    ['kms:Decrypt', 'kms:GenerateDataKey'], // of the rule, by the account; what the CDK wrote for the bus by name is in the first
  ]);
});

test('a volume is granted to a role that takes no policies without a crash, and that is said', () => {
  const stack = testStack();
  const encryptionKey = new CustomerManagedKey(stack, 'Key');
  const volume = new Volume(stack, 'Volume', { availabilityZone: 'eu-west-1a', size: Size.gibibytes(1), encrypted: true, encryptionKey });

  volume.grantAttachVolume(Role.fromRoleArn(stack, 'Role', IMMUTABLE, { mutable: false }));

  expect(messagesOf(stack, 'warning')).toContainEqual(expect.stringContaining('[ack: cdk-kms-constructs:grantNotApplied]'));
});

test('a lazy role takes its grant', () => {
  const stack = testStack();
  const role = new LazyRole(stack, 'Role', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });

  const grant = new CustomerManagedKey(stack, 'Key').grantDecrypt(role);
  new CfnOutput(stack, 'RoleArn', { value: role.roleArn });

  expect(grant.success).toBe(true);
  expect(Object.values(keyActionsByRole(stack))).toContainEqual(['kms:Decrypt', 'kms:DescribeKey']);
  expect(messagesOf(stack, 'warning').filter((message) => message.includes('grantNotApplied'))).toEqual([]);
});

test('a function that was imported without its role gets nothing, and the grant says so', () => {
  const stack = testStack();
  const imported = LambdaFunction.fromFunctionArn(stack, 'Function', 'arn:aws:lambda:eu-west-1:111111111111:function:orders');

  expect(new CustomerManagedKey(stack, 'Key').grantDecrypt(imported).success).toBe(false);
});

test('a policy that is injected into every key is reviewed like every other statement', () => {
  const stack = testStack();
  PropertyInjectors.of(stack).add({
    constructUniqueId: Key.PROPERTY_INJECTION_ID,
    inject: (props) => ({
      ...props,
      policy: new PolicyDocument({
        statements: [new PolicyStatement({ actions: ['kms:Decrypt'], resources: ['*'], principals: [new ServicePrincipal('sns.amazonaws.com')] })],
      }),
    }),
  });

  new CustomerManagedKey(stack, 'Key');

  expect(serviceStatements(stack, 'sns.amazonaws.com').map(({ Condition }) => Condition)).toEqual([
    { StringEquals: { 'aws:SourceAccount': '111111111111' }, ArnLike: { 'aws:SourceArn': 'arn:<AWS::Partition>:sns:eu-west-1:111111111111:*' } },
  ]);
});

test('grantAdmin fails where administrators are named, since it would give nothing', () => {
  const stack = testStack();
  const key = new CustomerManagedKey(stack, 'Key', { administrators: [KeyPrincipal.roleName('Admin')] });

  expect(() => key.grantAdmin(new Role(stack, 'Role', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') }))).toThrow(
    '[cdk-kms-constructs:AdministrationWidened] Stack/Key',
  );
});

test('a function whose role is not in the app is told, with the statement to add', () => {
  const stack = testStack();
  const deadLetterQueue = new Queue(stack, 'Queue', { encryptionMasterKey: new CustomerManagedKey(stack, 'Key') });

  lambda(stack, 'Function', { role: Role.fromRoleArn(stack, 'Role', IMMUTABLE, { mutable: false }), deadLetterQueue });

  expect(messagesOf(stack, 'warning')).toContainEqual(
    expect.stringMatching(/its role is not in this app.*kms:Decrypt.*kms:GenerateDataKey.*\[ack: cdk-kms-constructs:grantNotApplied\]/),
  );
});

test('an event source of an alias gives its permission to the role of the function', () => {
  const stack = testStack();
  const queue = new Queue(stack, 'Queue', { encryptionMasterKey: new CustomerManagedKey(stack, 'Key') });
  const handler = lambda(stack, 'Function');
  const alias = new Alias(stack, 'Alias', { aliasName: 'live', version: handler.currentVersion });

  alias.addEventSourceMapping('Source', { eventSourceArn: queue.queueArn });

  expect(keyActionsByRole(stack)).toEqual({ FunctionServiceRole675BB04A: ['kms:Decrypt'] });
});

test('an imported role as administrator may lack its path, and that is said', () => {
  const stack = testStack();

  new CustomerManagedKey(stack, 'Key', { administrators: [KeyPrincipal.role(Role.fromRoleName(stack, 'Role', 'Admin'))] });

  expect(messagesOf(stack, 'warning')).toEqual([expect.stringContaining('[ack: cdk-kms-constructs:principalPathUnknown]')]);
});

test('an id of the key in another Region is a weak reference, without a function', () => {
  const app = new App();
  const key = new CustomerManagedKey(new Stack(app, 'Stack', { env: ENV }), 'Key');
  const other = new Stack(app, 'Other', { env: { account: '111111111111', region: 'us-east-1' } });

  new CfnOutput(other, 'Id', { value: key.keyId });

  Template.fromStack(other).resourceCountIs('AWS::Lambda::Function', 0);
  expect(JSON.stringify(Template.fromStack(other).toJSON().Outputs)).toContain('Fn::GetStackOutput');
});

test('a topic of another account, with an ARN that holds the partition, is bound to that account', () => {
  const stack = testStack();
  const topicArn = stack.formatArn({ service: 'sns', account: '222222222222', region: 'us-east-1', resource: 'orders' });
  const queue = new Queue(stack, 'Queue', { encryptionMasterKey: new CustomerManagedKey(stack, 'Key') });

  Topic.fromTopicArn(stack, 'Topic', topicArn).addSubscription(new SqsSubscription(queue));

  expect(serviceStatements(stack, 'sns.amazonaws.com').map(({ Condition }) => Condition)).toEqual([
    { StringEquals: { 'aws:SourceAccount': '222222222222' }, ArnLike: { 'aws:SourceArn': 'arn:<AWS::Partition>:sns:us-east-1:222222222222:*' } },
  ]);
});
