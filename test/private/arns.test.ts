import { arnLike, parseArn, wildcardMatch } from '../../src/private/arns';

const ROLE = 'arn:aws:iam::111111111111:role/ops/KeyAdmin';

describe('arnLike', () => {
  test.each([
    ['the ARN itself', ROLE, ROLE],
    ['a star for the whole of a segment', 'arn:*:iam::*:role/ops/KeyAdmin', ROLE],
    ['a star for nothing', 'arn:aws:iam:*:111111111111:role/ops/KeyAdmin', ROLE],
    ['a star within a segment', 'arn:aws:iam::1111*:role/*Admin', ROLE],
    ['a star over slashes', 'arn:aws:iam::111111111111:role/*', ROLE],
    ['one question mark for one character', 'arn:aws:iam::11111111111?:role/ops/KeyAdmi?', ROLE],
    ['a star over the colons of the resource', 'arn:aws:sns:eu-west-1:111111111111:*', 'arn:aws:sns:eu-west-1:111111111111:topic:subscription'],
    ['colons of the resource', 'arn:aws:cloudwatch:*:*:alarm:*', 'arn:aws:cloudwatch:eu-west-1:111111111111:alarm:high'],
  ])('matches %s', (_, pattern, arn) => {
    const matches = arnLike(pattern, arn);

    expect(matches).toBe(true);
  });

  test.each([
    ['another case', 'arn:aws:iam::111111111111:role/ops/keyadmin', ROLE],
    ['a star that would have to cross a colon', 'arn:aws:iam*:role/ops/KeyAdmin', ROLE],
    ['one star for the whole ARN', '*', ROLE],
    ['a prefix', 'arn:aws:iam::111111111111:role/ops', ROLE],
    ['a suffix', 'arn:aws:iam::111111111111:role/ops/KeyAdmin2', ROLE],
    ['a question mark for nothing', 'arn:aws:iam::111111111111:role/ops/KeyAdmin?', ROLE],
    ['a question mark for two characters', 'arn:aws:iam::111111111111:role/ops/KeyA?in', ROLE],
    ['a dot for any character', 'arn:aws:iam::111111111111:role/a.b', 'arn:aws:iam::111111111111:role/axb'],
    ['a plus for a repetition', 'arn:aws:iam::111111111111:role/a+b', 'arn:aws:iam::111111111111:role/aab'],
    ['text that is no ARN', ROLE, '111111111111'],
  ])('does not match %s', (_, pattern, arn) => {
    const matches = arnLike(pattern, arn);

    expect(matches).toBe(false);
  });
});

describe('wildcardMatch', () => {
  test.each([
    ['kms:*', 'kms:Decrypt', true],
    ['kms:GenerateDataKey*', 'kms:GenerateDataKey', true],
    ['kms:Decryp?', 'kms:Decrypt', true],
    ['*', '', true],
    ['a*c', 'a\nc', true],
    ['(a|b)[c]^${d}\\', '(a|b)[c]^${d}\\', true],
    ['kms:Decrypt', 'kms:Decrypt2', false],
    ['kms:Decrypt', 'xkms:Decrypt', false],
    ['?', '', false],
    ['[ab]', 'a', false],
  ])('%j matches %j: %s', (pattern, value, expected) => {
    const matches = wildcardMatch(pattern, value);

    expect(matches).toBe(expected);
  });
});

describe('parseArn', () => {
  test('parts an ARN', () => {
    const parts = parseArn('arn:aws-cn:sns:cn-north-1:111111111111:orders');

    expect(parts).toEqual({ partition: 'aws-cn', service: 'sns', region: 'cn-north-1', account: '111111111111', resource: 'orders' });
  });

  test('leaves the colons of the resource in it', () => {
    const parts = parseArn('arn:aws:cloudwatch:eu-west-1:111111111111:alarm:high:low');

    expect(parts?.resource).toBe('alarm:high:low');
  });

  test('keeps parts that are empty', () => {
    const parts = parseArn('arn:aws:s3:::bucket');

    expect(parts).toEqual({ partition: 'aws', service: 's3', region: '', account: '', resource: 'bucket' });
  });

  test.each(['111111111111', 'arn:aws:iam', 'urn:aws:iam::111111111111:root', ''])('takes %j for no ARN', (text) => {
    const parts = parseArn(text);

    expect(parts).toBeUndefined();
  });
});
