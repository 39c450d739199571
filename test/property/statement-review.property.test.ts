import fc from 'fast-check';
import { reviewStatement, type Review, type ReviewContext } from '../../src/policy/statement-review';
import { SERVICE_CALLERS } from '../../src/services/service-table';

const OWN = '111111111111';
const ROOT = 'arn:aws:iam::111111111111:root';
const UNSUPPORTED = { principal: { Service: 'events.amazonaws.com' }, actions: ['kms:Decrypt', 'kms:GenerateDataKey'], conditions: {} };
const BOUND = { principal: { Service: 's3.amazonaws.com' }, actions: ['kms:GenerateDataKey'], conditions: { StringEquals: { 'aws:SourceAccount': [OWN] } } };
const WITH_ROW = SERVICE_CALLERS.flatMap(({ principal }) => principal?.replace('{region}.{urlSuffix}', 'eu-west-1.amazonaws.com') ?? []);
/** Services without a row, and those that AWS binds to some of their targets only. */
const WITHOUT_BINDING = ['unheard-of.amazonaws.com', 'events.amazonaws.com', 'delivery.logs.amazonaws.com', 'cloudtrail.amazonaws.com'];
const WITHOUT_ROW = ['unheard-of.amazonaws.com', 'dnssec-route53.amazonaws.com'];

/** What a service sends of the resource that it acts for. */
const SOURCES = ['aws:SourceAccount', 'aws:SourceArn', 'aws:SourceOrgID', 'aws:SourceOrgPaths', 'kms:EncryptionContext:aws:s3:arn'];

const principal = fc.oneof(
  fc.constantFrom(...WITH_ROW, ...WITHOUT_ROW).map((name) => ({ Service: name })),
  fc.constantFrom(
    '*', ROOT, OWN, '222222222222', 'arn:aws:iam::111111111111:role/app', 'arn:aws:iam::222222222222:role/app',
    'arn:aws:sts::111111111111:assumed-role/app/s', 'AROA0123456789ABCDEF0', reference('Stack/Role'), reference('Other/Role'), reference('Stack/Bucket'),
  ).map((name) => ({ AWS: name })),
);
const actions = fc.array(
  fc.constantFrom('kms:Decrypt', 'kms:GenerateDataKey*', 'kms:Describe*', 'kms:CreateGrant', 'kms:EnableKey', 'kms:Sign', 'kms:Nothing', 'kms:*', 'kms:get*'),
  { minLength: 1, maxLength: 3 },
);
const value = fc.constantFrom<unknown>(OWN, 'arn:aws:s3:::bucket', 'o-a1b2c3d4e5', 's3.eu-west-1.amazonaws.com', reference('Stack/Bucket'), reference('Other/Bucket'));
const conditions = fc.option(
  fc.dictionary(
    fc.constantFrom('StringEquals', 'ArnLike', 'StringNotEquals', 'ArnNotLike'),
    fc.dictionary(fc.constantFrom(...SOURCES, 'kms:ViaService', 'aws:PrincipalOrgID', 'kms:CallerAccount', 'aws:SecureTransport'), value, { minKeys: 1, maxKeys: 2 }),
    { maxKeys: 2 },
  ),
  { nil: undefined },
);
const written = fc.record({ Effect: fc.constantFrom('Allow', 'Allow', 'Allow', 'Deny'), Principal: principal, Action: actions, Resource: fc.constant('*'), Condition: conditions });
const reaches = fc.subarray([UNSUPPORTED, BOUND]);

function reference(path: string) {
  return { 'Fn::ReferenceTo': { path, attribute: 'Arn' } };
}

