import { FLAGS } from '../support/feature-flags';
import { SCENARIOS } from './all';
import { keyPolicyWith } from './measurement';

// Law 9: the key policy of every wiring is the same, byte for byte, with all recommended flags and with none.

const QUIET = { '@aws-cdk/core:annotationsInValidationReport': false };

test.each(SCENARIOS.map((scenario) => [scenario.name, scenario] as const))('%s', (_, scenario) => {
  const without = keyPolicyWith({}, scenario);

  expect(keyPolicyWith({ ...FLAGS['all recommended flags'], ...QUIET }, scenario)).toBe(without);
  expect(without).toMatch(/"KeyUse"|^[A-Z]\w+$/);
});
