import { reviewStatement, type ReviewContext } from '../../src/policy/statement-review';

const OWN = '111111111111';
const OTHER = '222222222222';
const ROOT = 'arn:aws:iam::111111111111:root';
const EXCEPT_ADMINISTRATORS = { ArnNotLike: { 'aws:PrincipalArn': ['arn:aws:iam::111111111111:role/Admin'] } };

function review(statement: object, more: Partial<ReviewContext> = {}) {
  return reviewStatement({ Effect: 'Allow', Resource: '*', ...statement }, {
    account: OWN,
    accountId: OWN,
    accountRoot: ROOT,
    region: 'eu-west-1',
    reaches: [],
    administrationIsNarrowed: false,
    viaServices: [],
    viaServiceScope: {},
    principalAt: () => undefined,
    environmentAt: () => ({ account: OWN, region: 'eu-west-1' }),
    ...more,
  });
}

const codes = (findings: ReadonlyArray<{ readonly code: string }>) => findings.map(({ code }) => code);

describe('a key with administrators', () => {
  const narrowed = { administrationIsNarrowed: true, exceptAdministrators: EXCEPT_ADMINISTRATORS };

  test.each<[string, object]>([
    ['everybody of the account', { Principal: { AWS: '*' }, Condition: { StringEquals: { 'kms:CallerAccount': OWN } } }],
    ['a role by its ARN', { Principal: { AWS: 'arn:aws:iam::111111111111:role/other' } }],
    ['the account', { Principal: { AWS: ROOT } }],
  ])('is not administered by %s', (_, statement) => {
    const { statements, problems } = review({ ...statement, Action: 'kms:PutKeyPolicy' }, narrowed);

    expect(statements).toEqual([]);
    expect(codes(problems)).toEqual(['AdministrationWidened']);
  });

  test('is not used by them through a statement for everybody of the account', () => {
    const condition = { StringEquals: { 'kms:CallerAccount': OWN } };
    const { statements } = review({ Principal: { AWS: '*' }, Action: 'kms:Decrypt', Condition: condition }, narrowed);

    expect(statements.map(({ conditions }) => conditions)).toEqual([{ StringEquals: { 'kms:CallerAccount': [OWN] }, ...EXCEPT_ADMINISTRATORS }]);
  });
});

test('an account that an organization statement excludes stays excluded', () => {
  const condition = { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' }, StringNotEquals: { 'kms:CallerAccount': OTHER } };
  const { statements } = review({ Principal: { AWS: '*' }, Action: 'kms:Decrypt', Condition: condition });

  expect(statements.map(({ conditions }) => conditions.StringNotEquals)).toEqual([{ 'kms:CallerAccount': [OTHER, OWN] }]);
});

test('fails for a role that may be of the own account or of another', () => {
  const { problems } = review(
    { Principal: { AWS: { 'Fn::ReferenceTo': { path: 'Other/Role', attribute: 'Arn' } } }, Action: 'kms:Decrypt' },
    { principalAt: () => ({ kind: 'role', account: '<AccountId>', arn: 'arn:aws:iam::<AccountId>:role/app' }) },
  );

  expect(codes(problems)).toEqual(['PrincipalAccountUnknown']);
});

test('the id of a statement stays, where it stays one statement', () => {
  expect(review({ Sid: 'Partner', Principal: { AWS: OTHER }, Action: 'kms:Decrypt' }).statements.map(({ sid }) => sid)).toEqual(['Partner']);
  expect(review({ Sid: 'Two', Principal: { AWS: [OTHER, '333333333333'] }, Action: 'kms:Decrypt' }).statements.map(({ sid }) => sid)).toEqual([undefined, undefined]);
});

test.each(['KeyUse', 'GrantsForServicesOnly'])('fails for the statement id %s, which is the key policy\'s own', (sid) => {
  expect(codes(review({ Sid: sid, Principal: { AWS: OTHER }, Action: 'kms:Decrypt' }).problems)).toEqual(['StatementIdReserved']);
});

test('fails for a statement about another key', () => {
  const resource = 'arn:aws:kms:eu-west-1:111111111111:key/1234abcd';

  expect(codes(review({ Resource: resource, Principal: { AWS: OTHER }, Action: 'kms:Decrypt' }).problems)).toEqual(['StatementForOtherResource']);
});
