import { EVERYBODY, asList, parseConditions, renderStatement, andCondition } from '../../src/policy/key-statement';

describe('renderStatement', () => {
  test('renders one value alone and several as a list', () => {
    const json = renderStatement({
      sid: 'KeyUse',
      effect: 'Allow',
      principal: { AWS: ['222222222222', '333333333333'], Service: ['s3.amazonaws.com'] },
      actions: ['kms:Decrypt', 'kms:Encrypt'],
      conditions: { StringEquals: { 'kms:ViaService': ['s3.eu-west-1.amazonaws.com'], 'kms:CallerAccount': ['1', '2'] } },
    });

    expect(json).toEqual({
      Sid: 'KeyUse',
      Effect: 'Allow',
      Principal: { AWS: ['222222222222', '333333333333'], Service: 's3.amazonaws.com' },
      Action: ['kms:Decrypt', 'kms:Encrypt'],
      Resource: '*',
      Condition: { StringEquals: { 'kms:ViaService': 's3.eu-west-1.amazonaws.com', 'kms:CallerAccount': ['1', '2'] } },
    });
  });

  test('leaves out an id and conditions that are not there', () => {
    const json = renderStatement({ effect: 'Deny', principal: EVERYBODY, actions: ['kms:CreateGrant'], conditions: {} });

    expect(json).toEqual({ Effect: 'Deny', Principal: { AWS: '*' }, Action: 'kms:CreateGrant', Resource: '*' });
    expect(Object.keys(json)).toEqual(['Effect', 'Principal', 'Action', 'Resource']);
  });
});

describe('parseConditions', () => {
  test('puts every value into a list', () => {
    const conditions = parseConditions({ StringEquals: { a: 'x', b: ['y', 'z'] }, ArnLike: { c: { Ref: 'AWS::Region' } } });

    expect(conditions).toEqual({ StringEquals: { a: ['x'], b: ['y', 'z'] }, ArnLike: { c: [{ Ref: 'AWS::Region' }] } });
  });

  test('takes none for none', () => {
    expect(parseConditions(undefined)).toEqual({});
  });
});

describe('andCondition', () => {
  test('keeps what is there, under other operators and under the same', () => {
    const conditions = andCondition({ StringEquals: { a: ['1'] }, ArnLike: { b: ['2'] } }, 'StringEquals', 'c', ['3']);

    expect(conditions).toEqual({ StringEquals: { a: ['1'], c: ['3'] }, ArnLike: { b: ['2'] } });
  });

  test('changes nothing of what it was given', () => {
    const given = { StringEquals: { a: ['1'] } };

    andCondition(given, 'StringEquals', 'c', ['3']);

    expect(given).toEqual({ StringEquals: { a: ['1'] } });
  });

  test('excludes more where something is excluded already', () => {
    expect(andCondition({ StringNotEquals: { a: ['1'] } }, 'StringNotEquals', 'a', ['2'])).toEqual({ StringNotEquals: { a: ['1', '2'] } });
  });

  test('has both of two conditions on one key hold', () => {
    expect(andCondition({ ArnLike: { a: ['1'] } }, 'ArnLike', 'a', ['2'])).toEqual({ ArnLike: { a: ['1'] }, ArnEquals: { a: ['2'] } });
  });

  test('says the same thing once', () => {
    expect(andCondition({ ArnLike: { a: ['1'] } }, 'ArnLike', 'a', ['1'])).toEqual({ ArnLike: { a: ['1'] } });
  });
});

describe('asList', () => {
  test.each([
    [undefined, []],
    ['x', ['x']],
    [['x', 'y'], ['x', 'y']],
    [{ Ref: 'A' }, [{ Ref: 'A' }]],
  ])('%j is %j', (value, expected) => {
    expect(asList<unknown>(value)).toEqual(expected);
  });

  test('is a list of its own', () => {
    const given = ['x'];

    asList(given).push('y');

    expect(given).toEqual(['x']);
  });
});