function review(statement: object, found: ReviewContext['reaches'], more: Partial<ReviewContext> = {}): Review {
  return reviewStatement(statement, {
    account: OWN,
    accountId: OWN,
    accountRoot: ROOT,
    region: 'eu-west-1',
    reaches: found,
    administrationIsNarrowed: false,
    viaServices: [],
    viaServiceScope: {},
    principalAt: (path) =>
      ({ 'Stack/Role': { kind: 'role' as const, account: OWN }, 'Other/Role': { kind: 'role' as const, account: '222222222222', arn: 'arn:aws:iam::222222222222:role/app' } })[path],
    environmentAt: (path) => ({ account: path.startsWith('Other/') ? '222222222222' : OWN, region: 'eu-west-1' }),
    ...more,
  });
}

function isBound(all: Review['statements'][number]['conditions']): boolean {
  return Object.entries(all).some(([operator, keys]) =>
    !operator.includes('Not') && Object.keys(keys).some((key) => [...SOURCES, 'kms:CallerAccount', 'kms:ViaService'].includes(key) || key.startsWith('kms:EncryptionContext:')));
}

test('a service is let in without a binding only where AWS supports none, or with a warning where its row does not say', () => {
  fc.assert(
    fc.property(written, reaches, (statement, found) => {
      const { statements, notices } = review(statement, found);

      for (const unbound of statements.filter((one) => one.effect === 'Allow' && one.principal.Service && !isBound(one.conditions))) {
        const [service] = unbound.principal.Service as string[];
        const supported = !(service === 'events.amazonaws.com' && found.includes(UNSUPPORTED));
        const told = [...WITHOUT_BINDING, 'dnssec-route53.amazonaws.com'].includes(service) && notices.some(({ level, code }) => level === 'warning' && code === 'serviceUnbound');

        expect({ service, accepted: !supported || told }).toEqual({ service, accepted: true });
      }
    }),
    { numRuns: 2000 },
  );
});

test('the key refers to nobody: no statement holds a reference', () => {
  fc.assert(
    fc.property(written, reaches, (statement, found) => {
      expect(JSON.stringify(review(statement, found).statements)).not.toContain('Fn::ReferenceTo');
    }),
    { numRuns: 2000 },
  );
});

test('what is allowed is exact, is not empty, and does not mix administering and using', () => {
  const [administering, using] = [['kms:EnableKey', 'kms:PutKeyPolicy'], ['kms:Decrypt', 'kms:GenerateDataKey']];

  fc.assert(
    fc.property(written, reaches, (statement, found) => {
      for (const { effect, actions: allowed } of review(statement, found).statements) {
        const mixes = administering.some((one) => allowed.includes(one)) && using.some((one) => allowed.includes(one));

        expect({ allowed, bad: effect === 'Allow' && (allowed.length === 0 || mixes || allowed.some((one) => /[*?]/.test(one))) }).toEqual({ allowed, bad: false });
      }
    }),
    { numRuns: 2000 },
  );
});

test('nobody is let in who was not named: everybody only with a condition on who calls', () => {
  fc.assert(
    fc.property(written, reaches, (statement, found) => {
      const open = review(statement, found).statements.filter(({ effect, principal: who }) => effect === 'Allow' && who.AWS?.includes('*'));

      const unbound = open.filter(({ conditions: all }) =>
        !Object.entries(all).some(([operator, keys]) => !operator.includes('Not') && ['kms:CallerAccount', 'aws:PrincipalOrgID'].some((key) => key in keys)));
      expect(unbound).toEqual([]);
    }),
    { numRuns: 2000 },
  );
});

test('no statement is dropped in silence', () => {
  fc.assert(
    fc.property(written, reaches, (statement, found) => {
      const { statements, onPrincipals, notices, problems } = review(statement, found);

      expect([...statements, ...onPrincipals, ...notices, ...problems]).not.toEqual([]);
    }),
    { numRuns: 1000 },
  );
});

test('a denial is as it was written, or a problem', () => {
  fc.assert(
    fc.property(written, reaches, (statement, found) => {
      const { statements, problems } = review({ ...statement, Effect: 'Deny' }, found);

      expect(statements.map(({ effect, actions: denied }) => ({ effect, denied }))).toEqual(problems.length > 0 ? [] : [{ effect: 'Deny', denied: statement.Action }]);
    }),
  );
});
