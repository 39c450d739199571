/**
 * A permission on a key as it stands in an IAM policy.
 *
 * @internal
 */
export interface Permission {
  readonly actions: string[];
  readonly resourceArns: string[];
  readonly conditions?: Record<string, Record<string, unknown>>;
}

/**
 * A key that says how IAM policies name it.
 *
 * @internal
 */
export interface KeyPermission {
  readonly keyArn: string;
  /** Whether the key is known to be a symmetric encryption key; it may be of any spec otherwise. */
  readonly _isSymmetric: boolean;
  /** Whether somebody sees to the key policy: this app, or the owner of the key by agreement. */
  readonly _isPolicyManaged: boolean;
  /** The permission to do something on the key, and on no other. */
  _permission(actions: readonly string[], conditions?: Record<string, Record<string, unknown>>): Permission;
}
