import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import type { CfnResource } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';
import type { ServiceReach } from '../policy/service-binding';
import type { ResourceIndex } from './resource-index';

const WIRED_KEY = Symbol.for('cdk-kms-constructs.WiredKey');

/**
 * All that the wiring knows of a key.
 *
 * @internal
 */
export interface WiredKey extends IConstruct {
  readonly keyArn: string;
  /** The key's resource in the template. */
  readonly _keyResource: CfnResource;
  /** The services that the wiring found to reach the key, instead of those that it found before. */
  _reachedBy(reaches: readonly ServiceReach[], index: ResourceIndex): void;
  /** A role that the wiring found to use the key. */
  _usedBy(role: IGrantable, actions: readonly string[]): void;
  /** Every service and role is known; IAM statements can still be added. */
  _settle(): void;
}

/** @internal */
export function markWiredKey(key: WiredKey): void {
  Object.defineProperty(key, WIRED_KEY, { value: true });
}

/** @internal */
export function isWiredKey(construct: IConstruct): construct is WiredKey {
  return WIRED_KEY in construct;
}
