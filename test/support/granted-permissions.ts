import { Template } from 'aws-cdk-lib/assertions';
import type { Role } from 'aws-cdk-lib/aws-iam';
import { Stack, type CfnElement } from 'aws-cdk-lib/core';

/** What the IAM policies of a role allow: actions by resource, whatever statements they stand in. */
export function permissionsOf(role: Role): Record<string, string[]> {
  const stack = Stack.of(role);
  const roleId = stack.getLogicalId(role.node.defaultChild as CfnElement);
  const policies = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
  const statements: any[] = policies
    .filter(({ Properties: policy }) => policy.Roles.some((attached: any) => attached.Ref === roleId))
    .flatMap(({ Properties: policy }) => policy.PolicyDocument.Statement);
  const allowed: Record<string, Set<string>> = {};
  for (const statement of statements) {
    if (statement.Effect !== 'Allow' || statement.Condition) {
      throw new Error(`expected a plain permission, got ${JSON.stringify(statement)}`);
    }
    // CloudFormation takes `AWS::NoValue` out of a list.
    for (const resource of [statement.Resource].flat().map(intrinsicText).filter((text) => text !== '<AWS::NoValue>')) {
      allowed[resource] ??= new Set();
      [statement.Action].flat().forEach((action: string) => allowed[resource].add(action));
    }
  }
  return Object.fromEntries(Object.entries(allowed).map(([resource, actions]) => [resource, [...actions].sort()]));
}

/** A value of a template as text: `<Id>` and `<Id.Attribute>` stand for references, `<import Name>` for an imported value. */
export function intrinsicText(value: any): string {
  if (typeof value !== 'object' || value === null) {
    return String(value);
  }
  const [[name, argument]] = Object.entries<any>(value);
  switch (name) {
    case 'Ref':
      return `<${argument}>`;
    case 'Fn::GetAtt':
      return `<${argument.join('.')}>`;
    case 'Fn::ImportValue':
      return `<import ${argument}>`;
    case 'Fn::Join':
      return argument[1].map(intrinsicText).join(argument[0]);
    default:
      throw new Error(`no text for ${JSON.stringify(value)}`);
  }
}

/** Intrinsics anywhere in a value, as text. */
export function withIntrinsicsAsText(value: any): any {
  if (Array.isArray(value)) {
    return value.map(withIntrinsicsAsText);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const names = Object.keys(value);
  return names.length === 1 && /^(Ref|Fn::\w+)$/.test(names[0])
    ? intrinsicText(value)
    : Object.fromEntries(Object.entries(value).map(([name, child]) => [name, withIntrinsicsAsText(child)]));
}
