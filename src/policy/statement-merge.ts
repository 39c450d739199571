import { mapValues, type Conditions, type KeyStatement } from './key-statement';

/** Only lists of these keys are joined; joining two of them at once would admit combinations that nobody meant. */
const JOINED_KEYS = ['aws:SourceArn', 'aws:PrincipalArn'];
const JOINED_PREFIX = 'kms:EncryptionContext:';

/**
 * Merges statements where nobody gains by it: same effect, principal, actions and conditions, but for the values of one
 * condition key. Accounts are never joined, so that an account and an ARN stay together.
 *
 * A statement that another covers is left out. The order of first appearance stays, and so do the statements' ids: only statements without an id, or with the same
 * one, are merged.
 *
 * @internal
 */
export function mergeStatements(statements: readonly KeyStatement[]): KeyStatement[] {
  const merged = new Map<string, KeyStatement>();
  for (const statement of statements) {
    const joined = joinedKey(statement.conditions);
    const shared = joined ? without(statement.conditions, joined) : statement.conditions;
    const shape = JSON.stringify(canonical({ ...statement, conditions: shared, joined }));
    const known = merged.get(shape);
    merged.set(shape, known && joined ? join(known, statement, joined) : (known ?? statement));
  }
  return withoutCovered([...merged.values()]);
}

/** A statement without an id goes if another allows the same and more, to the same principal under the same conditions. */
function withoutCovered(statements: readonly KeyStatement[]): KeyStatement[] {
  const scopes = new Map<string, KeyStatement[]>();
  const scopeOf = ({ principal, conditions }: KeyStatement) => JSON.stringify(canonical({ principal, conditions }));
  for (const statement of statements.filter(({ effect }) => effect === 'Allow')) {
    scopes.set(scopeOf(statement), [...(scopes.get(scopeOf(statement)) ?? []), statement]);
  }
  return statements.filter((statement) =>
    statement.sid !== undefined || statement.effect === 'Deny' || !scopes.get(scopeOf(statement))!.some((other) => allowsMore(other, statement)));
}

function allowsMore(other: KeyStatement, statement: KeyStatement): boolean {
  return other.actions.length > statement.actions.length && statement.actions.every((action) => other.actions.includes(action));
}

type ConditionPath = readonly [operator: string, key: string];

/** The one condition key whose lists may be joined; none if there are several, or under a negated operator. */
function joinedKey(conditions: Conditions): ConditionPath | undefined {
  const candidates = Object.entries(conditions).flatMap(([operator, keys]) =>
    Object.keys(keys)
      .filter((key) => JOINED_KEYS.includes(key) || key.startsWith(JOINED_PREFIX))
      .map((key): ConditionPath => [operator, key]),
  );
  const [only] = candidates;
  return candidates.length === 1 && !/Not|ForAllValues/.test(only[0]) ? only : undefined;
}

function join(left: KeyStatement, right: KeyStatement, [operator, key]: ConditionPath): KeyStatement {
  const values = uniqueSorted([...left.conditions[operator][key], ...right.conditions[operator][key]]);
  return { ...left, conditions: { ...left.conditions, [operator]: { ...left.conditions[operator], [key]: values } } };
}

function without(conditions: Conditions, [operator, key]: ConditionPath): Conditions {
  return { ...conditions, [operator]: { ...conditions[operator], [key]: [] } };
}

/** Values without repetition, in an order that does not depend on who came first. */
function uniqueSorted(values: readonly unknown[]): unknown[] {
  const byText = new Map(values.map((value) => [JSON.stringify(value), value]));
  return [...byText.keys()].sort().map((text) => byText.get(text));
}

/** Equal statements read equal whatever the order of their lists and keys. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(canonical);
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(sortedLists(value)).map(([key, child]) => [key, canonical(child)] as const);
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  }
  return value;
}

/** Lists of actions, principals and values are sets; those inside an intrinsic are not. */
function sortedLists(record: object): Record<string, unknown> {
  return mapValues(record as Record<string, unknown>, (value, key) =>
    Array.isArray(value) && !key.startsWith('Fn::') && key !== 'joined' ? uniqueSorted(value) : value,
  );
}
