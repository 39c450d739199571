import { Role, ServicePrincipal, User, type CfnRole } from 'aws-cdk-lib/aws-iam';
import { CfnParameter, Fn, type App, type Stack } from 'aws-cdk-lib/core';
import { CustomerManagedKey, type CustomerManagedKeyProps } from '../../src/keys/customer-managed-key';
import { GrantCreation } from '../../src/keys/grant-creation';
import { KeyPrincipal } from '../../src/policy/key-principal';
import { ViaService } from '../../src/services/via-service';
import { testStack, testStacks } from '../support/apps';
import { keyPolicyOf, messagesOf, statementOf } from '../support/key-policies';
import { cyclesOf } from '../support/template-cycles';
import { bucket, queue } from '../support/wirings';

const ROLE = 'arn:<AWS::Partition>:iam::111111111111:role';
const DEPLOYER = `${ROLE}/cdk-hnb659fds-cfn-exec-role-111111111111-eu-west-1`;
const ROOT = 'arn:<AWS::Partition>:iam::111111111111:root';

function stackWith(props: CustomerManagedKeyProps): Stack {
  const stack = testStack();
  new CustomerManagedKey(stack, 'Key', props);
  return stack;
}

const anyRole = (scope: Stack, id = 'Role') => new Role(scope, id, { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });

const administrationOf = (stack: Stack) => statementOf(stack, 'KeyAdministration')?.Condition?.ArnLike['aws:PrincipalArn'];

