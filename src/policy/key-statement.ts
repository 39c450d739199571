/**
 * The conditions of a statement: operator, condition key, values.
 *
 * @internal
 */
export type Conditions = Readonly<Record<string, Readonly<Record<string, readonly unknown[]>>>>;

/**
 * A statement of a key policy as plain data. Values are text or CloudFormation intrinsics.
 *
 * @internal
 */
export interface KeyStatement {
  readonly sid?: string;
  readonly effect: 'Allow' | 'Deny';
  /** Principals by kind: `AWS`, `Service`, `Federated`. */
  readonly principal: Readonly<Record<string, readonly unknown[]>>;
  readonly actions: readonly string[];
  readonly conditions: Conditions;
}

/** Everybody: written as `{ AWS: "*" }`, which scanners do not take for an open policy where it denies. */
export const EVERYBODY = { AWS: ['*'] } as const;

/**
 * The statement as it stands in the template. Its resource is always `*`, the key itself.
 *
 * @internal
 */
export function renderStatement(statement: KeyStatement): Record<string, unknown> {
  const conditions = mapValues(statement.conditions, (keys) => mapValues(keys, single));
  return {
    ...(statement.sid ? { Sid: statement.sid } : {}),
    Effect: statement.effect,
    Principal: mapValues(statement.principal, single),
    Action: single(statement.actions),
    Resource: '*',
    ...(Object.keys(conditions).length > 0 ? { Condition: conditions } : {}),
  };
}

/**
 * The conditions of a rendered statement, with every value in a list.
 *
 * @internal
 */
export function parseConditions(condition: Record<string, Record<string, unknown>> | undefined): Conditions {
  return mapValues(condition ?? {}, (keys) => mapValues(keys, asList));
}

/** @internal */
export function asList<T = unknown>(value: T | readonly T[] | undefined): T[] {
  if (value === undefined) {
    return [];
  }
  return Array.isArray(value) ? [...value] : [value as T];
}

/** Operators that mean the same for keys that every request has, for a second condition on a key. */
const TWINS: Readonly<Record<string, string>> = { ArnEquals: 'ArnLike', ArnLike: 'ArnEquals', StringEquals: 'StringLike', StringLike: 'StringEquals' };

/**
 * A condition beside those that are there. It only narrows: an excluded value joins those that are excluded already, and a
 * second condition on a key goes under an operator that means the same.
 *
 * @internal
 */
export function andCondition(conditions: Conditions, operator: string, key: string, values: readonly unknown[]): Conditions {
  const present = conditions[operator]?.[key];
  if (present === undefined || JSON.stringify(present) === JSON.stringify(values)) {
    return { ...conditions, [operator]: { ...conditions[operator], [key]: values } };
  }
  if (operator.includes('Not')) {
    return { ...conditions, [operator]: { ...conditions[operator], [key]: [...present, ...values] } };
  }
  const free = [TWINS[operator], `${operator}IfExists`].find((other) => other && conditions[other]?.[key] === undefined);
  return free ? { ...conditions, [free]: { ...conditions[free], [key]: values } } : conditions;
}

/**
 * Both conditions at once.
 *
 * @internal
 */
export function andConditions(left: Conditions, right: Conditions): Conditions {
  return Object.entries(right).reduce(
    (all, [operator, keys]) => Object.entries(keys).reduce((some, [key, values]) => andCondition(some, operator, key, values), all),
    left,
  );
}

/**
 * Values without repetition, told apart by what they hold.
 *
 * @internal
 */
export function distinct<T>(values: readonly T[]): T[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}

/** @internal */
export function mapValues<T, U>(record: Readonly<Record<string, T>>, map: (value: T, key: string) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));
}

function single(values: readonly unknown[]): unknown {
  return values.length === 1 ? values[0] : values;
}
