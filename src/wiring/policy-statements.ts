import { CfnManagedPolicy, CfnPolicy, CfnRole, PolicyDocument } from 'aws-cdk-lib/aws-iam';
import type { CfnResource } from 'aws-cdk-lib/core';
import { asList } from '../policy/key-statement';
import { read } from '../private/template-reader';

/**
 * The statements of a policy document, as its author has written them so far: a `PolicyDocument` is not resolved, which
 * would freeze it.
 *
 * @internal
 */
export function writtenStatements(document: unknown): any[] {
  const json: any = document instanceof PolicyDocument ? document.toJSON() : document;
  return asList(json?.Statement);
}

/**
 * The same, with references marked.
 *
 * @internal
 */
export function statementsOf(scope: CfnResource, document: unknown): any[] {
  const written = document instanceof PolicyDocument ? writtenStatements(document) : document;
  const { value } = read(scope, written);
  return Array.isArray(value) ? value : asList(value?.Statement);
}

/**
 * The documents that a resource of IAM carries.
 *
 * @internal
 */
export function policyDocuments(resource: CfnResource): unknown[] {
  if (CfnPolicy.isCfnPolicy(resource) || CfnManagedPolicy.isCfnManagedPolicy(resource)) {
    return [resource.policyDocument];
  }
  if (CfnRole.isCfnRole(resource) && Array.isArray(resource.policies)) {
    return resource.policies.map((policy: any) => policy?.policyDocument ?? policy?.PolicyDocument);
  }
  return [];
}
