import { Token, type Duration } from 'aws-cdk-lib/core';
import type { Problems } from '../private/errors';
import { KEY_STANDARD } from '../standard/key-standard';

/**
 * How the material of a symmetric encryption key is rotated by AWS KMS.
 *
 * Rotation changes neither the key's id nor its ARN, and what was encrypted before stays readable. AWS charges for the
 * first and second rotated material, and for no more.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html
 */
export class KeyRotation {
  /**
   * AWS KMS rotates the key material every period.
   *
   * @param period whole days from 90 to 2560; 365 days if it is not given
   */
  public static automatic(period?: Duration): KeyRotation {
    return new KeyRotation(true, period);
  }

  /**
   * The key material is never rotated by AWS KMS.
   *
   * @param reason why, in words; it becomes part of the template's metadata
   */
  public static disabled(reason: string): KeyRotation {
    return new KeyRotation(false, undefined, reason);
  }

  private constructor(
    /** Whether AWS KMS rotates the key material. */
    public readonly enabled: boolean,
    private readonly givenPeriod?: Duration,
    /** Why it does not. */
    public readonly reason?: string,
  ) {}

  /**
   * The period in days, if AWS KMS rotates the key material.
   */
  public get periodInDays(): number | undefined {
    return this.enabled ? (this.givenPeriod?.toDays({ integral: false }) ?? KEY_STANDARD.rotationDays.default) : undefined;
  }

  /** @internal */
  public _check(problems: Problems): void {
    const { min, max } = KEY_STANDARD.rotationDays;
    const hidden = this.givenPeriod?.isUnresolved();
    problems.expect(!hidden, 'DurationHasToken', () => "'rotation' must have a period that is known at synthesis, got a token");
    const days = hidden ? undefined : this.periodInDays;
    if (days !== undefined) {
      problems.expect(Number.isInteger(days) && days >= min && days <= max, 'RotationPeriodOutOfRange', () =>
        `'rotation' must have a period of whole days from ${min} to ${max}, got ${days}; the usual period is KeyRotation.automatic()`);
    }
    if (!this.enabled && !Token.isUnresolved(this.reason)) {
      problems.expect(Boolean(this.reason?.trim()), 'RotationReasonMissing', () =>
        "'rotation' is disabled without a reason; say why, as in KeyRotation.disabled('rotated by hand every quarter')");
    }
  }
}
