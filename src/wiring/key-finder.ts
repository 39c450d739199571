import { Token, type CfnResource } from 'aws-cdk-lib/core';
import { arnText } from '../private/arn-text';
import { parseArn } from '../private/arns';
import { read, referencedPaths } from '../private/template-reader';
import { encryptedResource } from '../services/service-table';
import { ForeignKey } from './foreign-key';
import type { ResourceIndex } from './resource-index';
import type { WiredKey } from './wired-key';

const ALIAS = /alias\/[\w/-]+$/;

/**
 * Finds the key that a property holds: a key of ours in the tree, one that we imported, or somebody else's.
 *
 * @internal
 */
export class KeyFinder {
  /** Somebody else's keys that were found so far. */
  public readonly foreign = new Map<string, ForeignKey>();
  private readonly byPath = new Map<string, WiredKey>();
  /** By ARN, id and alias, as text. */
  private readonly byName = new Map<string, WiredKey>();
  private readonly resources = new Map<WiredKey, CfnResource>();
  private readonly foreignByAlias = new Map<string, CfnResource>();

  constructor(private readonly index: ResourceIndex) {
    for (const key of index.keys) {
      if (key._keyResource) {
        this.byPath.set(key._keyResource.node.path, key);
        this.resources.set(key, key._keyResource);
      } else {
        [key.keyArn, ...key._names].forEach((name) => this.byName.set(arnText(read(key, name).value), key));
      }
    }
    index.ofType('AWS::KMS::Alias').forEach((alias) => this.addAlias(alias));
  }

  /** The keys that a resource is encrypted with. */
  public keysOf(resource: CfnResource): WiredKey[] {
    const { keyProperties = [], replicas } = encryptedResource(resource.cfnResourceType) ?? {};
    return this.keysAt(this.index.properties(resource), [...keyProperties, ...(replicas ? [`${replicas.within}.${replicas.key}`] : [])]);
  }

  /** The keys that properties of an element hold, each once. */
  public keysAt(element: unknown, paths: readonly string[]): WiredKey[] {
    return [...new Set(paths.flatMap((path) => this.index.values(element, path)).flatMap((value) => this.keyIn(value)))];
  }

  /** The resource of a key, if it is in the tree. */
  public resourceOf(key: WiredKey): CfnResource | undefined {
    return this.resources.get(key);
  }

  /** A key is given by reference to it or to its alias, or by its ARN, its id or the name of its alias. */
  public keyIn(value: unknown): WiredKey[] {
    const text = arnText(value);
    const [alias] = ALIAS.exec(text) ?? [];
    const known = this.byName.get(text) ?? (alias ? this.byName.get(alias) : undefined);
    if (known) {
      return [known];
    }
    const resources = this.index.referenced([value]);
    const referred = resources.flatMap((resource) => this.byPath.get(resource.node.path) ?? this.foreignAt(resource));
    const foreign = alias && this.foreignByAlias.get(alias);
    return referred.length > 0 ? referred : foreign ? [this.foreignNamed(foreign.node.path, foreign)] : this.elsewhere(value, text);
  }

  private foreignAt(resource: CfnResource): WiredKey[] {
    switch (resource.cfnResourceType) {
      case 'AWS::KMS::Key':
        return [this.foreignNamed(resource.node.path, resource)];
      case 'AWS::KMS::Alias':
        return this.keysAt(this.index.properties(resource), ['TargetKeyId']);
      default:
        return [];
    }
  }

  /** A key that nothing in the tree stands for, if its text says that it is one. */
  private elsewhere(value: unknown, text: string): WiredKey[] {
    const named = parseArn(text)?.service === 'kms' || ALIAS.test(text);
    return named && referencedPaths(value).size === 0 ? [this.foreignNamed(text)] : [];
  }

  private foreignNamed(name: string, resource?: CfnResource): ForeignKey {
    const known = this.foreign.get(name) ?? new ForeignKey(name, resource);
    this.foreign.set(name, known);
    if (resource) {
      this.resources.set(known, resource);
    }
    return known;
  }

  private addAlias(alias: CfnResource): void {
    const properties = this.index.properties(alias);
    const { AliasName: name } = properties;
    const isNamed = typeof name === 'string' && !Token.isUnresolved(name);
    for (const target of this.index.referenced(this.index.values(properties, 'TargetKeyId'))) {
      const key = this.byPath.get(target.node.path);
      if (key) {
        this.byPath.set(alias.node.path, key);
        if (isNamed) {
          this.byName.set(name, key);
        }
      } else if (isNamed && target.cfnResourceType === 'AWS::KMS::Key') {
        this.foreignByAlias.set(name, target);
      }
    }
  }
}
