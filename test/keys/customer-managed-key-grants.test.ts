import { Template } from 'aws-cdk-lib/assertions';
import { AccountPrincipal, ArnPrincipal, ManagedPolicy, OrganizationPrincipal, Policy, Role, ServicePrincipal, User, type Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { Validations, type App, type Stack } from 'aws-cdk-lib/core';
import { CustomerManagedKey } from '../../src/keys/customer-managed-key';
import { testStack, testStacks } from '../support/apps';
import { keyActionsByRole, keyPolicyOf, kmsResources, messagesOf } from '../support/key-policies';

const KEY_ARN = { 'Fn::GetAtt': ['Key961B73FD', 'Arn'] };

const ENCRYPT = [
  'kms:DescribeKey',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyPair',
  'kms:GenerateDataKeyPairWithoutPlaintext',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptTo',
];
const DECRYPT = ['kms:Decrypt', 'kms:DescribeKey'];
const ENCRYPT_DECRYPT = [
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
const ADMIN = [
  'kms:CancelKeyDeletion',
  'kms:CreateAlias',
  'kms:DeleteAlias',
  'kms:DescribeKey',
  'kms:DisableKey',
  'kms:DisableKeyRotation',
  'kms:EnableKey',
  'kms:EnableKeyRotation',
  'kms:GetKeyLastUsage',
  'kms:GetKeyPolicy',
  'kms:GetKeyRotationStatus',
  'kms:ListGrants',
  'kms:ListKeyPolicies',
  'kms:ListKeyRotations',
  'kms:ListResourceTags',
  'kms:PutKeyPolicy',
  'kms:RevokeGrant',
  'kms:RotateKeyOnDemand',
  'kms:ScheduleKeyDeletion',
  'kms:TagResource',
  'kms:UntagResource',
  'kms:UpdateAlias',
  'kms:UpdateKeyDescription',
];

const role = (scope: Stack) => new Role(scope, 'Role', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });

/** What the key policy holds beside the five unconditional statements. */
const added = (stack: Stack) => keyPolicyOf(stack).filter(({ Sid }) => Sid === undefined);

describe('verbs give exact actions on the key itself to a role', () => {
  test.each<[string, (key: CustomerManagedKey, grantee: IGrantable) => Grant, string[]]>([
    ['grantEncrypt', (key, grantee) => key.grantEncrypt(grantee), ENCRYPT],
    ['grantDecrypt', (key, grantee) => key.grantDecrypt(grantee), DECRYPT],
    ['grantEncryptDecrypt', (key, grantee) => key.grantEncryptDecrypt(grantee), ENCRYPT_DECRYPT],
    ['grantAdmin', (key, grantee) => key.grantAdmin(grantee), ADMIN],
    ['grants.encrypt', (key, grantee) => key.grants.encrypt(grantee), ENCRYPT],
    ['grants.decrypt', (key, grantee) => key.grants.decrypt(grantee), DECRYPT],
    ['grants.encryptDecrypt', (key, grantee) => key.grants.encryptDecrypt(grantee), ENCRYPT_DECRYPT],
    ['grants.admin', (key, grantee) => key.grants.admin(grantee), ADMIN],
    ['grant', (key, grantee) => key.grant(grantee, 'kms:Decrypt'), ['kms:Decrypt']],
    ['grants.actions', (key, grantee) => key.grants.actions(grantee, 'kms:Encrypt', 'kms:Decrypt'), ['kms:Decrypt', 'kms:Encrypt']],
    [
      'a wildcard that an L2 passes',
      (key, grantee) => key.grant(grantee, 'kms:GenerateDataKey*'),
      ['kms:GenerateDataKey', 'kms:GenerateDataKeyPair', 'kms:GenerateDataKeyPairWithoutPlaintext', 'kms:GenerateDataKeyWithoutPlaintext'],
    ],
    ['another wildcard', (key, grantee) => key.grant(grantee, 'kms:ReEncrypt*'), ['kms:ReEncryptFrom', 'kms:ReEncryptTo']],
    ['another case', (key, grantee) => key.grant(grantee, 'kms:decrypt'), ['kms:Decrypt']],
  ])('%s', (_, grant, actions) => {
    const stack = testStack();

    const { success } = grant(new CustomerManagedKey(stack, 'Key'), role(stack));

    expect(success).toBe(true);
    expect(keyActionsByRole(stack)).toEqual({ Role1ABCC5F0: actions });
    expect(kmsResources(stack)).toEqual([KEY_ARN]);
    expect(added(stack)).toEqual([]);
    expect(messagesOf(stack, 'warning')).toEqual([]);
  });

  test.each(['kms:Sign', 'kms:GenerateMac', 'kms:DeriveSharedSecret', 'kms:GetPublicKey', 'kms:Verify*'])('fails for %s, which no symmetric key can do', (action) => {
    const stack = testStack();
    const key = new CustomerManagedKey(stack, 'Key');

    expect(() => key.grant(role(stack), action)).toThrow(/^\[cdk-kms-constructs:ActionImpossible\] Stack\/Key: /);
  });

  test.each<[string, (key: CustomerManagedKey, grantee: IGrantable) => Grant]>([
    ['sign', (key, grantee) => key.grants.sign(grantee)],
    ['verify', (key, grantee) => key.grants.verify(grantee)],
    ['signVerify', (key, grantee) => key.grants.signVerify(grantee)],
    ['generateMac', (key, grantee) => key.grants.generateMac(grantee)],
    ['verifyMac', (key, grantee) => key.grants.verifyMac(grantee)],
  ])('fails for grants.%s', (_, grant) => {
    const stack = testStack();
    const key = new CustomerManagedKey(stack, 'Key');

    expect(() => grant(key, role(stack))).toThrow('[cdk-kms-constructs:ActionImpossible] Stack/Key');
  });

  test('fails for an action that AWS KMS does not have', () => {
    const stack = testStack();

    expect(() => new CustomerManagedKey(stack, 'Key').grant(role(stack), 'kms:Decript')).toThrow('[cdk-kms-constructs:ActionUnknown] Stack/Key: AWS KMS has no action kms:Decript');
  });

  test.each([['kms:*'], ['kms:PutKeyPolicy', 'kms:Decrypt']])('fails for a grant that administers and uses: %s', (...actions) => {
    const stack = testStack();

    expect(() => new CustomerManagedKey(stack, 'Key').grant(role(stack), ...actions)).toThrow('[cdk-kms-constructs:AdministrationMixedWithUse] Stack/Key');
  });
});

describe('who a grant is for', () => {
  test('a role in another stack: IAM only, by a strong reference', () => {
    const { keys, app } = testStacks();

    new CustomerManagedKey(keys, 'Key').grantDecrypt(role(app));

    expect(kmsResources(app)).toEqual([{ 'Fn::ImportValue': 'Keys:ExportsOutputFnGetAttKey961B73FDArn5A860C43' }]);
    expect(added(keys)).toEqual([]);
  });

  test('an IAM user', () => {
    const stack = testStack();

    const { success } = new CustomerManagedKey(stack, 'Key').grantDecrypt(new User(stack, 'User'));

    expect(success).toBe(true);
    expect(kmsResources(stack)).toEqual([KEY_ARN]);
    expect(added(stack)).toEqual([]);
  });

  test('a service: in the key policy, bound to the account', () => {
    const stack = testStack();

    const { success } = new CustomerManagedKey(stack, 'Key').grant(new ServicePrincipal('s3.amazonaws.com'), 'kms:Decrypt', 'kms:GenerateDataKey');

    expect(success).toBe(true);
    expect(added(stack)).toEqual([
      {
        Effect: 'Allow',
        Principal: { Service: 's3.amazonaws.com' },
        Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
        Resource: '*',
        Condition: { StringEquals: { 'aws:SourceAccount': '111111111111' } },
      },
    ]);
  });

  test('a service with its own source: kept', () => {
    const stack = testStack();
    const conditions = { ArnEquals: { 'aws:SourceArn': 'arn:aws:s3:::orders' } };

    new CustomerManagedKey(stack, 'Key').grantDecrypt(new ServicePrincipal('s3.amazonaws.com', { conditions }));

    expect(added(stack).map(({ Condition }) => Condition)).toEqual([{ ArnEquals: { 'aws:SourceArn': 'arn:aws:s3:::orders' } }]);
  });

  test('another account: by its id, in the key policy', () => {
    const stack = testStack();

    const { success } = new CustomerManagedKey(stack, 'Key').grantDecrypt(new AccountPrincipal('222222222222'));

    expect(success).toBe(true);
    expect(added(stack)).toEqual([{ Effect: 'Allow', Principal: { AWS: '222222222222' }, Action: DECRYPT, Resource: '*' }]);
  });

  test('a role of another account by its ARN: its account, and its name as a condition', () => {
    const stack = testStack();

    new CustomerManagedKey(stack, 'Key').grantDecrypt(new ArnPrincipal('arn:aws:iam::222222222222:role/Reader'));

    expect(added(stack)).toEqual([
      {
        Effect: 'Allow',
        Principal: { AWS: '222222222222' },
        Action: DECRYPT,
        Resource: '*',
        Condition: { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::222222222222:role/Reader' } },
      },
    ]);
  });

  test('the own account: the key policy delegates to IAM already', () => {
    const stack = testStack();

    new CustomerManagedKey(stack, 'Key').grantDecrypt(new AccountPrincipal('111111111111'));

    expect(added(stack)).toEqual([]);
  });

  test('an organization: without the own account, whose roles would get in past IAM', () => {
    const stack = testStack();

    new CustomerManagedKey(stack, 'Key').grantDecrypt(new OrganizationPrincipal('o-a1b2c3d4e5'));

    expect(added(stack)).toEqual([
      {
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: DECRYPT,
        Resource: '*',
        Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' }, StringNotEquals: { 'kms:CallerAccount': '111111111111' } },
      },
    ]);
  });

  test('an imported role that takes policies', () => {
    const stack = testStack();

    const { success } = new CustomerManagedKey(stack, 'Key').grantDecrypt(Role.fromRoleName(stack, 'Role', 'Reader'));

    expect(success).toBe(true);
    expect(Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'))[0].Properties.Roles).toEqual(['Reader']);
    expect(kmsResources(stack)).toEqual([KEY_ARN]);
    expect(messagesOf(stack, 'warning')).toEqual([]);
  });

  test.each(['Policy', 'ManagedPolicy'])('a %s', (kind) => {
    const stack = testStack();
    const policy = kind === 'Policy' ? new Policy(stack, 'Policy') : new ManagedPolicy(stack, 'Policy');
    if (policy instanceof Policy) {
      policy.attachToRole(role(stack));
    }

    const { success } = new CustomerManagedKey(stack, 'Key').grantDecrypt(policy);

    expect(success).toBe(true);
    const [{ Properties }] = Object.values(Template.fromStack(stack).findResources(`AWS::IAM::${kind}`));
    expect(Properties.PolicyDocument.Statement).toEqual([{ Action: DECRYPT, Effect: 'Allow', Resource: KEY_ARN }]);
    expect(messagesOf(stack, 'warning')).toEqual([]);
  });
});

describe('an imported role that takes no policies', () => {
  const granted = (acknowledge: boolean) => {
    const stack = testStack();
    const key = new CustomerManagedKey(stack, 'Key');
    const immutable = Role.fromRoleArn(stack, 'Reader', 'arn:aws:iam::111111111111:role/Reader', { mutable: false });
    const grant = key.grantDecrypt(immutable);
    if (acknowledge) {
      Validations.of(key).acknowledge({ id: 'cdk-kms-constructs:grantNotApplied', reason: 'the platform team adds it' });
    }
    return { stack, grant };
  };

  test('the grant says that it did not succeed, and nothing changed', () => {
    const { stack, grant } = granted(false);

    expect(grant.success).toBe(false);
    expect(() => grant.assertSuccess()).toThrow();
    Template.fromStack(stack).resourceCountIs('AWS::IAM::Policy', 0);
    expect(added(stack)).toEqual([]);
  });

  test('warns with the exact statement that its owner has to add', () => {
    const [warning, ...others] = messagesOf(granted(false).stack, 'warning');

    expect(others).toEqual([]);
    expect(warning).toContain('Stack/Reader');
    const statement = JSON.parse(/\{.*\}/.exec(warning)![0]);
    expect([statement.Effect, statement.Action]).toEqual(['Allow', DECRYPT]);
    expect(statement.Resource).toBe('<Stack/Key/Resource.Arn>');
  });

  test('is silent once it is acknowledged on the key', () => {
    expect(messagesOf(granted(true).stack, 'warning')).toEqual([]);
  });
});

test('the verbs are those of one object', () => {
  const key = new CustomerManagedKey(testStack(), 'Key');

  expect(key.grants).toBe(key.grants);
});

test('grants do not keep a second synthesis from being the same', () => {
  const stack = testStack();
  const key = new CustomerManagedKey(stack, 'Key');
  key.grantEncryptDecrypt(role(stack));
  key.grantDecrypt(new ServicePrincipal('s3.amazonaws.com'));
  const app = stack.node.root as App;

  const [first, second] = [app.synth(), app.synth({ force: true })].map((assembly) => JSON.stringify(assembly.stacks[0].template));

  expect(second).toBe(first);
});
