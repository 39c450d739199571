import { Template } from 'aws-cdk-lib/assertions';
import { Aws } from 'aws-cdk-lib/core';
import { CustomerManagedKey } from '../../src/keys/customer-managed-key';
import { testStack } from '../support/apps';

function aliasesOf(aliases: string[]): Record<string, unknown> {
  const stack = testStack();
  new CustomerManagedKey(stack, 'Key', { aliases });
  const resources = Template.fromStack(stack).findResources('AWS::KMS::Alias');
  return Object.fromEntries(Object.entries(resources).map(([id, { Properties }]) => [id, Properties.AliasName]));
}

test('there is no alias by default', () => {
  const stack = testStack();

  new CustomerManagedKey(stack, 'Key');

  Template.fromStack(stack).resourceCountIs('AWS::KMS::Alias', 0);
});

test('an alias names the key it stands for', () => {
  const stack = testStack();

  new CustomerManagedKey(stack, 'Key', { aliases: ['orders'] });

  const [alias] = Object.values(Template.fromStack(stack).findResources('AWS::KMS::Alias'));
  expect(alias.Properties).toEqual({ AliasName: 'alias/orders', TargetKeyId: { 'Fn::GetAtt': ['Key961B73FD', 'Arn'] } });
});

test('an alias may have its prefix or not: the same alias, the same logical id', () => {
  expect(aliasesOf(['orders'])).toEqual({ KeyAliasorders40C03EDB: 'alias/orders' });
  expect(aliasesOf(['alias/orders'])).toEqual({ KeyAliasorders40C03EDB: 'alias/orders' });
});

test('another order of the names replaces no alias', () => {
  const inOrder = aliasesOf(['a', 'b', 'team/c']);

  const reversed = aliasesOf(['team/c', 'b', 'a']);

  expect(reversed).toEqual(inOrder);
  expect(Object.values(inOrder)).toEqual(['alias/a', 'alias/b', 'alias/team/c']);
});

test('names that differ in signs only are different aliases', () => {
  expect(Object.values(aliasesOf(['a-b', 'a/b', 'a_b', 'ab']))).toEqual(['alias/a-b', 'alias/a/b', 'alias/a_b', 'alias/ab']);
});

test('an alias with a token after its name gets the prefix too', () => {
  expect(Object.values(aliasesOf([`orders-${Aws.REGION}`]))).toEqual([{ 'Fn::Join': ['', ['alias/orders-', { Ref: 'AWS::Region' }]] }]);
});

test('an alias that is added later has the fate of the key', () => {
  const stack = testStack();
  const key = new CustomerManagedKey(stack, 'Key');

  key.addAlias('orders');

  const [alias] = Object.values(Template.fromStack(stack).findResources('AWS::KMS::Alias'));
  expect([alias.Properties.AliasName, alias.DeletionPolicy, alias.UpdateReplacePolicy]).toEqual(['alias/orders', 'RetainExceptOnCreate', 'Retain']);
});
