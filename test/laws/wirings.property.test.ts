import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { LambdaFunction, SnsTopic, SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { S3Destination, SnsDestination, SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { DynamoEventSource, SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { EventType } from 'aws-cdk-lib/aws-s3';
import * as s3n from 'aws-cdk-lib/aws-s3-notifications';
import { LambdaSubscription, SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { App, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import fc from 'fast-check';
import { CustomerManagedKey } from '../../src/keys/customer-managed-key';
import { ENV } from '../support/apps';
import { keyPolicyOf } from '../support/key-policies';
import { cyclesOf } from '../support/template-cycles';
import { alarm, bucket, lambda, queue, rule, table, topic } from '../support/wirings';

// Laws 1 and 5 for graphs of wirings that nobody thought of.

const MAKERS = {
  bucket,
  queue,
  // The CDK takes the id of a topic for that of its subscription in the scope of a function.
  topic: (scope: Construct, key?: IKey) => topic(scope, key, `Topic${scope.node.id}`),
  table,
  lambda,
  alarm: (scope: Construct) => alarm(scope),
  rule: (scope: Construct) => rule(scope),
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
};

/** A function has one configuration of asynchronous invocation. */
function once(fn: Construct, configure: () => void): void {
  if (!fn.node.tryFindChild('EventInvokeConfig')) {
    configure();
  }
}

function build({ stacks, nodes, edges }: Graph, keyCount: number): { app: App; keys: Array<{ stack: Stack; key: CustomerManagedKey }> } {
  const app = new App();
  const places = Array.from({ length: stacks }, (_, index) => new Stack(app, `Stack${index}`, { env: ENV }));
  const keys = Array.from({ length: keyCount }, (_, index) => {
    const stack = stacks === 1 && keyCount === 1 ? places[0] : new Stack(app, `Keys${index}`, { env: ENV });
    return { stack, key: new CustomerManagedKey(stack, 'Key') };
  });
  const made = nodes.map(({ kind, stack, key }, index) => MAKERS[kind](new Construct(places[stack], `Node${index}`), keys[key % keyCount]?.key));
  edges.forEach(([from, to]) => wireOf(nodes, [from, to])!.wire(made[from], made[to]));
  return { app, keys };
}

function wireOf(nodes: readonly Node[], [from, to]: readonly [number, number]) {
  return from === to ? undefined : WIRES[`${nodes[from].kind}>${nodes[to].kind}`];
}

/** Some ends cannot be in different stacks, whether they are encrypted or not. */
function worksWithoutKeys(graph: Graph): boolean {
  try {
    return cyclesOf(build(graph, 0).app.synth()).length === 0;
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
    return fc.record({ stacks: fc.constant(stacks), nodes: fc.array(node, { minLength: 3, maxLength: 8 }) });
  })
  .chain(({ stacks, nodes }) => {
    const possible = nodes.flatMap((_, from) => nodes.map((__, to) => [from, to] as const)).filter((edge) => wireOf(nodes, edge));
    return fc.record({ stacks: fc.constant(stacks), nodes: fc.constant(nodes), edges: fc.subarray(possible) });
  });

test.each([1, 2])('%d shared keys: no cycle, no service that is not bound, and none that is missing', (keyCount) => {
  let wired = 0;
  fc.assert(
    fc.property(GRAPHS, (graph) => {
      fc.pre(graph.edges.length > 0 && worksWithoutKeys(graph));
      const { app, keys } = build(graph, keyCount);

      expect(cyclesOf(app.synth())).toEqual([]);

      const policies = keys.map(({ stack }) => keyPolicyOf(stack));
      const services = policies.flat().filter(({ Principal }) => Principal.Service);
      // AWS documents no condition for EventBridge to an encrypted topic.
      const unbound = services.filter(({ Condition }) => !Condition?.StringEquals?.['aws:SourceAccount']).map(({ Principal }) => Principal.Service);
      expect(unbound.filter((service) => service !== 'events.amazonaws.com')).toEqual([]);
      expect(unbound.length > 0).toBe(graph.edges.some(([from, to]) => graph.nodes[from].kind === 'rule' && graph.nodes[to].kind === 'topic'));
      expect(policies.flat().filter(({ Action }) => Action.length === 0)).toEqual([]);
      for (const [from, to] of graph.edges) {
        const { service } = wireOf(graph.nodes, [from, to])!;
        if (service) {
          wired++;
          const policy = policies[graph.nodes[to].key % keyCount];
          const allowed = policy.filter(({ Principal }) => Principal.Service === service).flatMap(({ Action }) => Action);
          expect(allowed).toEqual(expect.arrayContaining(SEND));
        }
      }
    }),
    { numRuns: 30 },
  );
  expect(wired).toBeGreaterThan(0);
}, 60_000);
