import { Template } from 'aws-cdk-lib/assertions';
import { Duration, RemovalPolicy, type Environment, type Stack } from 'aws-cdk-lib/core';
import { CustomerManagedKey } from '../../src/keys/customer-managed-key';
import { GrantCreation } from '../../src/keys/grant-creation';
import { KeyRetention } from '../../src/keys/key-retention';
import { KeyRotation } from '../../src/keys/key-rotation';
import { ENV, testStack } from '../support/apps';
import { keyPolicyOf, messagesOf, statementOf } from '../support/key-policies';

function stackWith(retention?: KeyRetention, env: Environment = ENV): Stack {
  const stack = testStack({ env });
  new CustomerManagedKey(stack, 'Key', { retention, aliases: ['orders'] });
  return stack;
}

const fates = (stack: Stack) => {
  const resources: any[] = Object.values(Template.fromStack(stack).toJSON().Resources);
  return resources.map(({ Type, DeletionPolicy, UpdateReplacePolicy }) => [Type, DeletionPolicy, UpdateReplacePolicy]);
};

test.each([
  ['retain', KeyRetention.retain(), 'RetainExceptOnCreate', 'Retain', 30],
  ['by default', undefined, 'RetainExceptOnCreate', 'Retain', 30],
  ['production', KeyRetention.production(), 'Retain', 'Retain', 30],
  ['ephemeral', KeyRetention.ephemeral(), 'Delete', 'Delete', 7],
])('%s: key and alias share one fate', (_, retention, deletion, replacement, window) => {
  const stack = stackWith(retention);

  expect(fates(stack)).toEqual([
    ['AWS::KMS::Key', deletion, replacement],
    ['AWS::KMS::Alias', deletion, replacement],
  ]);
  Template.fromStack(stack).hasResourceProperties('AWS::KMS::Key', { PendingWindowInDays: window });
});

test('a retention shows what it does', () => {
  const [production, retain, ephemeral] = [KeyRetention.production(), KeyRetention.retain(), KeyRetention.ephemeral()];

  expect([production, retain, ephemeral].map(({ removalPolicy }) => removalPolicy)).toEqual([
    RemovalPolicy.RETAIN,
    RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    RemovalPolicy.DESTROY,
  ]);
  expect([production, retain, ephemeral].map(({ keepsData }) => keepsData)).toEqual([true, true, false]);
  expect([production, retain, ephemeral].map(({ deletionProtectionDays }) => deletionProtectionDays)).toEqual([90, undefined, undefined]);
});

describe('protection from deletion', () => {
  test('production denies to schedule the deletion of a key in use, and that only', () => {
    const policy = keyPolicyOf(stackWith(KeyRetention.production()));

    expect(policy[policy.length - 1]).toEqual({
      Sid: 'DeletionProtection',
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: 'kms:ScheduleKeyDeletion',
      Resource: '*',
      Condition: { NumericLessThan: { 'kms:TrailingDaysWithoutKeyUsage': '90' } },
    });
  });

  test('the days without use may be given', () => {
    const stack = stackWith(KeyRetention.production(Duration.days(30)));

    expect(statementOf(stack, 'DeletionProtection')?.Condition).toEqual({ NumericLessThan: { 'kms:TrailingDaysWithoutKeyUsage': '30' } });
  });

  test.each([KeyRetention.retain(), KeyRetention.ephemeral()])('is part of production only', (retention) => {
    expect(keyPolicyOf(stackWith(retention)).map(({ Sid }) => Sid)).not.toContain('DeletionProtection');
  });

  test.each(['cn-north-1', 'us-gov-west-1', 'us-iso-east-1'])('is left out in %s, which is said', (region) => {
    const stack = stackWith(KeyRetention.production(), { account: '111111111111', region });

    expect(statementOf(stack, 'DeletionProtection')).toBeUndefined();
    expect(messagesOf(stack, 'warning')).toEqual([expect.stringMatching(/kms:TrailingDaysWithoutKeyUsage .*KeyRetention\.production\(Duration\.days\(90\)\)/)]);
    expect(fates(stack)[0]).toEqual(['AWS::KMS::Key', 'Retain', 'Retain']);
  });

  test.each(['cn-north-1', 'us-gov-west-1'])('is there in %s when it was asked for', (region) => {
    const stack = stackWith(KeyRetention.production(Duration.days(90)), { account: '111111111111', region });

    expect(statementOf(stack, 'DeletionProtection')?.Condition).toEqual({ NumericLessThan: { 'kms:TrailingDaysWithoutKeyUsage': '90' } });
    expect(messagesOf(stack, 'warning')).toEqual([]);
  });

  test('is there in a Region that is not known', () => {
    const stack = stackWith(KeyRetention.production(), {});

    expect(statementOf(stack, 'DeletionProtection')?.Action).toBe('kms:ScheduleKeyDeletion');
    expect(messagesOf(stack, 'warning')).toEqual([]);
  });
});

test('two reasons are both in the template', () => {
  const stack = testStack();

  new CustomerManagedKey(stack, 'Key', {
    rotation: KeyRotation.disabled('imported material'),
    grantCreation: GrantCreation.principals('EKS clusters'),
  });

  const [{ Metadata }] = Object.values(Template.fromStack(stack).findResources('AWS::KMS::Key'));
  expect(JSON.stringify(Metadata)).toContain('imported material');
  expect(JSON.stringify(Metadata)).toContain('EKS clusters');
});
