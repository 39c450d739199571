import { arnText } from '../private/arn-text';
import { wildcardMatch } from '../private/arns';
import type { Conditions } from './key-statement';

/**
 * Whether every request that meets the conditions of a written statement meets those of another: each of the other's
 * condition keys is there, with values that the other's match.
 *
 * Partitions are not told apart. The pseudo parameter for the account is what a construct writes for the account it is in,
 * which is that of the other statement: in the template of the key it would mean the key's.
 *
 * @internal
 */
export function isCoveredBy(written: Conditions, other: Conditions): boolean {
  const wanted = valuesByKey(other);
  const given = valuesByKey(written);
  const accounts = JSON.stringify(other).match(/\b\d{12}\b/g) ?? [];
  const texts = (values: readonly unknown[]) => values.map((value) => plain(arnText(value)));
  return wanted.size > 0 && [...wanted].every(([key, values]) => {
    const patterns = texts(values);
    const found = texts(given.get(key) ?? []);
    return found.length > 0 && found.every((value) =>
      [value, ...accounts.map((account) => value.replace('<AccountId>', account))].some((one) => patterns.some((pattern) => wildcardMatch(pattern, one))));
  });
}

/** Condition keys are compared without regard to case; what a condition excludes says nothing. */
function valuesByKey(conditions: Conditions): Map<string, readonly unknown[]> {
  return new Map(
    Object.entries(conditions)
      .filter(([operator]) => !/Not|Null|IfExists|ForAllValues/.test(operator))
      .flatMap(([, keys]) => Object.entries(keys).map(([key, values]) => [key.toLowerCase(), values] as const)),
  );
}

function plain(text: string): string {
  return text.replace(/^arn:(aws[a-z-]*|<Partition>):/, 'arn:<Partition>:');
}
