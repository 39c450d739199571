import { Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { App, CrossStackReferences, ReferenceStrength, Stack } from 'aws-cdk-lib/core';
import { CustomerManagedKey } from '../../src/keys/customer-managed-key';
import { ENV } from '../support/apps';
import { FLAGS } from '../support/feature-flags';
import { keyActionsByRole, keyPolicyOf, kmsResources, messagesOf } from '../support/key-policies';
import { bucket, queue } from '../support/wirings';

const OTHER_ACCOUNT = { account: '222222222222', region: 'eu-west-1' };
const OTHER_REGION = { account: '111111111111', region: 'eu-central-1' };
const DECRYPT = ['kms:Decrypt', 'kms:DescribeKey'];

const twoStacks = (env: object, context: Record<string, unknown> = {}) => {
  const app = new App({ context });
  return { keys: new Stack(app, 'Keys', { env: ENV }), users: new Stack(app, 'Users', { env }) };
};

const role = (scope: Stack, roleName?: string) => new Role(scope, 'Role', { assumedBy: new ServicePrincipal('ec2.amazonaws.com'), roleName });

const added = (stack: Stack) => keyPolicyOf(stack).filter(({ Sid }) => Sid === undefined);

describe('a role of another account', () => {
  test('with a name: both sides, the exact key in IAM, the account and the name in the key policy', () => {
    const { keys, users } = twoStacks(OTHER_ACCOUNT);

    const { success } = new CustomerManagedKey(keys, 'Key').grantDecrypt(role(users, 'Reader'));

    expect(success).toBe(true);
    expect(added(keys)).toEqual([
      {
        Effect: 'Allow',
        Principal: { AWS: '222222222222' },
        Action: DECRYPT,
        Resource: '*',
        Condition: { ArnLike: { 'aws:PrincipalArn': 'arn:<AWS::Partition>:iam::222222222222:role/Reader' } },
      },
    ]);
    expect(keyActionsByRole(users)).toEqual({ Role1ABCC5F0: DECRYPT });
    const [resource, ...others] = kmsResources(users);
    expect(others).toEqual([]);
    expect(JSON.stringify(resource)).toMatch(/Fn::GetStackOutput.*Keys/);
  });

  test('fails without a name, which the key policy would need', () => {
    const { keys, users } = twoStacks(OTHER_ACCOUNT);

    new CustomerManagedKey(keys, 'Key').grantDecrypt(role(users));

    expect(() => Template.fromStack(keys)).toThrow('[cdk-kms-constructs:ForeignPrincipalUnnamed]');
  });

  test('gets nothing in the key policy that does not work across accounts', () => {
    const { keys, users } = twoStacks(OTHER_ACCOUNT);

    new CustomerManagedKey(keys, 'Key').grant(role(users, 'Auditor'), 'kms:DescribeKey', 'kms:GetKeyPolicy');

    expect(added(keys).map(({ Action }) => Action)).toEqual(['kms:DescribeKey']);
  });

  test('imported by its ARN: in the key policy, and on the role only if it can be changed', () => {
    const { keys } = twoStacks(OTHER_ACCOUNT);

    const grant = new CustomerManagedKey(keys, 'Key').grantDecrypt(Role.fromRoleArn(keys, 'Role', 'arn:aws:iam::222222222222:role/Reader'));

    expect(grant.success).toBe(true);
    expect(added(keys).map(({ Principal, Condition }) => [Principal, Condition])).toEqual([
      [{ AWS: '222222222222' }, { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::222222222222:role/Reader' } }],
    ]);
    expect(messagesOf(keys, 'warning')).toEqual([expect.stringContaining('Keys/Role')]);
  });

  test('in a stack without an account: it may be another, which is said', () => {
    const { keys, users } = twoStacks({ region: 'eu-west-1' });

    new CustomerManagedKey(keys, 'Key').grantDecrypt(role(users, 'Reader'));

    expect(messagesOf(keys, 'warning')).toEqual([expect.stringContaining("name both accounts in 'env'")]);
  });

  test.each([ENV, OTHER_ACCOUNT, OTHER_REGION])('never gets every key: %j', (env) => {
    const { keys, users } = twoStacks(env);

    new CustomerManagedKey(keys, 'Key').grantEncryptDecrypt(role(users, 'Writer'));

    expect(kmsResources(users)).toHaveLength(1);
    expect(kmsResources(users)).not.toContain('*');
  });

  test('a dependency of the stacks does not widen the principal', () => {
    const { keys, users } = twoStacks(OTHER_ACCOUNT);
    users.addDependency(keys);

    new CustomerManagedKey(keys, 'Key').grantDecrypt(role(users, 'Reader'));

    expect(added(keys).map(({ Condition }) => Condition)).toEqual([
      { ArnLike: { 'aws:PrincipalArn': 'arn:<AWS::Partition>:iam::222222222222:role/Reader' } },
    ]);
  });
});

describe('how strong the reference to the key is', () => {
  const CONTEXTS: Array<[string, Record<string, unknown>]> = [
    ['as the CDK does', {}],
    ['weak by default', { '@aws-cdk/core:defaultCrossStackReferences': 'weak' }],
    ['strong by default', { '@aws-cdk/core:defaultCrossStackReferences': 'strong' }],
    ['as a new project does', FLAGS['all recommended flags']],
  ];

  test.each(CONTEXTS)('strong within an account and Region, %s: the key cannot leave under its users', (_, context) => {
    const { keys, users } = twoStacks(ENV, context);
    const key = new CustomerManagedKey(keys, 'Key');

    bucket(users, key);
    key.grantDecrypt(role(users));

    const template = JSON.stringify(Template.fromStack(users).toJSON());
    expect(template).toContain('{"Fn::ImportValue":"Keys:ExportsOutputFnGetAttKey961B73FDArn5A860C43"}');
    expect(template).not.toContain('Fn::GetStackOutput');
    expect(Object.values(Template.fromStack(keys).findOutputs('*')).map(({ Export }) => Export?.Name)).toEqual(['Keys:ExportsOutputFnGetAttKey961B73FDArn5A860C43']);
  });

  test.each(CONTEXTS)('weak across Regions, %s: no function, no custom resource', (_, context) => {
    const { keys, users } = twoStacks(OTHER_REGION, context);

    new CustomerManagedKey(keys, 'Key').grantDecrypt(role(users, 'Reader'));

    for (const stack of [keys, users]) {
      const types = Object.values(Template.fromStack(stack).toJSON().Resources).map(({ Type }: any) => Type);
      expect(types.filter((type) => /^Custom::|Lambda/.test(type))).toEqual([]);
    }
    expect(JSON.stringify(kmsResources(users))).toContain('Fn::GetStackOutput');
    expect(JSON.stringify(Template.fromStack(users).toJSON())).not.toContain('Fn::ImportValue');
  });

  test('weak where its user asks for it', () => {
    const { keys, users } = twoStacks(ENV);
    const key = new CustomerManagedKey(keys, 'Key');

    CrossStackReferences.of(users).consume(ReferenceStrength.WEAK);
    queue(users, key);

    expect(Template.fromStack(users).toJSON().Resources).toHaveProperty('Queue4A7E3555.Properties.KmsMasterKeyId');
  });

  test('one key, users in three environments: each has its own reference', () => {
    const app = new App();
    const keys = new Stack(app, 'Keys', { env: ENV });
    const key = new CustomerManagedKey(keys, 'Key');
    const users = [ENV, OTHER_REGION, OTHER_ACCOUNT].map((env, index) => new Stack(app, `Users${index}`, { env }));

    users.forEach((stack, index) => key.grantDecrypt(role(stack, `Reader${index}`)));

    expect(users.map((stack) => Object.keys(kmsResources(stack)[0] as object))).toEqual([['Fn::ImportValue'], ['Fn::GetStackOutput'], ['Fn::GetStackOutput']]);
  });

  test('stacks without an environment are deployed together, as far as anybody can tell', () => {
    const app = new App();
    const [keys, users] = [new Stack(app, 'Keys'), new Stack(app, 'Users')];

    new CustomerManagedKey(keys, 'Key').grantDecrypt(role(users));

    expect(kmsResources(users)).toEqual([{ 'Fn::ImportValue': 'Keys:ExportsOutputFnGetAttKey961B73FDArn5A860C43' }]);
    expect(messagesOf(keys, 'warning')).toEqual([]);
  });
});
