import { reviewStatement, type ReviewContext } from '../../src/policy/statement-review';

const OWN = '111111111111';
const OTHER = '222222222222';
const ROOT = { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::111111111111:root']] };
const ownArn = (resource: string) => ({ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:iam::111111111111:${resource}`]] });
const reference = (path: string, attribute = 'Arn') => ({ 'Fn::ReferenceTo': { path, attribute } });
const EVERYBODY = { AWS: '*' };

function context(more: Partial<ReviewContext> = {}): ReviewContext {
  return {
    account: OWN,
    accountId: OWN,
    accountRoot: ROOT,
    region: 'eu-west-1',
    reaches: [],
    administrationIsNarrowed: false,
    viaServices: [],
    viaServiceScope: {},
    principalAt: (path) =>
      ({
        'Stack/Role': { kind: 'role' as const, account: OWN },
        'Stack/User': { kind: 'user' as const, account: OWN, arn: 'arn:aws:iam::111111111111:user/alice' },
        'Other/Named': { kind: 'role' as const, account: OTHER, arn: 'arn:aws:iam::222222222222:role/app' },
        'Other/Unnamed': { kind: 'role' as const, account: OTHER },
      })[path],
    environmentAt: (path) => ({ account: path.startsWith('Other/') ? OTHER : OWN, region: 'eu-west-1' }),
    ...more,
  };
}

function outcome(written: Record<string, unknown>, more: Partial<ReviewContext> = {}) {
  const { statements, onPrincipals, notices, problems } = reviewStatement({ Effect: 'Allow', Resource: '*', ...written }, context(more));
  return { statements, onPrincipals, notices: notices.map(({ level, code }) => `${level} ${code}`), problems: problems.map(({ code }) => code) };
}

const NOTHING = { statements: [], onPrincipals: [], notices: [], problems: [] };

describe("the key's account", () => {
  test.each([
    ['its ARN', ROOT],
    ['its id', OWN],
    ['its ARN with the partition', 'arn:aws:iam::111111111111:root'],
    ['its ARN with the pseudo parameter', { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::', { Ref: 'AWS::AccountId' }, ':root']] }],
  ])('by %s is told that the key policy leaves it to IAM already', (_, principal) => {
    expect(outcome({ Principal: { AWS: principal }, Action: ['kms:Decrypt', 'kms:DescribeKey'] })).toEqual({
      ...NOTHING,
      notices: ['information statementCovered'],
    });
  });

  test('through a service, as Secrets Manager writes it, is covered by its own statements', () => {
    const written = {
      Principal: { AWS: ROOT },
      Action: ['kms:Decrypt', 'kms:Encrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*'],
      Condition: { StringEquals: { 'kms:ViaService': 'secretsmanager.eu-west-1.amazonaws.com' } },
    };

    expect(outcome(written)).toEqual({ ...NOTHING, notices: ['information statementCovered'] });
  });

  test.each([
    [true, { ...NOTHING, problems: ['AdministrationWidened'] }],
    [false, { ...NOTHING, notices: ['information statementCovered'] }],
  ])('may not be given administration where administrators narrow it: %s', (administrationIsNarrowed, expected) => {
    expect(outcome({ Principal: { AWS: ROOT }, Action: 'kms:EnableKey' }, { administrationIsNarrowed })).toEqual(expected);
  });
});

describe('roles and users', () => {
  const use = { Action: 'kms:Decrypt' };

  test.each(['Stack/Role', 'Stack/User'])('%s of the own account gets an IAM statement', (path) => {
    expect(outcome({ ...use, Principal: { AWS: reference(path) } })).toEqual({
      ...NOTHING,
      onPrincipals: [{ path, actions: ['kms:Decrypt'] }],
      notices: ['information statementMoved'],
    });
  });

  test('several principals are told apart', () => {
    const { statements, onPrincipals } = outcome({ ...use, Principal: { AWS: [reference('Stack/Role'), OTHER], Service: 'lambda.amazonaws.com' } });

    expect(onPrincipals).toEqual([{ path: 'Stack/Role', actions: ['kms:Decrypt'] }]);
    expect(statements.map(({ principal }) => principal)).toEqual([{ AWS: [OTHER] }, { Service: ['lambda.amazonaws.com'] }]);
  });

  test('of another account are matched by their name, and need their own side too', () => {
    expect(outcome({ ...use, Principal: { AWS: reference('Other/Named') } })).toEqual({
      ...NOTHING,
      onPrincipals: [{ path: 'Other/Named', actions: ['kms:Decrypt'] }],
      statements: [
        {
          effect: 'Allow',
          principal: { AWS: [OTHER] },
          actions: ['kms:Decrypt'],
          conditions: { ArnLike: { 'aws:PrincipalArn': ['arn:aws:iam::222222222222:role/app'] } },
        },
      ],
    });
  });

  test('of another account fail without a name', () => {
    expect(outcome({ ...use, Principal: { AWS: reference('Other/Unnamed') } })).toEqual({ ...NOTHING, problems: ['ForeignPrincipalUnnamed'] });
  });

  test('fail where the reference is to something else', () => {
    expect(outcome({ ...use, Principal: { AWS: reference('Stack/Bucket') } })).toEqual({ ...NOTHING, problems: ['StatementRefersToUser'] });
  });

  test('of the own account by a literal ARN are matched by it, through IAM', () => {
    expect(outcome({ ...use, Principal: { AWS: ownArn('role/app') } })).toEqual({
      ...NOTHING,
      statements: [
        {
          effect: 'Allow',
          principal: { AWS: [ROOT] },
          actions: ['kms:Decrypt'],
          conditions: { ArnLike: { 'aws:PrincipalArn': [ownArn('role/app')] } },
        },
      ],
      notices: ['warning principalByName'],
    });
  });

  test('of another account by a literal ARN are matched by it too', () => {
    expect(outcome({ ...use, Principal: { AWS: 'arn:aws:iam::222222222222:role/app' } })).toEqual({
      ...NOTHING,
      statements: [
        {
          effect: 'Allow',
          principal: { AWS: [OTHER] },
          actions: ['kms:Decrypt'],
          conditions: { ArnLike: { 'aws:PrincipalArn': ['arn:aws:iam::222222222222:role/app'] } },
        },
      ],
    });
  });

  test('that are service-linked stay as they are, since IAM cannot delegate to them', () => {
    const arn = ownArn('role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling');

    expect(outcome({ ...use, Principal: { AWS: arn } })).toEqual({
      ...NOTHING,
      statements: [{ effect: 'Allow', principal: { AWS: [arn] }, actions: ['kms:Decrypt'], conditions: {} }],
    });
  });

  test('fail as sessions of AWS STS', () => {
    const arn = 'arn:aws:sts::111111111111:assumed-role/app/session';

    expect(outcome({ ...use, Principal: { AWS: arn } })).toEqual({ ...NOTHING, problems: ['PrincipalIsSession'] });
  });

  test('that are named and given administration keep it on a key that is limited to services', () => {
    const scope = { StringEquals: { 'kms:ViaService': ['s3.eu-west-1.amazonaws.com'] } };
    const more = { viaServices: ['s3.eu-west-1.amazonaws.com'], viaServiceScope: scope };

    const { statements } = outcome({ Action: 'kms:DisableKey', Principal: { AWS: ownArn('role/ops') } }, more);

    expect(statements.map(({ conditions }) => conditions)).toEqual([{ ArnLike: { 'aws:PrincipalArn': [ownArn('role/ops')] } }]);
  });

  test('keep a condition on their ARN that was written', () => {
    const written = {
      ...use,
      Principal: { AWS: 'arn:aws:iam::222222222222:role/app' },
      Condition: { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::222222222222:role/*-ci' } },
    };

    expect(JSON.stringify(outcome(written).statements)).toContain('role/*-ci');
  });
});

describe('other accounts', () => {
  test.each([
    ['its id', OTHER],
    ['the ARN of its root', 'arn:aws:iam::222222222222:root'],
    ['the ARN of its root with a token', { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::222222222222:root']] }],
  ])('by %s get what works from there', (_, principal) => {
    expect(outcome({ Principal: { AWS: principal }, Action: ['kms:Decrypt', 'kms:PutKeyPolicy', 'kms:Describe*'] })).toEqual({
      ...NOTHING,
      problems: ['AdministrationMixedWithUse'],
    });
    expect(outcome({ Principal: { AWS: principal }, Action: ['kms:GetKeyPolicy', 'kms:Decrypt'] })).toEqual({
      ...NOTHING,
      statements: [{ effect: 'Allow', principal: { AWS: [OTHER] }, actions: ['kms:Decrypt'], conditions: {} }],
      notices: ['warning statementNarrowed'],
    });
    expect(outcome({ Principal: { AWS: principal }, Action: ['kms:PutKeyPolicy', 'kms:DisableKey'] })).toEqual({
      ...NOTHING,
      notices: ['warning statementNarrowed'],
    });
  });

  test('keep their conditions', () => {
    const { statements } = outcome({
      Principal: { AWS: OTHER },
      Action: 'kms:Decrypt',
      Condition: { StringEquals: { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' } },
    });

    expect(statements[0].conditions).toEqual({ StringEquals: { 'kms:ViaService': ['s3.eu-west-1.amazonaws.com'] } });
  });

  test('that are parameters stay parameters', () => {
    const arn = { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::', { Ref: 'OtherAccount' }, ':root']] };

    expect(JSON.stringify(outcome({ Principal: { AWS: arn }, Action: 'kms:Decrypt' }).statements)).toContain('{"Ref":"OtherAccount"}');
  });
});

describe('everybody', () => {
  const everybody = (Condition?: Record<string, Record<string, unknown>>) => ({ Principal: EVERYBODY, Action: 'kms:Decrypt', Condition });
  const statement = (conditions: Record<string, Record<string, unknown[]>>) => ({
    effect: 'Allow',
    principal: { AWS: ['*'] },
    actions: ['kms:Decrypt'],
    conditions,
  });

  test.each([
    ['nothing', undefined],
    ['a negated account', { StringNotEquals: { 'kms:CallerAccount': OWN } }],
    ['transport alone', { Bool: { 'aws:SecureTransport': 'true' } }],
    ['whether there is an ARN', { Null: { 'aws:PrincipalArn': 'false' } }],
    ['any account', { StringLike: { 'kms:CallerAccount': '*' } }],
    ['an account or any', { StringLike: { 'kms:CallerAccount': [OWN, '*'] } }],
    ['a name in any account', { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/app' } }],
    ['any organization', { StringLike: { 'aws:PrincipalOrgID': 'o-*' } }],
  ])('fails bound by %s', (_, condition) => {
    expect(outcome(everybody(condition))).toEqual({ ...NOTHING, problems: ['OpenPrincipal'] });
  });

  test('fails unbound as a star alone, which is the same', () => {
    expect(outcome({ Principal: '*', Action: 'kms:Decrypt' })).toEqual({ ...NOTHING, problems: ['OpenPrincipal'] });
  });

  test.each([
    [{ StringEquals: { 'kms:CallerAccount': [OWN] } }],
    [{ StringEquals: { 'aws:PrincipalAccount': [OTHER] } }],
    [{ ArnLike: { 'aws:PrincipalArn': ['arn:aws:iam::222222222222:role/app'] } }],
  ])('stays bound by %j', (conditions) => {
    expect(outcome(everybody(conditions))).toEqual({ ...NOTHING, statements: [statement(conditions)] });
  });

  test('of an organization loses the own account, whose roles would get in past IAM', () => {
    expect(outcome(everybody({ StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } }))).toEqual({
      ...NOTHING,
      statements: [statement({ StringEquals: { 'aws:PrincipalOrgID': ['o-a1b2c3d4e5'] }, StringNotEquals: { 'kms:CallerAccount': [OWN] } })],
      notices: ['warning statementNarrowed'],
    });
  });

  test('of an organization gets no statement where nothing works from another account', () => {
    const written = { ...everybody({ StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } }), Action: 'kms:EnableKey' };

    expect(outcome(written)).toEqual({ ...NOTHING, notices: ['warning statementNarrowed'] });
  });

  test('through a service is narrowed to the own account', () => {
    expect(outcome(everybody({ StringEquals: { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' } }))).toEqual({
      ...NOTHING,
      statements: [statement({ StringEquals: { 'kms:ViaService': ['s3.eu-west-1.amazonaws.com'], 'kms:CallerAccount': [OWN] } })],
      notices: ['warning statementNarrowed'],
    });
  });
});

describe('a key that is limited to services', () => {
  const more = {
    viaServices: ['dynamodb.*.amazonaws.com', 's3.eu-west-1.amazonaws.com'],
    viaServiceScope: { StringLike: { 'kms:ViaService': ['dynamodb.*.amazonaws.com', 's3.eu-west-1.amazonaws.com'] } },
  };
  const through = (value: string, operator = 'StringEquals') => ({
    Principal: { AWS: OTHER },
    Action: 'kms:Decrypt',
    Condition: { [operator]: { 'kms:ViaService': value } },
  });

  test('is limited for other accounts too', () => {
    const { statements } = outcome({ Principal: { AWS: OTHER }, Action: 'kms:Decrypt' }, more);

    expect(statements[0].conditions).toEqual(more.viaServiceScope);
  });

  test.each(['s3.eu-west-1.amazonaws.com', 'dynamodb.*.amazonaws.com', 'dynamodb.eu-west-1.amazonaws.com'])('works through %s', (value) => {
    const { statements, problems } = outcome(through(value), more);

    expect(problems).toEqual([]);
    expect(statements[0].conditions).toEqual({ StringEquals: { 'kms:ViaService': [value] } });
  });

  test.each([
    ['sqs.eu-west-1.amazonaws.com', 'StringEquals'],
    ['s3.*.amazonaws.com', 'StringLike'],
  ])('fails through %s', (value, operator) => {
    expect(outcome(through(value, operator), more).problems).toEqual(['ViaServiceOutOfScope']);
  });

  test('stays limited where a statement only excludes a service', () => {
    const { statements } = outcome(through('sqs.eu-west-1.amazonaws.com', 'StringNotEquals'), more);

    expect(statements[0].conditions).toEqual({ ...more.viaServiceScope, StringNotEquals: { 'kms:ViaService': ['sqs.eu-west-1.amazonaws.com'] } });
  });
});

describe('conditions that refer to a resource', () => {
  const condition = { Condition: { ArnLike: { 'aws:SourceArn': reference('Stack/Bucket') } } };

  test.each([
    ['an account', { AWS: OTHER }],
    ['everybody', EVERYBODY],
    ['a role of another account', { AWS: reference('Other/Named') }],
    ['a federated principal', { Federated: 'cognito-identity.amazonaws.com' }],
  ])('fail for %s, since they would make a cycle', (_, principal) => {
    expect(outcome({ Principal: principal, Action: 'kms:Decrypt', ...condition })).toEqual({ ...NOTHING, problems: ['StatementRefersToUser'] });
  });

  test('go with the statement to a role of the own account', () => {
    expect(outcome({ Principal: { AWS: reference('Stack/Role') }, Action: 'kms:Decrypt', ...condition })).toMatchObject({
      statements: [],
      onPrincipals: [{ path: 'Stack/Role', actions: ['kms:Decrypt'] }],
      problems: [],
    });
  });

  test('fail as a principal of another kind', () => {
    expect(outcome({ Principal: { Federated: reference('Stack/Provider') }, Action: 'kms:Decrypt' })).toEqual({ ...NOTHING, problems: ['StatementRefersToUser'] });
  });
});
