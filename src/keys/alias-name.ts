import { Token } from 'aws-cdk-lib/core';
import type { Problems } from '../private/errors';
import { KEY_STANDARD } from '../standard/key-standard';

const PREFIX = 'alias/';
const RESERVED = 'alias/aws/';

/**
 * The alias with its prefix, which a name may leave out.
 *
 * @internal
 */
export function aliasName(name: string): string {
  return Token.isUnresolved(name) || name.startsWith(PREFIX) ? name : `${PREFIX}${name}`;
}

/**
 * Checks the names of a key's aliases by the rules of AWS KMS.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html
 * @internal
 */
export function checkAliasNames(names: readonly string[], problems: Problems): void {
  const full = names.map(aliasName);
  problems.expect(full.length <= KEY_STANDARD.aliasesPerKey, 'TooManyAliases', () =>
    `'aliases' must hold at most ${KEY_STANDARD.aliasesPerKey} names, the quota of AWS KMS for one key, got ${full.length}`);
  const known = full.filter((name) => !Token.isUnresolved(name));
  known.forEach((name, index) => {
    checkAliasName(name, problems);
    problems.expect(known.indexOf(name) === index, 'AliasRepeated', () => `'aliases' must hold every name once, got '${name}' twice`);
  });
}

function checkAliasName(name: string, problems: Problems): void {
  const { max } = KEY_STANDARD.aliasLength;
  problems.expect(/^alias\/[a-zA-Z0-9/_-]+$/.test(name), 'AliasNameInvalid', () =>
    `'aliases' must hold names of letters, digits, '/', '_' and '-', with or without '${PREFIX}' before them, got '${name}'`);
  problems.expect(!name.startsWith(RESERVED), 'AliasNameReserved', () =>
    `'aliases' must not begin with '${RESERVED}', which AWS keeps for its own keys, got '${name}'`);
  problems.expect(name.length <= max, 'AliasNameTooLong', () =>
    `'aliases' must hold names of at most ${max} characters, '${PREFIX}' included, got ${name.length}: '${name}'`);
}
