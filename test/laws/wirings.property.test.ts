import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction, SnsTopic, SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { DeliveryStream, S3Bucket } from 'aws-cdk-lib/aws-kinesisfirehose';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { S3Destination, SnsDestination, SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { DynamoEventSource, KinesisEventSource, SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { FilterPattern, LogGroup, SubscriptionFilter } from 'aws-cdk-lib/aws-logs';
import { KinesisDestination } from 'aws-cdk-lib/aws-logs-destinations';
import { EventType } from 'aws-cdk-lib/aws-s3';
import * as s3n from 'aws-cdk-lib/aws-s3-notifications';
import { Schedule, ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { SnsPublish, SqsSendMessage } from 'aws-cdk-lib/aws-scheduler-targets';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { LambdaSubscription, SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { CustomerManagedEncryptionConfiguration, DefinitionBody, Pass, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { App, Duration, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import fc from 'fast-check';
import { CustomerManagedKey } from '../../src/keys/customer-managed-key';
import { ImportedKey } from '../../src/keys/imported-key';
import { TrustedService } from '../../src/services/trusted-service';
import { ENV, testStack } from '../support/apps';
import { keyPolicyOf, type StatementJson } from '../support/key-policies';
import { cyclesOf } from '../support/template-cycles';
import { alarm, bucket, lambda, queue, rule, stream, table, topic } from '../support/wirings';

// Laws 1, 3 and 5 for graphs of wirings that nobody thought of.

/** Some resources are made by what they are wired to: where they go, and their key. */
class Later extends Construct {
  constructor(scope: Construct, public readonly key?: IKey) {
    super(scope, 'Later');
  }
}

const MAKERS = {
  bucket,
  queue,
  // The CDK takes the id of a topic for that of its subscription in the scope of a function.
  topic: (scope: Construct, key?: IKey) => topic(scope, key, `Topic${scope.node.id}`),
  table,
  lambda,
  stream,
  alarm: (scope: Construct) => alarm(scope),
  rule: (scope: Construct) => rule(scope),
  logGroup: (scope: Construct, key?: IKey) => new LogGroup(scope, 'Logs', { encryptionKey: key }),
  secret: (scope: Construct, key?: IKey) => new Secret(scope, 'Secret', { encryptionKey: key }),
  eventBus: (scope: Construct, key?: IKey) => new EventBus(scope, 'Bus', { kmsKey: key }),
  stateMachine: (scope: Construct, key?: IKey) =>
    new StateMachine(scope, 'Machine', {
      definitionBody: DefinitionBody.fromChainable(new Pass(scope, 'Done')),
      encryptionConfiguration: key && new CustomerManagedEncryptionConfiguration(key),
    }),
  schedule: (scope: Construct, key?: IKey) => new Later(scope, key),
  delivery: (scope: Construct, key?: IKey) => new Later(scope, key),
};
type Kind = keyof typeof MAKERS;

interface Node {
  readonly kind: Kind;
  readonly stack: number;
  readonly key: number;
}

interface Graph {
  readonly stacks: number;
  readonly nodes: readonly Node[];
  readonly edges: ReadonlyArray<readonly [from: number, to: number]>;
}

const SEND = ['kms:Decrypt', 'kms:GenerateDataKey'];

/** How one end is wired to another, and which service the other end's key has to let in. */
const WIRES: Record<string, { service?: string; wire(from: any, to: any): void }> = {
  'bucket>queue': { wire: (from, to) => from.addEventNotification(EventType.OBJECT_CREATED, new s3n.SqsDestination(to)), service: 's3.amazonaws.com' },
  'bucket>topic': { wire: (from, to) => from.addEventNotification(EventType.OBJECT_REMOVED, new s3n.SnsDestination(to)), service: 's3.amazonaws.com' },
  'bucket>lambda': { wire: (from, to) => from.addEventNotification(EventType.OBJECT_CREATED, new s3n.LambdaDestination(to)) },
  'topic>queue': { wire: (from, to) => from.addSubscription(new SqsSubscription(to)), service: 'sns.amazonaws.com' },
  'topic>lambda': { wire: (from, to) => from.addSubscription(new LambdaSubscription(to)) },
  'queue>lambda': { wire: (from, to) => to.addEventSource(new SqsEventSource(from)) },
  'table>lambda': { wire: (from, to) => to.addEventSource(new DynamoEventSource(from, { startingPosition: StartingPosition.LATEST })) },
  'lambda>table': { wire: (from, to) => to.grantReadWriteData(from) },
  'lambda>queue': { wire: (from, to) => once(from, () => from.configureAsyncInvoke({ onFailure: new SqsDestination(to) })) },
  'lambda>topic': { wire: (from, to) => once(from, () => from.configureAsyncInvoke({ onFailure: new SnsDestination(to) })) },
  'lambda>bucket': { wire: (from, to) => once(from, () => from.configureAsyncInvoke({ onFailure: new S3Destination(to) })) },
  'alarm>topic': { wire: (from, to) => from.addAlarmAction(new SnsAction(to)), service: 'cloudwatch.amazonaws.com' },
  'rule>queue': { wire: (from, to) => from.addTarget(new SqsQueue(to)), service: 'events.amazonaws.com' },
  'rule>topic': { wire: (from, to) => from.addTarget(new SnsTopic(to)), service: 'events.amazonaws.com' },
  'rule>lambda': { wire: (from, to) => from.addTarget(new LambdaFunction(to)) },
  'stream>lambda': { wire: (from, to) => to.addEventSource(new KinesisEventSource(from, { startingPosition: StartingPosition.LATEST })) },
  'secret>lambda': { wire: (from, to) => from.grantRead(to) },
  'logGroup>stream': {
    wire: (from, to) => {
      const filterPattern = FilterPattern.allEvents();
      new SubscriptionFilter(from, idOf(to), { logGroup: from, destination: new KinesisDestination(to), filterPattern });
    },
  },
  'stateMachine>queue': { wire: (from, to) => from.addToRolePolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [to.queueArn] })) },
  'stateMachine>topic': { wire: (from, to) => from.addToRolePolicy(new PolicyStatement({ actions: ['sns:Publish'], resources: [to.topicArn] })) },
  'stateMachine>table': { wire: (from, to) => to.grantReadWriteData(from) },
  'eventBus>queue': { wire: (from, to) => onBus(from, to).addTarget(new SqsQueue(to)), service: 'events.amazonaws.com' },
  'eventBus>topic': { wire: (from, to) => onBus(from, to).addTarget(new SnsTopic(to)), service: 'events.amazonaws.com' },
  'schedule>queue': { wire: (from, to) => new Schedule(from, idOf(to), { schedule: DAILY, target: new SqsSendMessage(to), key: from.key }) },
  'schedule>topic': { wire: (from, to) => new Schedule(from, idOf(to), { schedule: DAILY, target: new SnsPublish(to), key: from.key }) },
  'delivery>bucket': { wire: (from, to) => new DeliveryStream(from, idOf(to), { destination: new S3Bucket(to) }) },
};

const DAILY = ScheduleExpression.rate(Duration.days(1));

/** The services that the key of a resource itself has to let in. */
const OWN: Partial<Record<Kind, string>> = { logGroup: 'logs.eu-west-1.amazonaws.com', eventBus: 'events.amazonaws.com' };

/** An id for what leads to another end. */
function idOf(to: Construct): string {
  return `To${to.node.path.replace(/\W/g, '')}`;
}

function onBus(eventBus: EventBus, to: Construct): Rule {
  return new Rule(eventBus, idOf(to), { eventBus, eventPattern: { source: ['orders'] } });
}

/** A function has one configuration of asynchronous invocation. */
function once(fn: Construct, configure: () => void): void {
  if (!fn.node.tryFindChild('EventInvokeConfig')) {
    configure();
  }
}

/** A key that the graph shares, and what its policy says or its owner has to add. */
interface SharedKey {
  readonly key: IKey;
  policy(): StatementJson[];
}

type KeyMaker = (stack: Stack) => SharedKey;

const ours: KeyMaker = (stack) => ({ key: new CustomerManagedKey(stack, 'Key'), policy: () => keyPolicyOf(stack) });

const imported = (account: string): KeyMaker => (stack) => {
  const key = ImportedKey.fromKeyArn(stack, 'Key', `arn:aws:kms:eu-west-1:${account}:key/1234abcd-12ab-34cd-56ef-1234567890ab`);
  return { key, policy: () => key.statementsForOwner.map((statement) => statement.toStatementJson()) };
};

function build({ stacks, nodes, edges }: Graph, makers: readonly KeyMaker[]): { app: App; keys: SharedKey[] } {
  const app = new App();
  const places = Array.from({ length: stacks }, (_, index) => new Stack(app, `Stack${index}`, { env: ENV }));
  const keys = makers.map((make, index) => make(stacks === 1 && makers.length === 1 ? places[0] : new Stack(app, `Keys${index}`, { env: ENV })));
  const made = nodes.map(({ kind, stack, key }, index) => MAKERS[kind](new Construct(places[stack], `Node${index}`), keys[key % makers.length]?.key));
  edges.forEach(([from, to]) => wireOf(nodes, [from, to])!.wire(made[from], made[to]));
  return { app, keys };
}

function wireOf(nodes: readonly Node[], [from, to]: readonly [number, number]) {
  return from === to ? undefined : WIRES[`${nodes[from].kind}>${nodes[to].kind}`];
}

/** Some ends cannot be in different stacks, whether they are encrypted or not. */
function worksWithoutKeys(graph: Graph): boolean {
  try {
    return cyclesOf(build(graph, []).app.synth()).length === 0;
  } catch (error) {
    if (/cyclic reference/.test((error as Error).message)) {
      return false;
    }
    throw error;
  }
}

const GRAPHS: fc.Arbitrary<Graph> = fc
  .integer({ min: 1, max: 3 })
  .chain((stacks) => {
    const node = fc.record({
      kind: fc.constantFrom(...(Object.keys(MAKERS) as Kind[])),
      stack: fc.integer({ min: 0, max: stacks - 1 }),
      key: fc.integer({ min: 0, max: 1 }),
    });
    return fc.record({ stacks: fc.constant(stacks), nodes: fc.array(node, { minLength: 4, maxLength: 12 }) });
  })
  .chain(({ stacks, nodes }) => {
    const possible = nodes.flatMap((_, from) => nodes.map((__, to) => [from, to] as const)).filter((edge) => wireOf(nodes, edge));
    return fc.record({ stacks: fc.constant(stacks), nodes: fc.constant(nodes), edges: fc.subarray(possible) });
  });

const SOURCE = /^(aws:SourceAccount|aws:SourceArn|kms:EncryptionContext:.+)$/;

function isBound({ Condition = {} }: StatementJson): boolean {
  return Object.values(Condition).some((keys) => Object.keys(keys).some((key) => SOURCE.test(key)));
}

test.each<[string, KeyMaker[]]>([
  ['one key', [ours]],
  ['two keys', [ours, ours]],
  ['a key, and one that is imported', [ours, imported('111111111111')]],
  ['a key, and one of another account', [ours, imported('222222222222')]],
])('%s: no cycle, no service that is not bound, and none that is missing', (_, makers) => {
  let wired = 0;
  fc.assert(
    fc.property(GRAPHS, (graph) => {
      fc.pre(graph.edges.length > 0 && worksWithoutKeys(graph));
      const { nodes, edges } = graph;
      const { app, keys } = build(graph, makers);

      expect(cyclesOf(app.synth())).toEqual([]);

      const policies = keys.map((key) => key.policy());
      const services = policies.flat().filter(({ Principal }) => Principal.Service);
      // AWS documents no condition for EventBridge to an encrypted topic.
      const unbound = services.filter((statement) => !isBound(statement)).map(({ Principal }) => Principal.Service);
      expect(unbound.filter((service) => service !== 'events.amazonaws.com')).toEqual([]);
      expect(unbound.length > 0).toBe(edges.some(([from, to]) => ['rule', 'eventBus'].includes(nodes[from].kind) && nodes[to].kind === 'topic'));
      expect(policies.flat().filter(({ Action }) => Action.length === 0)).toEqual([]);
      expect(policies.filter((policy) => Buffer.byteLength(JSON.stringify(policy)) > 32768)).toEqual([]);

      const allowed = (key: number, service: string) =>
        policies[key % makers.length].filter(({ Principal }) => Principal.Service === service).flatMap(({ Action }) => Action);
      for (const [from, to] of edges) {
        const { service } = wireOf(nodes, [from, to])!;
        if (service) {
          wired++;
          expect(allowed(nodes[to].key, service)).toEqual(expect.arrayContaining(SEND));
        }
      }
      for (const { kind, key } of nodes) {
        if (OWN[kind]) {
          expect(allowed(key, OWN[kind])).toEqual(expect.arrayContaining(SEND));
        }
      }
    }),
    { numRuns: 15 },
  );
  expect(wired).toBeGreaterThan(0);
}, 60_000);

test('a key policy is within 32,768 bytes, or fails', () => {
  const seen = new Set<boolean>();
  fc.assert(
    fc.property(fc.nat({ max: 2000 }), fc.nat({ max: 120 }), fc.integer({ min: 1, max: 250 }), (accounts, sources, length) => {
      const stack = testStack();
      const key = new CustomerManagedKey(stack, 'Key', { trustedAccounts: Array.from({ length: accounts }, (_, index) => String(200000000000 + index)) });
      const name = (index: number) => String(index).padStart(length, 'x');
      const sourceArns = Array.from({ length: sources }, (_, index) => `arn:aws:sns:eu-west-1:111111111111:${name(index)}`);
      key.trustService(TrustedService.SNS_TO_QUEUES, { sourceArns });

      const { error, bytes } = synthesized(stack);

      seen.add(error === undefined);
      expect(error ?? 'none').toMatch(bytes === undefined ? /\[cdk-kms-constructs:PolicyTooLarge\]/ : /^none$/);
      expect(bytes ?? 0).toBeLessThanOrEqual(32768);
    }),
    { numRuns: 40 },
  );
  expect(seen).toEqual(new Set([true, false]));
}, 60_000);

function synthesized(stack: Stack): { error?: string; bytes?: number } {
  try {
    return { bytes: Buffer.byteLength(JSON.stringify({ Version: '2012-10-17', Statement: keyPolicyOf(stack) }).replaceAll('<AWS::Partition>', 'aws-us-gov')) };
  } catch (error) {
    return { error: (error as Error).message };
  }
}
