import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { CfnQueue } from 'aws-cdk-lib/aws-sqs';
import { App, Aspects, NestedStack, Stack, Stage, type IAspect } from 'aws-cdk-lib/core';
import { Construct, type IConstruct } from 'constructs';
import { CustomerManagedKey } from '../../src/keys/customer-managed-key';
import { ENV, testStack, testStacks } from '../support/apps';
import { keyPolicyOf, serviceAccess } from '../support/key-policies';
import { cyclesOf } from '../support/template-cycles';
import { WIRINGS, alarm, queue, topic } from '../support/wirings';

const SNS_TO_QUEUE = {
  service: 'sns.amazonaws.com',
  actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
  condition: {
    StringEquals: { 'aws:SourceAccount': '111111111111' },
    ArnLike: { 'aws:SourceArn': 'arn:<AWS::Partition>:sns:eu-west-1:111111111111:*' },
  },
};
const CLOUDWATCH_TO_TOPIC = {
  service: 'cloudwatch.amazonaws.com',
  actions: [
    'kms:Decrypt',
    'kms:GenerateDataKey',
    'kms:GenerateDataKeyPair',
    'kms:GenerateDataKeyPairWithoutPlaintext',
    'kms:GenerateDataKeyWithoutPlaintext',
  ],
  condition: {
    StringEquals: { 'aws:SourceAccount': '111111111111' },
    ArnLike: { 'aws:SourceArn': 'arn:<AWS::Partition>:cloudwatch:eu-west-1:111111111111:alarm:*' },
  },
};

/** What many companies do: an alarm for every topic, made when the app is complete. */
class AlarmOnEveryTopic implements IAspect {
  public visit(node: IConstruct): void {
    if (node instanceof Topic) {
      alarm(new Construct(node, 'Alarms')).addAlarmAction(new SnsAction(node));
    }
  }
}

function addOnce(alarmed: Topic): void {
  if (Aspects.of(alarmed).all.length === 0) {
    Aspects.of(alarmed).add(new AlarmOnEveryTopic(), { priority: 300 });
  }
}

class EncryptQueues implements IAspect {
  constructor(private readonly key: CustomerManagedKey) {}

  public visit(node: IConstruct): void {
    if (CfnQueue.isCfnQueue(node)) {
      node.kmsMasterKeyId = this.key.keyArn;
    }
  }
}

describe.each([true, false])('aspects, with @aws-cdk/core:aspectStabilization %s', (stabilization) => {
  const app = { context: { '@aws-cdk/core:aspectStabilization': stabilization } };

  test('an alarm that an aspect of the app adds is found', () => {
    const stack = testStack({}, app);
    topic(stack, new CustomerManagedKey(stack, 'Key'));

    Aspects.of(stack.node.root).add(new AlarmOnEveryTopic());

    expect(serviceAccess(stack)).toEqual([CLOUDWATCH_TO_TOPIC]);
  });

  test('an alarm that an aspect adds in a stack after the key is found', () => {
    const { keys, app: users } = testStacks(app);
    topic(users, new CustomerManagedKey(keys, 'Key'));

    Aspects.of(users).add(new AlarmOnEveryTopic(), { priority: 900 });

    expect(serviceAccess(keys)).toEqual([CLOUDWATCH_TO_TOPIC]);
  });

  test('a key that an aspect gives to a queue is found', () => {
    const stack = testStack({}, app);
    const key = new CustomerManagedKey(stack, 'Key');
    topic(stack).addSubscription(new SqsSubscription(queue(stack)));

    Aspects.of(stack).add(new EncryptQueues(key));

    expect(serviceAccess(stack)).toEqual([SNS_TO_QUEUE]);
  });

  test('an aspect that adds an aspect of a low priority still may', () => {
    const stack = testStack({}, app);
    topic(stack, new CustomerManagedKey(stack, 'Key'));

    Aspects.of(stack).add({
      visit(node) {
        if (node === stack) {
          Aspects.of(stack.node.tryFindChild('Topic')!).add(new AlarmOnEveryTopic(), { priority: 1000 });
        }
      },
    });

    expect(serviceAccess(stack)).toEqual([CLOUDWATCH_TO_TOPIC]);
  });
});

test('an alarm that comes in a second pass is found, and the aspect that brings it may have a low priority', () => {
  const stack = testStack({}, { context: { '@aws-cdk/core:aspectStabilization': true } });
  const alarmed = topic(stack, new CustomerManagedKey(stack, 'Key'));
  const last = new Construct(stack, 'Last');

  // When it is visited, the topic was visited already: only another pass reaches what is added there.
  Aspects.of(last).add({ visit: () => addOnce(alarmed) });

  expect(serviceAccess(stack)).toEqual([CLOUDWATCH_TO_TOPIC]);
});

test('an alarm that comes when the services were discovered already is found', () => {
  const stack = testStack({}, { context: { '@aws-cdk/core:aspectStabilization': true } });
  const key = new CustomerManagedKey(stack, 'Key');
  const [first, second] = ['First', 'Second'].map((id) => new Construct(stack, id));

  Aspects.of(stack).add(new AlarmOnEveryTopic());
  // Comes to a construct that was visited before it: the other aspect sees the topic in the next pass only.
  Aspects.of(second).add({ visit: () => void topic(first, key) });

  expect(serviceAccess(stack)).toEqual([CLOUDWATCH_TO_TOPIC]);
});

