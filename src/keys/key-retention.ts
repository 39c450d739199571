import { Duration, RemovalPolicy, Token } from 'aws-cdk-lib/core';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import type { Problems } from '../private/errors';
import { KEY_STANDARD } from '../standard/key-standard';

/**
 * What happens to a key, its aliases and the data that it encrypts when they leave the template: one choice for all of
 * them, since data is worth nothing without its key.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
 */
export class KeyRetention {
  /**
   * For data that must survive: key, aliases and data are kept, and the key policy denies to schedule the deletion of
   * a key that was in use of late, or that is younger than that.
   *
   * The denial slows a mistake down; who may put the key policy can take it away. A first deployment that fails leaves
   * the key and its aliases behind: adopt them with a resource import, or remove them by hand, before the next.
   *
   * Outside the partition `aws` the denial is only there when `unusedFor` asks for it: AWS does not say that its
   * condition key exists there.
   *
   * @see https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-trailing-days-without-key-usage
   * @param unusedFor how long the key must not have been used before it can be scheduled for deletion, from 1 to 3650
   *   whole days; 90 days if it is not given
   */
  public static production(unusedFor?: Duration): KeyRetention {
    const days = unusedFor?.toDays({ integral: false }) ?? KEY_STANDARD.deletionProtectionDays.default;
    return new KeyRetention(RemovalPolicy.RETAIN, KEY_STANDARD.pendingWindowDays.retained, days, unusedFor !== undefined);
  }

  /**
   * Key, aliases and data are kept when they leave the template. A first deployment that fails leaves the key pending
   * deletion for 30 days, at no charge, and no alias.
   */
  public static retain(): KeyRetention {
    return new KeyRetention(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE, KEY_STANDARD.pendingWindowDays.retained);
  }

  /**
   * For tests and previews: the key is scheduled for deletion after 7 days, the shortest window, and its aliases and
   * data are deleted at once.
   */
  public static ephemeral(): KeyRetention {
    return new KeyRetention(RemovalPolicy.DESTROY, KEY_STANDARD.pendingWindowDays.ephemeral);
  }

  private constructor(
    /** The removal policy of the key, its aliases and its data. */
    public readonly removalPolicy: RemovalPolicy,
    private readonly pendingWindowDays: number,
    /** Days without use below which the key policy denies to schedule the key's deletion. */
    public readonly deletionProtectionDays?: number,
    private readonly protectionAsked: boolean = false,
  ) {}

  /** Whether the data outlives its resource in the template. */
  public get keepsData(): boolean {
    return this.removalPolicy !== RemovalPolicy.DESTROY;
  }

  /** How long AWS KMS waits before it deletes a key that is scheduled for deletion. */
  public get pendingWindow(): Duration {
    return Duration.days(this.pendingWindowDays);
  }

  /**
   * Days without use below which the key policy of a Region denies deletion. An unknown Region is taken for one of the
   * partition `aws`, where nearly all are.
   *
   * @internal
   */
  public _protectionIn(region: string): number | undefined {
    const elsewhere = !Token.isUnresolved(region) && (RegionInfo.get(region).partition ?? 'aws') !== 'aws';
    return elsewhere && !this.protectionAsked ? undefined : this.deletionProtectionDays;
  }

  /** @internal */
  public _check(problems: Problems): void {
    const { min, max } = KEY_STANDARD.deletionProtectionDays;
    const days = this.deletionProtectionDays;
    if (Token.isUnresolved(days)) {
      problems.add('DurationHasToken', "'retention' must protect the key for a time that is known at synthesis, got a token");
      return;
    }
    problems.expect(days === undefined || (Number.isInteger(days) && days >= min && days <= max), 'DeletionProtectionOutOfRange', () =>
      `'retention' must protect the key for whole days from ${min} to ${max}, got ${days}; KeyRetention.production() takes ${KEY_STANDARD.deletionProtectionDays.default}`);
  }
}
