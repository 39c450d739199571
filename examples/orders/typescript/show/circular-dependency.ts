/** A reference of one resource to another, and where it stands. */
export interface Reference {
  readonly from: string;
  readonly to: string;
  readonly at: string;
}

/** A way around: the first circular dependency between the resources of a template, if there is one. */
export function circularDependency(template: any): Reference[] | undefined {
  const names = Object.keys(template.Resources);
  const references = new Map(names.map((from) => [from, referencesOf(from, template.Resources[from], new Set(names))]));
  const done = new Set<string>();
  const search = (name: string, way: Reference[]): Reference[] | undefined => {
    const start = way.findIndex(({ from }) => from === name);
    if (start >= 0) {
      return way.slice(start);
    }
    if (done.has(name)) {
      return undefined;
    }
    for (const reference of references.get(name) ?? []) {
      const found = search(reference.to, [...way, reference]);
      if (found) {
        return found;
      }
    }
    done.add(name);
    return undefined;
  };
  return names.map((name) => search(name, [])).find((way) => way !== undefined);
}

function referencesOf(from: string, { Properties: properties, DependsOn: dependsOn }: any, names: ReadonlySet<string>): Reference[] {
  return [
    ...[dependsOn ?? []].flat().map((to: string) => ({ from, to, at: 'DependsOn' })),
    ...namesIn(properties).map(({ to, at }) => ({ from, to, at })),
  ].filter(({ to }) => names.has(to));
}

/** Everything that AWS CloudFormation takes for a reference: Ref, Fn::GetAtt, and both within Fn::Sub. */
function namesIn(value: any, at: string = ''): Array<{ to: string; at: string }> {
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  const { Ref: ref, 'Fn::GetAtt': attribute, 'Fn::Sub': substitution } = value;
  const text = [substitution].flat()[0];
  const named = [
    ...(ref ? [ref] : []),
    ...(attribute ? [[attribute].flat()[0].split('.')[0]] : []),
    ...(typeof text === 'string' ? [...text.matchAll(/\$\{([^!.}][^.}]*)/g)].map(([, name]) => name) : []),
  ];
  return [
    ...named.map((to) => ({ to, at })),
    ...Object.entries(value).flatMap(([name, child]) => namesIn(child, Array.isArray(value) ? `${at}[${name}]` : [at, name].filter(Boolean).join('.'))),
  ];
}
