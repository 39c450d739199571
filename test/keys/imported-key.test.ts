import { Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal, User, type Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { CfnParameter, Stack } from 'aws-cdk-lib/core';
import { CustomerManagedKey } from '../../src/keys/customer-managed-key';
import { ImportedKey, type ImportedKeyOptions } from '../../src/keys/imported-key';
import { testStack } from '../support/apps';
import { FLAGS } from '../support/feature-flags';
import { withIntrinsicsAsText } from '../support/granted-permissions';
import { messagesOf } from '../support/key-policies';

const ARN = 'arn:aws:kms:eu-west-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const DATA_KEYS = [
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyPair',
  'kms:GenerateDataKeyPairWithoutPlaintext',
  'kms:GenerateDataKeyWithoutPlaintext',
];
const DECRYPT = ['kms:Decrypt', 'kms:DescribeKey'];
const ENCRYPT = ['kms:DescribeKey', 'kms:Encrypt', ...DATA_KEYS, 'kms:ReEncryptTo'];
const ENCRYPT_DECRYPT = ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', ...DATA_KEYS, 'kms:ReEncryptFrom', 'kms:ReEncryptTo'];

const role = (scope: Stack) => new Role(scope, 'Role', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });

const byArn = (stack: Stack, options?: ImportedKeyOptions) => ImportedKey.fromKeyArn(stack, 'Key', ARN, options);

const types = (stack: Stack) => Object.values(Template.fromStack(stack).toJSON().Resources ?? {}).map(({ Type }: any) => Type);

/** The statements of a stack's IAM policies, with intrinsics as text. */
function statements(stack: Stack): any[] {
  const policies = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
  return withIntrinsicsAsText(policies.flatMap(({ Properties }) => Properties.PolicyDocument.Statement));
}

describe('by its ARN', () => {
  test('a key has what its ARN says, and no resource', () => {
    const stack = testStack();

    const key = byArn(stack);

    expect([key.keyArn, key.keyId, key.env]).toEqual([ARN, '1234abcd-12ab-34cd-56ef-1234567890ab', { account: '111111111111', region: 'eu-west-1' }]);
    expect(key.keyRef).toEqual({ keyArn: ARN, keyId: '1234abcd-12ab-34cd-56ef-1234567890ab' });
    expect(types(stack)).toEqual([]);
  });

  test('another account and Region come from the ARN', () => {
    const key = ImportedKey.fromKeyArn(testStack(), 'Key', 'arn:aws-us-gov:kms:us-gov-west-1:222222222222:key/mrk-1234abcd12ab34cd56ef1234567890ab');

    expect(key.env).toEqual({ account: '222222222222', region: 'us-gov-west-1' });
    expect(key.keyId).toBe('mrk-1234abcd12ab34cd56ef1234567890ab');
  });

  test('that is known at deployment, with its account and Region', () => {
    const stack = testStack();
    const keyArn = new CfnParameter(stack, 'KeyArn').valueAsString;

    const key = ImportedKey.fromKeyArn(stack, 'Key', keyArn, { account: '222222222222', region: 'eu-west-1' });

    expect(stack.resolve(key.keyArn)).toEqual({ Ref: 'KeyArn' });
    expect(key.env).toEqual({ account: '222222222222', region: 'eu-west-1' });
  });

  test('CustomerManagedKey.fromKeyArn gives the same', () => {
    const stack = testStack();

    const key = CustomerManagedKey.fromKeyArn(stack, 'Key', ARN);
    key.grantDecrypt(role(stack));

    expect(key).toBeInstanceOf(ImportedKey);
    expect(key.keyArn).toBe(ARN);
    expect(statements(stack)).toEqual([{ Effect: 'Allow', Action: DECRYPT, Resource: ARN }]);
  });

  test.each([
    ['no ARN', '1234abcd-12ab-34cd-56ef-1234567890ab'],
    ['an ARN of another service', 'arn:aws:s3:::orders'],
    ['an ARN of something else of AWS KMS', 'arn:aws:kms:eu-west-1:111111111111:custom-key-store/cks-1'],
    ['an ARN without a key', 'arn:aws:kms:eu-west-1:111111111111:key/'],
    ['every key', 'arn:aws:kms:eu-west-1:111111111111:key'],
  ])('fails for %s', (_, keyArn) => {
    const make = () => ImportedKey.fromKeyArn(testStack(), 'Key', keyArn);

    expect(make).toThrow('[cdk-kms-constructs:KeyArnInvalid] Stack/Key: \'keyArn\' must be the ARN of a key');
    expect(make).toThrow(`got '${keyArn}'`);
  });

  test('fails for an alias, and says what to use', () => {
    const make = () => ImportedKey.fromKeyArn(testStack(), 'Key', 'arn:aws:kms:eu-west-1:111111111111:alias/orders');

    expect(make).toThrow(/^\[cdk-kms-constructs:AliasAsKey\] Stack\/Key: .*'arn:aws:kms:eu-west-1:111111111111:alias\/orders'.*ImportedKey\.fromAliasName\(\)$/);
  });
});

