import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { App, Aws, Stack } from 'aws-cdk-lib/core';
import { KeyPrincipal } from '../../src/policy/key-principal';
import { arnLike } from '../../src/private/arns';
import { Problems } from '../../src/private/errors';
import { testStack } from '../support/apps';

const OWN = { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::111111111111:role/ops/KeyAdmin']] };

function patternOf(principal: KeyPrincipal, stack: Stack = testStack()): unknown {
  return stack.resolve(principal._arn(stack));
}

/** The pattern with the partition filled in, as AWS evaluates it. */
function deployed(principal: KeyPrincipal): string {
  const pattern = patternOf(principal) as any;
  return typeof pattern === 'string' ? pattern : pattern['Fn::Join'][1].map((part: any) => (typeof part === 'string' ? part : 'aws')).join('');
}

function problemOf(principal: KeyPrincipal): string | undefined {
  const problems = new Problems(testStack(), 'Key');
  principal._check(problems, 'administrators');
  try {
    problems.throwIfAny();
  } catch (error) {
    return (error as Error).message;
  }
  return undefined;
}

describe('the patterns for aws:PrincipalArn', () => {
  test.each([
    ['a role', KeyPrincipal.roleName('KeyAdmin'), 'arn:aws:iam::111111111111:role/KeyAdmin'],
    ['a role with a path', KeyPrincipal.roleName('ops/KeyAdmin'), 'arn:aws:iam::111111111111:role/ops/KeyAdmin'],
    ['roles by wildcard', KeyPrincipal.roleName('ops/*-admin-?'), 'arn:aws:iam::111111111111:role/ops/*-admin-?'],
    ['a user', KeyPrincipal.userName('alice@example.com'), 'arn:aws:iam::111111111111:user/alice@example.com'],
    ['a user with a path', KeyPrincipal.userName('ops/alice'), 'arn:aws:iam::111111111111:user/ops/alice'],
    [
      'a permission set, with sixteen question marks',
      KeyPrincipal.permissionSet('KeyAdmins'),
      'arn:aws:iam::111111111111:role/aws-reserved/sso.amazonaws.com/*AWSReservedSSO_KeyAdmins_????????????????',
    ],
    ['an ARN', KeyPrincipal.arn('arn:aws:iam::222222222222:role/ops/*'), 'arn:aws:iam::222222222222:role/ops/*'],
  ])('%s', (_, principal, expected) => {
    expect(deployed(principal)).toBe(expected);
    expect(problemOf(principal)).toBeUndefined();
  });

  test('hold the partition as a token', () => {
    expect(patternOf(KeyPrincipal.roleName('ops/KeyAdmin'))).toEqual(OWN);
  });

  test('hold the account as a token where it is not known', () => {
    const stack = new Stack(new App(), 'Stack');

    expect(patternOf(KeyPrincipal.roleName('KeyAdmin'), stack)).toEqual({
      'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::', { Ref: 'AWS::AccountId' }, ':role/KeyAdmin']],
    });
  });

  test('refer to a role construct where one is given', () => {
    const stack = testStack();
    const role = new Role(stack, 'Admin', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    const principal = KeyPrincipal.role(role);

    expect(patternOf(principal, stack)).toEqual({ 'Fn::GetAtt': [stack.getLogicalId(role.node.defaultChild as any), 'Arn'] });
    expect(principal._role).toBe(role);
    expect(problemOf(principal)).toBeUndefined();
  });

  test('refer to no construct otherwise', () => {
    expect(KeyPrincipal.roleName('KeyAdmin')._role).toBeUndefined();
  });
});

