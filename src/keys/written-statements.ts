import { Grant, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { reviewStatement, type Review, type ReviewContext } from '../policy/statement-review';
import { withKnownPartition } from '../private/known-partition';
import { read } from '../private/template-reader';
import type { ResourceIndex } from '../wiring/resource-index';
import { hasLanded, warnNotApplied } from '../wiring/role-policies';
import { isSideOfGrant } from './customer-managed-key-grants';
import type { KeyPermission } from './key-permission';

/**
 * A statement that somebody wrote for a key's policy, with what becomes of it.
 *
 * @internal
 */
export interface ReviewedStatement {
  readonly statement: PolicyStatement;
  readonly review: Review;
}

/**
 * The statements that the CDK's constructs and the user write for the policy of one key.
 *
 * @internal
 */
export class WrittenStatements {
  private readonly moved = new Set<PolicyStatement>();

  constructor(private readonly key: IKey & KeyPermission, private readonly written: () => readonly PolicyStatement[]) {}

  public reviewed(context: ReviewContext): ReviewedStatement[] {
    return this.written().map((statement) => ({
      statement,
      // A partition that is known is written out, or not, as a feature flag says: here it always is.
      review: reviewStatement(withKnownPartition(read(this.key, statement.toStatementJson()).value, this.key.env.region), context),
    }));
  }

  /**
   * Gives roles of the app their side: those of the key's account the statement itself, those of other accounts, which need both
   * sides, the same besides it.
   */
  public moveToPrincipals(context: ReviewContext, index: ResourceIndex): void {
    for (const { statement, review } of this.reviewed(context)) {
      if (review.onPrincipals.length === 0 || this.moved.has(statement) || isSideOfGrant(statement)) {
        continue;
      }
      this.moved.add(statement);
      const { Condition: conditions } = statement.toStatementJson();
      for (const { path, actions } of review.onPrincipals) {
        const grantee = index.grantable(path);
        const permission = this.key._permission(actions, conditions);
        const grant = Grant.addToPrincipal({ grantee, ...permission });
        if (!grant.success || !hasLanded(grant, grantee)) {
          const { resourceArns: resources, ...rest } = permission;
          warnNotApplied(this.key, grantee, new PolicyStatement({ resources, ...rest }));
        }
      }
    }
  }

  /** Statements for roles that came when IAM policies were complete. */
  public tooLate(reviews: readonly ReviewedStatement[]): ReviewedStatement[] {
    const isLeft = (statement: PolicyStatement) => !this.moved.has(statement) && !isSideOfGrant(statement);
    return reviews.filter(({ statement, review }) => review.onPrincipals.length > 0 && isLeft(statement));
  }
}
