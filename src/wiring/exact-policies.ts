import { CfnManagedPolicy, CfnPolicy, PolicyDocument } from 'aws-cdk-lib/aws-iam';
import { Token, type IResolvable, type IResolveContext } from 'aws-cdk-lib/core';
import { exactActions } from '../policy/key-actions';
import { asList } from '../policy/key-statement';
import { information, showAtSynthesis } from '../private/notices';
import { read, referencedPaths } from '../private/template-reader';
import { writtenStatements } from './policy-statements';
import type { ResourceIndex } from './resource-index';

/**
 * Makes the actions exact that L2 constructs write by hand into IAM policies, past the key's grants.
 *
 * Only statements whose resources are all keys of ours are changed, and the document of somebody else stays what it
 * is: it is rewritten as it is rendered.
 *
 * @internal
 */
export function makePoliciesExact(index: ResourceIndex): void {
  const ours = new Set(index.keys.flatMap((key) => key._keyResource?.node.path ?? []));
  for (const resource of index.resources) {
    if (!CfnPolicy.isCfnPolicy(resource) && !CfnManagedPolicy.isCfnManagedPolicy(resource)) {
      continue;
    }
    const document = resource.policyDocument;
    if (document instanceof PolicyDocument && writtenStatements(document).some((statement) => isInexact(statement, resource, ours))) {
      resource.policyDocument = new ExactDocument(document, (statement) => isInexact(statement, resource, ours));
      showAtSynthesis(resource, information('actionsExpanded', 'wildcards of AWS KMS on a customer managed key became the actions they stand for'));
    }
  }
}

function isInexact(statement: any, scope: CfnPolicy | CfnManagedPolicy, ours: ReadonlySet<string>): boolean {
  // A denial stays as it was written: expanding its wildcards would let future actions through.
  const written = asList<string>(statement.Action);
  if (statement.Effect !== 'Allow' || !written.some((action) => /^kms:.*[*?]/i.test(action)) || exactActions(written).actions.length === 0) {
    return false;
  }
  return asList(statement.Resource).every((resource) => {
    const paths = [...referencedPaths(read(scope, resource).value)];
    return paths.length > 0 && paths.every((path) => ours.has(path));
  });
}

class ExactDocument implements IResolvable {
  public readonly creationStack: string[] = [];

  constructor(private readonly document: PolicyDocument, private readonly toRewrite: (statement: any) => boolean) {}

  public resolve(context: IResolveContext): any {
    const json = this.document.toJSON();
    const statements = writtenStatements(this.document).map((statement) =>
      this.toRewrite(statement) ? { ...statement, Action: exactActions(asList<string>(statement.Action)).actions } : statement,
    );
    return context.resolve(PolicyDocument.fromJson({ ...json, Statement: statements }));
  }

  public toString(): string {
    return Token.asString(this);
  }

  /** How it shows where somebody prints the construct tree. */
  public toJSON(): string {
    return '<policy document with exact key actions>';
  }
}
