import { reviewStatement, type ReviewContext } from '../../src/policy/statement-review';

const CONTEXT: ReviewContext = {
  account: '111111111111',
  accountId: '111111111111',
  accountRoot: 'arn:aws:iam::111111111111:root',
  region: 'eu-west-1',
  reaches: [],
  administrationIsNarrowed: false,
  viaServices: [],
  viaServiceScope: {},
  principalAt: () => undefined,
  environmentAt: () => ({ account: '111111111111', region: 'eu-west-1' }),
};
const OTHER = { AWS: '222222222222' };

function review(written: Record<string, unknown>) {
  return reviewStatement({ Effect: 'Allow', Resource: '*', Principal: OTHER, ...written }, CONTEXT);
}

describe('wildcards', () => {
  test('are expanded in full, and told', () => {
    const { statements, notices, problems } = review({ Action: ['kms:GenerateDataKey*', 'kms:ReEncrypt*'] });

    expect(statements).toEqual([
      {
        effect: 'Allow',
        principal: { AWS: ['222222222222'] },
        actions: [
          'kms:GenerateDataKey',
          'kms:GenerateDataKeyPair',
          'kms:GenerateDataKeyPairWithoutPlaintext',
          'kms:GenerateDataKeyWithoutPlaintext',
          'kms:ReEncryptFrom',
          'kms:ReEncryptTo',
        ],
        conditions: {},
      },
    ]);
    expect(notices.map(({ level, code }) => [level, code])).toEqual([['information', 'actionsExpanded']]);
    expect(notices[0].message).toContain(
      'kms:GenerateDataKey*, kms:ReEncrypt* became kms:GenerateDataKey, kms:GenerateDataKeyPair, kms:GenerateDataKeyPairWithoutPlaintext, kms:GenerateDataKeyWithoutPlaintext, kms:ReEncryptFrom, kms:ReEncryptTo',
    );
    expect(problems).toEqual([]);
  });

  test.each(['kms:*', '*'])('fail where %s mixes administering with using', (Action) => {
    const { statements, problems } = review({ Action });

    expect(statements).toEqual([]);
    expect(problems.map(({ code }) => code)).toEqual(['AdministrationMixedWithUse']);
  });
});

describe('actions', () => {
  test('fail where KMS has none of that name, and name it', () => {
    const { problems } = review({ Action: ['kms:Decrpyt', 's3:GetObject'] });

    expect(problems).toHaveLength(1);
    expect(problems[0].code).toBe('ActionUnknown');
    expect(problems[0].message).toContain('kms:Decrpyt, s3:GetObject');
  });

  test('that the key cannot do are left out with a warning, as DNSSEC has them on a symmetric key', () => {
    const { statements, notices, problems } = review({
      Principal: { Service: 'dnssec-route53.amazonaws.com' },
      Action: ['kms:DescribeKey', 'kms:GetPublicKey', 'kms:Sign'],
      Condition: { StringEquals: { 'aws:SourceAccount': '111111111111' } },
    });

    expect(statements).toEqual([
      {
        effect: 'Allow',
        principal: { Service: ['dnssec-route53.amazonaws.com'] },
        actions: ['kms:DescribeKey'],
        conditions: { StringEquals: { 'aws:SourceAccount': ['111111111111'] } },
      },
    ]);
    expect(notices.map(({ level, code }) => [level, code])).toEqual([['warning', 'actionImpossible']]);
    expect(notices[0].message).toContain('kms:GetPublicKey, kms:Sign');
    expect(problems).toEqual([]);
  });

  test('that the key cannot do, and nothing else, leave no statement', () => {
    const { statements, notices } = review({ Action: ['kms:Sign', 'kms:Verify'] });

    expect(statements).toEqual([]);
    expect(notices.map(({ code }) => code)).toEqual(['actionImpossible']);
  });

  test.each([
    ['EnableKey and Decrypt', ['kms:EnableKey', 'kms:Decrypt']],
    ['ReplicateKey and Encrypt', ['kms:ReplicateKey', 'kms:Encrypt']],
  ])('fail where %s are mixed', (_, Action) => {
    expect(review({ Action }).problems.map(({ code }) => code)).toEqual(['AdministrationMixedWithUse']);
  });

  test('may mix the use of the key with grants, as integrated services ask for', () => {
    const { statements, problems } = review({ Action: ['kms:Decrypt', 'kms:CreateGrant', 'kms:RevokeGrant'] });

    expect(problems).toEqual([]);
    expect(statements[0].actions).toEqual(['kms:CreateGrant', 'kms:Decrypt', 'kms:RevokeGrant']);
  });
});

