import type { SynthesizedStack } from './synthesized-stacks';
import { filledIn } from './template-text';

/** A statement of a key policy, its lists as lists. */
export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly principals: Readonly<Record<string, readonly string[]>>;
  readonly actions: readonly string[];
  readonly conditions: ReadonlyArray<{ readonly operator: string; readonly key: string; readonly values: readonly string[] }>;
}

/** A key as its template has it. */
export interface Key {
  readonly stack: SynthesizedStack;
  readonly logicalId: string;
  readonly aliases: readonly string[];
  readonly description: string;
  readonly rotationDays: number | undefined;
  readonly pendingWindowDays: number;
  readonly deletionPolicy: string;
  readonly statements: readonly Statement[];
  readonly policyBytes: number;
}

/** The keys of a stack. */
export function keysOf(stack: SynthesizedStack): Key[] {
  return resourcesOf(stack, 'AWS::KMS::Key').map(([logicalId, { Properties: properties, DeletionPolicy: deletionPolicy }]) => {
    const policy = filledIn(properties.KeyPolicy, stack);
    return {
      stack,
      logicalId,
      aliases: resourcesOf(stack, 'AWS::KMS::Alias')
        .filter(([, alias]) => JSON.stringify(alias.Properties.TargetKeyId).includes(`"${logicalId}"`))
        .map(([, alias]) => alias.Properties.AliasName),
      description: properties.Description,
      rotationDays: properties.EnableKeyRotation ? (properties.RotationPeriodInDays ?? 365) : undefined,
      pendingWindowDays: properties.PendingWindowInDays ?? 30,
      deletionPolicy: deletionPolicy ?? 'Delete',
      statements: policy.Statement.map(statement),
      // As AWS KMS counts it: without white space.
      policyBytes: Buffer.byteLength(JSON.stringify(policy), 'utf8'),
    };
  });
}

function statement({ Effect: effect, Principal: principal, Action: action, Condition: condition = {} }: any): Statement {
  return {
    effect,
    principals: Object.fromEntries(Object.entries(principal).map(([kind, names]) => [kind, list(names)])),
    actions: list(action).map((name) => name.replace(/^kms:/, '')),
    conditions: Object.entries<any>(condition).flatMap(([operator, keys]) =>
      Object.entries(keys).map(([key, values]) => ({ operator, key, values: list(values) }))),
  };
}

function resourcesOf({ template }: SynthesizedStack, type: string): Array<[string, any]> {
  return Object.entries<any>(template.Resources).filter(([, resource]) => resource.Type === type);
}

function list(value: unknown): string[] {
  return [value].flat() as string[];
}
