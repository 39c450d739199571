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

/**
 * Conditions of both: values of a condition key are joined where both have it, which widens, so callers give keys of
 * their own.
 *
 * @internal
 */
export function withCondition(conditions: Conditions, operator: string, key: string, values: readonly unknown[]): Conditions {
  return { ...conditions, [operator]: { ...conditions[operator], [key]: values } };
}

/** @internal */
export function mapValues<T, U>(record: Readonly<Record<string, T>>, map: (value: T, key: string) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));
}

function single(values: readonly unknown[]): unknown {
  return values.length === 1 ? values[0] : values;
}
