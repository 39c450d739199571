import type { Key } from './read-keys';
import type { SynthesizedStack } from './synthesized-stacks';

/** A resource that is encrypted with a key. */
export interface ProtectedResource {
  readonly stackName: string;
  readonly logicalId: string;
  readonly type: string;
  readonly property: string;
}

/** The resources that name a key as theirs, in its own stack and in those that import it. */
export function protectedBy(key: Key, stacks: readonly SynthesizedStack[]): ProtectedResource[] {
  const exported = exportsOf(key);
  return stacks.flatMap(({ name: stackName, template }) => {
    const isKey = (value: any) =>
      (stackName === key.stack.name && (value.Ref ?? value['Fn::GetAtt']?.[0]) === key.logicalId) || exported.includes(value['Fn::ImportValue']);
    return Object.entries<any>(template.Resources).flatMap(([logicalId, { Type: type, Properties: properties }]) =>
      pathsTo(properties, isKey).filter(holdsKey).map((property) => ({ stackName, logicalId, type, property })));
  });
}

/** Policies name a key too, and an alias points to one; what is encrypted says so in a property of its own. */
function holdsKey(property: string): boolean {
  return /(^|\.)\w*kms\w*key\w*$/i.test(property);
}

function exportsOf({ stack, logicalId }: Key): string[] {
  return Object.values<any>(stack.template.Outputs ?? {})
    .filter(({ Value: value }) => (value.Ref ?? value['Fn::GetAtt']?.[0]) === logicalId)
    .map((output) => output.Export?.Name);
}

function pathsTo(value: any, matches: (value: any) => boolean, path: string = ''): string[] {
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  if (matches(value)) {
    return [path];
  }
  return Object.entries(value).flatMap(([name, child]) => pathsTo(child, matches, joined(path, name, Array.isArray(value))));
}

function joined(path: string, name: string, isElement: boolean): string {
  return isElement ? `${path}[${name}]` : [path, name].filter(Boolean).join('.');
}
