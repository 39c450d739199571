import { Template } from 'aws-cdk-lib/assertions';
import { AccountPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Alias, Key, type CfnKey } from 'aws-cdk-lib/aws-kms';
import { Aws, NestedStack, Stack, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { CustomerManagedKey } from '../../src/keys/customer-managed-key';
import { GrantCreation } from '../../src/keys/grant-creation';
import { ViaService } from '../../src/services/via-service';
import { testStack } from '../support/apps';
import { FLAGS } from '../support/feature-flags';
import { keyPolicyOf, messagesOf, statementOf } from '../support/key-policies';

const ROOT = { AWS: 'arn:<AWS::Partition>:iam::111111111111:root' };

/** The statements of a key that was asked for nothing. */
const DEFAULT_POLICY = [
  {
    Sid: 'KeyAdministration',
    Effect: 'Allow',
    Principal: ROOT,
    Action: [
      'kms:CancelKeyDeletion',
      'kms:CreateAlias',
      'kms:DeleteAlias',
      'kms:DisableKey',
      'kms:DisableKeyRotation',
      'kms:EnableKey',
      'kms:EnableKeyRotation',
      'kms:PutKeyPolicy',
      'kms:RevokeGrant',
      'kms:RotateKeyOnDemand',
      'kms:ScheduleKeyDeletion',
      'kms:TagResource',
      'kms:UntagResource',
      'kms:UpdateAlias',
      'kms:UpdateKeyDescription',
    ],
    Resource: '*',
  },
  {
    Sid: 'KeyMetadata',
    Effect: 'Allow',
    Principal: ROOT,
    Action: [
      'kms:DescribeKey',
      'kms:GetKeyLastUsage',
      'kms:GetKeyPolicy',
      'kms:GetKeyRotationStatus',
      'kms:ListGrants',
      'kms:ListKeyPolicies',
      'kms:ListKeyRotations',
      'kms:ListResourceTags',
    ],
    Resource: '*',
  },
  {
    Sid: 'KeyUse',
    Effect: 'Allow',
    Principal: ROOT,
    Action: [
      'kms:Decrypt',
      'kms:Encrypt',
      'kms:GenerateDataKey',
      'kms:GenerateDataKeyPair',
      'kms:GenerateDataKeyPairWithoutPlaintext',
      'kms:GenerateDataKeyWithoutPlaintext',
      'kms:ReEncryptFrom',
      'kms:ReEncryptTo',
    ],
    Resource: '*',
  },
  {
    Sid: 'ServiceGrants',
    Effect: 'Allow',
    Principal: ROOT,
    Action: ['kms:CreateGrant', 'kms:RevokeGrant'],
    Resource: '*',
    Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
  },
  {
    Sid: 'GrantsForServicesOnly',
    Effect: 'Deny',
    Principal: { AWS: '*' },
    Action: 'kms:CreateGrant',
    Resource: '*',
    Condition: { BoolIfExists: { 'aws:PrincipalIsAWSService': 'false', 'kms:GrantIsForAWSResource': 'false' } },
  },
];

const keyOf = (stack: Stack) => Object.values(Template.fromStack(stack).findResources('AWS::KMS::Key'))[0];

describe('a key that was asked for nothing', () => {
  test.each(Object.entries(FLAGS))('is one resource with these properties, with %s', (_, context) => {
    const stack = testStack({}, { context });

    new CustomerManagedKey(stack, 'Key');

    const { KeyPolicy: _policy, ...properties } = keyOf(stack).Properties;
    expect(properties).toEqual({
      Description: 'Customer managed key Key of stack Stack',
      EnableKeyRotation: true,
      RotationPeriodInDays: 365,
      PendingWindowInDays: 30,
    });
    expect(Object.keys(Template.fromStack(stack).toJSON().Resources)).toEqual(['Key961B73FD']);
  });

  test('is retained, but for a first deployment that fails', () => {
    const stack = testStack();

    new CustomerManagedKey(stack, 'Key');

    const { DeletionPolicy, UpdateReplacePolicy } = keyOf(stack);
    expect([DeletionPolicy, UpdateReplacePolicy]).toEqual(['RetainExceptOnCreate', 'Retain']);
  });

  test.each(Object.entries(FLAGS))('has the five unconditional statements and nothing else, with %s', (_, context) => {
    const stack = testStack({}, { context });

    new CustomerManagedKey(stack, 'Key');

    expect(keyPolicyOf(stack)).toEqual(DEFAULT_POLICY);
    expect(keyOf(stack).Properties.KeyPolicy.Version).toBe('2012-10-17');
  });

  test('says nothing to its user', () => {
    const stack = testStack();

    new CustomerManagedKey(stack, 'Key');

    expect([messagesOf(stack, 'info'), messagesOf(stack, 'warning'), messagesOf(stack, 'error')]).toEqual([[], [], []]);
  });

  test('names its account by a pseudo parameter where it is not known', () => {
    const stack = testStack({ env: undefined });

    new CustomerManagedKey(stack, 'Key');

    expect(statementOf(stack, 'KeyUse')?.Principal).toEqual({ AWS: 'arn:<AWS::Partition>:iam::<AWS::AccountId>:root' });
  });

  test('is a key of the CDK', () => {
    const key = new CustomerManagedKey(testStack(), 'Key');

    expect(key).toBeInstanceOf(Key);
    expect([key.rotation.periodInDays, key.retention.pendingWindow.toDays()]).toEqual([365, 30]);
  });
});

describe('description', () => {
  test('names the stack and the path by default', () => {
    const stack = testStack({ stackName: 'orders-prod' });

    new CustomerManagedKey(new Construct(new Construct(stack, 'Storage'), 'Archive'), 'Key');

    expect(keyOf(stack).Properties.Description).toBe('Customer managed key Storage/Archive/Key of stack orders-prod');
  });

  test('leaves out the name of a nested stack, which is not known', () => {
    const nested = new NestedStack(testStack(), 'Nested');

    new CustomerManagedKey(nested, 'Key');

    expect(keyOf(nested).Properties.Description).toBe('Customer managed key Key');
  });

  test('is the one that was given', () => {
    const stack = testStack();

    new CustomerManagedKey(stack, 'Key', { description: 'orders at rest' });

    expect(keyOf(stack).Properties.Description).toBe('orders at rest');
  });

  test.each(['d'.repeat(8192), Aws.STACK_NAME])('may have 8192 characters, or a token', (description) => {
    expect(() => new CustomerManagedKey(testStack(), 'Key', { description })).not.toThrow();
  });
});

describe('enabled and multiRegion', () => {
  test('a key can be made disabled', () => {
    const stack = testStack();

    new CustomerManagedKey(stack, 'Key', { enabled: false });

    expect(keyOf(stack).Properties.Enabled).toBe(false);
  });

  test('a primary key may be replicated and moved by administrators', () => {
    const stack = testStack();

    new CustomerManagedKey(stack, 'Key', { multiRegion: true });

    expect(keyOf(stack).Properties.MultiRegion).toBe(true);
    const added = [statementOf(stack, 'KeyAdministration')?.Action].flat().filter((action) => !DEFAULT_POLICY[0].Action.includes(action!));
    expect(added).toEqual(['kms:ReplicateKey', 'kms:UpdatePrimaryRegion']);
  });
});

describe('viaServices', () => {
  test('scopes the use of the key and the grants of services, and nothing else', () => {
    const stack = testStack();

    new CustomerManagedKey(stack, 'Key', { viaServices: [ViaService.S3, ViaService.of('athena')] });

    const scope = { 'kms:ViaService': ['s3.eu-west-1.amazonaws.com', 'athena.eu-west-1.amazonaws.com'] };
    expect(keyPolicyOf(stack).map(({ Sid, Condition }) => [Sid, Condition])).toEqual([
      ['KeyAdministration', undefined],
      ['KeyMetadata', undefined],
      ['KeyUse', { StringEquals: scope }],
      ['ServiceGrants', { StringEquals: scope, Bool: { 'kms:GrantIsForAWSResource': 'true' } }],
      ['GrantsForServicesOnly', { BoolIfExists: { 'aws:PrincipalIsAWSService': 'false', 'kms:GrantIsForAWSResource': 'false' } }],
    ]);
  });

  test('covers DynamoDB in every Region, since global tables call across Regions', () => {
    const stack = testStack();

    new CustomerManagedKey(stack, 'Key', { viaServices: [ViaService.DYNAMODB] });

    expect(statementOf(stack, 'KeyUse')?.Condition).toEqual({ StringLike: { 'kms:ViaService': 'dynamodb.*.amazonaws.com' } });
  });
});

describe('trustedAccounts and trustedOrganizations', () => {
  const USE_AND_DESCRIBE = [
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

  test('other accounts are named by bare ids, in one statement', () => {
    const stack = testStack();

    new CustomerManagedKey(stack, 'Key', { trustedAccounts: ['222222222222', '333333333333'] });

    expect(statementOf(stack, 'TrustedAccounts')).toEqual({
      Sid: 'TrustedAccounts',
      Effect: 'Allow',
      Principal: { AWS: ['222222222222', '333333333333'] },
      Action: USE_AND_DESCRIBE,
      Resource: '*',
    });
    expect(keyPolicyOf(stack).map(({ Sid }) => Sid)).toEqual([
      'KeyAdministration',
      'KeyMetadata',
      'KeyUse',
      'ServiceGrants',
      'TrustedAccounts',
      'GrantsForServicesOnly',
    ]);
  });

  test('an organization is let in without the own account, and within the scope of services', () => {
    const stack = testStack();

    new CustomerManagedKey(stack, 'Key', { trustedOrganizations: ['o-a1b2c3d4e5'], viaServices: [ViaService.S3] });

    expect(statementOf(stack, 'TrustedOrganizations')).toEqual({
      Sid: 'TrustedOrganizations',
      Effect: 'Allow',
      Principal: { AWS: '*' },
      Action: USE_AND_DESCRIBE,
      Resource: '*',
      Condition: {
        StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5', 'kms:ViaService': 's3.eu-west-1.amazonaws.com' },
        StringNotEquals: { 'kms:CallerAccount': '111111111111' },
      },
    });
  });
});

describe('grantCreation', () => {
  test('principals may create grants, without the denial, when the reason is given', () => {
    const stack = testStack();

    new CustomerManagedKey(stack, 'Key', { grantCreation: GrantCreation.principals('creates EKS clusters') });

    expect(keyPolicyOf(stack).map(({ Sid }) => Sid)).toEqual(['KeyAdministration', 'KeyMetadata', 'KeyUse', 'Grants']);
    expect(statementOf(stack, 'Grants')).toEqual({
      Sid: 'Grants',
      Effect: 'Allow',
      Principal: ROOT,
      Action: ['kms:CreateGrant', 'kms:RevokeGrant'],
      Resource: '*',
    });
    expect(JSON.stringify(keyOf(stack).Metadata)).toContain('creates EKS clusters');
  });
});

describe('statements that somebody adds', () => {
  test('stand between ours', () => {
    const stack = testStack();
    const key = new CustomerManagedKey(stack, 'Key');

    const { statementAdded } = key.addToResourcePolicy(
      new PolicyStatement({ actions: ['kms:Decrypt'], resources: ['*'], principals: [new AccountPrincipal('222222222222')] }),
    );

    expect(statementAdded).toBe(true);
    expect(keyPolicyOf(stack)[4]).toEqual({ Effect: 'Allow', Principal: { AWS: '222222222222' }, Action: 'kms:Decrypt', Resource: '*' });
    expect(keyPolicyOf(stack)).toHaveLength(6);
  });

  test('a warning that is acknowledged on the key is silent', () => {
    const warned = (acknowledge: boolean) => {
      const stack = testStack();
      const key = new CustomerManagedKey(stack, 'Key');
      key.addToResourcePolicy(PolicyStatement.fromJson({ Effect: 'Allow', Principal: { Service: 'unheard-of.amazonaws.com' }, Action: 'kms:Decrypt', Resource: '*' }));
      if (acknowledge) {
        Validations.of(key).acknowledge({ id: 'cdk-kms-constructs:serviceUnbound', reason: 'AWS Backup sends no source' });
      }
      return messagesOf(stack, 'warning');
    };

    expect(warned(false)).toEqual([expect.stringContaining('unheard-of.amazonaws.com is let in for whomever it acts')]);
    expect(warned(true)).toEqual([]);
  });
});

describe('the resource of the key', () => {
  test('aliases are its children, and its default child is the L1', () => {
    const key = new CustomerManagedKey(testStack(), 'Key', { aliases: ['orders'] });

    expect((key.node.defaultChild as CfnKey).cfnResourceType).toBe('AWS::KMS::Key');
    expect(key.node.children.filter((child) => child instanceof Alias)).toHaveLength(1);
  });
});
