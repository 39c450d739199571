import { arnText } from '../private/arn-text';
import { arnSegments, parseArn, wildcardMatch } from '../private/arns';
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
    .filter((statement) => statement.actions.some(coversPutKeyPolicy))
    .map((statement) => ({
      statement,
      applies: every([addresses(statement, deployer, accountRoot), ...conditionsApply(statement, deployer)]),
    }));
  const denials = decided.filter(({ statement, applies }) => statement.effect === 'Deny' && applies !== 'no');
  const denial = denials.find(({ applies }) => applies === 'yes') ?? denials[0];
  if (denial) {
    return { verdict: denial.applies === 'yes' ? 'denied' : 'unknown', statement: denial.statement };
  }
  const allowances = decided.filter(({ statement }) => statement.effect === 'Allow');
  if (allowances.some(({ applies }) => applies === 'yes')) {
    return { verdict: 'allowed' };
  }
  const open = allowances.find(({ applies }) => applies === 'unknown');
  return open ? { verdict: 'unknown', statement: open.statement } : { verdict: 'denied' };
}

function coversPutKeyPolicy(action: string): boolean {
  return wildcardMatch(action.toLowerCase(), 'kms:putkeypolicy');
}

/** A statement is for a deployer by name, through its account, or for everybody. */
function addresses(statement: KeyStatement, deployer: string, accountRoot: string): Applies {
  const accountId = parseArn(accountRoot)?.account;
  const principals = (statement.principal.AWS ?? []).map(arnText);
  return some(
    principals.map((principal) =>
      principal === '*' || principal === accountId ? 'yes' : some([matchesArn(principal, deployer), matchesArn(principal, accountRoot)]),
    ),
  );
}

function conditionsApply(statement: KeyStatement, deployer: string): Applies[] {
  return Object.entries(statement.conditions).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => conditionApplies(operator, key, values, deployer)),
  );
}

function conditionApplies(operator: string, key: string, values: readonly unknown[], deployer: string): Applies {
  const shape = /^(?:Arn|String)(Not)?(?:Like|Equals)(?:IfExists)?$/.exec(operator);
  if (!shape || key.toLowerCase() !== 'aws:principalarn') {
    return 'unknown';
  }
  const [, negated] = shape;
  const matches = some(values.map((value) => matchesBy(operator, arnText(value), deployer)));
  return negated ? not(matches) : matches;
}

function matchesBy(operator: string, pattern: string, text: string): Applies {
  if (operator.startsWith('Arn')) {
    return matchesArn(pattern, text);
  }
  return operator.includes('Like') ? matchesText(pattern, text) : matchesText(pattern.replace(/[*?]/g, LITERAL), text);
}

/** A character that no ARN has, for a wildcard that is none. */
const LITERAL = '\u0000';

/** Segment by segment, as `ArnLike` does it. */
function matchesArn(pattern: string, arn: string): Applies {
  const [patterns, segments] = [arnSegments(pattern), arnSegments(arn)];
  if (patterns.length === segments.length) {
    return every(patterns.map((part, index) => matchesText(part, segments[index])));
  }
  return hasPlaceholder(patterns.length < segments.length ? pattern : arn) ? 'unknown' : 'no';
}

/** What is known at deployment only may be whatever makes the rest match. */
function matchesText(pattern: string, text: string): Applies {
  if (wildcardMatch(pattern, text)) {
    return 'yes';
  }
  return mayMatch(pattern, text) || mayMatch(text, pattern) ? 'unknown' : 'no';
}

function mayMatch(withPlaceholder: string, other: string): boolean {
  return hasPlaceholder(withPlaceholder) && wildcardMatch(withPlaceholder.replace(/<[^>]*>/g, '*'), other);
}

function hasPlaceholder(text: string): boolean {
  return /<[^>]*>/.test(text);
}

function every(all: readonly Applies[]): Applies {
  return all.includes('no') ? 'no' : all.includes('unknown') ? 'unknown' : 'yes';
}

function some(all: readonly Applies[]): Applies {
  return all.includes('yes') ? 'yes' : all.includes('unknown') ? 'unknown' : 'no';
}

function not(one: Applies): Applies {
  return { yes: 'no', no: 'yes', unknown: 'unknown' }[one] as Applies;
}
