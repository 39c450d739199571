import type { Problems } from '../private/errors';

/**
 * Whether services and roles that need a key get their permission by themselves.
 */
export class ServiceWiring {
  /**
   * Every service and role that is found to reach the key gets what it needs, and nothing more: the services in the key
   * policy, bound to where they act from, and the roles by IAM.
   */
  public static automatic(): ServiceWiring {
    return new ServiceWiring(true);
  }

  /**
   * Nothing is added. Each service and role that lacks its permission is told in a warning, with the statement to add.
   *
   * @param reason why the key policy is written by hand
   */
  public static byHand(reason: string): ServiceWiring {
    return new ServiceWiring(false, reason);
  }

  private constructor(
    /** Whether permissions are added. */
    public readonly isAutomatic: boolean,
    /** Why they are not. */
    public readonly reason?: string,
  ) {}

  /** @internal */
  public _check(problems: Problems): void {
    problems.expect(this.reason === undefined || this.reason.trim() !== '', 'WiringReasonMissing', () =>
      "'wiring': ServiceWiring.byHand() needs a reason for whoever reads the template");
  }
}