describe('what cannot be kept', () => {
  test.each([
    ['an allowance by NotPrincipal', { Principal: undefined, NotPrincipal: OTHER, Action: 'kms:Decrypt' }],
    ['an allowance by NotAction', { NotAction: 'kms:Decrypt' }],
    ['a denial by NotPrincipal', { Effect: 'Deny', Principal: undefined, NotPrincipal: OTHER, Action: 'kms:Decrypt' }],
    ['an allowance by NotResource', { Resource: undefined, NotResource: '*', Action: 'kms:Decrypt' }],
    ['a denial by NotAction', { Effect: 'Deny', NotAction: 'kms:Decrypt' }],
  ])('fails: %s', (_, written) => {
    const { statements, onPrincipals, problems } = review(written);

    expect(problems.map(({ code }) => code)).toEqual(['StatementInverted']);
    expect([...statements, ...onPrincipals]).toEqual([]);
  });

  test.each(['Allow', 'Deny'])('fails: a statement without a principal, %s', (Effect) => {
    const { statements, problems } = review({ Effect, Principal: undefined, Action: 'kms:Decrypt' });

    expect(statements).toEqual([]);
    expect(problems.map(({ code }) => code)).toEqual(['StatementWithoutPrincipal']);
  });

  test.each([
    ['the ARN of some key', 'arn:aws:kms:eu-west-1:111111111111:key/1234'],
    ['everything and a key', ['*', 'arn:aws:kms:eu-west-1:111111111111:key/1234']],
    ['a reference to another key', { 'Fn::ReferenceTo': { path: 'Stack/Other/Resource', attribute: 'Arn' } }],
  ])('fails: a statement about %s', (_, Resource) => {
    const { statements, problems } = reviewStatement({ Effect: 'Allow', Principal: OTHER, Action: 'kms:Decrypt', Resource }, { ...CONTEXT, keyPath: 'Stack/Key/Resource' });

    expect(statements).toEqual([]);
    expect(problems.map(({ code }) => code)).toEqual(['StatementForOtherResource']);
  });

  test('is not a statement about the key by reference, which is about the key', () => {
    const Resource = { 'Fn::ReferenceTo': { path: 'Stack/Key/Resource', attribute: 'Arn' } };

    const { statements, problems } = reviewStatement({ Effect: 'Allow', Principal: OTHER, Action: 'kms:Decrypt', Resource }, { ...CONTEXT, keyPath: 'Stack/Key/Resource' });

    expect(problems).toEqual([]);
    expect(statements).toEqual([{ effect: 'Allow', principal: { AWS: ['222222222222'] }, actions: ['kms:Decrypt'], conditions: {} }]);
  });

  test('names the statement that was written, with its references as paths', () => {
    const { problems } = review({
      Action: 'kms:Decrypt',
      Condition: { ArnLike: { 'aws:SourceArn': { 'Fn::ReferenceTo': { path: 'Stack/Bucket', attribute: 'Arn' } } } },
    });

    expect(problems).toHaveLength(1);
    expect(problems[0].message).toContain('"aws:SourceArn":"<Stack/Bucket.Arn>"');
  });
});

describe('denials', () => {
  const unlessMfa = { Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } } };

  test('stay as they were written, wildcards and all', () => {
    const written = { Sid: 'NoUseWithoutMfa', Effect: 'Deny', Principal: { AWS: '*' }, Action: ['kms:*', 'kms:Decrypt'], ...unlessMfa };

    expect(review(written)).toEqual({
      statements: [
        {
          sid: 'NoUseWithoutMfa',
          effect: 'Deny',
          principal: { AWS: ['*'] },
          actions: ['kms:*', 'kms:Decrypt'],
          conditions: { BoolIfExists: { 'aws:MultiFactorAuthPresent': ['false'] } },
        },
      ],
      onPrincipals: [],
      notices: [],
      problems: [],
    });
  });

  test('of everybody, written as a star alone, are for everybody', () => {
    const { statements } = review({ Effect: 'Deny', Principal: '*', Action: 'kms:Decrypt' });

    expect(statements.map(({ principal }) => principal)).toEqual([{ AWS: ['*'] }]);
  });

  test('of services and accounts keep both', () => {
    const { statements } = review({ Effect: 'Deny', Principal: { AWS: ['222222222222', '333333333333'], Service: 's3.amazonaws.com' }, Action: 'kms:Decrypt' });

    expect(statements.map(({ principal }) => principal)).toEqual([{ AWS: ['222222222222', '333333333333'], Service: ['s3.amazonaws.com'] }]);
  });

  test.each([
    ['of a role', { Principal: { AWS: { 'Fn::ReferenceTo': { path: 'Stack/Role', attribute: 'Arn' } } } }],
    ['with a condition', { Condition: { ArnLike: { 'aws:SourceArn': { 'Fn::ReferenceTo': { path: 'Stack/Bucket', attribute: 'Arn' } } } } }],
  ])('fail by reference: %s', (_, written) => {
    const { statements, problems } = review({ Effect: 'Deny', Action: 'kms:Decrypt', ...written });

    expect(statements).toEqual([]);
    expect(problems.map(({ code }) => code)).toEqual(['StatementRefersToUser']);
  });
});
