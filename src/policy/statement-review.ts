import { arnText } from '../private/arn-text';
import { parseArn, wildcardMatch } from '../private/arns';
import type { Problem } from '../private/errors';
import { information, warning, type Notice } from '../private/notices';
import { describeValue, referencedPaths } from '../private/template-reader';
import { positiveValues } from './condition-values';
import { CROSS_ACCOUNT_USE, SERVICE_GRANTS, exactActions, isAdministration, isUse, worksCrossAccount } from './key-actions';
import { KEY_STATEMENT_IDS } from './key-policy';
import { EVERYBODY, andCondition, andConditions, asList, parseConditions, type Conditions, type KeyStatement } from './key-statement';
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
  readonly arn?: unknown;
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
  /** Keeps administrators who are named out of use; nothing if there are none. */
  readonly exceptAdministrators?: Conditions;
  /** Other accounts, as text, that are trusted with all that works from there. */
  readonly trustedAccounts?: readonly string[];
  /** Whether a role of another account without a known name is let in by its account: the policy is for its owner to write. */
  readonly unnamedByAccount?: boolean;
  /** Whether the key may be of another spec than a symmetric encryption key, and so do what that does. */
  readonly anySpec?: boolean;
  /** The path of the key's resource. */
  readonly keyPath?: string;
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
  /**
   * What becomes an IAM statement on the role or user at a path, with the conditions of the statement as written: instead of
   * it in the key's account, and besides it in another.
   */
  readonly onPrincipals: Array<{ readonly path: string; readonly actions: readonly string[] }>;
  readonly notices: Notice[];
  readonly problems: Problem[];
}

/**
 * Reviews one statement, read from its tokens.
 *
 * @param written the statement's JSON, with references marked
 * @internal
 */
export function reviewStatement(written: Record<string, any>, context: ReviewContext): Review {
  return new StatementReviewer(written, context).review();
}

/** Conditions on which everybody may be let in, since they say who that is. */
const IDENTITY = /^(kms:CallerAccount|aws:PrincipalAccount|aws:PrincipalArn)$/i;
const ORGANIZATION = /^aws:PrincipalOrg(ID|Paths)$/i;
const VIA_SERVICE = /^kms:ViaService$/i;

class StatementReviewer {
  private readonly result: Review = { statements: [], onPrincipals: [], notices: [], problems: [] };
  private readonly conditions: Conditions;
  private actions: readonly string[] = [];

  constructor(private readonly written: Record<string, any>, private readonly context: ReviewContext) {
    this.conditions = parseConditions(written.Condition);
  }

  public review(): Review {
    const { NotPrincipal, NotAction, NotResource, Principal, Effect } = this.written;
    if (NotPrincipal || NotAction || NotResource) {
      this.problem('StatementInverted', 'NotPrincipal, NotAction or NotResource reaches what it does not name; name principals and actions');
    } else if (KEY_STATEMENT_IDS.includes(this.written.Sid)) {
      this.problem('StatementIdReserved', `the statement id '${this.written.Sid}' is one of the key policy's own; choose another`);
    } else if (!this.isAboutTheKey()) {
      this.problem('StatementForOtherResource', "a key policy is about its own key; leave the resource out, or write '*'");
    } else if (!Principal) {
      this.problem('StatementWithoutPrincipal', 'a key policy statement needs a principal');
    } else if (Effect === 'Deny') {
      this.reviewDeny();
    } else {
      this.reviewAllow();
    }
    return this.result;
  }

  private isAboutTheKey(): boolean {
    const { keyPath } = this.context;
    return asList(this.written.Resource).every((resource) => {
      const paths = [...referencedPaths(resource)];
      return resource === '*' || (paths.length > 0 && paths.every((path) => keyPath === undefined || path === keyPath));
    });
  }

  /** Principals by kind; a star alone is everybody. */
  private principals(): Array<[kind: string, principal: unknown]> {
    const { Principal } = this.written;
    const byKind: Record<string, unknown> = typeof Principal === 'string' ? { AWS: Principal } : Principal;
    return Object.entries(byKind).flatMap(([kind, values]) => asList(values).map((value): [string, unknown] => [kind, value]));
  }

