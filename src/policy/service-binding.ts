import { RegionInfo } from 'aws-cdk-lib/region-info';
import { arnText } from '../private/arn-text';
import { information, warning, type Notice } from '../private/notices';
import { referencedPaths } from '../private/template-reader';
import { SERVICE_CALLERS, type SourceBinding } from '../services/service-callers';
import { positiveValues } from './condition-values';
import { parseConditions, type Conditions, type KeyStatement } from './key-statement';

/**
 * Where an acting resource lives, as it stands in the template.
 *
 * @internal
 */
export interface SourceEnvironment {
  readonly account: unknown;
  readonly region: unknown;
}

/**
 * A service that reaches a key, with what it does there.
 *
 * @internal
 */
export interface ServiceReach {
  readonly principal: string;
  readonly actions: readonly string[];
  readonly conditions: Conditions;
  /** Why it is not bound, where AWS documents that it cannot be. */
  readonly unsupported?: string;
}

/**
 * What binding a service's statement needs to know.
 *
 * @internal
 */
export interface ServiceContext {
  /** The key's account as text, pseudo parameters by their names. */
  readonly account: string;
  /** The key's account and Region as they stand in the template. */
  readonly accountId: unknown;
  readonly region: unknown;
  /** Which services the wiring found to reach the key. */
  readonly reaches: readonly ServiceReach[];
  /** Where the element at a path lives. */
  environmentAt(path: string): SourceEnvironment;
}

/** Condition keys that say for which resource, account or organisation a service acts. */
const SOURCE_KEYS = /^(aws:Source(Account|Arn|OrgID|OrgPaths)|kms:EncryptionContext:.+|kms:CallerAccount)$/i;

/**
 * Under which principals a service acts.
 *
 * @internal
 */
export interface ServiceIdentity {
  readonly principal: string;
  readonly optInPrincipal?: string;
}

/**
 * What a service whose wiring is known does with the key, from its row.
 *
 * @internal
 */
export function reachOf(
  caller: ServiceIdentity,
  binding: SourceBinding,
  actions: readonly string[],
  source: SourceEnvironment,
  targetRegion: unknown,
): ServiceReach {
  return {
    principal: servicePrincipal(caller, source.region, targetRegion),
    actions,
    conditions: bindingConditions(binding, source),
    ...(binding.unsupported ? { unsupported: binding.unsupported } : {}),
  };
}

/**
 * From a Region that is disabled by default, some services act across Regions under a principal of that Region. A
 * Region that is not known is taken for the key's own.
 *
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-cross-region-delivery.html
 */
function servicePrincipal({ principal, optInPrincipal }: ServiceIdentity, sourceRegion: unknown, targetRegion: unknown): string {
  if (!optInPrincipal || typeof sourceRegion !== 'string' || typeof targetRegion !== 'string' || sourceRegion === targetRegion) {
    return principal;
  }
  return RegionInfo.get(sourceRegion).isOptInRegion ? `${optInPrincipal}.${sourceRegion}.amazonaws.com` : principal;
}

function bindingConditions(binding: SourceBinding, { account, region }: SourceEnvironment): Conditions {
  return parseConditions({
    ...(binding.sourceAccount ? { StringEquals: { 'aws:SourceAccount': account } } : {}),
    ...(binding.sourceArn ? { ArnLike: { 'aws:SourceArn': sourceArn(binding.sourceArn, account, region) } } : {}),
  });
}

function sourceArn(pattern: string, account: unknown, region: unknown): unknown {
  const parts = ['arn:', { Ref: 'AWS::Partition' }, ...`:${pattern}`.split(/(\{account\}|\{region\})/)]
    .map((part) => (part === '{account}' ? account : part === '{region}' ? region : part))
    .filter((part) => part !== '');
  const joined = parts.reduce<unknown[]>((all, part) => {
    const last = all[all.length - 1];
    return typeof part === 'string' && typeof last === 'string' ? [...all.slice(0, -1), last + part] : [...all, part];
  }, []);
  return { 'Fn::Join': ['', joined] };
}

/**
 * A statement after it was bound, and what is to be told about that.
 *
 * @internal
 */
export interface BoundStatement {
  readonly statements: KeyStatement[];
  readonly notices: Notice[];
}

/**
 * Binds a service's statement that somebody else wrote.
 *
 * - Of a service with a row: bound as the wiring found it, or else as its row says; never with more actions.
 * - Bound by values that are known, other than those: kept, an exact source is never loosened.
 * - Of a service without a row: kept as written, with a warning; a reference to a resource becomes its account.
 *
 * @internal
 */
