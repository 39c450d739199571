import {
  ADMINISTRATION, CROSS_ACCOUNT_USE, DECRYPT, ENCRYPT, ENCRYPT_DECRYPT, METADATA, MULTI_REGION_ADMINISTRATION, SERVICE_GRANTS,
  SYMMETRIC_USE, exactActions, isAdministration, isUse, worksCrossAccount,
} from '../../src/policy/key-actions';

const ADMINISTRATOR_ACTIONS = [
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
const READS = [
  'kms:DescribeKey',
  'kms:GetKeyLastUsage',
  'kms:GetKeyPolicy',
  'kms:GetKeyRotationStatus',
  'kms:ListGrants',
  'kms:ListKeyPolicies',
  'kms:ListKeyRotations',
  'kms:ListResourceTags',
];
const DATA_KEYS = [
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyPair',
  'kms:GenerateDataKeyPairWithoutPlaintext',
  'kms:GenerateDataKeyWithoutPlaintext',
];
const CRYPTOGRAPHIC = [
  'kms:Decrypt',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyPair',
  'kms:GenerateDataKeyPairWithoutPlaintext',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];
const EVERY_ACTION = [
  'kms:CancelKeyDeletion',
  'kms:CreateAlias',
  'kms:CreateGrant',
  'kms:Decrypt',
  'kms:DeleteAlias',
  'kms:DescribeKey',
  'kms:DisableKey',
  'kms:DisableKeyRotation',
  'kms:EnableKey',
  'kms:EnableKeyRotation',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyPair',
  'kms:GenerateDataKeyPairWithoutPlaintext',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:GetKeyLastUsage',
  'kms:GetKeyPolicy',
  'kms:GetKeyRotationStatus',
  'kms:ListGrants',
  'kms:ListKeyPolicies',
  'kms:ListKeyRotations',
  'kms:ListResourceTags',
  'kms:PutKeyPolicy',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
  'kms:ReplicateKey',
  'kms:RetireGrant',
  'kms:RevokeGrant',
  'kms:RotateKeyOnDemand',
  'kms:ScheduleKeyDeletion',
  'kms:TagResource',
  'kms:UntagResource',
  'kms:UpdateAlias',
  'kms:UpdateKeyDescription',
  'kms:UpdatePrimaryRegion',
];

describe('the lists', () => {
  test.each([
    ['administrators', ADMINISTRATION, ADMINISTRATOR_ACTIONS],
    ['administrators of a multi-Region key, besides', MULTI_REGION_ADMINISTRATION, ['kms:ReplicateKey', 'kms:UpdatePrimaryRegion']],
    ['everybody who reads about the key', METADATA, READS],
    ['users', SYMMETRIC_USE, CRYPTOGRAPHIC],
    ['who encrypts only, without ReEncryptFrom', ENCRYPT, ['kms:DescribeKey', 'kms:Encrypt', ...DATA_KEYS, 'kms:ReEncryptTo']],
    ['who decrypts only', DECRYPT, ['kms:Decrypt', 'kms:DescribeKey']],
    ['who does both', ENCRYPT_DECRYPT, ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', ...DATA_KEYS, 'kms:ReEncryptFrom', 'kms:ReEncryptTo']],
    ['who makes grants for services', SERVICE_GRANTS, ['kms:CreateGrant', 'kms:RevokeGrant']],
    ['other accounts', CROSS_ACCOUNT_USE, ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', ...DATA_KEYS, 'kms:ReEncryptFrom', 'kms:ReEncryptTo']],
  ])('of %s', (_, list, expected) => {
    expect(list).toEqual(expected);
  });
});

describe('exactActions', () => {
  test.each([
    ['kms:GenerateDataKey*', DATA_KEYS],
    ['kms:ReEncrypt*', ['kms:ReEncryptFrom', 'kms:ReEncryptTo']],
    ['kms:Describe*', ['kms:DescribeKey']],
    ['kms:Create*', ['kms:CreateAlias', 'kms:CreateGrant']],
    ['kms:Enable*', ['kms:EnableKey', 'kms:EnableKeyRotation']],
    ['kms:List*', ['kms:ListGrants', 'kms:ListKeyPolicies', 'kms:ListKeyRotations', 'kms:ListResourceTags']],
    ['kms:Put*', ['kms:PutKeyPolicy']],
    ['kms:Update*', ['kms:UpdateAlias', 'kms:UpdateKeyDescription', 'kms:UpdatePrimaryRegion']],
    ['kms:Revoke*', ['kms:RevokeGrant']],
    ['kms:Disable*', ['kms:DisableKey', 'kms:DisableKeyRotation']],
    ['kms:Get*', ['kms:GetKeyLastUsage', 'kms:GetKeyPolicy', 'kms:GetKeyRotationStatus']],
    ['kms:Delete*', ['kms:DeleteAlias']],
    ['kms:?ncrypt', ['kms:Encrypt']],
    ['kms:*', EVERY_ACTION],
    ['*', EVERY_ACTION],
  ])('expands %s in full', (written, expected) => {
    const exact = exactActions([written]);

    expect(exact).toEqual({ actions: expected, expanded: [written], impossible: [], unknown: [] });
  });

  test('sorts and does not repeat what two wildcards share', () => {
    const { actions, expanded } = exactActions(['kms:ReEncrypt*', 'kms:ReEncryptFrom', 'kms:*ecrypt', 'kms:Decrypt']);

    expect(actions).toEqual(['kms:Decrypt', 'kms:ReEncryptFrom', 'kms:ReEncryptTo']);
    expect(expanded).toEqual(['kms:ReEncrypt*', 'kms:*ecrypt']);
  });

  test.each([
    ['kms:decrypt', ['kms:Decrypt']],
    ['KMS:DECRYPT', ['kms:Decrypt']],
    ['Kms:generatedatakey*', DATA_KEYS],
  ])('reads %s without regard to case', (written, expected) => {
    expect(exactActions([written]).actions).toEqual(expected);
  });

  test.each([
    'kms:DeleteImportedKeyMaterial',
    'kms:DeriveSharedSecret',
    'kms:GenerateMac',
    'kms:GetParametersForImport',
    'kms:GetPublicKey',
    'kms:ImportKeyMaterial',
    'kms:Sign',
    'kms:SynchronizeMultiRegionKey',
    'kms:Verify',
    'kms:VerifyMac',
    'kms:verify',
  ])('takes %s for an action that a symmetric encryption key cannot do', (written) => {
    expect(exactActions([written])).toEqual({ actions: [], expanded: [], impossible: [written], unknown: [] });
  });

  test('takes a wildcard for impossible only where nothing is left of it', () => {
    const { actions, impossible } = exactActions(['kms:Verify*', 'kms:Generate*']);

    expect(actions).toEqual(DATA_KEYS);
    expect(impossible).toEqual(['kms:Verify*']);
  });

  test.each(['kms:Decrpyt', 'kms:ReEncrypt', 'kms:', 's3:GetObject', 's3:*', 'Decrypt', '', 'kms:Frobnicate*'])('does not know %j', (written) => {
    const { actions, impossible, unknown } = exactActions([written]);

    expect({ actions, impossible, unknown }).toEqual({ actions: [], impossible: [], unknown: [written] });
  });

  test.each(['kms:CreateKey', 'kms:ListKeys', 'kms:ListAliases', 'kms:GenerateRandom'])(
    'knows %s, which exists, but on no key',
    (written) => {
      const { actions, impossible, unknown } = exactActions([written]);

      expect({ actions, impossible, unknown }).toEqual({ actions: [], impossible: [written], unknown: [] });
    },
  );

  test('makes nothing of nothing', () => {
    expect(exactActions([])).toEqual({ actions: [], expanded: [], impossible: [], unknown: [] });
  });
});

describe('worksCrossAccount', () => {
  const crossAccount = [...CRYPTOGRAPHIC, 'kms:DescribeKey', 'kms:CreateGrant', 'kms:GetKeyRotationStatus', 'kms:ListGrants', 'kms:RevokeGrant'];

  test.each(crossAccount)('%s does', (action) => {
    expect(worksCrossAccount(action)).toBe(true);
  });

  test.each(EVERY_ACTION.filter((action) => !crossAccount.includes(action) && action !== 'kms:RetireGrant'))('%s does not', (action) => {
    expect(worksCrossAccount(action)).toBe(false);
  });
});

describe('administration and use', () => {
  const administering = [...ADMINISTRATOR_ACTIONS.filter((action) => action !== 'kms:RevokeGrant'), 'kms:ReplicateKey', 'kms:UpdatePrimaryRegion'];

  test.each(administering)('%s administers and does not use', (action) => {
    expect([isAdministration(action), isUse(action)]).toEqual([true, false]);
  });

  test.each(CRYPTOGRAPHIC)('%s uses and does not administer', (action) => {
    expect([isAdministration(action), isUse(action)]).toEqual([false, true]);
  });

  test.each([...READS, 'kms:CreateGrant', 'kms:RevokeGrant'])('%s does neither', (action) => {
    expect([isAdministration(action), isUse(action)]).toEqual([false, false]);
  });
});