describe('the roles of a permission set', () => {
  const pattern = deployed(KeyPrincipal.permissionSet('Sec'));
  const role = (name: string) => `arn:aws:iam::111111111111:role/aws-reserved/sso.amazonaws.com/${name}`;

  test.each([
    ['in the home Region us-east-1', role('AWSReservedSSO_Sec_0123456789abcdef')],
    ['in another Region', role('eu-west-1/AWSReservedSSO_Sec_0123456789abcdef')],
  ])('match %s', (_, arn) => {
    expect(arnLike(pattern, arn)).toBe(true);
  });

  test.each([
    ['of a set whose name begins alike', role('eu-west-1/AWSReservedSSO_Sec_ReadOnly_0123456789abcdef')],
    ['of a set whose name ends alike', role('eu-west-1/AWSReservedSSO_AppSec_0123456789abcdef')],
    ['that only looks so, outside the reserved path', 'arn:aws:iam::111111111111:role/AWSReservedSSO_Sec_0123456789abcdef'],
    ['of another account', role('AWSReservedSSO_Sec_0123456789abcdef').replace('111111111111', '222222222222')],
    ['with a longer suffix', role('AWSReservedSSO_Sec_0123456789abcdef0')],
  ])('do not match a role %s', (_, arn) => {
    expect(arnLike(pattern, arn)).toBe(false);
  });
});

describe('the check', () => {
  test.each([
    ['an empty name', KeyPrincipal.roleName('')],
    ['a space', KeyPrincipal.roleName('Key Admin')],
    ['an ARN for a role name', KeyPrincipal.roleName('arn:aws:iam::111111111111:role/KeyAdmin')],
    ['an ARN for a user name', KeyPrincipal.userName('arn:aws:iam::111111111111:user/alice')],
    ['a colon', KeyPrincipal.permissionSet('Key:Admins')],
    ['a line break', KeyPrincipal.roleName('KeyAdmin\n')],
    ['a first slash, which no role name matches', KeyPrincipal.roleName('/ops/KeyAdmin')],
    ['a last slash, which no role name matches', KeyPrincipal.roleName('ops/')],
    ['two slashes, which no role name matches', KeyPrincipal.roleName('ops//KeyAdmin')],
    ['a wildcard in a permission set, whose name is one', KeyPrincipal.permissionSet('Key*')],
    ['a slash in a permission set, which none has', KeyPrincipal.permissionSet('ops/KeyAdmins')],
  ])('fails for %s', (_, principal) => {
    expect(problemOf(principal)).toMatch(/^\[cdk-kms-constructs:PrincipalNameInvalid\] Stack\/Key: 'administrators'/);
  });

  test('fails and names what was wrong', () => {
    expect(problemOf(KeyPrincipal.roleName('Key Admin'))).toContain("'administrators': 'Key Admin' is no role name; letters, digits and any of +=,.@_- ");
    expect(problemOf(KeyPrincipal.userName('a b'))).toContain("'a b' is no user name");
    expect(problemOf(KeyPrincipal.permissionSet('a b'))).toContain("'a b' is no permission set");
  });

  test.each([
    ['role name', KeyPrincipal.roleName(`${Aws.STACK_NAME}-admin`)],
    ['user name', KeyPrincipal.userName(Aws.STACK_NAME)],
    ['permission set', KeyPrincipal.permissionSet(Aws.STACK_NAME)],
    ['ARN', KeyPrincipal.arn(`arn:${Aws.PARTITION}:iam::111111111111:role/KeyAdmin`)],
  ])('fails for a token in a %s', (kind, principal) => {
    expect(problemOf(principal)).toBe(
      `[cdk-kms-constructs:PrincipalHasToken] Stack/Key: 'administrators': a ${kind} must be known at synthesis, got a token; name the role, or pass it with KeyPrincipal.role()`,
    );
  });

  test('fails for a session of AWS STS', () => {
    const principal = KeyPrincipal.arn('arn:aws:sts::111111111111:assumed-role/KeyAdmin/alice');

    expect(problemOf(principal)).toMatch(/^\[cdk-kms-constructs:PrincipalIsSession\] .*'arn:aws:sts::111111111111:assumed-role\/KeyAdmin\/alice'/);
  });

  test.each([
    'KeyAdmin',
    '111111111111',
    '*',
    'arn:aws:iam::111111111111:root',
    'arn:aws:iam::111111111111:group/admins',
    'arn:aws:iam::111111111111:role/',
    'arn:aws:kms:eu-west-1:111111111111:key/1234',
    'arn:aws:iam::111111111111',
  ])('fails for %s, which is no ARN of a role or user', (text) => {
    expect(problemOf(KeyPrincipal.arn(text))).toMatch(/^\[cdk-kms-constructs:PrincipalArnInvalid\] Stack\/Key: 'administrators'/);
  });
});
