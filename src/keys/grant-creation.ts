import { Token } from 'aws-cdk-lib/core';
import type { Problems } from '../private/errors';

/**
 * Who may create grants on a key. A grant gives permissions past the key policy, and a person who may create one can
 * give away more than they have.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/grants.html
 */
export class GrantCreation {
  /**
   * AWS services only, on behalf of their callers, as Amazon EBS and Amazon DynamoDB do: everybody else is denied.
   * This is what the AWS Control Tower rule CT.KMS.PR.3 asks for.
   *
   * @see https://docs.aws.amazon.com/controltower/latest/controlreference/kms-rules.html
   */
  public static servicesOnly(): GrantCreation {
    return new GrantCreation(true);
  }

  /**
   * Every principal of the account that an IAM policy allows to, except the administrators who are named. Needed for
   * creating an Amazon EKS cluster, which does not say that a service asks, and for grants of your own.
   *
   * The key then does not meet the AWS Control Tower rule CT.KMS.PR.3, and cannot be limited to `viaServices`.
   *
   * @param reason why, in words; it becomes part of the template's metadata
   */
  public static principals(reason: string): GrantCreation {
    return new GrantCreation(false, reason);
  }

  private constructor(
    /** Whether only AWS services create grants. */
    public readonly forServicesOnly: boolean,
    /** Why others may too. */
    public readonly reason?: string,
  ) {}

  /** @internal */
  public _check(problems: Problems): void {
    problems.expect(this.forServicesOnly || Token.isUnresolved(this.reason) || Boolean(this.reason?.trim()), 'GrantCreationReasonMissing', () =>
      "'grantCreation' lets principals create grants without a reason; say why, as in GrantCreation.principals('EKS cluster creation')");
  }
}
