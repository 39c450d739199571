import { App } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks, HIPAASecurityChecks, NIST80053R5Checks, PCIDSS321Checks } from 'cdk-nag';
import { ordersApp, unreviewedOrdersApp } from '../../../examples/orders/typescript/app';
import { keyPolicyOf, messagesOf } from '../../support/key-policies';
import { cyclesOf } from '../../support/template-cycles';

test('the app synthesizes without a circular dependency, in a stack or between them', () => {
  const assembly = ordersApp().app.synth();

  expect(assembly.stacks.map(({ stackName }) => stackName)).toEqual(['OrdersKeyStack', 'OrdersStack']);
  expect(cyclesOf(assembly)).toEqual([]);
});

test('the app draws no warning from the library and is in no error', () => {
  const { keyStack, ordersStack } = ordersApp();

  for (const stack of [keyStack, ordersStack]) {
    expect(messagesOf(stack, 'warning')).toEqual([]);
    expect(messagesOf(stack, 'error')).toEqual([]);
  }
});

test('the key policy lets in three services, each of them bound', () => {
  const services = keyPolicyOf(ordersApp().keyStack).filter(({ Principal: principal }) => principal.Service);

  expect(services.map(({ Principal: principal, Condition: condition }) => [principal.Service, condition])).toEqual([
    ['s3.amazonaws.com', { StringEquals: { 'aws:SourceAccount': '111122223333' } }],
    ['logs.eu-west-1.amazonaws.com', {
      ArnLike: { 'kms:EncryptionContext:aws:logs:arn': 'arn:<AWS::Partition>:logs:eu-west-1:111122223333:*' },
    }],
    ['cloudwatch.amazonaws.com', {
      StringEquals: { 'aws:SourceAccount': '111122223333' },
      ArnLike: { 'aws:SourceArn': 'arn:<AWS::Partition>:cloudwatch:eu-west-1:111122223333:alarm:*' },
    }],
  ]);
});

describe.each([
  ['AwsSolutions', AwsSolutionsChecks],
  ['NIST 800-53 R5', NIST80053R5Checks],
  ['HIPAA Security', HIPAASecurityChecks],
  ['PCI DSS 3.2.1', PCIDSS321Checks],
])('%s', (_, RulePack) => {
  const violationsOf = (app: App) => {
    app.synth();
    const { violations } = new RulePack().validateScope(app);
    return violations.map(({ ruleName }) => ruleName);
  };

  test('finds nothing that is not acknowledged', () => {
    expect(violationsOf(ordersApp().app)).toEqual([]);
  });

  test('and finds something where nothing is', () => {
    expect(violationsOf(unreviewedOrdersApp().app)).not.toEqual([]);
  });
});
