import { CfnResource, Stack, Token, type App } from 'aws-cdk-lib/core';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';

/** A stack as it was synthesized. */
export interface SynthesizedStack {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly template: any;
  readonly templatePath: string;
}

/** The stacks of an assembly, in their order of deployment. */
export function stacksOf(assembly: CloudAssembly): SynthesizedStack[] {
  return assembly.stacks.map(({ stackName, environment, template, templateFullPath }) => ({
    name: stackName,
    account: environment.account,
    region: environment.region,
    template,
    templatePath: templateFullPath,
  }));
}

/** Finds the construct behind a logical id. */
export type PathOf = (stackName: string, logicalId: string) => string;

/** The paths of an app's constructs as their author knows them. */
export function constructPaths(app: App): PathOf {
  const paths = new Map(
    app.node
      .findAll()
      .filter((construct) => CfnResource.isCfnResource(construct))
      .map((resource) => {
        const stack = Stack.of(resource);
        return [`${Token.asString(stack.stackName)}/${stack.resolve((resource as CfnResource).logicalId)}`, authorPath(resource.node.path)];
      }),
  );
  return (stackName, logicalId) => paths.get(`${stackName}/${logicalId}`) ?? `${stackName}/${logicalId}`;
}

/** A construct path without the resource at its end. */
export function authorPath(path: string): string {
  return path.replace(/(\/Resource)+$/, '');
}
