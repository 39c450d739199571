import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import type { CfnResource } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';
import type { ServiceReach } from '../policy/service-reach';
import type { EncryptedResource } from '../services/encrypted-resource';
import type { ServiceCaller } from '../services/service-caller';
import type { ResourceIndex } from './resource-index';

const WIRED_KEY = Symbol.for('cdk-kms-constructs.WiredKey');

/**
 * A resource that is encrypted with a key.
 *
 * @internal
 */
export interface ProtectedResource {
  readonly row: EncryptedResource;
  readonly resource: CfnResource;
  /** The Region in which the key is used. */
  readonly region: unknown;
}

/**
 * A service's wiring that AWS does not carry out with a customer managed key.
 *
 * @internal
 */
export interface Undelivered {
  readonly row: ServiceCaller;
  readonly declaredBy: CfnResource;
  readonly target?: CfnResource;
}

/**
 * What the wiring found about one key.
 *
 * @internal
 */
export interface KeyDiscovery {
  /** The services that reach the key. */
  readonly reaches: readonly ServiceReach[];
  readonly resources: readonly ProtectedResource[];
  readonly undelivered: readonly Undelivered[];
  readonly index: ResourceIndex;
}

/**
 * All that the wiring knows of a key: one of ours, an imported one, or somebody else's.
 *
 * @internal
 */
export interface WiredKey {
  readonly keyArn: string;
  /** What was found about the key, instead of what was found before. */
  _discovered(discovery: KeyDiscovery): void;
  /**
   * A role that the wiring found to use the key. It gets what it lacks; a permission under a condition may count, if the
   * condition is that of the construct that gave it.
   */
  _usedBy(role: IGrantable, actions: readonly string[], evenConditioned?: boolean): void;
  /** A role that the wiring found to use the key is not in the tree. */
  _usedByUnknown(declaredBy: CfnResource, actions: readonly string[]): void;
  /** Every service and role is known; IAM statements can still be added. */
  _settle(): void;
}

/**
 * A key of ours in the tree.
 *
 * @internal
 */
export interface WiredKeyConstruct extends WiredKey, IConstruct {
  /** The key's resource in the template; an imported key has none. */
  readonly _keyResource?: CfnResource;
  /** The other texts that name the key: its id, its alias. */
  readonly _names: readonly string[];
}

/** @internal */
export function markWiredKey(key: WiredKeyConstruct): void {
  Object.defineProperty(key, WIRED_KEY, { value: true });
}

/** @internal */
export function isWiredKey(construct: IConstruct): construct is WiredKeyConstruct {
  return WIRED_KEY in construct;
}
