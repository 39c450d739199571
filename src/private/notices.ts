import { Annotations } from 'aws-cdk-lib/core';
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
 * Shows notices on a construct.
 *
 * They are put on its default child: the CDK looks acknowledgements up in the parents of the annotated construct
 * only, and users acknowledge on the construct that they made.
 *
 * @internal
 */
export function show(scope: IConstruct, notices: Iterable<Notice>): void {
  const annotations = Annotations.of(scope.node.defaultChild ?? scope);
  for (const notice of notices) {
    const id = `${PREFIX}:${notice.code}`;
    if (notice.level === 'warning') {
      annotations.addWarningV2(id, notice.message);
    } else {
      annotations.addInfoV2(id, notice.message);
    }
  }
}
