import { PolicyStatement, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { CfnKey } from 'aws-cdk-lib/aws-kms';
import { Stack, type CfnResource } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';
import { exactActions } from '../policy/key-actions';
import { asList, renderStatement } from '../policy/key-statement';
import { reachStatement, type ServiceReach } from '../policy/service-reach';
import { arnText } from '../private/arn-text';
import { withKnownPartition } from '../private/known-partition';
import { showAtSynthesis, warning } from '../private/notices';
import { describeValue, read } from '../private/template-reader';
import { statementsOf } from './policy-statements';
import { allowedActions, constructOf } from './role-policies';
import type { KeyDiscovery, WiredKey } from './wired-key';

const AWS_MANAGED = /alias\/aws\//;

/**
 * Somebody else's key: a `kms.Key` of the tree, or one that a resource only names. Its policy is not ours to change: what
 * it lacks for the wirings that use it is reported, with the exact statement to add.
 *
 * @internal
 */
export class ForeignKey implements WiredKey {
  private discovery?: KeyDiscovery;

  constructor(private readonly name: string, private readonly resource?: CfnResource) {}

  public get keyArn(): string {
    return this.resource ? (this.resource as CfnKey).attrArn : this.name;
  }

  public _discovered(discovery: KeyDiscovery): void {
    this.discovery = discovery;
  }

  public _usedBy(role: IGrantable, actions: readonly string[]): void {
    const scope = constructOf(role);
    // Every principal of the account may use an AWS managed key through its service.
    if (!scope || AWS_MANAGED.test(this.name)) {
      return;
    }
    const allowed = allowedActions(role, { keyArn: this.keyArn, resource: this.resource, evenConditioned: true });
    const missing = actions.filter((action) => !allowed.has(action));
    if (missing.length > 0) {
      const statement = new PolicyStatement({ actions: missing, resources: [this.keyArn] }).toStatementJson();
      this.report(scope, `the role ${scope.node.path} needs in its policies`, read(scope, statement).value);
    }
  }

  public _usedByUnknown(): void {
    // Neither the key nor the role is ours to know.
  }

  public _settle(): void {
    const { reaches = [], resources = [] } = this.discovery ?? {};
    const [first] = resources;
    const scope = this.resource ?? first?.resource;
    if (!scope) {
      return;
    }
    for (const reach of reaches.filter((one) => !this.lets(one))) {
      if (AWS_MANAGED.test(this.name)) {
        const why = `${arnText(Object.values(reach.principal)[0])} cannot be let in by the policy of an AWS managed key`;
        showAtSynthesis(scope, warning('awsManagedKey', `${this.name}: ${why}; use a CustomerManagedKey`));
      } else {
        this.report(scope, 'it needs in its key policy', withKnownPartition(renderStatement(reachStatement(reach)), Stack.of(scope).region));
      }
    }
  }

  /** Whether the key's policy, where it is in the tree, lets a service do what it does; how it is bound is not judged. */
  private lets(reach: ServiceReach): boolean {
    const [[kind, principal]] = Object.entries(reach.principal);
    const statements = this.resource ? statementsOf(this.resource, (this.resource as CfnKey).keyPolicy) : [];
    const actions = statements
      .filter(({ Effect, Principal }) => Effect === 'Allow' && asList(Principal?.[kind]).some((one) => arnText(one) === arnText(principal)))
      .flatMap(({ Action }) => exactActions(asList<string>(Action)).actions);
    return reach.actions.every((action) => actions.includes(action));
  }

  private report(scope: IConstruct, what: string, statement: unknown): void {
    const who = `the key ${this.name} is not a CustomerManagedKey, so that this is left to you`;
    showAtSynthesis(scope, warning('foreignKeyIncomplete', `${who}; ${what}: ${describeValue(statement)}`));
  }
}
