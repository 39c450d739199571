import { closingStatements, openingStatements, type KeyPolicyIntent } from '../../src/policy/key-policy';
import type { KeyStatement } from '../../src/policy/key-statement';

const ROOT = 'arn:aws:iam::111111111111:root';
const ADMINISTRATOR = 'arn:aws:iam::111111111111:role/ops/KeyAdmin';
const DEPLOYER = 'arn:aws:iam::111111111111:role/deployer';
const ADMINISTRATION = [
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
];
const METADATA = [
  'kms:DescribeKey',
  'kms:GetKeyLastUsage',
  'kms:GetKeyPolicy',
  'kms:GetKeyRotationStatus',
  'kms:ListGrants',
  'kms:ListKeyPolicies',
  'kms:ListKeyRotations',
  'kms:ListResourceTags',
];
const USE = [
  'kms:Decrypt',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyPair',
  'kms:GenerateDataKeyPairWithoutPlaintext',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];
const CROSS_ACCOUNT = [
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

function statements(intent: Partial<KeyPolicyIntent> = {}): KeyStatement[] {
  const whole: KeyPolicyIntent = {
    accountId: '111111111111',
    accountRoot: ROOT,
    multiRegion: false,
    administrators: [],
    deployers: [DEPLOYER],
    viaServices: [],
    trustedAccounts: [],
    trustedOrganizations: [],
    grantsForServicesOnly: true,
    ...intent,
  };
  return [...openingStatements(whole), ...closingStatements(whole)];
}

function statement(sid: string, intent: Partial<KeyPolicyIntent> = {}): KeyStatement | undefined {
  const found = statements(intent).filter((candidate) => candidate.sid === sid);
  expect(found.length).toBeLessThanOrEqual(1);
  return found[0];
}

const EVERYTHING: Partial<KeyPolicyIntent> = {
  multiRegion: true,
  administrators: [ADMINISTRATOR],
  viaServices: ['s3.eu-west-1.amazonaws.com'],
  trustedAccounts: ['222222222222'],
  trustedOrganizations: ['o-a1b2c3d4e5'],
  deletionProtectionDays: 90,
};

test('the default is the unconditional rows and nothing else, in this order', () => {
  expect(statements()).toEqual([
    { sid: 'KeyAdministration', effect: 'Allow', principal: { AWS: [ROOT] }, actions: ADMINISTRATION, conditions: {} },
    { sid: 'KeyMetadata', effect: 'Allow', principal: { AWS: [ROOT] }, actions: METADATA, conditions: {} },
    { sid: 'KeyUse', effect: 'Allow', principal: { AWS: [ROOT] }, actions: USE, conditions: {} },
    {
      sid: 'ServiceGrants',
      effect: 'Allow',
      principal: { AWS: [ROOT] },
      actions: ['kms:CreateGrant', 'kms:RevokeGrant'],
      conditions: { Bool: { 'kms:GrantIsForAWSResource': ['true'] } },
    },
    {
      sid: 'GrantsForServicesOnly',
      effect: 'Deny',
      principal: { AWS: ['*'] },
      actions: ['kms:CreateGrant'],
      conditions: { BoolIfExists: { 'kms:GrantIsForAWSResource': ['false'], 'aws:PrincipalIsAWSService': ['false'] } },
    },
  ]);
});

test('everything that can be asked for comes in this order', () => {
  expect(statements(EVERYTHING).map(({ sid }) => sid)).toEqual([
    'KeyAdministration',
    'KeyMetadata',
    'KeyUse',
    'ServiceGrants',
    'TrustedAccounts',
    'TrustedOrganizations',
    'GrantsForServicesOnly',
    'DeletionProtection',
  ]);
});

test('a multi-Region key can be replicated by its administrators', () => {
  const { actions } = statement('KeyAdministration', { multiRegion: true })!;

  expect(actions).toEqual([...ADMINISTRATION, 'kms:ReplicateKey', 'kms:UpdatePrimaryRegion'].sort());
});

describe('administrators', () => {
  test('narrow administration to themselves, the deployers and the root user', () => {
    const { conditions } = statement('KeyAdministration', { administrators: [ADMINISTRATOR] })!;

    expect(conditions).toEqual({ ArnLike: { 'aws:PrincipalArn': [ADMINISTRATOR, DEPLOYER, ROOT] } });
  });

  test('are kept out of the use of the key', () => {
    const { conditions } = statement('KeyUse', { administrators: [ADMINISTRATOR] })!;

    expect(conditions).toEqual({ ArnNotLike: { 'aws:PrincipalArn': [ADMINISTRATOR] } });
  });

  test('do not narrow who reads about the key, nor the grants of services', () => {
    expect(statement('KeyMetadata', { administrators: [ADMINISTRATOR] })!.conditions).toEqual({});
    expect(statement('ServiceGrants', { administrators: [ADMINISTRATOR] })!.conditions).toEqual({ Bool: { 'kms:GrantIsForAWSResource': ['true'] } });
  });

  test('narrow nothing where the deployer is not known, who may be one of them', () => {
    const intent = { administrators: [ADMINISTRATOR], deployers: undefined };

    expect(statement('KeyAdministration', intent)!.conditions).toEqual({});
    expect(statement('KeyUse', intent)!.conditions).toEqual({});
  });

  test('keep the use of the key where they also deploy', () => {
    const intent = { administrators: [DEPLOYER, ADMINISTRATOR] };

    expect(statement('KeyUse', intent)!.conditions).toEqual({ ArnNotLike: { 'aws:PrincipalArn': [ADMINISTRATOR] } });
    expect(statement('KeyAdministration', intent)!.conditions).toEqual({ ArnLike: { 'aws:PrincipalArn': [DEPLOYER, ADMINISTRATOR, ROOT] } });
  });

  test('leave the use open where all of them deploy', () => {
    expect(statement('KeyUse', { administrators: [DEPLOYER] })!.conditions).toEqual({});
  });

  test.each<[string, Partial<KeyPolicyIntent>]>([
    ['by default', {}],
    ['of a multi-Region key', { multiRegion: true }],
    ['that are named', { administrators: [ADMINISTRATOR] }],
    ['with an unknown deployer', { administrators: [ADMINISTRATOR], deployers: undefined }],
    ['where people make grants', { administrators: [ADMINISTRATOR], grantsForServicesOnly: false }],
    ['with everything', EVERYTHING],
  ])('%s get neither a cryptographic action nor CreateGrant', (_, intent) => {
    const { actions } = statement('KeyAdministration', intent)!;

    expect(actions.filter((action) => [...USE, 'kms:CreateGrant'].includes(action) || action.includes('*'))).toEqual([]);
  });
});

describe('a scope of services', () => {
  const intent = { viaServices: ['s3.eu-west-1.amazonaws.com', 'sqs.eu-west-1.amazonaws.com'] };
  const scope = { StringEquals: { 'kms:ViaService': ['s3.eu-west-1.amazonaws.com', 'sqs.eu-west-1.amazonaws.com'] } };

  test('limits the use', () => {
    expect(statement('KeyUse', intent)!.conditions).toEqual(scope);
  });

  test('limits the grants of services', () => {
    expect(statement('ServiceGrants', intent)!.conditions).toEqual({ ...scope, Bool: { 'kms:GrantIsForAWSResource': ['true'] } });
  });

  test('limits other accounts and organizations', () => {
    const trusting = { ...intent, trustedAccounts: ['222222222222'], trustedOrganizations: ['o-a1b2c3d4e5'] };

    expect(statement('TrustedAccounts', trusting)!.conditions).toEqual(scope);
    expect(statement('TrustedOrganizations', trusting)!.conditions).toEqual({
      StringEquals: { 'kms:ViaService': ['s3.eu-west-1.amazonaws.com', 'sqs.eu-west-1.amazonaws.com'], 'aws:PrincipalOrgID': ['o-a1b2c3d4e5'] },
      StringNotEquals: { 'kms:CallerAccount': ['111111111111'] },
    });
  });

  test('does not limit administration, nor who reads about the key', () => {
    expect(statement('KeyAdministration', intent)!.conditions).toEqual({});
    expect(statement('KeyMetadata', intent)!.conditions).toEqual({});
  });

  test('is a pattern where DynamoDB is in it, for its replicas', () => {
    const { conditions } = statement('KeyUse', { viaServices: ['dynamodb.*.amazonaws.com', 's3.eu-west-1.amazonaws.com'] })!;

    expect(conditions).toEqual({ StringLike: { 'kms:ViaService': ['dynamodb.*.amazonaws.com', 's3.eu-west-1.amazonaws.com'] } });
  });

  test('stands beside the administrators in one statement', () => {
    const { conditions } = statement('KeyUse', { ...intent, administrators: [ADMINISTRATOR] })!;

    expect(conditions).toEqual({ ...scope, ArnNotLike: { 'aws:PrincipalArn': [ADMINISTRATOR] } });
  });
});

describe('trust', () => {
  test('of accounts is by their bare ids', () => {
    expect(statement('TrustedAccounts', { trustedAccounts: ['222222222222', '333333333333'] })).toEqual({
      sid: 'TrustedAccounts',
      effect: 'Allow',
      principal: { AWS: ['222222222222', '333333333333'] },
      actions: CROSS_ACCOUNT,
      conditions: {},
    });
  });

  test('of organizations leaves out the own account, whose roles would get in past their IAM policies', () => {
    expect(statement('TrustedOrganizations', { trustedOrganizations: ['o-a1b2c3d4e5', 'o-f6g7h8i9j0'] })).toEqual({
      sid: 'TrustedOrganizations',
      effect: 'Allow',
      principal: { AWS: ['*'] },
      actions: CROSS_ACCOUNT,
      conditions: {
        StringEquals: { 'aws:PrincipalOrgID': ['o-a1b2c3d4e5', 'o-f6g7h8i9j0'] },
        StringNotEquals: { 'kms:CallerAccount': ['111111111111'] },
      },
    });
  });

  test('of nobody writes nothing', () => {
    expect(statement('TrustedAccounts')).toBeUndefined();
    expect(statement('TrustedOrganizations')).toBeUndefined();
  });
});

describe('grants that people make', () => {
  test('are allowed without a denial', () => {
    const sids = statements({ grantsForServicesOnly: false }).map(({ sid }) => sid);

    expect(sids).toEqual(['KeyAdministration', 'KeyMetadata', 'KeyUse', 'Grants']);
    expect(statement('Grants', { grantsForServicesOnly: false })).toEqual({
      sid: 'Grants',
      effect: 'Allow',
      principal: { AWS: [ROOT] },
      actions: ['kms:CreateGrant', 'kms:RevokeGrant'],
      conditions: {},
    });
  });

  test('are not for administrators', () => {
    const { conditions } = statement('Grants', { grantsForServicesOnly: false, administrators: [ADMINISTRATOR, DEPLOYER] })!;

    expect(conditions).toEqual({ ArnNotLike: { 'aws:PrincipalArn': [ADMINISTRATOR] } });
  });
});

describe('protection from deletion', () => {
  test('denies to schedule the deletion below the days without use, and does not deny to disable', () => {
    expect(statement('DeletionProtection', { deletionProtectionDays: 90 })).toEqual({
      sid: 'DeletionProtection',
      effect: 'Deny',
      principal: { AWS: ['*'] },
      actions: ['kms:ScheduleKeyDeletion'],
      conditions: { NumericLessThan: { 'kms:TrailingDaysWithoutKeyUsage': ['90'] } },
    });
  });

  test('is not there where nobody asked for it', () => {
    expect(statement('DeletionProtection')).toBeUndefined();
  });
});
