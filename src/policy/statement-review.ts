import { parseArn } from '../private/arns';
import { information, warning, type Notice } from '../private/notices';
import { describeValue, referencedPaths } from '../private/template-reader';
import { exactActions, isAdministration, isUse, worksCrossAccount } from './key-actions';
import { EVERYBODY, asList, mapValues, parseConditions, withCondition, type Conditions, type KeyStatement } from './key-statement';
import { arnText } from './lockout';
import { bindServiceStatement, type ServiceContext } from './service-binding';

/**
 * An IAM role or user that a statement refers to.
 *
 * @internal
 */
export interface ReferencedPrincipal {
  readonly kind: 'role' | 'user';
  /** The account as text; pseudo parameters by their names. */
  readonly account: string;
  /** Its ARN without references, where its name is known at synthesis. */
  readonly arn?: string;
}

/**
 * What the review of a statement needs to know of the key and of the tree around it.
 *
 * @internal
 */
export interface ReviewContext extends ServiceContext {
  /** The ARN of the key's account root, as it stands in the template. */
  readonly accountRoot: unknown;
  readonly administrationIsNarrowed: boolean;
  /** Values of `kms:ViaService` that the key is limited to, as text; none if it is not. */
  readonly viaServices: readonly string[];
  /** The same as conditions. */
  readonly viaServiceScope: Conditions;
  /** The role or user at a path of the tree. */
  principalAt(path: string): ReferencedPrincipal | undefined;
}

/**
 * A statement that somebody else wrote, brought in line with the laws of the key policy.
 *
 * @internal
 */
export interface Review {
  readonly statements: KeyStatement[];
  /** What becomes an IAM statement on the role or user at a path, with the conditions of the statement as written. */
  readonly onPrincipals: Array<{ readonly path: string; readonly actions: readonly string[] }>;
  readonly notices: Notice[];
  readonly problems: Array<{ readonly code: string; readonly message: string }>;
}

/**
 * Reviews one statement, read from its tokens.
 *
 * @param written the statement's JSON, with references marked
 * @internal
 */
export function reviewStatement(written: Record<string, any>, context: ReviewContext): Review {
  const review: Review = { statements: [], onPrincipals: [], notices: [], problems: [] };
  if (written.Effect === 'Deny') {
    reviewDeny(written, review);
    return review;
  }
  if (written.NotPrincipal || written.NotAction) {
    review.problems.push({ code: 'StatementInverted', message: `a key policy statement allows by NotPrincipal or NotAction, which lets in whoever it does not name; name principals and actions: ${describeValue(written)}` });
    return review;
  }
  const actions = reviewActions(written, review);
  if (actions.length === 0) {
    return review;
  }
  const conditions = parseConditions(written.Condition);
  checkScope(conditions, written, context, review);
  const allow = { effect: 'Allow' as const, actions, conditions };
  for (const [kind, principals] of Object.entries(written.Principal ?? {})) {
    for (const principal of asList(principals)) {
      if (kind === 'AWS') {
        reviewAwsPrincipal(principal, allow, written, context, review);
      } else if (kind === 'Service') {
        const bound = bindServiceStatement(String(principal), allow, context);
        review.statements.push(...bound.statements);
        review.notices.push(...bound.notices.map((notice) => ({ ...notice, message: `${notice.message}; written: ${describeValue(written)}` })));
      } else {
        review.statements.push({ ...allow, principal: { [kind]: [principal] } });
      }
    }
  }
  return review;
}

/** A denial stays as it was written: expanding its wildcards would let future actions through. */
function reviewDeny(written: Record<string, any>, review: Review): void {
  if (written.NotPrincipal || written.NotAction) {
    review.problems.push({ code: 'StatementInverted', message: `a key policy statement denies by NotPrincipal or NotAction, so that who keeps the key cannot be proved; deny by conditions on aws:PrincipalArn: ${describeValue(written)}` });
    return;
  }
  if (referencedPaths(written).size > 0) {
    review.problems.push({ code: 'StatementRefersToUser', message: `a key policy statement denies by reference to a resource, which would make a cycle; deny by name or pattern, as with aws:PrincipalArn: ${describeValue(written)}` });
    return;
  }
  review.statements.push({
    sid: written.Sid,
    effect: 'Deny',
    principal: Object.fromEntries(Object.entries(written.Principal ?? EVERYBODY).map(([kind, values]) => [kind, asList(values)])),
    actions: asList<string>(written.Action),
    conditions: parseConditions(written.Condition),
  });
}

