import { Role, User, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { Aws, CfnResource, Stack, Stage, Token, TokenComparison } from 'aws-cdk-lib/core';
import { Node, type IConstruct } from 'constructs';
import type { SourceEnvironment } from '../policy/service-reach';
import type { ReferencedPrincipal } from '../policy/statement-review';
import { arnText } from '../private/arn-text';
import { read, referencedPaths } from '../private/template-reader';
import { STANDS_FOR } from '../services/service-table';
import { isWiredKey, type KeyDiscovery, type WiredKeyConstruct } from './wired-key';

/**
 * The resources of one Stage as CloudFormation will see them, whatever made them: L1, L2 or a foreign construct.
 *
 * Each resource is read at most once, and only when somebody asks for it.
 *
 * @internal
 */
export class ResourceIndex {
  public readonly keys: WiredKeyConstruct[] = [];
  public readonly resources: CfnResource[] = [];
  private readonly byPath = new Map<string, CfnResource>();
  private readonly propertiesByPath = new Map<string, any>();

  constructor(private readonly stage: IConstruct) {
    this.collect(stage);
  }

  public ofType(type: string): CfnResource[] {
    return this.resources.filter((resource) => resource.cfnResourceType === type);
  }

  public at(path: string): CfnResource | undefined {
    return this.byPath.get(path);
  }

  /** The properties of a resource, as the template will have them, with references marked. */
  public properties(resource: CfnResource): any {
    const path = resource.node.path;
    if (!this.propertiesByPath.has(path)) {
      const { value } = read(resource, resource._toCloudFormation());
      const [rendered] = Object.values<any>(value?.Resources ?? {});
      this.propertiesByPath.set(path, rendered?.Properties ?? {});
    }
    return this.propertiesByPath.get(path);
  }

  /**
   * The values at a path of an element of properties: `*` stands for every element of a list, and `>` follows a reference
   * to the resource that has the rest.
   */
  public values(element: unknown, path: string): unknown[] {
    const [here, ...rest] = path.split('>');
    const values = select(element, here.split('.'));
    return rest.length === 0
      ? values
      : this.originals(values).flatMap((next) => this.values(this.properties(next), rest.join('>')));
  }

  /** The resources that values refer to. */
  public referenced(values: readonly unknown[]): CfnResource[] {
    return values.flatMap((value) => [...referencedPaths(value)]).flatMap((path) => this.byPath.get(path) ?? []);
  }

  /** The same, where what stands for another resource is followed to that one. */
  public originals(values: readonly unknown[]): CfnResource[] {
    return this.referenced(values).flatMap((next) => {
      const original = STANDS_FOR[next.cfnResourceType];
      return original ? this.originals(this.values(this.properties(next), original)) : [next];
    });
  }

  /** Where the element at a path lives, as it stands in a template. */
  public environmentAt(path: string): SourceEnvironment {
    const child = (scope: IConstruct | undefined, id: string) => scope?.node.tryFindChild(id);
    const element = path.split(Node.PATH_SEP).reduce<IConstruct | undefined>(child, this.stage.node.root);
    return environmentOf(Stack.of(element!));
  }

  /** The IAM role or user at a path of the tree, as the stack of a key refers to it. */
  public principalAt(path: string, from: Stack): ReferencedPrincipal | undefined {
    const resource = this.byPath.get(path);
    const kind = { 'AWS::IAM::Role': 'role', 'AWS::IAM::User': 'user' }[resource?.cfnResourceType ?? ''] as 'role' | 'user' | undefined;
    if (!resource || !kind) {
      return undefined;
    }
    const account = arnText(environmentOf(Stack.of(resource)).account);
    const { [kind === 'role' ? 'RoleName' : 'UserName']: name, Path: prefix = '/' } = this.properties(resource);
    if (typeof name === 'string' && typeof prefix === 'string') {
      return { kind, account, arn: `arn:${Aws.PARTITION}:iam::${account}:${kind}${prefix}${name}` };
    }
    return { kind, account, arn: isForeign(resource, from) ? generatedArn(resource, from) : undefined };
  }

  /** What takes policies for the role or user at a path: the construct that made it, or one that we add. */
  public grantable(path: string): IGrantable {
    const resource = this.byPath.get(path)!;
    const owner = resource.node.scope as unknown as Partial<IGrantable> | undefined;
    if (resource.node.scope?.node.defaultChild === resource && owner?.grantPrincipal) {
      return owner as IGrantable;
    }
    const id = 'KeyUse';
    const added = resource.node.tryFindChild(id) as unknown as IGrantable | undefined;
    return added ?? (resource.cfnResourceType === 'AWS::IAM::User' ? User.fromUserName(resource, id, resource.ref) : Role.fromRoleName(resource, id, resource.ref));
  }

  /**
   * Whether a reference to one resource makes a cycle with another: a path of references leads from the first to the
   * second, within their stack, or from the one's stack to the other's.
   */
  public leadsTo(from: CfnResource, to: CfnResource): boolean {
    const [start, end] = [Stack.of(from), Stack.of(to)];
    return start === end
      ? reaches(from, to, (resource) => this.neighbours(resource).filter((next) => Stack.of(next) === start))
      : reaches(start, end, (stack) => this.neighbourStacks(stack));
  }

  private neighbours(resource: CfnResource): CfnResource[] {
    const referenced = [...referencedPaths(this.properties(resource))].flatMap((path) => this.byPath.get(path) ?? []);
    return [...referenced, ...resource.obtainDependencies().filter((next) => CfnResource.isCfnResource(next))];
  }

  private neighbourStacks(stack: Stack): Stack[] {
    const own = this.resources.filter((resource) => Stack.of(resource) === stack);
    return [...stack.dependencies, ...own.flatMap((resource) => this.neighbours(resource)).map((next) => Stack.of(next))];
  }

  private collect(scope: IConstruct): void {
    for (const child of scope.node.children) {
      if (Stage.isStage(child)) {
        continue;
      }
      if (CfnResource.isCfnResource(child)) {
        this.resources.push(child);
        this.byPath.set(child.node.path, child);
      }
      if (isWiredKey(child)) {
        this.keys.push(child);
      }
      this.collect(child);
    }
  }
}

/**
 * What is known of a key that no synthesis has reached yet: the tree around it, as it is.
 *
 * @internal
 */
export function nothingDiscovered(key: IConstruct): KeyDiscovery {
  return { reaches: [], resources: [], undelivered: [], index: new ResourceIndex(Stage.of(key) ?? key.node.root) };
}

/**
 * The account and Region of a stack, as they stand in its template.
 *
 * @internal
 */
export function environmentOf(stack: Stack): SourceEnvironment {
  return { account: stack.resolve(stack.account), region: stack.resolve(stack.region) };
}

function isForeign(resource: CfnResource, from: Stack): boolean {
  return Token.compareStrings(Stack.of(resource).account, from.account) === TokenComparison.DIFFERENT;
}

/** The CDK makes a name for a role of another account when its ARN is asked for, if its construct allows it to. */
function generatedArn(resource: CfnResource, from: Stack): unknown {
  const owner = resource.node.scope as unknown as { readonly roleArn?: string } | undefined;
  try {
    const arn = from.resolve(owner?.roleArn);
    return JSON.stringify(arn ?? null).includes('Fn::GetAtt') ? undefined : (arn ?? undefined);
  } catch {
    // It has no name, and must not get one: the statement that names it is refused, with what to do.
    return undefined;
  }
}

function select(value: any, [name, ...rest]: string[]): unknown[] {
  if (name === undefined) {
    return value === undefined ? [] : [value];
  }
  if (name === '*') {
    return Array.isArray(value) ? value.flatMap((element) => select(element, rest)) : [];
  }
  return typeof value === 'object' && value !== null && name in value ? select(value[name], rest) : [];
}

function reaches<T>(from: T, to: T, neighbours: (node: T) => T[]): boolean {
  const seen = new Set<T>();
  const open = [from];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node === to) {
      return true;
    }
    if (!seen.has(node)) {
      seen.add(node);
      open.push(...neighbours(node));
    }
  }
  return false;
}
