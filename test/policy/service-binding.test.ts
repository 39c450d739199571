import { bindServiceStatement, type ServiceContext } from '../../src/policy/service-binding';
import { reachOf, type ServiceReach } from '../../src/policy/service-reach';
import { reviewStatement, type ReviewContext } from '../../src/policy/statement-review';

const OWN = '111111111111';
const OTHER = '222222222222';
const GENERATE = ['kms:Decrypt', 'kms:GenerateDataKey'];
const reference = (path: string) => ({ 'Fn::ReferenceTo': { path, attribute: 'Arn' } });
const arn = (rest: string) => ({ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:${rest}`]] });
const ACCOUNT_BOUND = { StringEquals: { 'aws:SourceAccount': [OWN] } };
const ALARM_BOUND = { ...ACCOUNT_BOUND, ArnLike: { 'aws:SourceArn': [arn('cloudwatch:eu-west-1:111111111111:alarm:*')] } };
const TOPIC_BOUND = { ...ACCOUNT_BOUND, ArnLike: { 'aws:SourceArn': [arn('sns:eu-west-1:111111111111:*')] } };

function context(more: Partial<ServiceContext> = {}): ReviewContext {
  return {
    account: OWN,
    accountId: OWN,
    accountRoot: 'arn:aws:iam::111111111111:root',
    region: 'eu-west-1',
    reaches: [],
    administrationIsNarrowed: false,
    viaServices: [],
    viaServiceScope: {},
    principalAt: () => undefined,
    environmentAt: (path) => ({ account: path.startsWith('Other/') ? OTHER : OWN, region: 'eu-west-1' }),
    ...more,
  };
}

/** The conditions of the statements that a written one for a service became, and the codes of what is told. */
function outcome(service: unknown, condition: object | undefined, more: Partial<ServiceContext> = {}, actions: string[] = GENERATE) {
  const written = { Effect: 'Allow', Principal: { Service: service }, Action: actions, Resource: '*', Condition: condition };
  const { statements, notices, problems } = reviewStatement(written, context(more));
  expect(problems).toEqual([]);
  expect(statements.filter(({ principal }) => JSON.stringify(principal) !== JSON.stringify({ Service: [service] }))).toEqual([]);
  return { conditions: statements.map(({ conditions }) => conditions), told: notices.map(({ level, code }) => `${level} ${code}`) };
}

describe('a statement as the constructs of the CDK write it, where the wiring found nothing', () => {
  test.each([
    ['s3.amazonaws.com', ACCOUNT_BOUND],
    ['sns.amazonaws.com', TOPIC_BOUND],
    ['cloudwatch.amazonaws.com', ALARM_BOUND],
  ])('of %s without a condition is bound as its row says', (service, bound) => {
    expect(outcome(service, undefined)).toEqual({ conditions: [bound], told: ['information statementBound'] });
  });

  test('of Amazon EventBridge is not bound, which sends a source to some targets only', () => {
    expect(outcome('events.amazonaws.com', undefined)).toEqual({ conditions: [{}], told: ['warning serviceUnbound'] });
  });

  test('of a bucket by reference is bound to the account of that bucket', () => {
    const condition = { ArnLike: { 'aws:SourceArn': reference('Other/Bucket') } };

    expect(outcome('s3.amazonaws.com', condition)).toEqual({
      conditions: [{ StringEquals: { 'aws:SourceAccount': [OTHER] } }],
      told: ['information statementBound'],
    });
  });

  test('of a topic by reference is bound to the account and Region of that topic', () => {
    const condition = { ArnEquals: { 'aws:SourceArn': reference('Other/Topic') } };

    expect(outcome('sns.amazonaws.com', condition, { environmentAt: () => ({ account: OTHER, region: 'us-east-1' }) })).toEqual({
      conditions: [{ StringEquals: { 'aws:SourceAccount': [OTHER] }, ArnLike: { 'aws:SourceArn': [arn('sns:us-east-1:222222222222:*')] } }],
      told: ['information statementBound'],
    });
  });

  test('of buckets of two accounts works for both', () => {
    const condition = { ArnLike: { 'aws:SourceArn': [reference('Stack/Bucket'), reference('Other/Bucket')] } };

    const accounts = outcome('s3.amazonaws.com', condition).conditions.flatMap((conditions) => conditions.StringEquals['aws:SourceAccount']);

    expect(accounts.sort()).toEqual([OWN, OTHER]);
  });

  test('keeps its other conditions', () => {
    const condition = { Bool: { 'aws:SecureTransport': 'true' }, ArnLike: { 'aws:SourceArn': reference('Stack/Bucket') } };

    expect(outcome('s3.amazonaws.com', condition).conditions).toEqual([{ Bool: { 'aws:SecureTransport': ['true'] }, ...ACCOUNT_BOUND }]);
  });

  test.each([
    ['an account', { StringEquals: { 'aws:SourceAccount': [OTHER] } }],
    ['an ARN', { ArnLike: { 'aws:SourceArn': ['arn:aws:s3:::bucket'] } }],
    ['an organization', { StringEquals: { 'aws:SourceOrgID': ['o-a1b2c3d4e5'] } }],
    ['an encryption context', { StringLike: { 'kms:EncryptionContext:aws:s3:arn': ['arn:aws:s3:::bucket*'] } }],
  ])('keeps %s that was written, which is tighter or was meant', (_, condition) => {
    expect(outcome('s3.amazonaws.com', condition)).toEqual({ conditions: [condition], told: [] });
  });

  test.each([
    ['everything but an account', { StringNotEquals: { 'aws:SourceAccount': [OTHER] } }],
    ['whether there is an account', { Null: { 'aws:SourceAccount': ['false'] } }],
    ['something else', { Bool: { 'aws:SecureTransport': ['true'] } }],
  ])('is bound though %s was written, which binds nothing', (_, condition) => {
    expect(outcome('s3.amazonaws.com', condition)).toEqual({
      conditions: [{ ...condition, ...ACCOUNT_BOUND }],
      told: ['information statementBound'],
    });
  });

  test.each([
    ['any account', { StringLike: { 'aws:SourceAccount': ['*'] } }],
    ['an account or any', { StringLike: { 'aws:SourceAccount': [OTHER, '*'] } }],
    ['an account, if one is sent,', { StringEqualsIfExists: { 'aws:SourceAccount': [OTHER] } }],
    ['any ARN', { ArnLike: { 'aws:SourceArn': ['arn:*:*:*:*:*'] } }],
  ])('is bound though %s was written', (_, condition) => {
    expect(outcome('s3.amazonaws.com', condition).conditions).toEqual([{ ...condition, ...ACCOUNT_BOUND }]);
  });
});

describe('a statement of a service whose wiring was found', () => {
  const account = { principal: { Service: 'events.amazonaws.com' }, actions: GENERATE, conditions: ACCOUNT_BOUND };
  const unsupported = { principal: { Service: 'events.amazonaws.com' }, actions: GENERATE, conditions: {}, unsupported: 'use a target role' };
  const foreign = { principal: { Service: 's3.amazonaws.com' }, actions: GENERATE, conditions: { StringEquals: { 'aws:SourceAccount': [OTHER] } } };

  test('is bound as the wiring found it, not as the row says', () => {
    expect(outcome('s3.amazonaws.com', undefined, { reaches: [foreign] })).toEqual({
      conditions: [{ StringEquals: { 'aws:SourceAccount': [OTHER] } }],
      told: ['information statementBound'],
    });
  });

  test('is bound once for every wiring', () => {
    expect(outcome('events.amazonaws.com', undefined, { reaches: [account, unsupported] }).conditions).toEqual([ACCOUNT_BOUND, {}]);
  });

  test('is not said to be bound where AWS supports no binding', () => {
    const { conditions, told } = outcome('events.amazonaws.com', undefined, { reaches: [unsupported] });

    expect(conditions).toEqual([{}]);
    expect(told).toEqual(['information bindingUnsupported']);
  });

  test.each([
    [
      'grantEncryptDecrypt',
      [
        'kms:Decrypt',
        'kms:Encrypt',
        'kms:GenerateDataKey',
        'kms:GenerateDataKeyPair',
        'kms:GenerateDataKeyPairWithoutPlaintext',
        'kms:GenerateDataKeyWithoutPlaintext',
        'kms:ReEncryptFrom',
        'kms:ReEncryptTo',
      ],
    ],
    [
      'kms:GenerateDataKey*',
      [
        'kms:Decrypt',
        'kms:GenerateDataKey',
        'kms:GenerateDataKeyPair',
        'kms:GenerateDataKeyPairWithoutPlaintext',
        'kms:GenerateDataKeyWithoutPlaintext',
      ],
    ],
  ])('gets no more than the service needs of what the CDK writes as %s', (_, actions) => {
    const { statements } = bindServiceStatement('s3.amazonaws.com', { actions, conditions: {} }, context({ reaches: [foreign] }));

    expect(statements.map((statement) => statement.actions)).toEqual([['kms:Decrypt', 'kms:GenerateDataKey']]);
  });

  test('keeps what was written for another purpose of the service', () => {
    const actions = ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'];
    const { statements } = bindServiceStatement('s3.amazonaws.com', { actions, conditions: {} }, context({ reaches: [foreign] }));

    expect(statements.map((statement) => statement.actions)).toEqual([['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey']]);
  });

  test('gets no more than was written either', () => {
    const { statements } = bindServiceStatement('s3.amazonaws.com', { actions: ['kms:GenerateDataKey'], conditions: {} }, context({ reaches: [foreign] }));

    expect(statements.map(({ actions }) => actions)).toEqual([['kms:GenerateDataKey']]);
  });

  test('keeps an exact source that was written, and is not loosened to the account', () => {
    const condition = { ArnLike: { 'aws:SourceArn': ['arn:aws:s3:::bucket'] } };

    expect(outcome('s3.amazonaws.com', condition, { reaches: [foreign] })).toEqual({ conditions: [condition], told: [] });
  });

  test('is nothing to another service', () => {
    expect(outcome('cloudwatch.amazonaws.com', undefined, { reaches: [foreign, account] }).conditions).toEqual([ALARM_BOUND]);
  });
});

describe('a statement of a service without a row', () => {
  test('without a condition is kept, with a warning', () => {
    expect(outcome('unheard-of.amazonaws.com', undefined)).toEqual({ conditions: [{}], told: ['warning serviceUnbound'] });
  });

  test('with a condition that binds is kept without a word', () => {
    expect(outcome('unheard-of.amazonaws.com', ACCOUNT_BOUND)).toEqual({ conditions: [ACCOUNT_BOUND], told: [] });
  });

  test('by reference is bound to the account, with a warning', () => {
    const condition = { ArnEquals: { 'aws:SourceArn': reference('Other/Thing') } };

    expect(outcome('unheard-of.amazonaws.com', condition)).toEqual({
      conditions: [{ StringEquals: { 'aws:SourceAccount': [OTHER] } }],
      told: ['warning statementLoosened'],
    });
  });

  test('by reference and account keeps the account', () => {
    const condition = { ArnEquals: { 'aws:SourceArn': reference('Other/Thing') }, StringEquals: { 'aws:SourceAccount': '333333333333' } };

    expect(outcome('unheard-of.amazonaws.com', condition).conditions).toEqual([{ StringEquals: { 'aws:SourceAccount': ['333333333333'] } }]);
  });

  test('by reference to two resources of one account names it once', () => {
    const condition = { ArnEquals: { 'aws:SourceArn': [reference('Stack/One'), reference('Stack/Two')] } };

    expect(outcome('unheard-of.amazonaws.com', condition).conditions).toEqual([ACCOUNT_BOUND]);
  });

  test('fails for an encryption context that refers to a resource, which an account cannot stand for', () => {
    const written = {
      Effect: 'Allow',
      Principal: { Service: 'unheard-of.amazonaws.com' },
      Action: GENERATE,
      Resource: '*',
      Condition: { StringEquals: { 'kms:EncryptionContext:aws:thing:arn': { 'Fn::Join': ['', [reference('Stack/Thing'), ':*']] } } },
    };
    const { statements, problems } = reviewStatement(written, context());

    expect(statements).toEqual([]);
    expect(problems.map(({ code }) => code)).toEqual(['StatementRefersToUser']);
  });

  test.each(['arn:aws:sns:*:*:*', 'arn:aws:backup:*:*:*', 'arn:aws:s3:::*'])('is not bound by %s, which says whose it is for nobody', (source) => {
    expect(outcome('unheard-of.amazonaws.com', { ArnLike: { 'aws:SourceArn': source } }).told).toEqual(['warning serviceUnbound']);
  });
});

describe('Amazon CloudWatch Logs, whose principal has a Region,', () => {
  const LOGS_BOUND = { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': [arn('logs:eu-west-1:111111111111:*')] } };

  test.each(['logs.eu-west-1.amazonaws.com', { 'Fn::Join': ['', ['logs.', { Ref: 'AWS::Region' }, '.amazonaws.com']] }])('as %j is bound to its log groups', (service) => {
    expect(outcome(service, undefined)).toEqual({ conditions: [LOGS_BOUND], told: ['information statementBound'] });
  });

  test('with a log group by reference is bound to those of its account and Region', () => {
    const condition = { ArnEquals: { 'kms:EncryptionContext:aws:logs:arn': reference('Stack/Logs') } };

    expect(outcome('logs.eu-west-1.amazonaws.com', condition).conditions).toEqual([LOGS_BOUND]);
  });
});

describe('a service that needs several statements', () => {
  const bus = { principal: { Service: 'events.amazonaws.com' }, actions: GENERATE, conditions: { ArnLike: { 'aws:SourceArn': ['arn:aws:events:eu-west-1:111111111111:event-bus/*'] } } };
  const validation = { principal: { Service: 'events.amazonaws.com' }, actions: ['kms:DescribeKey'], conditions: ACCOUNT_BOUND };
  const unbound = { principal: { Service: 'events.amazonaws.com' }, actions: ['kms:Decrypt'], conditions: {}, unsupported: 'none is sent' };

  test('gets of what was written in each what that one needs', () => {
    const written = { actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'], conditions: {} };

    const { statements } = bindServiceStatement('events.amazonaws.com', written, context({ reaches: [bus, validation] }));

    expect(statements.map(({ actions, conditions }) => [actions, conditions])).toEqual([
      [['kms:Decrypt', 'kms:GenerateDataKey'], bus.conditions],
      [['kms:DescribeKey'], ACCOUNT_BOUND],
    ]);
  });

  test('gets without a binding only what a wiring without one needs', () => {
    const written = { actions: ['kms:Decrypt', 'kms:Encrypt'], conditions: {} };

    const { statements } = bindServiceStatement('events.amazonaws.com', written, context({ reaches: [validation, unbound] }));

    expect(statements.map(({ actions, conditions }) => [actions, conditions])).toEqual([
      [['kms:Decrypt'], {}],
      [['kms:Encrypt'], ACCOUNT_BOUND],
    ]);
  });
});

test('a wildcard of actions is expanded, and the binding tells it', () => {
  const written = { Effect: 'Allow', Principal: { Service: 's3.amazonaws.com' }, Action: ['kms:GenerateDataKey*', 'kms:Decrypt'], Resource: '*' };

  const { statements, notices } = reviewStatement(written, context());

  expect(statements.flatMap(({ actions }) => actions).filter((action) => action.includes('*'))).toEqual([]);
  expect(notices.map(({ code }) => code)).toEqual(['statementBound']);
  expect(notices[0].message).toContain('kms:GenerateDataKey*');
});

describe('reachOf', () => {
  const sns = { principal: 'sns.amazonaws.com', optInPrincipal: 'sns' };
  const reach = (sourceRegion: unknown, targetRegion: unknown, caller: Parameters<typeof reachOf>[0] = sns): ServiceReach =>
    reachOf(caller, { actions: GENERATE, binding: { sourceAccount: true } }, { account: OWN, region: sourceRegion }, targetRegion);

  test.each([
    ['a Region that is enabled by default', 'us-east-1', 'eu-west-1', 'sns.amazonaws.com'],
    ['an opt-in Region', 'me-south-1', 'eu-west-1', 'sns.me-south-1.amazonaws.com'],
    ['an opt-in Region to itself', 'me-south-1', 'me-south-1', 'sns.amazonaws.com'],
    ['an opt-in Region to another', 'me-south-1', 'af-south-1', 'sns.me-south-1.amazonaws.com'],
    ['a Region that is not known', { Ref: 'AWS::Region' }, 'eu-west-1', 'sns.amazonaws.com'],
    ['an opt-in Region to one that is not known', 'me-south-1', { Ref: 'AWS::Region' }, 'sns.amazonaws.com'],
  ])('Amazon SNS from %s', (_, source, target, principal) => {
    expect(reach(source, target).principal).toEqual({ Service: principal });
  });

  test('other services have one principal everywhere', () => {
    expect(reach('me-south-1', 'eu-west-1', { principal: 's3.amazonaws.com' }).principal).toEqual({ Service: 's3.amazonaws.com' });
  });

  test.each([
    [{ sourceAccount: true }, { StringEquals: { 'aws:SourceAccount': [OWN] } }],
    [{ sourceAccount: false }, {}],
    [{ sourceAccount: false, sourceArn: 'arn:{partition}:sns:{region}:{account}:*' }, { ArnLike: { 'aws:SourceArn': [arn('sns:eu-west-1:111111111111:*')] } }],
    [{ sourceAccount: true, sourceArn: 'arn:{partition}:s3:::*' }, { ...ACCOUNT_BOUND, ArnLike: { 'aws:SourceArn': [arn('s3:::*')] } }],
  ])('binds by %j', (binding, conditions) => {
    expect(reachOf(sns, { actions: GENERATE, binding }, { account: OWN, region: 'eu-west-1' }, 'eu-west-1')).toEqual({
      id: undefined,
      principal: { Service: 'sns.amazonaws.com' },
      actions: GENERATE,
      conditions,
    });
  });

  test('holds an unknown account and Region as they stand in the template', () => {
    const source = { account: { Ref: 'AWS::AccountId' }, region: { Ref: 'AWS::Region' } };

    const { conditions } = reachOf(sns, { actions: GENERATE, binding: { sourceAccount: true, sourceArn: 'arn:{partition}:sns:{region}:{account}:*' } }, source, source.region);

    expect(conditions).toEqual({
      StringEquals: { 'aws:SourceAccount': [{ Ref: 'AWS::AccountId' }] },
      ArnLike: {
        'aws:SourceArn': [
          { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':sns:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, ':*']] },
        ],
      },
    });
  });
});
