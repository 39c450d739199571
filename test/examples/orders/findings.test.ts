import { Key, type CfnKey } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { App, Stack, Validations } from 'aws-cdk-lib/core';
import { ordersApp, unreviewedOrdersApp } from '../../../examples/orders/typescript/app';
import { check, type CheckResult } from '../../../examples/orders/typescript/show/findings';
import { stacksOf } from '../../../examples/orders/typescript/show/synthesized-stacks';

// The validation engine takes seconds to start.
jest.setTimeout(60_000);

async function checkOrders(): Promise<CheckResult[]> {
  const unreviewed = unreviewedOrdersApp().app;
  const { app } = ordersApp();
  unreviewed.synth();
  return check(unreviewed, stacksOf(app.synth()), app);
}

let orders: CheckResult[];
beforeAll(async () => {
  orders = await checkOrders();
});

test('every finding about the orders has a reason', () => {
  const counts = orders.map((result) => [result.check, result.findings.length, result.findings.filter(({ reason }) => reason).length]);
  expect(counts).toEqual([
    ['cdk-nag AwsSolutions', 2, 2],
    ['cdk-nag NIST.800.53.R5', 8, 8],
    ['cdk-nag HIPAA.Security', 8, 8],
    ['cdk-nag PCI.DSS.321', 6, 6],
    ['CloudFormation Validate', 0, 0],
  ]);
});

test('every acknowledgement in the orders explains a finding', () => {
  const explained = new Set(orders.flatMap(({ findings }) => findings.map(({ rule, reason }) => `${rule}: ${reason}`)));
  expect(acknowledgementsIn(ordersApp().app).filter((acknowledgement) => !explained.has(acknowledgement))).toEqual([]);
});

test('the reason is that of the nearest construct, and none where the rule is another', async () => {
  const build = (acknowledge: (stack: Stack, bucket: Bucket) => void) => {
    const app = new App();
    const stack = new Stack(app, 'Stack');
    acknowledge(stack, new Bucket(stack, 'Bucket'));
    return app;
  };
  const unreviewed = build(() => {});
  const reviewed = build((stack, bucket) => {
    Validations.of(stack).acknowledge({ id: 'AwsSolutions-S1', reason: 'far' });
    Validations.of(bucket).acknowledge({ id: 'AwsSolutions-S1', reason: 'near' });
  });

  unreviewed.synth();
  const [{ findings }] = await check(unreviewed, stacksOf(reviewed.synth()), reviewed);

  expect(findings.map(({ rule, path, reason }) => [rule, path, reason])).toEqual([
    ['AwsSolutions-S1', 'Stack/Bucket', 'near'],
    ['AwsSolutions-S10', 'Stack/Bucket', undefined],
  ]);
});

test('what the validation engine finds is told with the construct, and explained by the plugin and the rule', async () => {
  const build = (acknowledge: boolean) => {
    const app = new App();
    const stack = new Stack(app, 'Stack');
    const key = new Key(stack, 'Key', { enableKeyRotation: true });
    (key.node.defaultChild as CfnKey).pendingWindowInDays = 3;
    if (acknowledge) {
      Validations.of(key).acknowledge({ id: 'CloudFormation-Validate::F3034', reason: 'known' });
    }
    return app;
  };
  const unreviewed = build(false);
  const reviewed = build(true);

  unreviewed.synth();
  const results = await check(unreviewed, stacksOf(reviewed.synth()), reviewed);

  expect(results[4].check).toBe('CloudFormation Validate');
  expect(results[4].findings.map(({ rule, path, reason }) => [rule, path, reason])).toContainEqual(['F3034', 'Stack/Key', 'known']);
});

function acknowledgementsIn(app: App): string[] {
  return app.node
    .findAll()
    .flatMap(({ node }) => node.metadata)
    .filter(({ type }) => type === 'aws:cdk:acknowledged-rules')
    .flatMap(({ data }) => Object.entries<string>(data))
    .map(([id, reason]) => `${id.replace(/^annotation::/i, '')}: ${reason}`);
}
