import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { App, CfnParameter, Stack } from 'aws-cdk-lib/core';
import { CustomerManagedKey, type CustomerManagedKeyProps } from '../../src/keys/customer-managed-key';
import { KeyPrincipal } from '../../src/policy/key-principal';
import { ViaService } from '../../src/services/via-service';
import { ENV, testStack } from '../support/apps';
import { keyActionsByRole, keyPolicyOf, messagesOf, statementOf, type StatementJson } from '../support/key-policies';

const USE = [
  'kms:Decrypt',
  'kms:DescribeKey',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyPair',
  'kms:GenerateDataKeyPairWithoutPlaintext',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];
const OTHER = 'arn:<AWS::Partition>:iam::222222222222:role';

function stackWith(trust: (key: CustomerManagedKey, stack: Stack) => void, props: CustomerManagedKeyProps = {}): Stack {
  const stack = testStack();
  trust(new CustomerManagedKey(stack, 'Key', props), stack);
  return stack;
}

/** What the key policy holds beside the unconditional statements. */
const added = (stack: Stack): StatementJson[] => keyPolicyOf(stack).filter(({ Sid }) => Sid === undefined);

const trusted = (stack: Stack) => statementOf(stack, 'TrustedAccounts')?.Principal.AWS;

function twoAccounts(): { keys: Stack; users: Stack } {
  const app = new App();
  return { keys: new Stack(app, 'Keys', { env: ENV }), users: new Stack(app, 'Users', { env: { account: '222222222222', region: 'eu-west-1' } }) };
}

const role = (scope: Stack, roleName?: string, id = 'Role') => new Role(scope, id, { assumedBy: new ServicePrincipal('ec2.amazonaws.com'), roleName });

describe('trustAccount', () => {
  test('all of an account: what works from there, by its id', () => {
    const stack = stackWith((key) => key.trustAccount('222222222222'));

    expect(statementOf(stack, 'TrustedAccounts')).toEqual({
      Sid: 'TrustedAccounts', Effect: 'Allow', Principal: { AWS: '222222222222' }, Action: USE, Resource: '*',
    });
  });

  test('more accounts share the statement, each once, with those of the props', () => {
    const stack = stackWith(
      (key) => ['333333333333', '222222222222', '333333333333'].forEach((account) => key.trustAccount(account)),
      { trustedAccounts: ['222222222222', '444444444444'] },
    );

    expect(trusted(stack)).toEqual(['222222222222', '444444444444', '333333333333']);
  });

  test('an account that is known at deployment only', () => {
    const stack = stackWith((key, scope) => key.trustAccount(new CfnParameter(scope, 'Account').valueAsString));

    expect(trusted(stack)).toBe('<Account>');
  });

  test.each([
    ['a role by its name', KeyPrincipal.roleName('Reader'), `${OTHER}/Reader`],
    ['a role by its path and name', KeyPrincipal.roleName('ops/Reader'), `${OTHER}/ops/Reader`],
    ['a pattern', KeyPrincipal.roleName('Reader-*'), `${OTHER}/Reader-*`],
    ['a user', KeyPrincipal.userName('reader'), 'arn:<AWS::Partition>:iam::222222222222:user/reader'],
    [
      'a permission set',
      KeyPrincipal.permissionSet('Analyst'),
      'arn:<AWS::Partition>:iam::222222222222:role/aws-reserved/sso.amazonaws.com/*AWSReservedSSO_Analyst_????????????????',
    ],
    ['an ARN', KeyPrincipal.arn('arn:aws:iam::222222222222:role/ops/Reader'), 'arn:aws:iam::222222222222:role/ops/Reader'],
  ])('only %s', (_, principal, arn) => {
    const stack = stackWith((key) => key.trustAccount('222222222222', { principals: [principal] }));

    expect(added(stack)).toEqual([
      { Effect: 'Allow', Principal: { AWS: '222222222222' }, Action: USE, Resource: '*', Condition: { ArnLike: { 'aws:PrincipalArn': arn } } },
    ]);
    expect(trusted(stack)).toBeUndefined();
  });

  test('principals of one account share a statement, and those of another have their own', () => {
    const stack = stackWith((key) => {
      key.trustAccount('222222222222', { principals: [KeyPrincipal.roleName('Writer')] });
      key.trustAccount('333333333333', { principals: [KeyPrincipal.roleName('Reader')] });
      key.trustAccount('222222222222', { principals: [KeyPrincipal.roleName('Reader'), KeyPrincipal.roleName('Writer')] });
    });

    expect(added(stack).map(({ Principal, Condition }) => [Principal.AWS, Condition?.ArnLike['aws:PrincipalArn']])).toEqual([
      ['222222222222', [`${OTHER}/Reader`, `${OTHER}/Writer`]],
      ['333333333333', 'arn:<AWS::Partition>:iam::333333333333:role/Reader'],
    ]);
  });

  test.each([
    ['TrustedAccountInvalid', '2222'],
    ['TrustedAccountInvalid', '*'],
    ['TrustedAccountInvalid', 'arn:aws:iam::222222222222:root'],
    ['TrustedAccountIsOwn', '111111111111'],
  ])('fails with %s for %s', (code, account) => {
    expect(() => stackWith((key) => key.trustAccount(account))).toThrow(`[cdk-kms-constructs:${code}] Stack/Key`);
  });

  test('fails for a role construct, which the key policy must not refer to', () => {
    const trust = () => stackWith((key, stack) => key.trustAccount('222222222222', { principals: [KeyPrincipal.role(role(stack))] }));

    expect(trust).toThrow(/^\[cdk-kms-constructs:TrustedPrincipalIsConstruct\] Stack\/Key: 'principals' .*KeyPrincipal\.roleName\(\)$/);
  });

  test('fails for an empty list of principals, which would let nobody in', () => {
    const trust = () => stackWith((key) => key.trustAccount('222222222222', { principals: [] }));

    expect(trust).toThrow(/^\[cdk-kms-constructs:TrustedPrincipalsMissing\] Stack\/Key: 'principals'/);
  });

  test('fails for principals of a third account, for sessions and for names that are none, all at once', () => {
    const principals = [
      KeyPrincipal.arn('arn:aws:iam::333333333333:role/Reader'),
      KeyPrincipal.arn('arn:aws:sts::222222222222:assumed-role/Reader/session'),
      KeyPrincipal.roleName('no name'),
    ];

    const trust = () => stackWith((key) => key.trustAccount('222222222222', { principals }));

    expect(trust).toThrow(/\[cdk-kms-constructs:PrincipalOfOtherAccount\][^]*also \[PrincipalIsSession\][^]*also \[PrincipalNameInvalid\]/);
  });
});

