import { Annotations, Validations } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';

const PREFIX = 'cdk-kms-constructs';

/**
 * What a synthesis tells its user. `information` is a change that keeps what was meant; `warning` asks for an action.
 *
 * @internal
 */
export interface Notice {
  readonly level: 'information' | 'warning';
  /** Stable: users acknowledge `cdk-kms-constructs:<code>`. */
  readonly code: string;
  readonly message: string;
  /** What of several the notice is about: it is acknowledged by `cdk-kms-constructs:<code>:<about>`, for that one only. */
  readonly about?: string;
}

/**
 * A change that keeps what was meant.
 *
 * @internal
 */
export function information(code: string, message: string): Notice {
  return { level: 'information', code, message };
}

/**
 * Something that asks for an action.
 *
 * @internal
 */
export function warning(code: string, message: string): Notice {
  return { level: 'warning', code, message };
}

/**
 * Shows notices on a construct, save those that were acknowledged on it or above it.
 *
 * They are put on its default child: the CDK looks acknowledgements up in the parents of the annotated construct
 * only, and users acknowledge on the construct that they made.
 *
 * @internal
 */
export function show(scope: IConstruct, notices: Iterable<Notice>): void {
  const target = scope.node.defaultChild ?? scope;
  for (const { level, code, message, about } of notices) {
    const id = [PREFIX, code, ...(about ? [about] : [])].join(':');
    if (isAcknowledged(target, id)) {
      continue;
    }
    if (level === 'warning') {
      Annotations.of(target).addWarningV2(id, message);
    } else {
      Annotations.of(target).addInfoV2(id, message);
    }
  }
}

/**
 * Shows notices when the tree is validated, so that they can still be acknowledged.
 *
 * @internal
 */
export function showAtSynthesis(scope: IConstruct, ...notices: Notice[]): void {
  scope.node.addValidation({
    validate: () => {
      show(scope, notices);
      return [];
    },
  });
}

/**
 * Whether `Validations.acknowledge` was asked for an id. It acts on warnings of its own only, and records what it was asked
 * for under the id with a prefix of the CDK.
 */
function isAcknowledged(scope: IConstruct, id: string): boolean {
  return scope.node.scopes
    .flatMap((parent) => parent.node.metadata)
    .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
    .some(({ data }) => Object.keys(data).some((acknowledged) => acknowledged === id || acknowledged.endsWith(`::${id}`)));
}
