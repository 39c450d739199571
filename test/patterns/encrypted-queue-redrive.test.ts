import { Template } from 'aws-cdk-lib/assertions';
import { App, NestedStack, Stack, Stage } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { EncryptedQueue, type EncryptedQueueProps } from '../../src/patterns/encrypted-queue';
import { ENV, testStack } from '../support/apps';
import { intrinsicText } from '../support/granted-permissions';
import { templateCycles } from '../support/template-cycles';

/** The names of the queues of a stack that have one, and the ARNs that their dead-letter queues take messages from. */
function namesAndSources(stack: Stack): { names: string[]; sources: string[] } {
  const queues = Object.values(Template.fromStack(stack).findResources('AWS::SQS::Queue')).map(({ Properties }) => Properties);
  return {
    names: queues.flatMap(({ QueueName }) => QueueName ?? []),
    sources: queues.flatMap(({ RedriveAllowPolicy }) => RedriveAllowPolicy?.sourceQueueArns ?? []).map(intrinsicText),
  };
}

test.each<[string, EncryptedQueueProps, string]>([
  ['a queue', {}, 'arn:<AWS::Partition>:sqs:eu-west-1:111111111111:Stack-Jobs-254EC2FF'],
  ['a FIFO queue', { fifo: true }, 'arn:<AWS::Partition>:sqs:eu-west-1:111111111111:Stack-Jobs-254EC2FF.fifo'],
  ['a queue with a name', { queueName: 'jobs' }, 'arn:<AWS::Partition>:sqs:eu-west-1:111111111111:jobs'],
])('the dead-letter queue of %s takes messages from that queue only', (_, props, source) => {
  const stack = testStack();

  new EncryptedQueue(stack, 'Jobs', props);

  expect(namesAndSources(stack).sources).toEqual([source]);
});

test('in a stack without an environment the source is of the account and Region of the deployment', () => {
  const stack = testStack({ env: undefined });

  new EncryptedQueue(stack, 'Jobs');

  expect(namesAndSources(stack).sources).toEqual(['arn:<AWS::Partition>:sqs:<AWS::Region>:<AWS::AccountId>:Stack-Jobs-254EC2FF']);
});

test('queue, dead-letter queue and key make no circular dependency', () => {
  const stack = testStack();

  new EncryptedQueue(stack, 'Jobs');

  expect(templateCycles(Template.fromStack(stack).toJSON())).toEqual([]);
});

test('two queues of a stack have different names', () => {
  const stack = testStack();

  new EncryptedQueue(stack, 'Jobs');
  new EncryptedQueue(new Construct(stack, 'Nightly'), 'Jobs');

  expect(namesAndSources(stack)).toEqual({
    names: ['Stack-Jobs-254EC2FF', 'Stack-Nightly-Jobs-2C88D31D'],
    sources: [
      'arn:<AWS::Partition>:sqs:eu-west-1:111111111111:Stack-Jobs-254EC2FF',
      'arn:<AWS::Partition>:sqs:eu-west-1:111111111111:Stack-Nightly-Jobs-2C88D31D',
    ],
  });
});

test('the same queue in two stacks, and in two stages, has different names', () => {
  const app = new App();
  const stacks = [
    new Stack(app, 'Blue', { env: ENV }),
    new Stack(app, 'Green', { env: ENV }),
    new Stack(new Stage(app, 'Beta', { env: ENV }), 'Blue'),
    new Stack(new Stage(app, 'Prod', { env: ENV }), 'Blue'),
  ];

  stacks.forEach((stack) => new EncryptedQueue(stack, 'Jobs'));

  const names = stacks.flatMap((stack) => namesAndSources(stack).names);
  expect(names).toHaveLength(4);
  expect(new Set(names).size).toBe(4);
});

test('the same queue in nested stacks of two stacks has different names', () => {
  const app = new App();
  const nested = ['Blue', 'Green'].map((id) => new NestedStack(new Stack(app, id, { env: ENV }), 'Nested'));

  nested.forEach((stack) => new EncryptedQueue(stack, 'Jobs'));

  const names = nested.flatMap((stack) => namesAndSources(stack).names);
  expect(names).toHaveLength(2);
  expect(names[0]).not.toBe(names[1]);
});

test.each([[{}, /^[A-Za-z0-9_-]+$/], [{ fifo: true }, /^[A-Za-z0-9_-]+\.fifo$/]])('a name from a long path fits into 80 characters: %j', (props, pattern) => {
  const stack = testStack();
  const deep = ['Warehouse', 'InboundLogistics', 'ReturnsDepartment'].reduce<Construct>((scope, id) => new Construct(scope, `${id}OfTheCompany`), stack);

  new EncryptedQueue(deep, 'JobsThatWaitForSomebodyToHaveTheTime', props);
  new EncryptedQueue(deep, 'JobsThatWaitForSomebodyToHaveTheTimeToo', props);

  const { names } = namesAndSources(stack);
  expect(names.map((name) => name.length <= 80)).toEqual([true, true]);
  expect(names.map((name) => pattern.test(name))).toEqual([true, true]);
  expect(names[0]).not.toBe(names[1]);
});
