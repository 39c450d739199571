import type { Conditions, KeyStatement } from '../../src/policy/key-statement';
import { canPutKeyPolicy } from '../../src/policy/lockout';
import { arnText } from '../../src/private/arn-text';

const ROOT = 'arn:<Partition>:iam::111111111111:root';
const DEPLOYER = 'arn:<Partition>:iam::111111111111:role/deployer';
const ROOT_JSON = { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::111111111111:root']] };
const DEPLOYER_JSON = { 'Fn::Sub': 'arn:${AWS::Partition}:iam::111111111111:role/deployer' };
const OTHER = 'arn:<Partition>:iam::111111111111:role/other';

function allow(conditions: Conditions = {}, principal: unknown = ROOT_JSON, actions = ['kms:PutKeyPolicy']): KeyStatement {
  return { effect: 'Allow', principal: { AWS: [principal] }, actions, conditions };
}

function deny(conditions: Conditions = {}, principal: unknown = '*', actions = ['kms:PutKeyPolicy']): KeyStatement {
  return { ...allow(conditions, principal, actions), effect: 'Deny' };
}

const arnLike = (...values: unknown[]): Conditions => ({ ArnLike: { 'aws:PrincipalArn': values } });
const arnNotLike = (...values: unknown[]): Conditions => ({ ArnNotLike: { 'aws:PrincipalArn': values } });

function verdict(...statements: KeyStatement[]): string {
  return canPutKeyPolicy(statements, DEPLOYER, ROOT).verdict;
}

describe('allowed', () => {
  test.each<[string, KeyStatement[]]>([
    ["by the account's root", [allow()]],
    ['by name', [allow({}, DEPLOYER_JSON)]],
    ['as everybody', [allow({}, '*')]],
    ['by a wildcard of actions', [allow({}, ROOT_JSON, ['kms:Decrypt', 'kms:Put*'])]],
    ['by every action', [allow({}, ROOT_JSON, ['KMS:*'])]],
    ['by one of several ARNs', [allow(arnLike(OTHER, DEPLOYER_JSON))]],
    ['by a pattern', [allow(arnLike('arn:*:iam::111111111111:role/dep*'))]],
    ['by equality', [allow({ StringEquals: { 'aws:PrincipalArn': [DEPLOYER_JSON] } })]],
    ['by a pattern of text', [allow({ StringLike: { 'aws:PrincipalArn': ['*/deployer'] } })]],
    ['whatever the case of the condition key', [allow({ ArnEquals: { 'AWS:principalarn': [DEPLOYER] } })]],
    ['where another is excepted', [allow(arnNotLike(OTHER))]],
    ['where one statement does not apply and another does', [allow(arnLike(OTHER)), allow()]],
    ['where one statement is unknown and another is not', [allow({ Bool: { 'aws:MultiFactorAuthPresent': ['true'] } }), allow()]],
    ['where a denial is for others', [allow(), deny(arnLike(OTHER))]],
    ['where a denial excepts it', [allow(), deny(arnNotLike(DEPLOYER_JSON))]],
    ['where a denial is of other actions', [allow(), deny({}, '*', ['kms:ScheduleKeyDeletion', 'kms:CreateGrant'])]],
    ['where a denial is for a named other', [allow(), deny({}, OTHER)]],
    ['where a denial is for a service', [allow(), { ...deny(), principal: { Service: ['s3.amazonaws.com'] } }]],
    ['where one of two conditions of a denial does not hold', [allow(), deny({ ...arnLike(OTHER), Bool: { 'aws:SecureTransport': ['false'] } })]],
  ])('%s', (_, statements) => {
    expect(canPutKeyPolicy(statements, DEPLOYER, ROOT)).toEqual({ verdict: 'allowed' });
  });
});

describe('denied', () => {
  test.each<[string, KeyStatement[]]>([
    ['by nothing that allows it', []],
    ['by an allowance of other actions', [allow({}, ROOT_JSON, ['kms:Decrypt', 'kms:Get*'])]],
    ['by an allowance of somebody else', [allow({}, OTHER)]],
    ['by an allowance of another account', [allow({}, '222222222222')]],
    ['by an allowance of a service', [{ ...allow(), principal: { Service: ['cloudformation.amazonaws.com'] } }]],
    ['by a narrowing to others', [allow(arnLike(OTHER, ROOT_JSON))]],
    ['by a narrowing with another case', [allow(arnLike('arn:*:iam::111111111111:role/Deployer'))]],
    ['by an exception of itself', [allow(arnNotLike(DEPLOYER_JSON))]],
    ['by two narrowings of which one fails', [allow({ ...arnLike(DEPLOYER_JSON), StringEquals: { 'aws:PrincipalArn': [OTHER] } })]],
    ['where a pattern that is text is no pattern', [allow({ StringEquals: { 'aws:PrincipalArn': ['*/deployer'] } })]],
  ])('%s', (_, statements) => {
    expect(canPutKeyPolicy(statements, DEPLOYER, ROOT)).toEqual({ verdict: 'denied' });
  });

  test.each<[string, KeyStatement]>([
    ['for everybody', deny()],
    ['of every action', deny({}, '*', ['kms:*'])],
    ["for the account's root, which is everybody in it", deny({}, ROOT_JSON)],
    ['by name', deny({}, DEPLOYER_JSON)],
    ['by pattern', deny(arnLike('arn:*:iam::*:role/*'))],
    ['for all but others', deny(arnNotLike(OTHER))],
    ['with IfExists, since every caller has an ARN', deny({ ArnLikeIfExists: { 'aws:PrincipalArn': [DEPLOYER_JSON] } })],
  ])('by a denial %s, whatever allows it', (_, denial) => {
    expect(canPutKeyPolicy([allow(), allow({}, DEPLOYER_JSON), denial], DEPLOYER, ROOT)).toEqual({ verdict: 'denied', statement: denial });
  });

  test.each([
    ["the account's id", '111111111111'],
    ["the ARN of the account's root with its partition", 'arn:aws:iam::111111111111:root'],
  ])('by a denial for %s, as people write it', (_, principal) => {
    expect(verdict(allow(), deny({}, principal))).not.toBe('allowed');
  });
});

describe('unknown', () => {
  test.each<[string, Conditions]>([
    ['multi-factor authentication', { Bool: { 'aws:MultiFactorAuthPresent': ['true'] } }],
    ['an address', { IpAddress: { 'aws:SourceIp': ['10.0.0.0/8'] } }],
    ['a tag', { StringEquals: { 'aws:PrincipalTag/team': ['ops'] } }],
    ['whether a key is there', { Null: { 'aws:PrincipalArn': ['false'] } }],
    ['sets', { 'ForAnyValue:ArnLike': { 'aws:PrincipalArn': [DEPLOYER] } }],
    ['text without regard to case', { StringEqualsIgnoreCase: { 'aws:PrincipalArn': [DEPLOYER] } }],
  ])('where %s decides of the only allowance, or of a denial', (_, conditions) => {
    const [allowance, denial] = [allow(conditions), deny(conditions)];

    expect(canPutKeyPolicy([allowance], DEPLOYER, ROOT)).toEqual({ verdict: 'unknown', statement: allowance });
    expect(canPutKeyPolicy([allow(), denial], DEPLOYER, ROOT)).toEqual({ verdict: 'unknown', statement: denial });
  });

  test.each([
    ['a parameter', { Ref: 'DeployerArn' }],
    ['a value of another stack', { 'Fn::ImportValue': 'DeployerArn' }],
    ['a reference to a role', { 'Fn::ReferenceTo': { path: 'Stack/Role', attribute: 'Arn' } }],
    ['an ARN with a parameter', { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::111111111111:role/', { Ref: 'RoleName' }]] }],
  ])('where %s hides who is named', (_, hidden) => {
    expect(verdict(allow(arnLike(hidden)))).toBe('unknown');
    expect(verdict(allow(arnNotLike(hidden)))).toBe('unknown');
    expect(verdict(allow(), deny(arnLike(hidden)))).toBe('unknown');
    expect(verdict(allow(), deny(arnNotLike(hidden)))).toBe('unknown');
  });

  test('where a denial names its partition and the deployer does not', () => {
    expect(verdict(allow(), deny(arnLike('arn:aws:iam::111111111111:role/*')))).toBe('unknown');
  });

  test('not where a hidden value stands beside the deployer', () => {
    expect(verdict(allow(arnLike({ Ref: 'AdminArn' }, DEPLOYER_JSON)))).toBe('allowed');
  });
});

describe('a deployer that is a reference itself', () => {
  const reference = { 'Fn::ReferenceTo': { path: 'Stack/Role', attribute: 'Arn' } };

  test('is the same as its mention in a condition', () => {
    const statements = [allow(arnLike('arn:aws:iam::111111111111:role/admin', reference))];

    expect(canPutKeyPolicy(statements, arnText(reference), ROOT)).toEqual({ verdict: 'allowed' });
  });
});
