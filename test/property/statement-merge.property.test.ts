import fc from 'fast-check';
import type { Conditions, KeyStatement } from '../../src/policy/key-statement';
import { mergeStatements } from '../../src/policy/statement-merge';

const PRINCIPALS = ['Service:s3', 'Service:sns', 'AWS:1', 'AWS:2'] as const;
const ACTIONS = ['kms:Decrypt', 'kms:Encrypt'] as const;
const VALUES = ['x', 'y', 'z'] as const;
const KEYS = ['aws:SourceArn', 'aws:SourceAccount', 'aws:PrincipalArn', 'kms:EncryptionContext:a', 'kms:EncryptionContext:b'] as const;
const OPERATORS = [
  'StringEquals',
  'ArnLike',
  'StringNotEquals',
  'ArnNotLike',
  'StringEqualsIfExists',
  'ForAllValues:StringEquals',
  'ForAnyValue:StringEquals',
  'Null',
] as const;

interface Request {
  readonly principal: string;
  readonly action: string;
  /** Values by condition key, several for operators on sets; a key that the request does not carry is absent. */
  readonly context: Readonly<Record<string, readonly string[]>>;
}

/** What AWS decides, over values without wildcards; written from the IAM User Guide and not from our code. */
function decide(statements: readonly KeyStatement[], request: Request): 'allow' | 'deny' | 'nothing' {
  const matching = statements.filter((statement) => applies(statement, request));
  if (matching.some(({ effect }) => effect === 'Deny')) {
    return 'deny';
  }
  return matching.length > 0 ? 'allow' : 'nothing';
}

function applies(statement: KeyStatement, { principal, action, context }: Request): boolean {
  const principals = Object.entries(statement.principal).flatMap(([kind, names]) => names.map((name) => `${kind}:${String(name)}`));
  const tests = Object.entries(statement.conditions).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => holds(operator, values as string[], context[key] ?? [])));
  return principals.includes(principal) && statement.actions.includes(action) && !tests.includes(false);
}

function holds(operator: string, values: readonly string[], sent: readonly string[]): boolean {
  const [name] = operator.split(':').slice(-1);
  if (name === 'Null') {
    return values.includes(sent.length === 0 ? 'true' : 'false');
  }
  if (operator.startsWith('ForAllValues:')) {
    return sent.every((value) => values.includes(value));
  }
  if (operator.startsWith('ForAnyValue:')) {
    return sent.some((value) => values.includes(value));
  }
  if (name.endsWith('IfExists') && sent.length === 0) {
    return true;
  }
  const found = sent.some((value) => values.includes(value));
  return name.includes('Not') ? !found : found;
}

const someValues = fc.subarray([...VALUES], { minLength: 1 });
const condition = fc
  .tuple(fc.constantFrom(...OPERATORS), fc.constantFrom(...KEYS), someValues, fc.subarray(['true', 'false'], { minLength: 1 }))
  .map(([operator, key, texts, presence]): [string, string, string[]] => [operator, key, operator === 'Null' ? presence : texts]);

const conditions = fc.array(condition, { maxLength: 3 }).map((all) =>
  all.reduce<Conditions>((joined, [operator, key, texts]) => ({ ...joined, [operator]: { ...joined[operator], [key]: texts } }), {}));

const statement: fc.Arbitrary<KeyStatement> = fc
  .record({
    sid: fc.constantFrom(undefined, undefined, undefined, 'A'),
    effect: fc.constantFrom('Allow' as const, 'Allow' as const, 'Deny' as const),
    principal: fc.subarray([...PRINCIPALS], { minLength: 1, maxLength: 2 }),
    actions: fc.shuffledSubarray([...ACTIONS], { minLength: 1 }),
    conditions,
  })
  .map(({ sid, principal, ...rest }) => ({
    ...(sid ? { sid } : {}),
    principal: principal.reduce<Record<string, string[]>>((kinds, name) => {
      const [kind, value] = name.split(':');
      return { ...kinds, [kind]: [...(kinds[kind] ?? []), value] };
    }, {}),
    ...rest,
  }));

/** Many statements that are alike, since those are what merges. */
const policy = fc
  .tuple(
    fc.array(statement, { minLength: 1, maxLength: 3 }),
    fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat()), { minLength: 1, maxLength: 6 }),
  )
  .map(([bases, variations]) => [
    ...bases,
    ...variations.map(([base, which, value]) => varied(bases[base % bases.length], which, VALUES[value % VALUES.length])),
  ]);

/** The same statement with other values under one of its conditions. */
function varied(base: KeyStatement, which: number, value: string): KeyStatement {
  const paths = Object.entries(base.conditions).flatMap(([operator, keys]) => Object.keys(keys).map((key) => [operator, key]));
  if (paths.length === 0) {
    return base;
  }
  const [operator, key] = paths[which % paths.length];
  const values = operator === 'Null' ? [value === 'x' ? 'true' : 'false'] : [value];
  return { ...base, conditions: { ...base.conditions, [operator]: { ...base.conditions[operator], [key]: values } } };
}

const request: fc.Arbitrary<Request> = fc.record({
  principal: fc.constantFrom(...PRINCIPALS),
  action: fc.constantFrom(...ACTIONS),
  context: fc.dictionary(fc.constantFrom(...KEYS), fc.subarray([...VALUES], { minLength: 1, maxLength: 2 })),
});
const requests = fc.array(request, { minLength: 20, maxLength: 40 });

test('merging changes the decision on no request', () => {
  fc.assert(
    fc.property(policy, requests, (statements, asked) => {
      const merged = mergeStatements(statements);

      expect(asked.map((one) => decide(merged, one))).toEqual(asked.map((one) => decide(statements, one)));
    }),
    { numRuns: 1000 },
  );
});

test('merging leaves no more statements than there were, and merging again changes nothing', () => {
  fc.assert(
    fc.property(policy, (statements) => {
      const merged = mergeStatements(statements);

      expect(merged.length).toBeLessThanOrEqual(statements.length);
      expect(mergeStatements(merged)).toEqual(merged);
    }),
    { numRuns: 500 },
  );
});

test('another order of the statements merges to as many, which decide the same', () => {
  const permuted = policy.chain((statements) =>
    fc.tuple(fc.constant(statements), fc.shuffledSubarray(statements, { minLength: statements.length })));

  fc.assert(
    fc.property(permuted, requests, ([statements, shuffled], asked) => {
      const [left, right] = [mergeStatements(statements), mergeStatements(shuffled)];

      expect(right).toHaveLength(left.length);
      expect(asked.map((one) => decide(right, one))).toEqual(asked.map((one) => decide(left, one)));
    }),
    { numRuns: 500 },
  );
});

test('two accounts never come together in one condition', () => {
  const bound = fc.tuple(fc.constantFrom('x', 'y'), fc.constantFrom(...VALUES)).map(([account, arn]): KeyStatement => ({
    effect: 'Allow',
    principal: { Service: ['s3'] },
    actions: ['kms:Decrypt'],
    conditions: { StringEquals: { 'aws:SourceAccount': [account] }, ArnLike: { 'aws:SourceArn': [arn] } },
  }));

  fc.assert(
    fc.property(fc.array(bound, { minLength: 1 }), (statements) => {
      const accounts = mergeStatements(statements).map((merged) => merged.conditions.StringEquals['aws:SourceAccount']);

      expect(accounts.filter((values) => values.length !== 1)).toEqual([]);
      expect(accounts.length).toBe(new Set(statements.map((one) => one.conditions.StringEquals['aws:SourceAccount'][0])).size);
    }),
  );
});