  /** A denial stays as it was written: expanding its wildcards would let future actions through. */
  private reviewDeny(): void {
    if (referencedPaths(this.written).size > 0) {
      this.problem('StatementRefersToUser', 'a denial refers to a resource, which would make a cycle; deny by name, as with aws:PrincipalArn');
      return;
    }
    const principal: Record<string, unknown[]> = {};
    this.principals().forEach(([kind, value]) => (principal[kind] = [...(principal[kind] ?? []), value]));
    this.result.statements.push({
      sid: this.written.Sid,
      effect: 'Deny',
      principal,
      actions: asList<string>(this.written.Action),
      conditions: this.conditions,
    });
  }

  private reviewAllow(): void {
    this.actions = this.exactActions();
    if (this.actions.length === 0 || this.leavesToIam()) {
      return;
    }
    const isMixed = this.actions.some(isAdministration) && this.actions.some(isUse);
    if (isMixed && this.isForTrustedAccounts()) {
      this.principals().forEach(([, principal]) => this.tellCovered(accountIn(principal)));
      return;
    }
    if (isMixed) {
      const fix = "give administration with 'administrators' and use with a grant";
      this.problem('AdministrationMixedWithUse', `it allows both administering and using the key; ${fix}`);
      return;
    }
    if (this.context.administrationIsNarrowed && this.actions.some(isAdministration)) {
      this.problem('AdministrationWidened', "it gives administration to others than the 'administrators'; name them there");
      return;
    }
    this.checkScope();
    this.tellExpansion();
    for (const [kind, principal] of this.principals()) {
      if (kind === 'Service') {
        this.reviewService(principal);
      } else if (kind === 'AWS') {
        this.reviewAws(principal);
      } else if (referencedPaths([principal, this.conditions]).size > 0) {
        this.refersToUser();
      } else {
        this.allow({ [kind]: [principal] });
      }
    }
  }

  private exactActions(): readonly string[] {
    const { actions, impossible, unknown } = exactActions(asList<string>(this.written.Action));
    if (unknown.length > 0) {
      this.problem('ActionUnknown', `AWS KMS has no action ${unknown.join(', ')}`);
    }
    if (this.context.anySpec) {
      return [...actions, ...impossible].sort();
    }
    if (impossible.length > 0) {
      this.warn('actionImpossible', `${impossible.join(', ')} was left out, which does nothing on a symmetric encryption key`);
    }
    return actions;
  }

  private tellExpansion(): void {
    const { expanded } = exactActions(asList<string>(this.written.Action));
    // What becomes of a service's statement is told as a whole.
    if (expanded.length > 0 && !this.written.Principal.Service) {
      this.inform('actionsExpanded', `${expanded.join(', ')} became ${exactActions(expanded).actions.join(', ')}`);
    }
  }

  /**
   * Whether the statement is for the account's root only: the key policy leaves to the account's IAM policies what it
   * leaves to them, whatever such a statement adds. Constructs of the CDK write one that allows everything.
   */
  private leavesToIam(): boolean {
    const ownRoot = this.principals().every(([kind, principal]) => kind === 'AWS' && this.isOwnRoot(principal));
    if (!ownRoot || (this.context.administrationIsNarrowed && this.actions.every(isAdministration))) {
      return false;
    }
    this.checkScope();
    const narrowed = this.isNarrowedByScope() || (this.context.administrationIsNarrowed && this.actions.some(isAdministration));
    if (narrowed) {
      this.warn('statementNarrowed', "it was left out: the account's IAM policies allow it as far as the key's props do not narrow it");
    } else {
      this.inform('statementCovered', "it was left out: the key policy leaves the same to the account's IAM policies");
    }
    return true;
  }

  private isOwnRoot(principal: unknown): boolean {
    const name = arnText(principal);
    const arn = parseArn(name);
    return this.isOwnAccount(arn?.account ?? name) && (arn?.resource ?? 'root') === 'root';
  }

  private isOwnAccount(account: string): boolean {
    return account === this.context.account || account === OWN_ACCOUNT;
  }

  /** A key that is limited to services does not work through another, whatever its other statements say. */
  private checkScope(): void {
    const { viaServices } = this.context;
    const asked = positiveValues(this.conditions, VIA_SERVICE);
    const outside = asked.filter((value) => viaServices.length > 0 && !viaServices.some((scope) => wildcardMatch(scope, value)));
    if (outside.length > 0) {
      this.problem('ViaServiceOutOfScope', `the key is used through ${outside.join(', ')}, which its 'viaServices' leave out`);
    }
  }