describe('by the name of its alias', () => {
  const ALIAS_ARN = 'arn:<AWS::Partition>:kms:eu-west-1:111111111111:alias/orders';

  test.each(['orders', 'alias/orders'])('%s: the ARN is that of the alias, and the id its name', (name) => {
    const stack = testStack();

    const key = ImportedKey.fromAliasName(stack, 'Key', name);

    expect([withIntrinsicsAsText(stack.resolve(key.keyArn)), key.keyId]).toEqual([ALIAS_ARN, 'alias/orders']);
    expect(types(stack)).toEqual([]);
  });

  test('is of the account and Region that are given', () => {
    const stack = testStack();

    const key = ImportedKey.fromAliasName(stack, 'Key', 'orders', { account: '222222222222', region: 'eu-central-1' });

    expect(key.env).toEqual({ account: '222222222222', region: 'eu-central-1' });
    expect(withIntrinsicsAsText(stack.resolve(key.keyArn))).toBe('arn:<AWS::Partition>:kms:eu-central-1:222222222222:alias/orders');
  });

  test('IAM names the keys of the account and Region that have the alias', () => {
    const stack = testStack();

    ImportedKey.fromAliasName(stack, 'Key', 'orders').grantDecrypt(role(stack));

    expect(statements(stack)).toEqual([
      {
        Effect: 'Allow',
        Action: DECRYPT,
        Resource: 'arn:<AWS::Partition>:kms:eu-west-1:111111111111:key/*',
        Condition: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/orders' } },
      },
    ]);
  });

  test.each(Object.entries(FLAGS))('the partition is a token, with %s', (_, context) => {
    const stack = testStack({}, { context });
    const key = ImportedKey.fromAliasName(stack, 'Key', 'orders');

    key.grantDecrypt(role(stack));

    expect(withIntrinsicsAsText(stack.resolve(key.keyArn))).toBe(ALIAS_ARN);
    expect(statements(stack)[0].Resource).toBe('arn:<AWS::Partition>:kms:eu-west-1:111111111111:key/*');
  });

  test.each([
    ['AliasNameInvalid', 'orders!'],
    ['AliasNameReserved', 'alias/aws/s3'],
  ])('fails with %s', (code, name) => {
    const make = () => ImportedKey.fromAliasName(testStack(), 'Key', name);

    expect(make).toThrow(`[cdk-kms-constructs:${code}] Stack/Key`);
  });
});

describe('by a lookup', () => {
  const QUERY = 'key-provider:account=111111111111:aliasName=alias/orders:region=eu-west-1';

  test('what the context holds', () => {
    const stack = testStack({}, { context: { [QUERY]: { keyId: '99999999-12ab-34cd-56ef-1234567890ab' } } });

    const key = ImportedKey.fromKeyLookup(stack, 'Key', { aliasName: 'alias/orders' });
    key.grantDecrypt(role(stack));

    expect(key.keyId).toBe('99999999-12ab-34cd-56ef-1234567890ab');
    expect(key.env).toEqual({ account: '111111111111', region: 'eu-west-1' });
    expect(statements(stack)).toEqual([
      { Effect: 'Allow', Action: DECRYPT, Resource: 'arn:<AWS::Partition>:kms:eu-west-1:111111111111:key/99999999-12ab-34cd-56ef-1234567890ab' },
    ]);
  });

  test('a dummy until the CDK has looked', () => {
    const stack = testStack();

    const key = ImportedKey.fromKeyLookup(stack, 'Key', { aliasName: 'alias/orders' });

    expect(key.keyId).toBe('1234abcd-12ab-34cd-56ef-1234567890ab');
    expect(key.env).toEqual({ account: '111111111111', region: 'eu-west-1' });
  });

  test('fails in a stack without an environment, where the CDK cannot look', () => {
    const make = () => ImportedKey.fromKeyLookup(new Stack(undefined, 'Stack'), 'Key', { aliasName: 'alias/orders' });

    expect(make).toThrow(/Cannot retrieve value from context provider key-provider/);
  });
});

test('by a parameter of AWS Systems Manager: its value at deployment', () => {
  const stack = testStack();

  const key = ImportedKey.fromParameter(stack, 'Key', '/platform/key-arn');
  key.grantDecrypt(role(stack));

  const parameters = Object.entries(Template.fromStack(stack).toJSON().Parameters);
  const [name] = parameters.find(([, parameter]: any) => parameter.Default === '/platform/key-arn')!;
  expect(statements(stack)).toEqual([{ Effect: 'Allow', Action: DECRYPT, Resource: `<${name}>` }]);
  expect(messagesOf(stack, 'warning')).toEqual([]);
});

