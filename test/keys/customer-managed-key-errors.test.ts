import { Aws, Duration, Fn, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { CustomerManagedKey, type CustomerManagedKeyProps } from '../../src/keys/customer-managed-key';
import { GrantCreation } from '../../src/keys/grant-creation';
import { KeyRetention } from '../../src/keys/key-retention';
import { KeyRotation } from '../../src/keys/key-rotation';
import { KeyPrincipal } from '../../src/policy/key-principal';
import { ViaService } from '../../src/services/via-service';
import { testStack } from '../support/apps';

const names = (count: number) => Array.from({ length: count }, (_, index) => `orders-${index}`);

/** What is wrong, the code of the error, and what the message shows of it. */
const MISTAKES: Array<[what: string, props: CustomerManagedKeyProps, code: string, shown: string]> = [
  ['a rotation period of 89 days', { rotation: KeyRotation.automatic(Duration.days(89)) }, 'RotationPeriodOutOfRange', '89'],
  ['a rotation period of 2561 days', { rotation: KeyRotation.automatic(Duration.days(2561)) }, 'RotationPeriodOutOfRange', '2561'],
  ['a rotation period of 100 days and an hour', { rotation: KeyRotation.automatic(Duration.hours(2401)) }, 'RotationPeriodOutOfRange', '100.04'],
  ['rotation disabled without a reason', { rotation: KeyRotation.disabled(' ') }, 'RotationReasonMissing', "'rotation'"],
  ['protection for no day', { retention: KeyRetention.production(Duration.days(0)) }, 'DeletionProtectionOutOfRange', '0'],
  ['protection for 3651 days', { retention: KeyRetention.production(Duration.days(3651)) }, 'DeletionProtectionOutOfRange', '3651'],
  ['protection for half a day', { retention: KeyRetention.production(Duration.hours(12)) }, 'DeletionProtectionOutOfRange', '0.5'],
  ['grants by principals without a reason', { grantCreation: GrantCreation.principals('') }, 'GrantCreationReasonMissing', "'grantCreation'"],
  ['51 aliases', { aliases: names(51) }, 'TooManyAliases', '51'],
  ['one alias twice', { aliases: ['orders', 'alias/orders'] }, 'AliasRepeated', "'alias/orders'"],
  ['an alias with a space', { aliases: ['my orders'] }, 'AliasNameInvalid', "'alias/my orders'"],
  ['an alias with a colon', { aliases: ['a:b'] }, 'AliasNameInvalid', "'alias/a:b'"],
  ['an empty alias', { aliases: [''] }, 'AliasNameInvalid', "'alias/'"],
  ['an alias of AWS', { aliases: ['alias/aws/orders'] }, 'AliasNameReserved', "'alias/aws/orders'"],
  ['an alias of AWS without its prefix', { aliases: ['aws/orders'] }, 'AliasNameReserved', "'alias/aws/orders'"],
  ['an alias of 257 characters', { aliases: ['a'.repeat(251)] }, 'AliasNameTooLong', '257'],
  ['a description of 8193 characters', { description: 'd'.repeat(8193) }, 'DescriptionTooLong', '8193'],
  ['a role name that is a token', { administrators: [KeyPrincipal.roleName(Aws.STACK_NAME)] }, 'PrincipalHasToken', "'administrators'"],
  ['an ARN that is a token', { administrators: [KeyPrincipal.arn(Fn.importValue('admin'))] }, 'PrincipalHasToken', "'administrators'"],
  ['a role name with a space', { administrators: [KeyPrincipal.roleName('Key Admin')] }, 'PrincipalNameInvalid', "'Key Admin'"],
  ['a role name that is an ARN', { deployers: [KeyPrincipal.roleName('arn:aws:iam::111111111111:role/A')] }, 'PrincipalNameInvalid', "'deployers'"],
  ['an empty permission set', { administrators: [KeyPrincipal.permissionSet('')] }, 'PrincipalNameInvalid', "''"],
  ['a session of STS', { administrators: [KeyPrincipal.arn('arn:aws:sts::111111111111:assumed-role/A/b')] }, 'PrincipalIsSession', 'assumed-role/A/b'],
  ['an ARN of no role', { administrators: [KeyPrincipal.arn('arn:aws:iam::111111111111:group/A')] }, 'PrincipalArnInvalid', 'group/A'],
  ['an ARN of the root user', { deployers: [KeyPrincipal.arn('arn:aws:iam::111111111111:root')] }, 'PrincipalArnInvalid', ':root'],
  ['no ARN', { administrators: [KeyPrincipal.arn('KeyAdmin')] }, 'PrincipalArnInvalid', "'KeyAdmin'"],
  ['a scope of EKS', { viaServices: [ViaService.of('eks')] }, 'ViaServiceUnknown', "'eks'"],
  ['a scope of CloudTrail', { viaServices: [ViaService.of('cloudtrail')] }, 'ViaServiceUnknown', "'cloudtrail'"],
  ['a scope with the whole value', { viaServices: [ViaService.of('s3.eu-west-1.amazonaws.com')] }, 'ViaServiceUnknown', 's3.eu-west-1'],
  ['an account of 11 digits', { trustedAccounts: ['22222222222'] }, 'TrustedAccountInvalid', "'22222222222'"],
  ['an account as an ARN', { trustedAccounts: ['arn:aws:iam::222222222222:root'] }, 'TrustedAccountInvalid', ':root'],
  ['every account', { trustedAccounts: ['*'] }, 'TrustedAccountInvalid', "'*'"],
  ['the own account', { trustedAccounts: ['111111111111'] }, 'TrustedAccountIsOwn', "'111111111111'"],
  ['an organization with a wildcard', { trustedOrganizations: ['o-*'] }, 'OrganizationInvalid', "'o-*'"],
  ['an organizational unit', { trustedOrganizations: ['ou-a1b2-c3d4e5f6'] }, 'OrganizationInvalid', "'ou-a1b2-c3d4e5f6'"],
  ['administrators that cover the deployer', { administrators: [KeyPrincipal.roleName('*')] }, 'AdministratorsIncludeDeployer', 'cdk-hnb659fds-cfn-exec-role'],
  [
    'administrators that cover a deployer who was named',
    { administrators: [KeyPrincipal.roleName('ops/*')], deployers: [KeyPrincipal.roleName('ops/Deploy')] },
    'AdministratorsIncludeDeployer',
    'role/ops/Deploy',
  ],
];

describe('fails when the key is made, with a code, the path and the value', () => {
  test.each(MISTAKES)('fails for %s', (_, props, code, shown) => {
    const scope = new Construct(testStack(), 'Storage');

    const make = () => new CustomerManagedKey(scope, 'Key', props);

    expect(make).toThrow(new RegExp(`^\\[cdk-kms-constructs:${code}\\] Stack/Storage/Key: '`));
    expect(make).toThrow(shown);
  });

  test.each(MISTAKES)('fails for %s and leaves the tree as it was', (_, props) => {
    const stack = testStack();
    const before = [...stack.node.findAll()];

    expect(() => new CustomerManagedKey(stack, 'Key', props)).toThrow();

    expect(stack.node.findAll()).toEqual(before);
    expect(() => new CustomerManagedKey(stack, 'Key')).not.toThrow();
  });

  test('fails for several mistakes with all of them at once', () => {
    const props = {
      rotation: KeyRotation.automatic(Duration.days(1)),
      aliases: ['aws/a', 'b b'],
      administrators: [KeyPrincipal.arn('x')],
      trustedAccounts: ['1', '2'],
    };

    const make = () => new CustomerManagedKey(testStack(), 'Key', props);

    let message = '';
    try {
      make();
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message.split('\n').map((line) => /\[(?:cdk-kms-constructs:)?(\w+)\]/.exec(line)?.[1])).toEqual([
      'RotationPeriodOutOfRange',
      'AliasNameReserved',
      'AliasNameInvalid',
      'PrincipalArnInvalid',
      'TrustedAccountInvalid',
      'TrustedAccountInvalid',
    ]);
  });

  test('fails for an alias that is added later', () => {
    const key = new CustomerManagedKey(testStack(), 'Key', { aliases: ['orders'] });

    expect(() => key.addAlias('alias/orders')).toThrow(/^\[cdk-kms-constructs:AliasRepeated\] Stack\/Key.*'alias\/orders'/);
    expect(() => key.addAlias('aws/orders')).toThrow(/^\[cdk-kms-constructs:AliasNameReserved\] Stack\/Key/);
    expect(key.node.children.map(({ node }) => node.id)).toEqual(['Resource', 'Alias-orders']);
  });

  test('fails for a 51st alias that is added later', () => {
    const key = new CustomerManagedKey(testStack(), 'Key', { aliases: names(50) });

    expect(() => key.addAlias('one-more')).toThrow('[cdk-kms-constructs:TooManyAliases]');
  });
});

describe('values at their limits are taken', () => {
  test.each<[string, CustomerManagedKeyProps]>([
    ['rotation every 90 days', { rotation: KeyRotation.automatic(Duration.days(90)) }],
    ['rotation every 2560 days', { rotation: KeyRotation.automatic(Duration.days(2560)) }],
    ['protection for one day', { retention: KeyRetention.production(Duration.days(1)) }],
    ['protection for 3650 days', { retention: KeyRetention.production(Duration.days(3650)) }],
    ['50 aliases', { aliases: names(50) }],
    ['an alias of 256 characters', { aliases: ['a'.repeat(250)] }],
    ['an alias with every sign', { aliases: ['a/B_c-9'] }],
    ['an alias that begins like those of AWS', { aliases: ['awsome/orders'] }],
    ['administrators beside the deployer', { administrators: [KeyPrincipal.roleName('Key*')] }],
    ['an administrator who deploys', { administrators: [KeyPrincipal.roleName('Ops')], deployers: [KeyPrincipal.roleName('Ops')] }],
    ['an organization of 32 signs', { trustedOrganizations: [`o-${'a1'.repeat(16)}`] }],
  ])('%s', (_, props) => {
    expect(() => new CustomerManagedKey(testStack(), 'Key', props)).not.toThrow();
  });

  test('tokens are no mistake', () => {
    const stack = new Stack();
    const token = Fn.ref('Parameter');

    const make = () =>
      new CustomerManagedKey(stack, 'Key', {
        aliases: [token, `orders-${Aws.REGION}`, 'orders'],
        description: token,
        trustedAccounts: [token],
        trustedOrganizations: [token],
        rotation: KeyRotation.disabled(token),
        grantCreation: GrantCreation.principals(token),
      });

    expect(make).not.toThrow();
  });
});
