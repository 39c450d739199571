import { Template } from 'aws-cdk-lib/assertions';
import type { Stack } from 'aws-cdk-lib/core';

/** A statement of a key policy as the template has it, with pseudo parameters as text. */
export interface StatementJson {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Principal: Record<string, string | string[]>;
  readonly Action: string | string[];
  readonly Resource: string;
  readonly Condition?: Record<string, Record<string, string | string[]>>;
}

/** The statements of the only key of a stack. */
export function keyPolicyOf(stack: Stack): StatementJson[] {
  const keys = Object.values(Template.fromStack(stack).findResources('AWS::KMS::Key'));
  if (keys.length !== 1) {
    throw new Error(`expected one key, got ${keys.length}`);
  }
  return flatText(keys[0].Properties.KeyPolicy.Statement);
}

/** The statement with an id. */
export function statementOf(stack: Stack, sid: string): StatementJson | undefined {
  return keyPolicyOf(stack).find((statement) => statement.Sid === sid);
}

/** The statements for a service principal. */
export function serviceStatements(stack: Stack, service: string): StatementJson[] {
  return keyPolicyOf(stack).filter((statement) => statement.Principal.Service === service);
}

/** The actions that IAM policies of a stack allow on keys, by the logical ids of their roles. */
export function keyActionsByRole(stack: Stack): Record<string, string[]> {
  const policies = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
  const byRole: Record<string, string[]> = {};
  for (const { Properties: policy } of policies) {
    const actions = policy.PolicyDocument.Statement.flatMap((statement: any) => [statement.Action].flat()).filter((action: string) => action.startsWith('kms:'));
    for (const role of policy.Roles ?? []) {
      byRole[role.Ref] = [...new Set([...(byRole[role.Ref] ?? []), ...actions])].sort() as string[];
    }
  }
  return byRole;
}

/** The messages of a synthesized stack at a level, without their acknowledgement ids. */
export function messagesOf(stack: Stack, level: 'info' | 'warning' | 'error'): string[] {
  Template.fromStack(stack);
  return stack.node
    .findAll()
    .flatMap((construct) => construct.node.metadata)
    .filter((entry) => entry.type === `aws:cdk:${level}`)
    .map((entry) => String(entry.data));
}

/** Joins as text: `<AWS::Partition>` stands for a pseudo parameter. */
function flatText(value: any): any {
  if (Array.isArray(value)) {
    return value.map(flatText);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  if (value['Fn::Join']) {
    return value['Fn::Join'][1].map(flatText).join(value['Fn::Join'][0]);
  }
  if (value.Ref) {
    return `<${value.Ref}>`;
  }
  if (typeof value['Fn::Sub'] === 'string') {
    return value['Fn::Sub'].replace(/\$\{(AWS::\w+)\}/g, '<$1>');
  }
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, flatText(child)]));
}

/** What services may do with the only key of a stack: by principal and condition, however many statements say so. */
export function serviceAccess(stack: Stack): Array<{ service: string; actions: string[]; condition?: object }> {
  const access = new Map<string, { service: string; actions: string[]; condition?: object }>();
  for (const { Principal, Action, Condition } of keyPolicyOf(stack)) {
    for (const service of [Principal.Service ?? []].flat()) {
      // A statement without actions is one that KMS refuses: it must not hide behind another.
      const id = JSON.stringify([service, Condition, Action.length > 0]);
      const actions = [...new Set([...(access.get(id)?.actions ?? []), ...[Action].flat()])].sort();
      access.set(id, { service, actions, ...(Condition ? { condition: Condition } : {}) });
    }
  }
  return [...access.values()];
}

/** The resources, each once, of the IAM statements of a stack that allow an action of KMS. */
export function kmsResources(stack: Stack): unknown[] {
  const statements = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
    .filter((statement) => [statement.Action].flat().some((action: string) => action.startsWith('kms:')));
  const resources = statements.flatMap((statement) => [statement.Resource].flat());
  return [...new Map(resources.map((resource) => [JSON.stringify(resource), resource])).values()];
}