function reviewActions(written: Record<string, any>, review: Review): readonly string[] {
  const exact = exactActions(asList<string>(written.Action));
  if (exact.unknown.length > 0) {
    review.problems.push({ code: 'ActionUnknown', message: `AWS KMS has no action ${exact.unknown.join(', ')}: ${describeValue(written)}` });
  }
  if (exact.impossible.length > 0) {
    review.notices.push(warning('actionImpossible', `a symmetric encryption key cannot do ${exact.impossible.join(', ')}, so that was left out of the key policy: ${describeValue(written)}`));
  }
  if (exact.actions.some(isAdministration) && exact.actions.some(isUse)) {
    review.problems.push({ code: 'AdministrationMixedWithUse', message: `one key policy statement allows both administering and using the key; give administration with 'administrators' and use with a grant: ${describeValue(written)}` });
    return [];
  }
  // What becomes of a service's statement is told as a whole.
  if (exact.expanded.length > 0 && !written.Principal?.Service) {
    review.notices.push(information('actionsExpanded', `${exact.expanded.join(', ')} became ${exact.actions.join(', ')}`));
  }
  return exact.actions;
}

/** A key that is limited to services does not work through another, whatever its other statements say. */
function checkScope(conditions: Conditions, written: Record<string, any>, context: ReviewContext, review: Review): void {
  const asked = [...(conditions.StringEquals?.['kms:ViaService'] ?? []), ...(conditions.StringLike?.['kms:ViaService'] ?? [])].map(arnText);
  const outside = asked.filter((value) => context.viaServices.length > 0 && !context.viaServices.includes(value));
  if (outside.length > 0) {
    review.problems.push({ code: 'ViaServiceOutOfScope', message: `the key is used through ${outside.join(', ')}, which its 'viaServices' leave out: ${describeValue(written)}` });
  }
}

type Allow = Pick<KeyStatement, 'effect' | 'actions' | 'conditions'>;

function reviewAwsPrincipal(principal: unknown, allow: Allow, written: Record<string, any>, context: ReviewContext, review: Review): void {
  const paths = [...referencedPaths(principal)];
  if (paths.length > 0) {
    reviewReferenced(paths[0], allow, written, context, review);
    return;
  }
  if (referencedPaths(allow.conditions).size > 0) {
    review.problems.push({ code: 'StatementRefersToUser', message: `a condition of a key policy statement refers to a resource, which would make a cycle; bind by account, name or pattern: ${describeValue(written)}` });
    return;
  }
  if (principal === '*') {
    reviewEverybody(allow, written, context, review);
    return;
  }
  reviewNamed(principal, allow, written, context, review);
}

/** Roles and users of the key's account get their permission from IAM, so that the key refers to nobody. */
function reviewReferenced(path: string, allow: Allow, written: Record<string, any>, context: ReviewContext, review: Review): void {
  const referenced = context.principalAt(path);
  if (!referenced) {
    review.problems.push({ code: 'StatementRefersToUser', message: `a key policy statement names ${path}, which is no IAM role or user: ${describeValue(written)}` });
  } else if (referenced.account === context.account) {
    review.onPrincipals.push({ path, actions: allow.actions });
    review.notices.push(information('statementMoved', `a key policy statement for ${path} became an IAM statement on that ${referenced.kind}: ${allow.actions.join(', ')}`));
  } else if (referenced.arn) {
    reviewForeign(referenced.account, referenced.arn, allow, written, context, review);
  } else {
    review.problems.push({ code: 'ForeignPrincipalUnnamed', message: `${path} of account ${referenced.account} has no name that is known at synthesis; give it one, so that the key policy can match it by aws:PrincipalArn` });
  }
}

