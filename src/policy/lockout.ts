import { arnLike, wildcardMatch } from '../private/arns';
import type { KeyStatement } from './key-statement';

/** What a statement says of a request: it applies, it does not, or that cannot be told. */
type Applies = 'yes' | 'no' | 'unknown';

/**
 * Whether a role may put a key policy, as far as the key policy shows: `allowed`, `denied`, or `unknown` with the
 * statement that hides it.
 *
 * @internal
 */
export interface LockoutVerdict {
  readonly verdict: 'allowed' | 'denied' | 'unknown';
  readonly statement?: KeyStatement;
}

/**
 * Proves that a deployer of the key's account keeps `kms:PutKeyPolicy`: some statement lets its account's IAM decide
 * so, and none denies it. Its IAM policies, service control policies and session policies are assumed to allow it.
 *
 * ARNs are compared as text, with pseudo parameters as their names, so that a deployer and its condition agree
 * whatever the account.
 *
 * @internal
 */
export function canPutKeyPolicy(statements: readonly KeyStatement[], deployer: string, accountRoot: string): LockoutVerdict {
  const decided = statements
    .filter((statement) => statement.actions.some(coversPutKeyPolicy) && addresses(statement, deployer, accountRoot))
    .map((statement) => ({ statement, applies: conditionsApply(statement, deployer) }));
  const denial = decided.find(({ statement, applies }) => statement.effect === 'Deny' && applies !== 'no');
  if (denial) {
    return { verdict: denial.applies === 'yes' ? 'denied' : 'unknown', statement: denial.statement };
  }
  const allowance = decided.filter(({ statement }) => statement.effect === 'Allow');
  if (allowance.some(({ applies }) => applies === 'yes')) {
    return { verdict: 'allowed' };
  }
  const open = allowance.find(({ applies }) => applies === 'unknown');
  return open ? { verdict: 'unknown', statement: open.statement } : { verdict: 'denied' };
}

function coversPutKeyPolicy(action: string): boolean {
  return wildcardMatch(action.toLowerCase(), 'kms:putkeypolicy');
}

function addresses(statement: KeyStatement, deployer: string, accountRoot: string): boolean {
  return (statement.principal.AWS ?? []).some((principal) => ['*', deployer, accountRoot].includes(arnText(principal)));
}

function conditionsApply(statement: KeyStatement, deployer: string): Applies {
  const tests = Object.entries(statement.conditions).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => conditionApplies(operator, key, values, deployer)),
  );
  if (tests.includes('no')) {
    return 'no';
  }
  return tests.includes('unknown') ? 'unknown' : 'yes';
}

function conditionApplies(operator: string, key: string, values: readonly unknown[], deployer: string): Applies {
  const shape = /^(?:Arn|String)(Not)?(?:Like|Equals)(?:IfExists)?$/.exec(operator);
  if (!shape || key.toLowerCase() !== 'aws:principalarn') {
    return 'unknown';
  }
  const [, negated] = shape;
  const matches = values.some((value) => matchesText(operator, arnText(value), deployer));
  return matches !== Boolean(negated) ? 'yes' : 'no';
}

function matchesText(operator: string, pattern: string, text: string): boolean {
  if (operator.startsWith('Arn')) {
    return arnLike(pattern, text);
  }
  return operator.includes('Like') ? wildcardMatch(pattern, text) : pattern === text;
}

/**
 * An ARN as text: pseudo parameters by their names.
 *
 * @internal
 */
export function arnText(value: any): string {
  if (typeof value === 'string') {
    return value;
  }
  if (value?.['Fn::Join']) {
    return value['Fn::Join'][1].map(arnText).join(value['Fn::Join'][0]);
  }
  if (typeof value?.['Fn::Sub'] === 'string') {
    return value['Fn::Sub'].replace(/\$\{AWS::(\w+)\}/g, pseudo);
  }
  if (typeof value?.Ref === 'string') {
    return value.Ref.replace(/^AWS::(\w+)$/, pseudo);
  }
  return JSON.stringify(value);
}

/** A name without colons, which would part an ARN. */
function pseudo(_: string, name: string): string {
  return `<${name}>`;
}
