import type { Conditions, KeyStatement } from '../../src/policy/key-statement';
import { mergeStatements } from '../../src/policy/statement-merge';

const ACCOUNT_1 = '111111111111';
const ACCOUNT_2 = '222222222222';

function service(conditions: Conditions, more: Partial<KeyStatement> = {}): KeyStatement {
  return { effect: 'Allow', principal: { Service: ['sns.amazonaws.com'] }, actions: ['kms:Decrypt', 'kms:GenerateDataKey'], conditions, ...more };
}

/** Bound to an account and to topics. */
function topics(account: string, ...arns: unknown[]): Conditions {
  return { StringEquals: { 'aws:SourceAccount': [account] }, ArnLike: { 'aws:SourceArn': arns } };
}

describe('merges', () => {
  test('equal statements', () => {
    expect(mergeStatements([service(topics(ACCOUNT_1, 'a')), service(topics(ACCOUNT_1, 'a'))])).toEqual([service(topics(ACCOUNT_1, 'a'))]);
  });

  test('statements that are equal but for the order of their lists', () => {
    const [left, right] = [
      service({ StringEquals: { 'aws:SourceAccount': [ACCOUNT_1, ACCOUNT_2] } }),
      service({ StringEquals: { 'aws:SourceAccount': [ACCOUNT_2, ACCOUNT_1] } }, { actions: ['kms:GenerateDataKey', 'kms:Decrypt'] }),
    ];

    expect(mergeStatements([left, right])).toEqual([left]);
  });

  test('statements that are equal but for the order of their conditions', () => {
    const left = service({ StringEquals: { 'aws:SourceAccount': [ACCOUNT_1] }, ArnLike: { 'aws:SourceArn': ['a'] } });
    const right = service({ ArnLike: { 'aws:SourceArn': ['a'] }, StringEquals: { 'aws:SourceAccount': [ACCOUNT_1] } });

    expect(mergeStatements([left, right])).toEqual([left]);
  });

  test.each<[string, string]>([
    ['ArnLike', 'aws:SourceArn'],
    ['ArnEquals', 'aws:SourceArn'],
    ['StringLike', 'aws:SourceArn'],
    ['ArnLike', 'aws:PrincipalArn'],
    ['StringEquals', 'kms:EncryptionContext:aws:s3:arn'],
    ['ForAnyValue:ArnLike', 'aws:SourceArn'],
  ])('the values of %s %s, sorted and without repetition', (operator, key) => {
    const merged = mergeStatements([service({ [operator]: { [key]: ['b', 'c'] } }), service({ [operator]: { [key]: ['a', 'b'] } })]);

    expect(merged).toEqual([service({ [operator]: { [key]: ['a', 'b', 'c'] } })]);
  });

  test('ARNs of one account', () => {
    expect(mergeStatements([service(topics(ACCOUNT_1, 'b')), service(topics(ACCOUNT_1, 'a'))])).toEqual([service(topics(ACCOUNT_1, 'a', 'b'))]);
  });

  test('values that are intrinsics', () => {
    const [first, second] = [':a', ':b'].map((rest) => ({ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, rest]] }));

    const [merged, ...rest] = mergeStatements([second, first, second].map((arn) => service(topics(ACCOUNT_1, arn))));

    expect(rest).toEqual([]);
    expect(merged.conditions.ArnLike['aws:SourceArn']).toEqual([first, second]);
  });

  test('statements with one id', () => {
    const merged = mergeStatements([service(topics(ACCOUNT_1, 'a'), { sid: 'Topics' }), service(topics(ACCOUNT_1, 'b'), { sid: 'Topics' })]);

    expect(merged).toEqual([service(topics(ACCOUNT_1, 'a', 'b'), { sid: 'Topics' })]);
  });

  test('denials by the same rule', () => {
    const merged = mergeStatements([service(topics(ACCOUNT_1, 'a'), { effect: 'Deny' }), service(topics(ACCOUNT_1, 'b'), { effect: 'Deny' })]);

    expect(merged).toEqual([service(topics(ACCOUNT_1, 'a', 'b'), { effect: 'Deny' })]);
  });
});