describe('trustOrganization', () => {
  test('lets in the other accounts of the organization, and nobody of the own one', () => {
    const stack = stackWith((key) => key.trustOrganization('o-a1b2c3d4e5'));

    expect(statementOf(stack, 'TrustedOrganizations')).toEqual({
      Sid: 'TrustedOrganizations',
      Effect: 'Allow',
      Principal: { AWS: '*' },
      Action: USE,
      Resource: '*',
      Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' }, StringNotEquals: { 'kms:CallerAccount': '111111111111' } },
    });
  });

  test('more organizations share the statement, each once', () => {
    const stack = stackWith(
      (key) => ['o-a1b2c3d4e6', 'o-a1b2c3d4e5'].forEach((organization) => key.trustOrganization(organization)),
      { trustedOrganizations: ['o-a1b2c3d4e5'] },
    );

    expect(statementOf(stack, 'TrustedOrganizations')?.Condition?.StringEquals['aws:PrincipalOrgID']).toEqual(['o-a1b2c3d4e5', 'o-a1b2c3d4e6']);
  });

  test.each(['o-*', '111111111111', 'o-A1B2C3D4E5', 'o-a1b2c3d4e5/r-ab12'])('fails for %s', (organization) => {
    const trust = () => stackWith((key) => key.trustOrganization(organization));

    expect(trust).toThrow("[cdk-kms-constructs:OrganizationInvalid] Stack/Key: 'organization' must hold organization ids");
    expect(trust).toThrow(`got '${organization}'`);
  });
});

