import type { IRole } from 'aws-cdk-lib/aws-iam';
import { Aws, Stack, Token } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';
import { parseArn } from '../private/arns';
import type { Problems } from '../private/errors';

/** A name, with wildcards, after its path if there is one: `ops/KeyAdmin`. */
const PATH_AND_NAME = /^([\w+=,.@*?-]+\/)*[\w+=,.@*?-]+$/;
const NAME = /^[\w+=,.@-]+$/;

/**
 * Somebody who administers a key or deploys it, named so that the key policy refers to no construct: by name, by
 * pattern or by ARN.
 *
 * The name is matched with `ArnLike` on `aws:PrincipalArn`, so that a role may be deleted and made again without
 * losing its access, and need not exist when the key is made.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn
 */
export class KeyPrincipal {
  /**
   * A role of the key's account, or of an account that is trusted, by its name, after its path if it has one: `KeyAdmin` or `ops/KeyAdmin`. `*` and `?`
   * match as in `ArnLike`.
   *
   * @param name the path without its first slash, and the name
   */
  public static roleName(name: string): KeyPrincipal {
    return new KeyPrincipal('role name', name, (account) => principalArn(account, `role/${name}`));
  }

  /**
   * An IAM user of the key's account, by name, after the path if there is one.
   *
   * @param name the path without its first slash, and the name
   */
  public static userName(name: string): KeyPrincipal {
    return new KeyPrincipal('user name', name, (account) => principalArn(account, `user/${name}`));
  }

  /**
   * The role of an IAM Identity Center permission set in the key's account, whatever suffix and Region its role got.
   *
   * The suffix is matched by its sixteen characters: `*` would also match permission sets whose names begin alike.
   *
   * @see https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
   * @param name the name of the permission set
   */
  public static permissionSet(name: string): KeyPrincipal {
    return new KeyPrincipal('permission set', name, (account) =>
      principalArn(account, `role/aws-reserved/sso.amazonaws.com/*AWSReservedSSO_${name}_${'?'.repeat(16)}`),
    );
  }

  /**
   * A role or user by its ARN, with its path; `*` and `?` match as in `ArnLike`. STS session ARNs never match and are
   * refused.
   *
   * @param arn the ARN, without tokens
   */
  public static arn(arn: string): KeyPrincipal {
    return new KeyPrincipal('ARN', arn, () => arn);
  }

  /**
   * A role construct. The key policy then refers to it, so that no path may lead back from the role to the key: that
   * is checked at synthesis. A role with a name of its own is better given by `roleName`.
   *
   * @param role the role
   */
  public static role(role: IRole): KeyPrincipal {
    return new KeyPrincipal('role', role.roleArn, () => role.roleArn, role);
  }

  private constructor(
    private readonly kind: string,
    private readonly text: string,
    private readonly render: (account: string) => string,
    /** @internal */
    public readonly _role?: IRole,
  ) {}

  /**
   * The pattern for `aws:PrincipalArn` in the account of a construct, or in another.
   *
   * @internal
   */
  public _arn(scope: IConstruct, account: string = Stack.of(scope).account): string {
    return this.render(account);
  }

  /** @internal */
  public _check(problems: Problems, prop: string, account: string = ''): void {
    if (this._role) {
      return;
    }
    if (Token.isUnresolved(this.text)) {
      problems.add('PrincipalHasToken', `'${prop}': a ${this.kind} must be known at synthesis, got a token; name the role, or pass it with KeyPrincipal.role()`);
      return;
    }
    if (this.kind !== 'ARN') {
      const name = this.kind === 'permission set' ? NAME : PATH_AND_NAME;
      problems.expect(name.test(this.text), 'PrincipalNameInvalid', () =>
        `'${prop}': '${this.text}' is no ${this.kind}; letters, digits and any of +=,.@_- are allowed, and in roles and users the wildcards * and ?, and a path with / after each part`);
      return;
    }
    const arn = parseArn(this.text);
    if (arn?.service === 'sts') {
      problems.add('PrincipalIsSession', `'${prop}': '${this.text}' is a session of AWS STS, which aws:PrincipalArn never holds; give the ARN of its role, with the role's path`);
    } else if (arn && /^\d{12}$/.test(account) && /^\d{12}$/.test(arn.account) && arn.account !== account) {
      problems.add('PrincipalOfOtherAccount', `'${prop}': '${this.text}' is of another account than ${account}, where it is expected; another account can only use the key, see 'trustedAccounts' and 'trustAccount'`);
    } else if (arn?.service !== 'iam' || !/^(role|user)\/.+/.test(arn.resource)) {
      problems.add('PrincipalArnInvalid', `'${prop}': '${this.text}' is no ARN of an IAM role or user; expected 'arn:<partition>:iam::<account>:role/<path and name>'`);
    }
  }
}

function principalArn(account: string, resource: string): string {
  return `arn:${Aws.PARTITION}:iam::${account}:${resource}`;
}
