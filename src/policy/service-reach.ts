import { RegionInfo } from 'aws-cdk-lib/region-info';
import type { CallerStatement, ServiceCaller, SourceBinding } from '../services/service-caller';
import { andConditions, mapValues, parseConditions, type Conditions, type KeyStatement } from './key-statement';

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
  /** The id of the row that it comes from. */
  readonly id?: string;
  /** As it stands in a statement: a service principal, or the ARN of a service-linked role. */
  readonly principal: Readonly<Record<string, unknown>>;
  /** The service principal that constructs of the CDK write for it, where that is another. */
  readonly writtenAs?: string;
  readonly actions: readonly string[];
  readonly conditions: Conditions;
  /** Why it is not bound, where AWS documents that it cannot be. */
  readonly unsupported?: string;
}

/** Whose call it is, and under which principals. */
type Caller = Pick<ServiceCaller, 'id' | 'principal' | 'cdkPrincipal' | 'optInPrincipal' | 'serviceLinkedRole'>;

/**
 * What a service does with the key under one binding, for one place it acts from.
 *
 * @param sourceArns the exact sources it acts for, instead of the binding's pattern
 * @internal
 */
export function reachOf(
  caller: Caller,
  { actions, binding, conditions = {} }: CallerStatement,
  source: SourceEnvironment,
  targetRegion: unknown,
  sourceArns: readonly unknown[] = [],
): ServiceReach {
  return {
    id: caller.id,
    principal: { Service: servicePrincipal(caller, source, targetRegion) },
    actions,
    conditions: andConditions(bindingConditions(binding, source, sourceArns), conditions),
    ...(caller.cdkPrincipal ? { writtenAs: caller.cdkPrincipal } : {}),
    ...(binding.unsupported ? { unsupported: binding.unsupported } : {}),
  };
}

/**
 * What a service-linked role does with the key: AWS fixes its permissions, so that only the key policy can let it in.
 *
 * @internal
 */
export function roleReach(id: string | undefined, arn: unknown, actions: readonly string[], conditions: Conditions): ServiceReach {
  return { id, principal: { AWS: arn }, actions, conditions };
}

/**
 * From a Region that is disabled by default, some services act across Regions under a principal of that Region. A
 * Region that is not known is taken for the key's own.
 *
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-cross-region-delivery.html
 */
function servicePrincipal({ principal, optInPrincipal }: Caller, source: SourceEnvironment, targetRegion: unknown): unknown {
  const { region } = source;
  const crosses = typeof region === 'string' && typeof targetRegion === 'string' && region !== targetRegion;
  return optInPrincipal && crosses && RegionInfo.get(region).isOptInRegion
    ? `${optInPrincipal}.${region}.amazonaws.com`
    : filledIn(principal ?? '', source);
}

function bindingConditions(binding: SourceBinding, source: SourceEnvironment, sourceArns: readonly unknown[]): Conditions {
  const arns = (pattern: string) => (sourceArns.length > 0 ? sourceArns : filledIn(pattern, source));
  const contexts = Object.entries(binding.context ?? {}).map(([key, pattern]): Record<string, Record<string, unknown>> => ({
    [isArn(pattern) ? 'ArnLike' : 'StringEquals']: { [`kms:EncryptionContext:${key}`]: isArn(pattern) ? arns(pattern) : filledIn(pattern, source) },
  }));
  return contexts.map(parseConditions).reduce(
    andConditions,
    parseConditions({
      ...(binding.sourceAccount ? { StringEquals: { 'aws:SourceAccount': source.account } } : {}),
      ...(binding.viaService ? { StringEquals: { 'kms:ViaService': filledIn(`${binding.viaService}.{region}.amazonaws.com`, source) } } : {}),
      ...(binding.sourceArn || (binding.sourceAccount && sourceArns.length > 0) ? { ArnLike: { 'aws:SourceArn': arns(binding.sourceArn ?? '') } } : {}),
    }),
  );
}

function isArn(pattern: string): boolean {
  return pattern.startsWith('arn:');
}

/** A text of a row with what the source's place is. */
function filledIn(text: string, { account, region }: SourceEnvironment): unknown {
  const places: Record<string, unknown> = {
    '{account}': account,
    '{region}': region,
    '{partition}': { Ref: 'AWS::Partition' },
    '{urlSuffix}': urlSuffix(region),
  };
  const parts = text
    .split(/(\{\w+\})/)
    .map((part) => places[part] ?? part)
    .filter((part) => part !== '');
  const joined = parts.reduce<unknown[]>((all, part) => {
    const last = all[all.length - 1];
    return typeof part === 'string' && typeof last === 'string' ? [...all.slice(0, -1), last + part] : [...all, part];
  }, []);
  return joined.length === 1 ? joined[0] : { 'Fn::Join': ['', joined] };
}

function urlSuffix(region: unknown): unknown {
  return (typeof region === 'string' && RegionInfo.get(region).domainSuffix) || { Ref: 'AWS::URLSuffix' };
}

/**
 * The statement that lets a service in.
 *
 * @internal
 */
export function reachStatement({ principal, actions, conditions }: ServiceReach): KeyStatement {
  return { effect: 'Allow', principal: mapValues(principal, (value) => [value]), actions, conditions };
}
