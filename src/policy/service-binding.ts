import { RegionInfo } from 'aws-cdk-lib/region-info';
import { arnText } from '../private/arn-text';
import { parseArn, type ArnParts } from '../private/arns';
import { information, warning, type Notice } from '../private/notices';
import { referencedPaths } from '../private/template-reader';
import { SERVICE_CALLERS, type SourceBinding } from '../services/service-callers';
import { positiveValues } from './condition-values';
import { DATA_KEYS, SYMMETRIC_USE } from './key-actions';
import { andCondition, andConditions, distinct, parseConditions, type Conditions, type KeyStatement } from './key-statement';

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
const SOURCE_KEYS = /^(aws:Source(Account|Arn|OrgID|OrgPaths)|kms:EncryptionContext:.+)$/i;

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
  /** Why it cannot be bound. */
  readonly problem?: string;
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
    return same.length > 0 ? bindAsFound(statement, fixed, same) : { statements: [statement], notices: [] };
  }
  if (reaches.length > 0) {
    return bindAsFound(statement, fixed, reaches);
  }
  const [binding, ...others] = bindingsOf(service);
  // Where AWS sends a source to some targets only, a statement is not bound for a target that nobody found.
  if (binding && others.length === 0) {
    const sources = referring.size > 0 ? environments(referring, context) : [{ account: context.accountId, region: context.region }];
    const assumed = sources.map((source) => reachOf({ principal: service }, binding, actions, source, context.region));
    return bindAsFound(statement, fixed, assumed);
  }
  return referring.size === 0 ? keepUnbound(statement) : bindWithoutRow(statement, fixed, referring, context);
}

/** The bindings of all rows of a service, each once. */
function bindingsOf(service: string): SourceBinding[] {
  const all = SERVICE_CALLERS.filter(({ principal }) => principal === service).flatMap(({ binding, bindingByTarget }) => [
    ...(binding ? [binding] : []),
    ...Object.values(bindingByTarget ?? {}),
  ]);
  return distinct(all);
}

function keepUnbound(written: KeyStatement): BoundStatement {
  const service = arnText(written.principal.Service[0]);
  const fix = 'add a condition on aws:SourceAccount, aws:SourceArn or the encryption context, if the service sends one';
  return { statements: [written], notices: [warning('serviceUnbound', `${service} is let in for whomever it acts; ${fix}`)] };
}

function bindAsFound(written: KeyStatement, fixed: Conditions, reaches: readonly ServiceReach[]): BoundStatement {
  const statements = reaches.map((reach) => ({
    ...written,
    actions: withoutExcess(written.actions, reach.actions),
    conditions: andConditions(fixed, reach.conditions),
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
  const conditions = distinct(statements.map((statement) => statement.conditions));
  return `${service} was bound to ${conditions.map((one) => JSON.stringify(one)).join(' and ')}`;
}

/**
 * A reference to the source becomes its account. An encryption context cannot, of a service that is not known to send its
 * account.
 */
function bindWithoutRow(
  written: KeyStatement,
  fixed: Conditions,
  referring: ReadonlySet<string>,
  context: ServiceContext,
): BoundStatement {
  const service = arnText(written.principal.Service[0]);
  const why = `it refers to ${[...referring].join(', ')}, which would make a cycle`;
  if (isBound(fixed)) {
    return { statements: [{ ...written, conditions: fixed }], notices: [warning('statementLoosened', `${service} keeps what is known of its source only: ${why}`)] };
  }
  if (refersByContext(written.conditions) && !bindingsOf(service).some(({ sourceAccount }) => sourceAccount)) {
    return { statements: [], notices: [], problem: why };
  }
  const accounts = environments(referring, context).map(({ account }) => account);
  const conditions = andCondition(fixed, 'StringEquals', 'aws:SourceAccount', distinct(accounts));
  return {
    statements: [{ ...written, conditions }],
    notices: [warning('statementLoosened', `${service} was bound to the account only: ${why}`)],
  };
}

function refersByContext(conditions: Conditions): boolean {
  return Object.values(conditions)
    .flatMap((keys) => Object.entries(keys))
    .some(([key, values]) => key.startsWith('kms:EncryptionContext') && referencedPaths(values).size > 0);
}

/** Each environment once. */
function environments(paths: ReadonlySet<string>, context: ServiceContext): SourceEnvironment[] {
  return distinct([...paths].map((path) => context.environmentAt(path)));
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
  return positiveValues(conditions, SOURCE_KEYS).some((value) => {
    const arn = parseArn(value);
    return !arn || namesSource(arn);
  });
}

/** Whether an ARN says whose resource it is: by its account or, where it has none, as that of a bucket, by its name. */
function namesSource({ account, resource }: ArnParts): boolean {
  return account === '' ? /^[^*?]/.test(resource) : !/[*?]/.test(account);
}

/** What the CDK's constructs write for a service that sends something, whether it needs that or not. */
const GENEROUS: ReadonlyArray<readonly string[]> = [SYMMETRIC_USE, ['kms:Decrypt', ...DATA_KEYS]];

/** Only what the service needs, where the CDK was generous; else as it was written, for another purpose of the service. */
function withoutExcess(written: readonly string[], needed: readonly string[]): readonly string[] {
  const isGenerous = GENEROUS.some((actions) => actions.length === written.length && actions.every((action) => written.includes(action)));
  return isGenerous ? written.filter((action) => needed.includes(action)) : written;
}
