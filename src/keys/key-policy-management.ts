import type { Problems } from '../private/errors';

/**
 * Who sees to the policy of a key that this app cannot change.
 */
export class KeyPolicyManagement {
  /**
   * This app tells what the key policy needs: each statement in a warning, which can be acknowledged for that statement, in
   * `statementsForOwner`, and in a stack output on request.
   */
  public static reported(): KeyPolicyManagement {
    return new KeyPolicyManagement();
  }

  /**
   * The owner of the key manages its policy, and knows what this app needs. There are no warnings; `statementsForOwner` still
   * has the statements.
   *
   * @param reason who the owner is, or where that was agreed
   */
  public static byOwner(reason: string): KeyPolicyManagement {
    return new KeyPolicyManagement(reason);
  }

  private constructor(
    /** Why nothing is reported. */
    public readonly reason?: string,
  ) {}

  /** @internal */
  public _check(problems: Problems): void {
    problems.expect(this.reason === undefined || this.reason.trim() !== '', 'ManagementReasonMissing', () =>
      "'keyPolicy': KeyPolicyManagement.byOwner() needs a reason: who the owner is, or where it was agreed");
  }
}
