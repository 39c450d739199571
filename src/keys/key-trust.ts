import { Stack, Token } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';
import type { KeyPrincipal } from '../policy/key-principal';
import { reachOf, type ServiceReach } from '../policy/service-reach';
import { Problems } from '../private/errors';
import { read, referencedPaths } from '../private/template-reader';
import type { SourceBinding } from '../services/service-caller';
import { encryptedResource } from '../services/service-table';
import type { TrustedService } from '../services/trusted-service';

/**
 * For whom a trusted service may act.
 */
export interface TrustServiceOptions {
  /**
   * The accounts of the resources that the service acts for, by their twelve digits.
   *
   * @default - the account of the key
   */
  readonly sourceAccounts?: string[];

  /**
   * The Regions of the resources that the service acts for, where their ARNs have one.
   *
   * @default - the Region of the key
   */
  readonly sourceRegions?: string[];

  /**
   * The exact ARNs of the resources that the service acts for; `*` and `?` match as in `ArnLike`. They must not refer to
   * resources that use the key. Each takes up to 300 bytes of the key policy's 32,768, and the wiring adds no
   * wider statement for what the service does.
   *
   * @default - the pattern of the service's ARNs, in the accounts and Regions
   */
  readonly sourceArns?: string[];
}

/**
 * Who of another account may use a key.
 */
export interface TrustAccountOptions {
  /**
   * The only principals of the account that its IAM policies can let use the key, by name, pattern or ARN. They need not
   * exist yet, and may be deleted and made again.
   *
   * @default - every principal of the account that its IAM policies allow to
   */
  readonly principals?: KeyPrincipal[];
}

/**
 * Principals of another account that are trusted by the patterns of their ARNs.
 *
 * @internal
 */
export interface TrustedPrincipals {
  readonly account: string;
  readonly arns: readonly string[];
}

/**
 * What a key's author said about services that may use it.
 *
 * @internal
 */
export interface ServiceTrust {
  readonly id: string;
  /** Only exact sources were asked for, so that no wider statement is added for the same. */
  readonly isExact: boolean;
  readonly reaches: readonly ServiceReach[];
}

/**
 * A service that is trusted by hand, as its row says.
 *
 * @internal
 */
export function serviceTrust(key: IConstruct, service: TrustedService, options: TrustServiceOptions): ServiceTrust {
  const { _row: row, _targetType: targetType = '' } = service;
  const { account, region } = Stack.of(key);
  const { sourceAccounts = [account], sourceRegions = [region], sourceArns = [] } = options;
  const binding = row.binding!;
  const problems = new Problems(key.node.scope!, key.node.id);
  sourceAccounts.forEach((id) => problems.expect(isAccount(id), 'SourceAccountInvalid', () =>
    `'sourceAccounts' must hold account ids of 12 digits, got '${id}'`));
  problems.expect(sourceArns.length === 0 || takesArns(binding), 'SourceNotSent', () =>
    `'sourceArns' would shut the service out: ${binding.unsupported ?? 'AWS does not document that it sends the ARN of a source'}; leave them out`);
  sourceArns.forEach((arn) => {
    problems.expect(Token.isUnresolved(arn) || /^arn:[^:]+(:[^:]*){4}/.test(arn), 'SourceArnInvalid', () => `'sourceArns' must hold ARNs, got '${arn}'`);
    const [path] = referencedPaths(read(key, arn).value);
    problems.expect(path === undefined, 'SourceRefersToUser', () =>
      `'sourceArns' refers to ${path}, which would make a cycle; write the ARN with the name of the resource`);
  });
  problems.throwIfAny();

  const actions = row.actions ?? encryptedResource(targetType)?.[row.purpose!] ?? [];
  const statements = [{ actions, binding }, ...(row.further ?? [])];
  const asRead = (value: string) => read(key, value).value;
  const sources = sourceAccounts.flatMap((source) => sourceRegions.map((where) => ({ account: asRead(source), region: asRead(where) })));
  return {
    id: service.id,
    isExact: sourceArns.length > 0,
    reaches: sources.flatMap((source) =>
      statements.map((statement) => reachOf(row, statement, source, asRead(region), sourceArns.map(asRead)))),
  };
}

/**
 * Principals of another account, checked.
 *
 * @internal
 */
export function trustedPrincipals(key: IConstruct, account: string, principals: readonly KeyPrincipal[]): TrustedPrincipals {
  const problems = new Problems(key.node.scope!, key.node.id);
  problems.expect(principals.length > 0, 'TrustedPrincipalsMissing', () =>
    "'principals' is empty, which would trust nobody; leave it out to trust all that the account's IAM policies allow to");
  principals.forEach((principal) => {
    problems.expect(!principal._role, 'TrustedPrincipalIsConstruct', () =>
      "'principals' holds a role construct, which the key policy must not refer to; name it by KeyPrincipal.roleName()");
    principal._check(problems, 'principals', account);
  });
  problems.throwIfAny();
  return { account, arns: principals.map((principal) => principal._arn(key, account)) };
}

function takesArns({ sourceAccount, sourceArn, context = {} }: SourceBinding): boolean {
  return Boolean(sourceAccount || sourceArn) || Object.values(context).some((pattern) => pattern.startsWith('arn:'));
}

function isAccount(id: string): boolean {
  return Token.isUnresolved(id) || /^\d{12}$/.test(id);
}
