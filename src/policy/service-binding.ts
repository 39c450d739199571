import { arnText } from '../private/arn-text';
import { parseArn, wildcardMatch, type ArnParts } from '../private/arns';
import { information, warning, type Notice } from '../private/notices';
import { referencedPaths } from '../private/template-reader';
import { DATA_KEYS } from '../services/documented-actions';
import type { SourceBinding } from '../services/service-caller';
import { SERVICE_CALLERS } from '../services/service-table';
import { positiveValues } from './condition-values';
import { DECRYPT, ENCRYPT, ENCRYPT_DECRYPT, SYMMETRIC_USE } from './key-actions';
import { andCondition, andConditions, distinct, type Conditions, type KeyStatement } from './key-statement';
import { reachOf, type ServiceReach, type SourceEnvironment } from './service-reach';
import { isCoveredBy } from './source-coverage';

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
  /** Those of them, and those of services that are trusted by hand, that the key policy has a statement for. */
  readonly addedReaches?: readonly ServiceReach[];
  /** Where the element at a path lives. */
  environmentAt(path: string): SourceEnvironment;
}

/** Condition keys that say for which resource, account or organisation a service acts. */
const SOURCE_KEYS = /^(aws:Source(Account|Arn|OrgID|OrgPaths)|kms:EncryptionContext:.+)$/i;

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
  const reaches = context.reaches.filter((reach) => isFor(reach, service));
  if (referring.size === 0 && isBound(fixed)) {
    return keepBound(statement, (context.addedReaches ?? []).filter((reach) => isFor(reach, service)));
  }
  if (reaches.length > 0) {
    return bindAsFound(statement, fixed, reaches);
  }
  const assumed = commonBinding(service);
  // Where AWS sends a source to some targets only, a statement is not bound for a target that nobody found.
  if (assumed) {
    const sources = referring.size > 0 ? environments(referring, context) : [{ account: context.accountId, region: context.region }];
    const reach = (source: SourceEnvironment) => reachOf({ principal: service }, { actions, binding: assumed }, source, context.region);
    return bindAsFound(statement, fixed, sources.map(reach));
  }
  return referring.size === 0 ? keepUnbound(statement) : bindWithoutRow(statement, fixed, referring, context);
}

/**
 * A statement that is bound already stays as it is, but for what the key policy allows under the same source or a wider one,
 * and for what its encryption context keeps from ever being allowed.
 */
function keepBound(written: KeyStatement, added: readonly ServiceReach[]): BoundStatement {
  const reaches = added.filter((reach) => isCoveredBy(written.conditions, reach.conditions));
  if (reaches.length === 0) {
    return { statements: [written], notices: [] };
  }
  const covering = reaches.flatMap(({ actions }) => actions);
  // The same source in other words.
  const { conditions } = reaches.find((reach) => isCoveredBy(reach.conditions, written.conditions)) ?? written;
  const byContext = positiveValues(written.conditions, /^kms:EncryptionContext:/i).length > 0;
  const actions = isGenerous(written.actions)
    ? []
    : written.actions.filter((action) => !covering.includes(action) && !(byContext && action === 'kms:DescribeKey'));
  const service = arnText(written.principal.Service[0]);
  return {
    statements: actions.length > 0 ? [{ ...written, actions, conditions }] : [],
    notices: [information('statementCovered', `what the key policy gives ${service} already was left out`)],
  };
}

/** What every row of a service is bound by: the same binding, or else at least the account of the source. */
function commonBinding(service: string): SourceBinding | undefined {
  const bindings = bindingsOf(service);
  const byAccount = bindings.every(({ sourceAccount }) => sourceAccount) ? { sourceAccount: true } : undefined;
  return bindings.length > 1 ? byAccount : bindings[0];
}

function isFor({ principal: { Service: principal }, writtenAs }: ServiceReach, service: string): boolean {
  return principal !== undefined && (arnText(principal) === service || writtenAs === service);
}

/** The bindings of all rows of a service, each once. */
function bindingsOf(service: string): SourceBinding[] {
  const rows = SERVICE_CALLERS.filter(({ principal }) => principal && isPrincipal(principal, service));
  return distinct(
    rows.flatMap(({ binding, further = [] }) => [
      ...(binding ? [binding] : []),
      ...further.map((statement) => statement.binding),
    ]),
  );
}

/** Whether a principal is that of a row, which may hold places for the Region and the suffix. */
function isPrincipal(row: string, service: string): boolean {
  return row === service || (row.includes('{') && wildcardMatch(row.replace(/\{\w+\}/g, '*'), service));
}

function keepUnbound(written: KeyStatement): BoundStatement {
  const service = arnText(written.principal.Service[0]);
  const fix = 'add a condition on aws:SourceAccount, aws:SourceArn or the encryption context, if the service sends one';
  return { statements: [written], notices: [warning('serviceUnbound', `${service} is let in for whomever it acts; ${fix}`)] };
}

/** What a wiring needs is bound as the wiring is; what else was written, for another purpose, as every bound wiring is. */
function bindAsFound(written: KeyStatement, fixed: Conditions, reaches: readonly ServiceReach[]): BoundStatement {
  const bound = reaches.filter(({ conditions }) => Object.keys(conditions).length > 0);
  const known = reaches.flatMap((reach) => reach.actions);
  const others = isGenerous(written.actions) ? [] : written.actions.filter((action) => !known.includes(action));
  const statements = [
    ...reaches.map((reach) => [written.actions.filter((action) => reach.actions.includes(action)), reach] as const),
    ...(bound.length > 0 ? bound : reaches).map((reach) => [others, reach] as const),
  ]
    .filter(([actions]) => actions.length > 0)
    .map(([actions, { writtenAs, principal, conditions }]) => ({
      ...written,
      ...(writtenAs ? { principal: { Service: [principal.Service] } } : {}),
      actions,
      conditions: andConditions(fixed, conditions),
    }));
  const service = arnText(written.principal.Service[0]);
  const unbound = reaches.find((reach) => !bound.includes(reach));
  return {
    statements: together(statements),
    notices: [
      ...(unbound ? [information('bindingUnsupported', `${service} stays unbound: ${unbound.unsupported ?? 'it sends no source'}`)] : []),
      ...(bound.length > 0 ? [information('statementBound', boundTo(service, statements))] : []),
    ],
  };
}

/** One statement for all that the written one became under the same conditions, in the order in which it was written. */
function together(statements: readonly KeyStatement[]): KeyStatement[] {
  return distinct(statements.map(({ conditions }) => conditions)).map((conditions) => {
    const same = statements.filter((statement) => JSON.stringify(statement.conditions) === JSON.stringify(conditions));
    return { ...same[0], actions: [...new Set(same.flatMap(({ actions }) => actions))].sort() };
  });
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

/** What the CDK's constructs write for a service, whether it needs that or not, and what our own grants make of it. */
const GENEROUS: ReadonlyArray<readonly string[]> = [SYMMETRIC_USE, ['kms:Decrypt', ...DATA_KEYS], DECRYPT, ENCRYPT, ENCRYPT_DECRYPT];

function isGenerous(written: readonly string[]): boolean {
  return GENEROUS.some((actions) => actions.length === written.length && actions.every((action) => written.includes(action)));
}
