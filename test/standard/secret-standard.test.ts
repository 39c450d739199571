import { SECRET_STANDARD } from '../../src/standard/secret-standard';

describe('the numbers of AWS Secrets Manager', () => {
  test('a name has at most 512 characters', () => {
    expect(SECRET_STANDARD.nameLength).toBe(512);
  });

  test('an ARN ends in a hyphen and six characters', () => {
    expect(SECRET_STANDARD.arnSuffix).toBe('-??????');
  });
});
