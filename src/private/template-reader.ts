import { PolicyDocument } from 'aws-cdk-lib/aws-iam';
import {
  CfnElement,
  CfnResource,
  DefaultTokenResolver,
  Reference,
  Stack,
  Tokenization,
  type IFragmentConcatenator,
  type IResolvable,
  type IResolveContext,
  type IPostProcessor,
} from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';

/** The key under which a reference to an element of the tree stands in a value that was read. */
const REFERENCE = 'Fn::ReferenceTo';

/**
 * A reference as it stands in a value that was read.
 *
 * @internal
 */
export interface ReadReference {
  readonly [REFERENCE]: { readonly path: string; readonly attribute: string };
}

/**
 * What a value says, with its tokens read: plain JSON, CloudFormation intrinsics for pseudo parameters, and a
 * `ReadReference` wherever it refers to an element of the tree.
 *
 * @internal
 */
export interface Reading {
  readonly value: any;
  readonly references: CfnElement[];
}

/**
 * Reads a value that may hold tokens, as CloudFormation will see it, without leaving a trace: no export is made, and
 * no policy document of somebody else is frozen.
 *
 * @internal
 */
export function read(scope: IConstruct, value: unknown): Reading {
  const reader = new ReadingResolver();
  const resolved = Tokenization.resolve(value, { scope, resolver: reader, preparing: false });
  return { value: resolved, references: [...reader.references] };
}

/** @internal */
export function isReadReference(value: any): value is ReadReference {
  return typeof value === 'object' && value !== null && REFERENCE in value;
}

/**
 * The paths of all elements that a read value refers to.
 *
 * @internal
 */
export function referencedPaths(value: unknown, found: Set<string> = new Set()): Set<string> {
  if (isReadReference(value)) {
    found.add(value[REFERENCE].path);
  } else if (typeof value === 'object' && value !== null) {
    Object.values(value).forEach((child) => referencedPaths(child, found));
  }
  return found;
}

/**
 * A read value as one line for people: a reference is shown by its path.
 *
 * @internal
 */
export function describeValue(value: unknown): string {
  return JSON.stringify(value, (_, child) => (isReadReference(child) ? `<${child[REFERENCE].path}.${child[REFERENCE].attribute}>` : child));
}

/** Joins text and references into one intrinsic, flat, so that equal texts read equal. */
class IntrinsicJoin implements IFragmentConcatenator {
  public join(left: any, right: any): any {
    const parts = [...fragments(left), ...fragments(right)].reduce<any[]>((joined, part) => {
      const last = joined.length - 1;
      if (typeof part === 'string' && typeof joined[last] === 'string') {
        return [...joined.slice(0, last), joined[last] + part];
      }
      return [...joined, part];
    }, []);
    return parts.length === 1 ? parts[0] : { 'Fn::Join': ['', parts] };
  }
}

function fragments(value: any): any[] {
  if (value === undefined) {
    return [];
  }
  const join = value?.['Fn::Join'];
  return Array.isArray(join) && join[0] === '' && Array.isArray(join[1]) ? join[1] : [value];
}

/** Looks like an intrinsic, so that resources which need a document accept it. */
const UNREAD_DOCUMENT = { 'Fn::PolicyDocument': [] };

class ReadingResolver extends DefaultTokenResolver {
  public readonly references = new Set<CfnElement>();

  constructor() {
    super(new IntrinsicJoin());
  }

  public resolveToken(token: IResolvable, context: IResolveContext, postProcessor: IPostProcessor): any {
    // Resolving somebody's policy document freezes its statements, which may still change.
    if (token instanceof PolicyDocument) {
      return UNREAD_DOCUMENT;
    }
    if (Reference.isReference(token) && CfnElement.isCfnElement(token.target) && !isParameterOf(context.scope, token.target)) {
      this.references.add(token.target);
      return { [REFERENCE]: { path: token.target.node.path, attribute: token.displayName } };
    }
    return super.resolveToken(token, context, postProcessor);
  }
}

/** Parameters and pseudo parameters of the reader's own stack stand before every resource: no cycle can come from them. */
function isParameterOf(scope: IConstruct, element: CfnElement): boolean {
  return !CfnResource.isCfnResource(element) && Stack.of(element) === Stack.of(scope);
}
