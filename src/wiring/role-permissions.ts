import type { CfnResource } from 'aws-cdk-lib/core';
import { asList } from '../policy/key-statement';
import { wildcardMatch } from '../private/arns';
import { referencedPaths } from '../private/template-reader';
import { policyDocuments, statementsOf } from './policy-statements';
import type { ResourceIndex } from './resource-index';

/**
 * What a policy lets a role do with a resource of the tree.
 *
 * @internal
 */
export interface Permission {
  readonly role: CfnResource;
  readonly target: CfnResource;
  /** As written, with wildcards. */
  readonly actions: readonly string[];
}

/**
 * What the policies of the tree let its roles do with its resources, by role. Read once, when somebody asks.
 *
 * @internal
 */
export class RolePermissions {
  private readonly byRole = new Map<string, Permission[]>();
  private isRead = false;

  constructor(private readonly index: ResourceIndex) {}

  public of(role: CfnResource): readonly Permission[] {
    this.read();
    return this.byRole.get(role.node.path) ?? [];
  }

  public all(): Permission[] {
    this.read();
    return [...this.byRole.values()].flat();
  }

  private read(): void {
    if (this.isRead) {
      return;
    }
    this.isRead = true;
    for (const resource of this.index.resources) {
      const documents = policyDocuments(resource);
      if (documents.length > 0) {
        const permissions = documents.flatMap((document) => this.permissionsOf(resource, document));
        this.rolesOf(resource).forEach((role) => this.add(role, permissions));
      }
    }
    for (const role of this.index.ofType('AWS::IAM::Role')) {
      const managed = this.index.referenced(this.index.values(this.index.properties(role), 'ManagedPolicyArns.*'));
      managed.forEach((policy) => this.add(role, policyDocuments(policy).flatMap((document) => this.permissionsOf(policy, document))));
    }
  }

  private rolesOf(resource: CfnResource): CfnResource[] {
    return resource.cfnResourceType === 'AWS::IAM::Role'
      ? [resource]
      : this.index.referenced(this.index.values(this.index.properties(resource), 'Roles.*'));
  }

  private add(role: CfnResource, permissions: ReadonlyArray<Omit<Permission, 'role'>>): void {
    const added = permissions.map((permission) => ({ role, ...permission }));
    this.byRole.set(role.node.path, [...(this.byRole.get(role.node.path) ?? []), ...added]);
  }

  private permissionsOf(resource: CfnResource, document: unknown): Array<Omit<Permission, 'role'>> {
    return statementsOf(resource, document)
      .filter(({ Effect, Action }) => Effect === 'Allow' && Action)
      .flatMap(({ Action, Resource }) =>
        [...referencedPaths(Resource)]
          .flatMap((path) => this.index.at(path) ?? [])
          .map((target) => ({ target, actions: asList<string>(Action) })));
  }
}

/**
 * Whether written actions, with wildcards, hold one of some actions.
 *
 * @internal
 */
export function allowsAny(written: readonly string[], actions: readonly string[]): boolean {
  return written.some((pattern) => actions.some((action) => wildcardMatch(pattern.toLowerCase(), action.toLowerCase())));
}
