import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';

/** Where the key of a scenario is, seen from the resources that use it. */
export const PLACEMENTS = ['key in the same stack', 'key in another stack', 'key in another account', 'imported key'] as const;
export type Placement = (typeof PLACEMENTS)[number];

/** Whom a key policy lets in: a service principal, or the ARN of a role. */
export interface Access {
  readonly who: string;
  readonly actions: readonly string[];
  readonly when?: object;
}

/** A key that a role may use under a condition. */
export interface ConditionedUse {
  readonly actions: readonly string[];
  readonly when: object;
}

/** What a scenario comes to, written out: neither less nor more. */
export interface Expectation {
  /** Whom the key policy lets in besides what every key has. */
  readonly services?: readonly Access[];
  /**
   * The actions of AWS KMS that roles get by IAM on the key, by the path of the role in its stack. Where it is another key
   * or all of them, ` on ` and that follow.
   */
  readonly roles?: Readonly<Record<string, readonly string[]>>;
  /** The same, under conditions. */
  readonly conditionedRoles?: Readonly<Record<string, readonly ConditionedUse[]>>;
  /** The codes of warnings, without those that tell the owner of an imported key what to add. */
  readonly warnings?: readonly string[];
  /** The code of the documented error that the synthesis fails with. */
  readonly error?: string;
}

/** One wiring that people make with the CDK, where both ends are encrypted with one key. */
export interface Scenario extends Expectation {
  readonly name: string;
  readonly wire: (scope: Construct, key: IKey, anotherKey: () => IKey) => void;
  /** What of it is otherwise in a placement; where that is an error, there is nothing else. */
  readonly but?: Partial<Readonly<Record<Placement, Expectation>>>;
  /** Placements in which it does not come to that yet. */
  readonly pending?: readonly Placement[];
  /** Why the key policy lets a service in unbound. */
  readonly unbound?: string;
}

export function expectationOf(scenario: Scenario, placement: Placement): Expectation {
  const change = scenario.but?.[placement];
  const expectation = change?.error ? change : { ...scenario, ...change };
  return placement === 'imported key' ? { ...expectation, services: expectation.services?.map(asOwnerReads) } : expectation;
}

/** The partition of an imported key is known. */
function asOwnerReads(access: Access): Access {
  return JSON.parse(JSON.stringify(access).replaceAll('<AWS::Partition>', 'aws'));
}