describe('named administrators', () => {
  test.each([
    ['a role name', KeyPrincipal.roleName('KeyAdmin'), `${ROLE}/KeyAdmin`],
    ['a role name with a path', KeyPrincipal.roleName('ops/team/KeyAdmin'), `${ROLE}/ops/team/KeyAdmin`],
    ['a pattern', KeyPrincipal.roleName('KeyAdmin-*'), `${ROLE}/KeyAdmin-*`],
    ['a user', KeyPrincipal.userName('break-glass'), 'arn:<AWS::Partition>:iam::111111111111:user/break-glass'],
    [
      'a permission set',
      KeyPrincipal.permissionSet('KeyAdmin'),
      `${ROLE}/aws-reserved/sso.amazonaws.com/*AWSReservedSSO_KeyAdmin_????????????????`,
    ],
    ['an ARN', KeyPrincipal.arn('arn:aws:iam::111111111111:role/ops/KeyAdmin'), 'arn:aws:iam::111111111111:role/ops/KeyAdmin'],
  ])('%s: administers, with the deployer and the root user, and does not use', (_, administrator, arn) => {
    const stack = stackWith({ administrators: [administrator] });

    expect(statementOf(stack, 'KeyAdministration')?.Condition).toEqual({ ArnLike: { 'aws:PrincipalArn': [arn, DEPLOYER, ROOT] } });
    expect(statementOf(stack, 'KeyUse')?.Condition).toEqual({ ArnNotLike: { 'aws:PrincipalArn': arn } });
    expect(statementOf(stack, 'KeyMetadata')?.Condition).toBeUndefined();
    expect(messagesOf(stack, 'warning')).toEqual([]);
  });

  test('are kept out of the grants that principals make', () => {
    const stack = stackWith({ administrators: [KeyPrincipal.roleName('KeyAdmin')], grantCreation: GrantCreation.principals('EKS clusters') });

    expect(statementOf(stack, 'Grants')?.Condition).toEqual({ ArnNotLike: { 'aws:PrincipalArn': `${ROLE}/KeyAdmin` } });
  });

  test('keep the scope of services on the use of the others', () => {
    const stack = stackWith({ administrators: [KeyPrincipal.roleName('KeyAdmin')], viaServices: [ViaService.S3] });

    expect(statementOf(stack, 'KeyUse')?.Condition).toEqual({
      ArnNotLike: { 'aws:PrincipalArn': `${ROLE}/KeyAdmin` },
      StringEquals: { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' },
    });
  });

  test('who also deploys keeps the use, which deploying needs', () => {
    const ops = KeyPrincipal.roleName('Ops');

    const stack = stackWith({ administrators: [ops, KeyPrincipal.roleName('KeyAdmin')], deployers: [ops] });

    expect(administrationOf(stack)).toEqual([`${ROLE}/Ops`, `${ROLE}/KeyAdmin`, DEPLOYER, ROOT]);
    expect(statementOf(stack, 'KeyUse')?.Condition).toEqual({ ArnNotLike: { 'aws:PrincipalArn': `${ROLE}/KeyAdmin` } });
  });

  test('deployers who are named administer too, and use', () => {
    const stack = stackWith({ administrators: [KeyPrincipal.roleName('KeyAdmin')], deployers: [KeyPrincipal.roleName('stacksets-exec-*')] });

    expect(administrationOf(stack)).toEqual([`${ROLE}/KeyAdmin`, DEPLOYER, `${ROLE}/stacksets-exec-*`, ROOT]);
  });

  test('deployers alone narrow nothing', () => {
    const stack = stackWith({ deployers: [KeyPrincipal.roleName('Deploy')] });

    expect(keyPolicyOf(stack).slice(0, 3).map(({ Condition }) => Condition)).toEqual([undefined, undefined, undefined]);
  });

  test('an empty list narrows nothing', () => {
    const stack = stackWith({ administrators: [] });

    expect(keyPolicyOf(stack).slice(0, 3).map(({ Condition }) => Condition)).toEqual([undefined, undefined, undefined]);
  });
});

describe('a role construct as administrator', () => {
  test('is referred to where no path leads back', () => {
    const stack = testStack();
    const administrator = anyRole(stack);

    new CustomerManagedKey(stack, 'Key', { administrators: [KeyPrincipal.role(administrator)] });

    expect(cyclesOf((stack.node.root as App).synth())).toEqual([]);
    const { ArnLike } = statementOf(stack, 'KeyAdministration')!.Condition!;
    expect((ArnLike['aws:PrincipalArn'] as unknown[])[0]).toEqual({ 'Fn::GetAtt': ['Role1ABCC5F0', 'Arn'] });
  });

  test('may come from another stack', () => {
    const { keys, app } = testStacks();
    const administrator = anyRole(app);

    new CustomerManagedKey(keys, 'Key', { administrators: [KeyPrincipal.role(administrator)] });

    expect(cyclesOf((app.node.root as App).synth())).toEqual([]);
  });

  test('may be imported, with a name that is known', () => {
    const stack = testStack();
    const administrator = Role.fromRoleName(stack, 'Role', 'ops/KeyAdmin');

    new CustomerManagedKey(stack, 'Key', { administrators: [KeyPrincipal.role(administrator)] });

    expect((administrationOf(stack) as string[])[0]).toBe(`${ROLE}/ops/KeyAdmin`);
  });

  test('fails where a role refers to the key in the same stack', () => {
    const stack = testStack();
    const administrator = anyRole(stack);
    const key = new CustomerManagedKey(stack, 'Key', { administrators: [KeyPrincipal.role(administrator)] });
    (administrator.node.defaultChild as CfnRole).description = `administers ${key.keyId}`;

    expect(() => (stack.node.root as App).synth()).toThrow(/\[cdk-kms-constructs:AdministratorUsesKey\] .*Stack\/Role\/Resource/);
  });

  test('fails where a role refers to the key by way of another resource', () => {
    const stack = testStack();
    const administrator = anyRole(stack);
    const key = new CustomerManagedKey(stack, 'Key', { administrators: [KeyPrincipal.role(administrator)] });
    (administrator.node.defaultChild as CfnRole).description = `administers ${queue(stack, key).queueName}`;

    expect(() => (stack.node.root as App).synth()).toThrow(/\[cdk-kms-constructs:AdministratorUsesKey\] .*Stack\/Role\/Resource/);
  });

  test('fails where its stack depends on that of the key', () => {
    const { keys, app } = testStacks();
    const administrator = anyRole(app);
    const key = new CustomerManagedKey(keys, 'Key', { administrators: [KeyPrincipal.role(administrator)] });

    bucket(app, key);

    expect(() => (app.node.root as App).synth()).toThrow('[cdk-kms-constructs:AdministratorUsesKey]');
  });
});

describe('users and parameters', () => {
  test('a user construct is no administrator, its name is', () => {
    const stack = testStack();
    new User(stack, 'User', { userName: 'break-glass' });

    new CustomerManagedKey(stack, 'Key', { administrators: [KeyPrincipal.userName('break-glass')] });

    expect((administrationOf(stack) as string[])[0]).toBe('arn:<AWS::Partition>:iam::111111111111:user/break-glass');
  });

  test('fails for a name from a parameter', () => {
    const stack = testStack();
    const name = new CfnParameter(stack, 'Name').valueAsString;

    expect(() => new CustomerManagedKey(stack, 'Key', { administrators: [KeyPrincipal.roleName(name)] })).toThrow('PrincipalHasToken');
    expect(() => new CustomerManagedKey(stack, 'Key', { deployers: [KeyPrincipal.arn(Fn.importValue('Role'))] })).toThrow('PrincipalHasToken');
  });
});