  private reviewService(principal: unknown): void {
    const written = { actions: this.actions, conditions: this.conditions };
    const { statements, notices, problem } = bindServiceStatement(principal, written, this.context);
    const id = statements.length === 1 ? this.id() : {};
    this.result.statements.push(...statements.map((statement) => ({ ...id, ...statement })));
    if (problem) {
      this.refersToUser();
    }
    notices.forEach(({ level, code, message }) => (level === 'warning' ? this.warn(code, message) : this.inform(code, message)));
  }

  private reviewAws(principal: unknown): void {
    const [path] = referencedPaths(principal);
    if (path !== undefined) {
      this.reviewReferenced(path);
    } else if (referencedPaths(this.conditions).size > 0) {
      this.refersToUser();
    } else if (principal === '*') {
      this.reviewEverybody();
    } else {
      this.reviewNamed(principal);
    }
  }

  /** Roles and users of the key's account get their permission from IAM, so that the key refers to nobody. */
  private reviewReferenced(path: string): void {
    const referenced = this.context.principalAt(path);
    if (!referenced) {
      this.problem('StatementRefersToUser', `a key policy statement names ${path}, which is no IAM role or user`);
    } else if (referenced.account === this.context.account) {
      this.result.onPrincipals.push({ path, actions: this.actions });
      this.inform('statementMoved', `it became an IAM statement on the ${referenced.kind} ${path}`);
    } else if (this.isCoveredByTrust(referenced.account)) {
      this.result.onPrincipals.push({ path, actions: this.actions.filter(worksCrossAccount) });
      this.tellCovered(referenced.account);
    } else if (referencedPaths(this.conditions).size > 0) {
      this.refersToUser();
    } else if (!/^\d{12}$/.test(referenced.account)) {
      this.problem('PrincipalAccountUnknown', `${path} may be in the key's account or in another; name both accounts in 'env'`);
    } else if (referenced.arn || this.context.unnamedByAccount) {
      this.result.onPrincipals.push({ path, actions: this.actions.filter(worksCrossAccount) });
      this.allowForeign({ AWS: [referenced.account] }, referenced.arn);
    } else {
      const fix = 'give it a name, so that the key policy can match it by aws:PrincipalArn';
      this.problem('ForeignPrincipalUnnamed', `${path} of account ${referenced.account} has no name that is known at synthesis; ${fix}`);
    }
  }

  private reviewEverybody(): void {
    const identities = positiveValues(this.conditions, IDENTITY);
    const organizations = positiveValues(this.conditions, ORGANIZATION);
    if (identities.length > 0 && identities.every(namesAccount)) {
      this.allow(EVERYBODY, this.ownConditions());
    } else if (organizations.length > 0 && organizations.every(namesOrganization)) {
      this.warn('statementNarrowed', 'it was narrowed to other accounts; roles of the own one would get in past their IAM policies');
      const conditions = andCondition(this.scopedConditions(), 'StringNotEquals', 'kms:CallerAccount', [this.context.accountId]);
      this.allow(EVERYBODY, conditions, this.actions.filter(worksCrossAccount));
    } else if (positiveValues(this.conditions, VIA_SERVICE).length > 0) {
      this.warn('statementNarrowed', 'it was narrowed to callers of the own account');
      this.allow(EVERYBODY, andCondition(this.ownConditions(), 'StringEquals', 'kms:CallerAccount', [this.context.accountId]));
    } else {
      this.problem('OpenPrincipal', 'it lets everybody in; name principals, or bind it by kms:CallerAccount or aws:PrincipalOrgID');
    }
  }

  private reviewNamed(principal: unknown): void {
    const name = arnText(principal);
    const arn = parseArn(name);
    const account = arn?.account ?? name;
    if (arn?.service === 'sts') {
      this.problem('PrincipalIsSession', 'it names a session of AWS STS, which no later session matches; name its role');
    } else if (arn?.resource.startsWith('role/aws-service-role/')) {
      // A service-linked role's permissions are fixed, so that IAM cannot delegate to it: it must stand in the policy.
      this.allow({ AWS: [principal] });
    } else if (this.isOwnAccount(account)) {
      this.reviewOwnAccount(principal);
    } else if (this.isCoveredByTrust(account)) {
      this.tellCovered(account);
    } else if (/^\d{12}$/.test(account)) {
      this.allowForeign({ AWS: [account] }, arn && arn.resource !== 'root' ? principal : undefined);
    } else {
      // Whose account it is shows at deployment only.
      this.allowForeign({ AWS: [principal] });
    }
  }