describe('grants', () => {
  const VERBS: Array<[string, (key: ImportedKey, grantee: IGrantable) => Grant, string[]]> = [
    ['grantDecrypt', (key, grantee) => key.grantDecrypt(grantee), DECRYPT],
    ['grantEncrypt', (key, grantee) => key.grantEncrypt(grantee), ENCRYPT],
    ['grantEncryptDecrypt', (key, grantee) => key.grantEncryptDecrypt(grantee), ENCRYPT_DECRYPT],
    ['grantSign', (key, grantee) => key.grantSign(grantee), ['kms:Sign']],
    ['grantVerify', (key, grantee) => key.grantVerify(grantee), ['kms:Verify']],
    ['grantSignVerify', (key, grantee) => key.grantSignVerify(grantee), ['kms:Sign', 'kms:Verify']],
    ['grantGenerateMac', (key, grantee) => key.grantGenerateMac(grantee), ['kms:GenerateMac']],
    ['grantVerifyMac', (key, grantee) => key.grantVerifyMac(grantee), ['kms:VerifyMac']],
    ['grant', (key, grantee) => key.grant(grantee, 'kms:ReEncrypt*'), ['kms:ReEncryptFrom', 'kms:ReEncryptTo']],
    ['grants.decrypt', (key, grantee) => key.grants.decrypt(grantee), DECRYPT],
    ['grants.encrypt', (key, grantee) => key.grants.encrypt(grantee), ENCRYPT],
    ['grants.encryptDecrypt', (key, grantee) => key.grants.encryptDecrypt(grantee), ENCRYPT_DECRYPT],
    ['grants.sign', (key, grantee) => key.grants.sign(grantee), ['kms:Sign']],
    ['grants.verifyMac', (key, grantee) => key.grants.verifyMac(grantee), ['kms:VerifyMac']],
    ['another case', (key, grantee) => key.grant(grantee, 'kms:decrypt'), ['kms:Decrypt']],
  ];

  test.each(VERBS)('%s: exact actions on this key', (_, verb, actions) => {
    const stack = testStack();

    const { success } = verb(byArn(stack), role(stack));

    expect(success).toBe(true);
    const [statement, ...others] = statements(stack);
    expect({ ...statement, Action: [statement.Action].flat() }).toEqual({ Effect: 'Allow', Action: actions, Resource: ARN });
    expect(others).toEqual([]);
    expect(messagesOf(stack, 'warning')).toEqual([]);
  });

  test.each(VERBS)('%s by the alias: no key that does not have it', (_, verb, actions) => {
    const stack = testStack();

    verb(ImportedKey.fromAliasName(stack, 'Key', 'orders'), role(stack));

    const [statement] = statements(stack);
    expect([statement.Action].flat()).toEqual(actions);
    expect(statement.Resource).toBe('arn:<AWS::Partition>:kms:eu-west-1:111111111111:key/*');
    expect(statement.Condition).toEqual({ 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/orders' } });
  });

  test.each([
    ['a user', (stack: Stack) => new User(stack, 'User')],
    ['a role that is imported', (stack: Stack) => Role.fromRoleName(stack, 'Role', 'Reader')],
  ])('land on %s', (_, grantee) => {
    const stack = testStack();

    const { success } = byArn(stack).grantDecrypt(grantee(stack));

    expect(success).toBe(true);
    expect(statements(stack)).toEqual([{ Effect: 'Allow', Action: DECRYPT, Resource: ARN }]);
  });

  test('that cannot land on a role warn with the statement, and have no success', () => {
    const stack = testStack();
    const immutable = Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::111111111111:role/Reader', { mutable: false });

    const { success } = byArn(stack).grantDecrypt(immutable);

    expect(success).toBe(false);
    expect(messagesOf(stack, 'warning')).toEqual([
      `Stack/Role cannot be changed by this app; its owner has to add to its policies: {"Action":["kms:Decrypt","kms:DescribeKey"],"Effect":"Allow","Resource":"${ARN}"} [ack: cdk-kms-constructs:grantNotApplied]`,
    ]);
  });

  test.each([
    ['ActionUnknown', ['kms:Dercypt']],
    ['AdministrationMixedWithUse', ['kms:Decrypt', 'kms:DisableKey']],
  ])('fail with %s', (code, actions) => {
    const stack = testStack();
    const key = byArn(stack);

    expect(() => key.grant(role(stack), ...actions)).toThrow(`[cdk-kms-constructs:${code}] Stack/Key`);
  });
});

test('an alias can be added to a key of the account', () => {
  const stack = testStack();

  byArn(stack).addAlias('orders');

  Template.fromStack(stack).hasResourceProperties('AWS::KMS::Alias', { AliasName: 'alias/orders', TargetKeyId: ARN });
});
