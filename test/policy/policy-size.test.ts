import { policyBytes } from '../../src/policy/policy-size';

/** The bytes of text alone, without its quotes. */
function textBytes(value: unknown): number {
  return policyBytes([value]) - '[""]'.length;
}

describe('the bytes of what is known', () => {
  test.each([
    [{}, 2],
    [{ Version: '2012-10-17', Statement: [] }, 39],
    [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'kms:Decrypt', Resource: '*' }, 80],
    [{ Sid: 'a "quoted" id' }, 25],
    [{ Sid: 'é' }, 12],
    [['kms:Decrypt', 'kms:Encrypt'], 29],
    [{ Enabled: true, Days: 90, Nothing: null }, 41],
  ])('%j: %s', (document, bytes) => {
    expect(policyBytes(document)).toBe(bytes);
  });
});

describe('what CloudFormation fills in is taken at its longest', () => {
  test.each([
    ['an account id', { Ref: 'AWS::AccountId' }, 12],
    ['a partition', { Ref: 'AWS::Partition' }, 10],
    ['a parameter', { Ref: 'Account' }, 4096],
    ['an attribute', { 'Fn::GetAtt': ['Bucket', 'Arn'] }, 4096],
    ['an import', { 'Fn::ImportValue': 'Name' }, 4096],
    ['an element of a list', { 'Fn::Select': [0, { Ref: 'Accounts' }] }, 4096],
    ['the ARN of a construct', { 'Fn::ReferenceTo': { path: 'Stack/Role', attribute: 'Arn' } }, 613],
    ['another attribute of a construct', { 'Fn::ReferenceTo': { path: 'Stack/Role', attribute: 'Ref' } }, 4096],
    ['the root of an account', { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::', { Ref: 'AWS::AccountId' }, ':root']] }, 37],
    ['a join with something between', { 'Fn::Join': [':', ['a', 'b', { Ref: 'AWS::AccountId' }]] }, 16],
    ['a join in a join', { 'Fn::Join': ['', ['a', { 'Fn::Join': ['-', ['b', { Ref: 'AWS::AccountId' }]] }]] }, 15],
    ['a substitution', { 'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/x' }, 39],
    ['a substitution of a parameter', { 'Fn::Sub': 'a-${Name}' }, 4098],
    ['a substitution with values of its own', { 'Fn::Sub': ['a-${Name}', { Name: 'b' }] }, 4096],
    ['a joined list of a parameter', { 'Fn::Join': [',', { Ref: 'Accounts' }] }, 4096],
  ])('%s', (_, value, bytes) => {
    expect(textBytes(value)).toBe(bytes);
  });

  test('a Region is long enough for every one of them', () => {
    expect(textBytes({ Ref: 'AWS::Region' })).toBeGreaterThanOrEqual('us-isof-south-1'.length);
  });

  test('a domain is long enough for every partition', () => {
    expect(textBytes({ Ref: 'AWS::URLSuffix' })).toBeGreaterThanOrEqual('amazonaws.com.cn'.length);
  });

  test('in every place of a statement', () => {
    const bytes = policyBytes({ Principal: { AWS: [{ Ref: 'AWS::AccountId' }, '222222222222'] } });

    expect(bytes).toBe('{"Principal":{"AWS":["111111111111","222222222222"]}}'.length);
  });

  test('but a condition key that is called like a function beside others is none', () => {
    const bytes = policyBytes({ Ref: 'AWS::AccountId', Other: 'x' });

    expect(bytes).toBe('{"Ref":"AWS::AccountId","Other":"x"}'.length);
  });
});
