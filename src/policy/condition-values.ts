import { arnText } from '../private/arn-text';
import type { Conditions } from './key-statement';

/**
 * The values of condition keys, as text, that say what must be: no negation, no test for being there, nothing that holds
 * where the value is missing, and no pattern that everything matches.
 *
 * @internal
 */
export function positiveValues(conditions: Conditions, keys: RegExp): string[] {
  return Object.entries(conditions)
    .filter(([operator]) => !/Not|Null|IfExists|ForAllValues/.test(operator))
    .flatMap(([, values]) => Object.entries(values))
    .filter(([key]) => keys.test(key))
    .map(([, values]) => values.map(arnText))
    .filter((values) => !values.some(matchesEverything))
    .flat();
}

/** One such value in a list is enough. */
function matchesEverything(value: string): boolean {
  return !/[^*?:]/.test(value.replace(/^arn:/, ''));
}