function reviewEverybody(allow: Allow, written: Record<string, any>, context: ReviewContext, review: Review): void {
  const keys = Object.entries(allow.conditions).flatMap(([operator, values]) => (operator.includes('Not') ? [] : Object.keys(values)));
  const bounds = (...names: string[]) => keys.some((key) => names.some((name) => name.toLowerCase() === key.toLowerCase()));
  if (bounds('kms:CallerAccount', 'aws:PrincipalAccount', 'aws:PrincipalArn')) {
    review.statements.push({ ...allow, principal: EVERYBODY, conditions: scoped(allow.conditions, context) });
  } else if (bounds('aws:PrincipalOrgID', 'aws:PrincipalOrgPaths')) {
    narrowed(review, written, 'without the own account, whose roles would get in past their IAM policies');
    review.statements.push({
      ...allow,
      actions: allow.actions.filter(worksCrossAccount),
      principal: EVERYBODY,
      conditions: withCondition(scoped(allow.conditions, context), 'StringNotEquals', 'kms:CallerAccount', [context.accountId]),
    });
  } else if (bounds('kms:ViaService')) {
    narrowed(review, written, 'to callers of the own account');
    const conditions = { ...allow.conditions.StringEquals, 'kms:CallerAccount': [context.accountId] };
    review.statements.push({ ...allow, principal: EVERYBODY, conditions: { ...allow.conditions, StringEquals: conditions } });
  } else {
    review.problems.push({ code: 'OpenPrincipal', message: `a key policy statement lets everybody in; name principals, or bind it by kms:CallerAccount or aws:PrincipalOrgID: ${describeValue(written)}` });
  }
}

function reviewNamed(principal: unknown, allow: Allow, written: Record<string, any>, context: ReviewContext, review: Review): void {
  const name = arnText(principal);
  const arn = parseArn(name);
  const account = arn?.account ?? name;
  if (arn?.service === 'sts') {
    review.problems.push({ code: 'PrincipalIsSession', message: `a key policy statement names a session of AWS STS, which no later session matches; name its role: ${describeValue(written)}` });
  } else if (arn?.resource.startsWith('role/aws-service-role/')) {
    // A service-linked role's permissions are fixed, so that IAM cannot delegate to it: it must stand in the policy.
    review.statements.push({ ...allow, principal: { AWS: [principal] } });
  } else if (!arn && name !== context.account && !/^\d{12}$/.test(name)) {
    review.statements.push({ ...allow, principal: { AWS: [principal] } });
  } else if (account === context.account) {
    reviewOwnAccount(principal, arn?.resource ?? 'root', allow, written, context, review);
  } else {
    reviewForeign(account, arn && arn.resource !== 'root' ? principal : undefined, allow, written, context, review);
  }
}

function reviewOwnAccount(
  principal: unknown,
  resource: string,
  allow: Allow,
  written: Record<string, any>,
  context: ReviewContext,
  review: Review,
): void {
  if (resource !== 'root') {
    review.notices.push(warning('principalByName', `${arnText(principal)} is matched by aws:PrincipalArn, so that it may be made again, and needs an IAM policy with ${allow.actions.join(', ')} on the key's ARN`));
    review.statements.push({
      ...allow,
      principal: { AWS: [context.accountRoot] },
      conditions: withCondition(scoped(allow.conditions, context), 'ArnLike', 'aws:PrincipalArn', [principal]),
    });
  } else if (context.administrationIsNarrowed && allow.actions.some(isAdministration)) {
    review.problems.push({ code: 'AdministrationWidened', message: `a key policy statement gives administration to the whole account, while 'administrators' narrow it: ${describeValue(written)}` });
  } else {
    const message = `the key policy leaves this to the account's IAM policies already: ${describeValue(written)}`;
    review.notices.push(information('statementCovered', message));
  }
}

/** Another account is named by its id, and its role by a pattern: neither must exist before the key. */
function reviewForeign(
  account: string,
  arn: unknown,
  allow: Allow,
  written: Record<string, any>,
  context: ReviewContext,
  review: Review,
): void {
  const actions = allow.actions.filter(worksCrossAccount);
  if (actions.length < allow.actions.length) {
    narrowed(review, written, `to what works from another account: ${actions.join(', ') || 'nothing'}`);
  }
  if (actions.length > 0) {
    const conditions = scoped(allow.conditions, context);
    review.statements.push({
      ...allow,
      actions,
      principal: { AWS: [account] },
      conditions: arn ? withCondition(conditions, 'ArnLike', 'aws:PrincipalArn', [arn]) : conditions,
    });
  }
}

/** A key that is limited to services is so for everybody, unless the statement names a service itself. */
function scoped(conditions: Conditions, { viaServiceScope }: ReviewContext): Conditions {
  const named = Object.values(conditions).some((keys) => 'kms:ViaService' in keys);
  return named ? conditions : { ...conditions, ...mapValues(viaServiceScope, (keys, operator) => ({ ...conditions[operator], ...keys })) };
}

function narrowed(review: Review, written: Record<string, any>, how: string): void {
  review.notices.push(warning('statementNarrowed', `a key policy statement was narrowed ${how}: ${describeValue(written)}`));
}