export function bindServiceStatement(
  principal: unknown,
  { actions, conditions }: Pick<KeyStatement, 'actions' | 'conditions'>,
  context: ServiceContext,
): BoundStatement {
  const service = arnText(principal);
  const statement: KeyStatement = { effect: 'Allow', principal: { Service: [principal] }, actions, conditions };
  const { fixed, referring } = partByReference(conditions);
  const reaches = context.reaches.filter((reach) => reach.principal === service);
  if (referring.size === 0 && isBound(fixed)) {
    const same = reaches.filter((reach) => JSON.stringify(reach.conditions) === JSON.stringify(fixed));
    return same.length > 0 ? bindAsFound(statement, fixed, same) : { statements: [onlyNeeded(statement, reaches)], notices: [] };
  }
  if (reaches.length > 0) {
    return bindAsFound(statement, fixed, reaches);
  }
  const row = SERVICE_CALLERS.find((candidate) => candidate.principal === service);
  if (row?.binding) {
    const { binding } = row;
    const sources = referring.size > 0 ? environments(referring, context) : [{ account: context.accountId, region: context.region }];
    const identity = { ...row, principal: service };
    return bindAsFound(statement, fixed, sources.map((source) => reachOf(identity, binding, actions, source, context.region)));
  }
  return bindWithoutRow(statement, fixed, referring, context);
}

function bindAsFound(written: KeyStatement, fixed: Conditions, reaches: readonly ServiceReach[]): BoundStatement {
  const statements = reaches.map((reach) => ({
    ...written,
    actions: inCommon(written.actions, reach.actions),
    conditions: joinConditions(fixed, reach.conditions),
  }));
  const service = arnText(written.principal.Service[0]);
  const unbound = reaches.find(({ conditions }) => Object.keys(conditions).length === 0);
  return {
    statements,
    notices: [
      ...(unbound ? [information('bindingUnsupported', `${service} stays unbound: ${unbound.unsupported ?? 'it sends no source'}`)] : []),
      ...(reaches.some((reach) => reach !== unbound) ? [information('statementBound', boundTo(service, statements))] : []),
    ],
  };
}

function boundTo(service: string, statements: readonly KeyStatement[]): string {
  return `${service} was bound to ${JSON.stringify(statements.map(({ conditions }) => conditions))}`;
}

function bindWithoutRow(
  written: KeyStatement,
  fixed: Conditions,
  referring: ReadonlySet<string>,
  context: ServiceContext,
): BoundStatement {
  const service = arnText(written.principal.Service[0]);
  if (referring.size === 0) {
    const fix = 'add a condition on aws:SourceAccount, aws:SourceArn or the encryption context, if the service sends one';
    return {
      statements: [written],
      notices: [warning('serviceUnbound', `a key policy statement lets ${service} in for whomever it acts; ${fix}`)],
    };
  }
  const accounts = environments(referring, context).map(({ account }) => account);
  const conditions = isBound(fixed) ? fixed : joinConditions(fixed, { StringEquals: { 'aws:SourceAccount': accounts } });
  const why = `it refers to ${[...referring].join(', ')}, which would make a cycle`;
  return {
    statements: [{ ...written, conditions }],
    notices: [warning('statementLoosened', `a key policy statement for ${service} was bound to the account only: ${why}`)],
  };
}

/** Each environment once. */
function environments(paths: ReadonlySet<string>, context: ServiceContext): SourceEnvironment[] {
  const byText = [...paths].map((path) => context.environmentAt(path)).map((source) => [JSON.stringify(source), source] as const);
  return [...new Map(byText).values()];
}

/** Conditions whose values are known, and the paths that the others refer to. */
function partByReference(conditions: Conditions): { fixed: Conditions; referring: Set<string> } {
  const fixed: Record<string, Record<string, readonly unknown[]>> = {};
  const referring = new Set<string>();
  for (const [operator, keys] of Object.entries(conditions)) {
    for (const [key, values] of Object.entries(keys)) {
      if (referencedPaths({ operator, key, values }).size === 0) {
        fixed[operator] = { ...fixed[operator], [key]: values };
      } else {
        referencedPaths(values, referring);
      }
    }
  }
  return { fixed, referring };
}

function isBound(conditions: Conditions): boolean {
  return positiveValues(conditions, SOURCE_KEYS).length > 0;
}

/** What a service whose wiring was found needs of what was written, whatever that is bound to. */
function onlyNeeded(written: KeyStatement, reaches: readonly ServiceReach[]): KeyStatement {
  return reaches.length === 0 ? written : { ...written, actions: inCommon(written.actions, reaches.flatMap((reach) => reach.actions)) };
}

/** What was written and what the service needs; what was written, if it has nothing of that. */
function inCommon(written: readonly string[], needed: readonly string[]): readonly string[] {
  const common = written.filter((action) => needed.includes(action));
  return common.length > 0 ? common : written;
}

/** The binding replaces values of the same condition key under the same operator. */
function joinConditions(left: Conditions, right: Conditions): Conditions {
  const operators = new Set([...Object.keys(left), ...Object.keys(right)]);
  return Object.fromEntries([...operators].map((operator) => [operator, { ...left[operator], ...right[operator] }]));
}
