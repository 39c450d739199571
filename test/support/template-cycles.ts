import type { CloudAssembly } from 'aws-cdk-lib/cx-api';

type Graph = Map<string, Set<string>>;

/**
 * The circular dependencies of an assembly, as `Stack/A -> Stack/B -> Stack/A`: those that AWS CloudFormation finds in
 * one template, and those between stacks, which no order of deployment resolves. Nested Stages are not looked into.
 */
export function cyclesOf(assembly: CloudAssembly): string[] {
  const templates: Array<[string, any]> = assembly.stacks.map((stack) => [stack.stackName, stack.template]);
  return [...templates.flatMap(([name, template]) => cyclesIn(resourceGraph(name, template))), ...cyclesIn(stackGraph(templates))];
}

/** The circular dependencies of one template. */
export function templateCycles(template: any): string[] {
  return cyclesIn(resourceGraph('Template', template));
}

function resourceGraph(stack: string, template: any): Graph {
  const resources: Record<string, any> = template.Resources ?? {};
  return new Map(
    Object.entries(resources).map(([id, resource]) => {
      const named = [...namesIn(resource.Properties), ...namesIn(resource.Metadata), ...[resource.DependsOn ?? []].flat()];
      return [`${stack}/${id}`, new Set(named.filter((name) => name in resources).map((name) => `${stack}/${name}`))];
    }),
  );
}

function stackGraph(templates: ReadonlyArray<[string, any]>): Graph {
  const exporters = new Map<string, string>();
  for (const [stack, { Outputs = {} }] of templates) {
    Object.values<any>(Outputs).forEach(({ Export }) => Export && exporters.set(Export.Name, stack));
  }
  const producers = ({ 'Fn::ImportValue': name, 'Fn::GetStackOutput': output }: any) => [exporters.get(name), output?.StackName].filter(Boolean);
  return new Map(templates.map(([stack, template]) => [stack, new Set(objectsIn(template).flatMap(producers))]));
}

/** The logical names that a value refers to, in every way that a template can. */
function namesIn(value: unknown): string[] {
  return objectsIn(value).flatMap((object: any) => {
    const attribute = object['Fn::GetAtt'];
    const text = [object['Fn::Sub']].flat()[0];
    return [
      ...(typeof object.Ref === 'string' ? [object.Ref] : []),
      ...(attribute ? [Array.isArray(attribute) ? attribute[0] : attribute.split('.')[0]] : []),
      ...(typeof text === 'string' ? [...text.matchAll(/\$\{([^!.}][^.}]*)/g)].map(([, name]) => name) : []),
    ];
  });
}

function objectsIn(value: unknown): object[] {
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  return [value, ...Object.values(value).flatMap(objectsIn)];
}

function cyclesIn(graph: Graph): string[] {
  const cycles: string[] = [];
  const done = new Set<string>();
  const visit = (node: string, path: readonly string[]): void => {
    if (path.includes(node)) {
      cycles.push([...path.slice(path.indexOf(node)), node].join(' -> '));
    } else if (!done.has(node)) {
      (graph.get(node) ?? []).forEach((next) => visit(next, [...path, node]));
      done.add(node);
    }
  };
  [...graph.keys()].forEach((node) => visit(node, []));
  return cycles;
}