describe('where the wiring is', () => {
  test('in a Stage', () => {
    const app = new App();
    const stage = new Stage(app, 'Prod', { env: ENV });
    const [keys, users] = ['Keys', 'Users'].map((id) => new Stack(stage, id));
    const key = new CustomerManagedKey(keys, 'Key');

    WIRINGS['topic delivers to queue']({ producer: users, consumer: users, key });

    expect(cyclesOf(stage.synth())).toEqual([]);
    expect(serviceAccess(keys)).toEqual([SNS_TO_QUEUE]);
    expect(() => app.synth()).not.toThrow();
  });

  test('in two Stages of one app: each key knows the services of its own', () => {
    const app = new App();
    const stages = ['Test', 'Prod'].map((id) => new Stage(app, id, { env: ENV }));
    const [test, prod] = stages.map((stage) => new Stack(stage, 'Stack'));
    const [testKey, prodKey] = [test, prod].map((stack) => new CustomerManagedKey(stack, 'Key'));

    WIRINGS['topic delivers to queue']({ producer: test, consumer: test, key: testKey });
    WIRINGS['alarm reaches topic']({ producer: prod, consumer: prod, key: prodKey });

    expect(serviceAccess(test)).toEqual([SNS_TO_QUEUE]);
    expect(serviceAccess(prod)).toEqual([CLOUDWATCH_TO_TOPIC]);
  });

  test('in a NestedStack, with the key in its parent', () => {
    const stack = testStack();
    const key = new CustomerManagedKey(stack, 'Key');
    const nested = new NestedStack(stack, 'Nested');

    WIRINGS['topic delivers to queue']({ producer: nested, consumer: nested, key });
    WIRINGS['bucket notifies queue']({ producer: new Construct(nested, 'More'), consumer: new Construct(nested, 'Yet more'), key });

    expect(cyclesOf((stack.node.root as App).synth())).toEqual([]);
    expect(serviceAccess(stack)).toEqual([
      SNS_TO_QUEUE,
      { service: 's3.amazonaws.com', actions: ['kms:Decrypt', 'kms:GenerateDataKey'], condition: { StringEquals: { 'aws:SourceAccount': '111111111111' } } },
    ]);
  });

  test('in the parent of a NestedStack that has the key', () => {
    const stack = testStack();
    const nested = new NestedStack(stack, 'Nested');
    const key = new CustomerManagedKey(nested, 'Key');

    WIRINGS['topic delivers to queue']({ producer: stack, consumer: stack, key });

    expect(cyclesOf((stack.node.root as App).synth())).toEqual([]);
    expect(serviceAccess(nested)).toEqual([
      {
        ...SNS_TO_QUEUE,
        condition: {
          StringEquals: { 'aws:SourceAccount': '111111111111' },
          ArnLike: { 'aws:SourceArn': 'arn:<AWS::Partition>:sns:eu-west-1:111111111111:*' },
        },
      },
    ]);
  });

  test('in a stack without an app', () => {
    const stack = new Stack(undefined, 'Stack', { env: ENV });

    WIRINGS['topic delivers to queue']({ producer: stack, consumer: stack, key: new CustomerManagedKey(stack, 'Key') });

    expect(serviceAccess(stack)).toEqual([SNS_TO_QUEUE]);
  });

  test('in a stack without an environment: bound by pseudo parameters', () => {
    const stack = new Stack(new App(), 'Stack');

    WIRINGS['alarm reaches topic']({ producer: stack, consumer: stack, key: new CustomerManagedKey(stack, 'Key') });

    expect(serviceAccess(stack).map(({ condition }) => condition)).toEqual([
      {
        StringEquals: { 'aws:SourceAccount': '<AWS::AccountId>' },
        ArnLike: { 'aws:SourceArn': 'arn:<AWS::Partition>:cloudwatch:<AWS::Region>:<AWS::AccountId>:alarm:*' },
      },
    ]);
  });
});

describe('synthesis again', () => {
  const wired = () => {
    const stack = testStack();
    const key = new CustomerManagedKey(stack, 'Key', { aliases: ['orders'] });
    Object.entries(WIRINGS).forEach(([name, wire]) => {
      const place = new Construct(stack, name);
      wire({ producer: new Construct(place, 'Producer'), consumer: new Construct(place, 'Consumer'), key });
    });
    return stack;
  };

  test('a forced second synthesis gives the same template', () => {
    const app = wired().node.root as App;

    const first = JSON.stringify(app.synth().stacks[0].template);
    const second = JSON.stringify(app.synth({ force: true }).stacks[0].template);

    expect(first).toContain('cloudwatch.amazonaws.com');
    expect(second).toBe(first);
  });

  test('every wiring on one key in one stack: no cycle, and no statement that another covers', () => {
    const stack = wired();

    const services = keyPolicyOf(stack).filter(({ Principal }) => Principal.Service);

    expect(cyclesOf((stack.node.root as App).synth())).toEqual([]);
    const shapes = services.map(({ Principal, Action, Condition }) => [Principal.Service, Action.length, Object.keys(Condition ?? {})]);
    expect(shapes.sort()).toEqual([
      ['cloudwatch.amazonaws.com', 5, ['StringEquals', 'ArnLike']],
      ['events.amazonaws.com', 2, ['StringEquals']],
      ['events.amazonaws.com', 5, []],
      ['s3.amazonaws.com', 5, ['StringEquals']],
      ['sns.amazonaws.com', 2, ['StringEquals', 'ArnLike']],
    ]);
  });
});