  private reviewOwnAccount(principal: unknown): void {
    // One of several principals: what the account's root is given, the key policy leaves to IAM already.
    if (this.isOwnRoot(principal)) {
      return;
    }
    const need = `needs an IAM policy with ${this.actions.join(', ')} on the key's ARN`;
    this.warn('principalByName', `${arnText(principal)} is matched by aws:PrincipalArn, so that it may be made again, and ${need}`);
    this.allow({ AWS: [this.context.accountRoot] }, andCondition(this.ownConditions(), 'ArnLike', 'aws:PrincipalArn', [principal]));
  }

  /** What works from another account is given to all of a trusted one, within the key's scope of services. */
  private isCoveredByTrust(account: string): boolean {
    const isGiven = (action: string) => CROSS_ACCOUNT_USE.includes(action) || !worksCrossAccount(action);
    return Boolean(this.context.trustedAccounts?.includes(account)) && this.actions.every(isGiven);
  }

  /** Constructs of the CDK let in all of an account with everything; the key's author said what a trusted one gets. */
  private isForTrustedAccounts(): boolean {
    const trusted = this.context.trustedAccounts ?? [];
    return this.principals().every(([kind, principal]) =>
      kind === 'AWS' && trusted.includes(accountIn(principal)) && (parseArn(arnText(principal))?.resource ?? 'root') === 'root');
  }

  private tellCovered(account: string): void {
    this.inform('statementCovered', `it was left out: the key policy trusts account ${account} already with what works from there`);
  }

  /** Another account is named by its id, and its role by a pattern: neither must exist before the key. */
  private allowForeign(principal: KeyStatement['principal'], arn?: unknown): void {
    const actions = this.actions.filter(worksCrossAccount);
    if (actions.length < this.actions.length) {
      this.warn('statementNarrowed', `it was narrowed to what works from another account: ${actions.join(', ') || 'nothing'}`);
    }
    const conditions = this.scopedConditions();
    this.allow(principal, arn ? andCondition(conditions, 'ArnLike', 'aws:PrincipalArn', [arn]) : conditions, actions);
  }

  /** A key that is limited to services is used through them by everybody, unless the statement names a service itself. */
  private scopedConditions(): Conditions {
    return this.isNarrowedByScope() ? andConditions(this.conditions, this.context.viaServiceScope) : this.conditions;
  }

  private isNarrowedByScope(): boolean {
    const uses = this.actions.some((action) => isUse(action) || SERVICE_GRANTS.includes(action));
    return uses && this.context.viaServices.length > 0 && positiveValues(this.conditions, VIA_SERVICE).length === 0;
  }

  /** Of principals of the own account, administrators who are named are kept out of the key's use. */
  private ownConditions(): Conditions {
    const { exceptAdministrators = {} } = this.context;
    return this.actions.some(isUse) ? andConditions(this.scopedConditions(), exceptAdministrators) : this.scopedConditions();
  }

  private allow(principal: KeyStatement['principal'], conditions: Conditions = this.conditions, actions = this.actions): void {
    if (actions.length > 0) {
      this.result.statements.push({ ...this.id(), effect: 'Allow', principal, actions, conditions });
    }
  }

  /** Of several statements that one becomes, none can keep its id. */
  private id(): Pick<KeyStatement, 'sid'> {
    const { Sid } = this.written;
    return Sid && this.principals().length === 1 ? { sid: Sid } : {};
  }

  private refersToUser(): void {
    this.problem('StatementRefersToUser', 'it refers to a resource, which would make a cycle; bind by account, name or pattern');
  }

  private problem(code: string, message: string): void {
    this.result.problems.push({ code, message: this.about(message) });
  }

  private warn(code: string, message: string): void {
    this.result.notices.push(warning(code, this.about(message)));
  }

  private inform(code: string, message: string): void {
    this.result.notices.push(information(code, this.about(message)));
  }

  private about(message: string): string {
    return `a key policy statement: ${message}; written: ${describeValue(this.written)}`;
  }
}

/** `AWS::AccountId` in the key's own stack, as text. */
const OWN_ACCOUNT = arnText({ Ref: 'AWS::AccountId' });

/** The account that an ARN, or an account id, is of. */
function accountIn(principal: unknown): string {
  const name = arnText(principal);
  return parseArn(name)?.account ?? name;
}

/** Whether an account id, or an ARN, says which account it is. */
function namesAccount(identity: string): boolean {
  return !/[*?]/.test(parseArn(identity)?.account ?? identity);
}

/** Whether an organization id, or a path that begins with one, says which organization it is. */
function namesOrganization(organization: string): boolean {
  return !/[*?]/.test(organization.split('/')[0]);
}