describe('never merges', () => {
  const base = service(topics(ACCOUNT_1, 'a'));

  test.each<[string, KeyStatement, KeyStatement]>([
    ['two accounts', base, service(topics(ACCOUNT_2, 'a'))],
    ['two accounts with an ARN each', base, service(topics(ACCOUNT_2, 'b'))],
    ['two accounts alone', service({ StringEquals: { 'aws:SourceAccount': [ACCOUNT_1] } }), service({ StringEquals: { 'aws:SourceAccount': [ACCOUNT_2] } })],
    ['two organizations', service({ StringEquals: { 'aws:SourceOrgID': ['o-1'] } }), service({ StringEquals: { 'aws:SourceOrgID': ['o-2'] } })],
    ['two services', base, service(topics(ACCOUNT_1, 'a'), { principal: { Service: ['s3.amazonaws.com'] } })],
    ['a service and an account', base, service(topics(ACCOUNT_1, 'a'), { principal: { AWS: [ACCOUNT_1] } })],
    ['other actions', base, service(topics(ACCOUNT_1, 'b'), { actions: ['kms:Decrypt'] })],
    ['an allowance and a denial', base, service(topics(ACCOUNT_1, 'a'), { effect: 'Deny' })],
    ['two ids', service(topics(ACCOUNT_1, 'a'), { sid: 'A' }), service(topics(ACCOUNT_1, 'b'), { sid: 'B' })],
    ['an id and none', service(topics(ACCOUNT_1, 'a'), { sid: 'A' }), service(topics(ACCOUNT_1, 'b'))],
    ['two operators', base, service({ StringEquals: { 'aws:SourceAccount': [ACCOUNT_1] }, ArnEquals: { 'aws:SourceArn': ['b'] } })],
    ['bound and unbound', base, service({ StringEquals: { 'aws:SourceAccount': [ACCOUNT_1] } })],
    ['other services of a scope', service({ StringEquals: { 'kms:ViaService': ['a'] } }), service({ StringEquals: { 'kms:ViaService': ['b'] } })],
    ['negated ARNs', service({ ArnNotLike: { 'aws:PrincipalArn': ['a'] } }), service({ ArnNotLike: { 'aws:PrincipalArn': ['b'] } })],
    ['negated texts', service({ StringNotEquals: { 'aws:SourceArn': ['a'] } }), service({ StringNotEquals: { 'aws:SourceArn': ['b'] } })],
    [
      'sets of which all values must match',
      service({ 'ForAllValues:ArnLike': { 'aws:SourceArn': ['a'] } }),
      service({ 'ForAllValues:ArnLike': { 'aws:SourceArn': ['b'] } }),
    ],
    [
      'two encryption contexts at once',
      service({ StringEquals: { 'kms:EncryptionContext:a': ['1'], 'kms:EncryptionContext:b': ['1'] } }),
      service({ StringEquals: { 'kms:EncryptionContext:a': ['2'], 'kms:EncryptionContext:b': ['2'] } }),
    ],
    [
      'two encryption contexts, though one is the same',
      service({ StringEquals: { 'kms:EncryptionContext:a': ['1'], 'kms:EncryptionContext:b': ['1'] } }),
      service({ StringEquals: { 'kms:EncryptionContext:a': ['2'], 'kms:EncryptionContext:b': ['1'] } }),
    ],
    [
      'a source and a principal',
      service({ ArnLike: { 'aws:SourceArn': ['a'], 'aws:PrincipalArn': ['a'] } }),
      service({ ArnLike: { 'aws:SourceArn': ['b'], 'aws:PrincipalArn': ['b'] } }),
    ],
    [
      'two operators on one key',
      service({ ArnLike: { 'aws:SourceArn': ['a'] }, ArnNotLike: { 'aws:SourceArn': ['x'] } }),
      service({ ArnLike: { 'aws:SourceArn': ['b'] }, ArnNotLike: { 'aws:SourceArn': ['y'] } }),
    ],
    [
      'texts of intrinsics that differ in their order',
      service({ ArnLike: { 'aws:SourceArn': ['x'] } }, { principal: { AWS: [{ 'Fn::Join': ['', ['a', 'b']] }] } }),
      service({ ArnLike: { 'aws:SourceArn': ['x'] } }, { principal: { AWS: [{ 'Fn::Join': ['', ['b', 'a']] }] } }),
    ],
  ])('%s', (_, left, right) => {
    expect(mergeStatements([left, right])).toEqual([left, right]);
  });
});

describe('leaves out what another statement covers', () => {
  const more = service(topics(ACCOUNT_1, 'a'));
  const less = service(topics(ACCOUNT_1, 'a'), { actions: ['kms:Decrypt'] });

  test.each([
    ['before it', [less, more]],
    ['after it', [more, less]],
  ])('%s', (_, statements) => {
    expect(mergeStatements(statements)).toEqual([more]);
  });

  test.each<[string, KeyStatement, KeyStatement]>([
    ['its id is a contract', more, { ...less, sid: 'Topics' }],
    ['it denies', { ...more, effect: 'Deny' }, { ...less, effect: 'Deny' }],
    ['the other denies', { ...more, effect: 'Deny' }, less],
    ['the other is bound', more, service({}, { actions: ['kms:Decrypt'] })],
    ['the other allows only some of it', more, service(topics(ACCOUNT_1, 'a'), { actions: ['kms:Decrypt', 'kms:Encrypt'] })],
  ])('but not where %s', (_, left, right) => {
    expect(mergeStatements([left, right])).toEqual([left, right]);
  });
});

describe('the order', () => {
  const [a, b, c] = ['a', 'b', 'c'].map((sid) => service({}, { sid, principal: { AWS: [sid] } }));

  test('of first appearance stays', () => {
    expect(mergeStatements([c, service(topics(ACCOUNT_1, 'x')), a, service(topics(ACCOUNT_1, 'y')), b])).toEqual([
      c,
      service(topics(ACCOUNT_1, 'x', 'y')),
      a,
      b,
    ]);
  });

  test('of what is merged does not matter', () => {
    const statements = [service(topics(ACCOUNT_1, 'b')), service(topics(ACCOUNT_1, 'c')), service(topics(ACCOUNT_1, 'a'))];

    const merged = [mergeStatements(statements), mergeStatements([...statements].reverse())];

    expect(merged[0]).toEqual([service(topics(ACCOUNT_1, 'a', 'b', 'c'))]);
    expect(merged[1]).toEqual(merged[0]);
  });

  test('changes none of the statements that were given', () => {
    const given = service(topics(ACCOUNT_1, 'b'));

    mergeStatements([given, service(topics(ACCOUNT_1, 'a'))]);

    expect(given).toEqual(service(topics(ACCOUNT_1, 'b')));
  });
});