describe('a role of a trusted account', () => {
  test('needs no statement of its own, which is told', () => {
    const { keys, users } = twoAccounts();
    const key = new CustomerManagedKey(keys, 'Key');
    key.trustAccount('222222222222');

    const { success } = key.grantDecrypt(role(users, 'Reader'));

    expect(success).toBe(true);
    expect(added(keys)).toEqual([]);
    expect(messagesOf(keys, 'info')).toEqual([expect.stringContaining('it was left out: the key policy trusts account 222222222222 already with what works from there')]);
    expect(keyActionsByRole(users)).toEqual({ Role1ABCC5F0: ['kms:Decrypt', 'kms:DescribeKey'] });
  });

  test('needs no name', () => {
    const { keys, users } = twoAccounts();
    const key = new CustomerManagedKey(keys, 'Key', { trustedAccounts: ['222222222222'] });

    key.grantEncryptDecrypt(role(users));

    expect(added(keys)).toEqual([]);
    expect(keyActionsByRole(users)).toEqual({ Role1ABCC5F0: USE });
  });

  test('needs one where it does more than all of the account may', () => {
    const { keys, users } = twoAccounts();
    const key = new CustomerManagedKey(keys, 'Key', { trustedAccounts: ['222222222222'] });

    key.grant(role(users, 'Auditor'), 'kms:DescribeKey', 'kms:GetKeyRotationStatus');

    expect(added(keys)).toEqual([
      {
        Effect: 'Allow',
        Principal: { AWS: '222222222222' },
        Action: ['kms:DescribeKey', 'kms:GetKeyRotationStatus'],
        Resource: '*',
        Condition: { ArnLike: { 'aws:PrincipalArn': `${OTHER}/Auditor` } },
      },
    ]);
  });

  test('needs one where others of the account are trusted', () => {
    const { keys, users } = twoAccounts();
    const key = new CustomerManagedKey(keys, 'Key');
    key.trustAccount('222222222222', { principals: [KeyPrincipal.roleName('Writer')] });

    key.grantDecrypt(role(users, 'Reader'));

    expect(added(keys).map(({ Action, Condition }) => [Action, Condition])).toEqual(
      expect.arrayContaining([
        [USE, { ArnLike: { 'aws:PrincipalArn': `${OTHER}/Writer` } }],
        [['kms:Decrypt', 'kms:DescribeKey'], { ArnLike: { 'aws:PrincipalArn': `${OTHER}/Reader` } }],
      ]),
    );
    expect(added(keys)).toHaveLength(2);
  });

  test('fails without a name where only others of the account are trusted', () => {
    const { keys, users } = twoAccounts();
    const key = new CustomerManagedKey(keys, 'Key');
    key.trustAccount('222222222222', { principals: [KeyPrincipal.roleName('Writer')] });

    key.grantDecrypt(role(users));

    expect(() => (keys.node.root as App).synth()).toThrow('[cdk-kms-constructs:ForeignPrincipalUnnamed]');
  });

  test('that reads a secret with the key may decrypt by IAM, through the service', () => {
    const { keys, users } = twoAccounts();
    const key = new CustomerManagedKey(keys, 'Key', { trustedAccounts: ['222222222222'] });

    new Secret(users, 'Secret', { encryptionKey: key }).grantRead(role(users));

    expect(keyActionsByRole(users)).toEqual({ Role1ABCC5F0: ['kms:Decrypt', 'kms:DescribeKey'] });
  });

  test('240 of them do not make the key policy grow', () => {
    const sizeWith = (roles: number) => {
      const { keys, users } = twoAccounts();
      const key = new CustomerManagedKey(keys, 'Key', { trustedAccounts: ['222222222222'] });
      Array.from({ length: roles }, (_, index) => key.grantDecrypt(role(users, undefined, `Role${index}`)));
      return JSON.stringify(keyPolicyOf(keys));
    };

    expect(sizeWith(240)).toBe(sizeWith(0));
  });
});

describe('the scope of services holds for', () => {
  const VIA = { StringEquals: { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' } };
  const props = { viaServices: [ViaService.S3] };

  test('trusted accounts', () => {
    const stack = stackWith((key) => key.trustAccount('222222222222'), props);

    expect(statementOf(stack, 'TrustedAccounts')?.Condition).toEqual(VIA);
  });

  test('trusted principals', () => {
    const stack = stackWith((key) => key.trustAccount('222222222222', { principals: [KeyPrincipal.roleName('Reader')] }), props);

    expect(added(stack).map(({ Condition }) => Condition)).toEqual([{ ...VIA, ArnLike: { 'aws:PrincipalArn': `${OTHER}/Reader` } }]);
  });

  test('trusted organizations', () => {
    const stack = stackWith((key) => key.trustOrganization('o-a1b2c3d4e5'), props);

    expect(statementOf(stack, 'TrustedOrganizations')?.Condition?.StringEquals).toEqual({
      'kms:ViaService': 's3.eu-west-1.amazonaws.com', 'aws:PrincipalOrgID': 'o-a1b2c3d4e5',
    });
  });
});
