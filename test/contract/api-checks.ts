/**
 * What holds for the whole public API, checked on the assembly that jsii writes. Each check returns its offenders by name.
 */

/** The part of an assembly that the checks read. */
export interface Assembly {
  readonly name: string;
  readonly types?: Readonly<Record<string, Type>>;
}

export interface Type extends Documented {
  readonly fqn: string;
  readonly name: string;
  readonly kind: string;
  readonly datatype?: boolean;
  readonly initializer?: Callable;
  readonly methods?: readonly Method[];
  readonly properties?: readonly Property[];
  readonly members?: ReadonlyArray<Documented & { readonly name: string }>;
}

interface Documented {
  readonly docs?: { readonly summary?: string; readonly remarks?: string; readonly default?: string };
}

interface Callable extends Documented {
  readonly parameters?: readonly Value[];
}

interface Value extends Documented {
  readonly name: string;
  readonly type: TypeReference;
  readonly optional?: boolean;
}

interface Property extends Value {
  readonly overrides?: string;
}

interface Method extends Callable {
  readonly name: string;
  readonly overrides?: string;
  readonly returns?: { readonly type: TypeReference };
}

interface TypeReference {
  readonly primitive?: string;
  readonly fqn?: string;
  readonly collection?: { readonly elementtype: TypeReference };
  readonly union?: unknown;
}

export type Check = (assembly: Assembly) => string[];

export const optionalPropertiesSayTheirDefault: Check = (assembly) => types(assembly)
  .filter((type) => type.datatype)
  .flatMap((type) => (type.properties ?? [])
    .filter((property) => property.optional && !property.docs?.default)
    .map((property) => named(assembly, type, property.name)));

/** jsii keeps no `@default` of a parameter, so its `@param` text must say it. A struct says its own, property by property. */
export const optionalParametersSayTheirDefault: Check = (assembly) => types(assembly)
  .flatMap((type) => callables(type)
    // An override is documented where it comes from.
    .filter(([, callable]) => !('overrides' in callable))
    .flatMap(([name, callable]) => (callable.parameters ?? [])
      .filter((parameter) => parameter.optional && !assembly.types?.[parameter.type.fqn ?? '']?.datatype)
      .filter(({ docs }) => !/\bdefault|\b(?:not given|left out|omitted)\b/i.test(`${docs?.summary} ${docs?.remarks}`))
      .map((parameter) => `${named(assembly, type, name)}(${parameter.name})`)));

export const noUnions: Check = (assembly) => types(assembly).flatMap((type) => [
  ...(type.properties ?? [])
    .filter((property) => hasUnion(property.type))
    .map((property) => named(assembly, type, property.name)),
  ...callables(type)
    .filter(([, callable]) => hasUnion(callable))
    .map(([name]) => named(assembly, type, name)),
]);

export const noArnStringsInProps: Check = (assembly) => types(assembly)
  .filter((type) => type.datatype && type.name.endsWith('Props'))
  .flatMap((type) => (type.properties ?? [])
    .filter((property) => /Arns?$/i.test(property.name) && isString(property.type))
    .map((property) => named(assembly, type, property.name)));

export const everythingHasASummary: Check = (assembly) => types(assembly).flatMap((type) => [
  ...(type.docs?.summary ? [] : [named(assembly, type)]),
  ...[...(type.properties ?? []), ...(type.methods ?? []), ...(type.members ?? [])]
    .filter((member) => !member.docs?.summary && !('overrides' in member))
    .map((member) => named(assembly, type, member.name)),
]);

export const grantsReturnAGrant: Check = (assembly) => types(assembly).flatMap((type) => (type.methods ?? [])
  .filter((method) => /^grant(?![a-z])/.test(method.name) && method.returns?.type.fqn !== 'aws-cdk-lib.aws_iam.Grant')
  .map((method) => named(assembly, type, method.name)));

/** `isConstruct` looks at the class itself: an assembly does not say what a base class of another library is. */
export const constructorsAreScopeIdProps = (isConstruct: (fqn: string) => boolean): Check => (assembly) => types(assembly)
  .filter((type) => type.kind === 'class' && type.initializer && isConstruct(type.fqn))
  .filter(({ initializer }) => {
    const [scope, id, props, ...more] = initializer?.parameters ?? [];
    return !(scope?.name === 'scope' && scope.type.fqn === 'constructs.Construct'
      && id?.name === 'id' && id.type.primitive === 'string'
      && (!props || (props.name === 'props' && props.type.fqn?.endsWith('Props')))
      && more.length === 0);
  })
  .map((type) => named(assembly, type));

function types(assembly: Assembly): Type[] {
  return Object.values(assembly.types ?? {});
}

function callables(type: Type): Array<[string, Callable]> {
  return [
    ...(type.initializer ? [['constructor', type.initializer] as [string, Callable]] : []),
    ...(type.methods ?? []).map((method): [string, Callable] => [method.name, method]),
  ];
}

function hasUnion(part: unknown): boolean {
  if (part === null || typeof part !== 'object') return false;
  return 'union' in part || Object.values(part).some(hasUnion);
}

function isString(type: TypeReference): boolean {
  return type.collection ? isString(type.collection.elementtype) : type.primitive === 'string';
}

function named(assembly: Assembly, type: Type, member?: string): string {
  const name = type.fqn.slice(assembly.name.length + 1);
  return member ? `${name}.${member}` : name;
}
