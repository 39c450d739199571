import { PolicyStatement, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { Aws, Stack } from 'aws-cdk-lib/core';
import { closingStatements, exceptAdministrators, openingStatements, viaServiceScope, type KeyPolicyIntent } from '../policy/key-policy';
import { distinct, renderStatement, type KeyStatement } from '../policy/key-statement';
import { canPutKeyPolicy } from '../policy/lockout';
import { policyBytes } from '../policy/policy-size';
import { reachStatement, type ServiceReach } from '../policy/service-reach';
import { isCoveredBy } from '../policy/source-coverage';
import { mergeStatements } from '../policy/statement-merge';
import type { ReviewContext } from '../policy/statement-review';
import { arnText } from '../private/arn-text';
import { fail, type Problem } from '../private/errors';
import { withKnownPartition } from '../private/known-partition';
import { information, show, warning, type Notice } from '../private/notices';
import { read } from '../private/template-reader';
import { KEY_STANDARD } from '../standard/key-standard';
import { environmentOf, nothingDiscovered } from '../wiring/resource-index';
import { allowedActions, constructOf, warnNotApplied } from '../wiring/role-policies';
import type { KeyDiscovery } from '../wiring/wired-key';
import type { CustomerManagedKey, CustomerManagedKeyProps } from './customer-managed-key';
import { grantOnKey } from './customer-managed-key-grants';
import { deployerArns } from './deployer-role';
import type { ServiceTrust, TrustedPrincipals } from './key-trust';
import { resourceProblems, undeliveredNotices } from './protected-resources';
import { WrittenStatements, type ReviewedStatement } from './written-statements';

type PolicyProps = CustomerManagedKeyProps & Required<Pick<CustomerManagedKeyProps, 'retention' | 'grantCreation' | 'wiring'>>;

/** The intent, with those whom methods of the key trust after it was made. */
interface GrowingIntent extends KeyPolicyIntent {
  readonly trustedPrincipals: TrustedPrincipals[];
  readonly trustedAccounts: string[];
  readonly trustedOrganizations: string[];
}

/** The policy as it stands, looked at once for everything that is to be said of it. */
interface Inspection {
  readonly reviews: readonly ReviewedStatement[];
  readonly statements: readonly KeyStatement[];
  readonly bytes: number;
}

/**
 * The key policy of one key: its own statements, those of the services that the wiring found, and those that others
 * wrote, brought in line.
 *
 * @internal
 */
export class CustomerManagedKeyPolicy {
  private readonly intent: GrowingIntent;
  private readonly trusted: ServiceTrust[] = [];
  private readonly written: WrittenStatements;
  private readonly completed = new Set<string>();
  private known?: KeyDiscovery;

  constructor(
    private readonly key: CustomerManagedKey,
    private readonly props: PolicyProps,
    written: () => readonly PolicyStatement[],
  ) {
    this.written = new WrittenStatements(key, written);
    this.intent = intentOf(key, props);
  }

  public get isAdministrationNarrowed(): boolean {
    return (this.props.administrators ?? []).length > 0;
  }

  public trustService(trust: ServiceTrust): void {
    this.trusted.push(trust);
  }

  public trustPrincipals(trusted: TrustedPrincipals): void {
    this.intent.trustedPrincipals.push(trusted);
  }

  public trustAccount(account: string): void {
    addOnce(this.intent.trustedAccounts, account);
  }

  public trustOrganization(organization: string): void {
    addOnce(this.intent.trustedOrganizations, organization);
  }

  public discovered(discovery: KeyDiscovery): void {
    this.known = { ...discovery, reaches: distinct(discovery.reaches) };
  }

  /** A role that the wiring found to use the key gets what it lacks of the key's actions. */
  public usedBy(role: IGrantable, actions: readonly string[], evenConditioned: boolean): void {
    const allowed = allowedActions(role, { keyArn: this.key.keyArn, resource: this.key._keyResource, evenConditioned });
    const missing = actions.filter((action) => !allowed.has(action));
    const use = JSON.stringify([constructOf(role)?.node.path, missing]);
    if (missing.length === 0 || this.completed.has(use)) {
      return;
    }
    this.completed.add(use);
    if (this.props.wiring.isAutomatic) {
      grantOnKey(this.key, role, missing);
    } else {
      warnNotApplied(this.key, role, new PolicyStatement({ actions: missing, resources: [this.key.keyArn] }));
    }
  }

  /** Moves statements for roles of the key's account to those roles. */
  public settle(): void {
    this.refuseAdministratorsInCycle();
    this.written.moveToPrincipals(this.reviewContext(), this.services().index);
  }

  public render(): Record<string, unknown> {
    return renderDocument(this.statements(this.reviews()));
  }

  /** Shows what was changed, and returns what only the finished tree can show, all at once. */
  public validate(): string[] {
    const inspection = this.inspect();
    show(this.key, this.notices(inspection));
    return this.problems(inspection).map(({ code, message }) => `[cdk-kms-constructs:${code}] ${message}`);
  }

  private inspect(): Inspection {
    const reviews = this.reviews();
    const statements = this.statements(reviews);
    return { reviews, statements, bytes: policyBytes(read(this.key, renderDocument(statements)).value) };
  }

  private statements(reviews: readonly ReviewedStatement[]): KeyStatement[] {
    const services = this.addedReaches().map(reachStatement);
    const reviewed = reviews.flatMap(({ review }) => review.statements);
    return mergeStatements([...openingStatements(this.intent), ...services, ...reviewed, ...closingStatements(this.intent)]);
  }

  /**
   * The services that are trusted by hand, and what the wiring adds: nothing where that is left to hand, and nothing wider than
   * the exact sources of a trusted service.
   */
  private addedReaches(): ServiceReach[] {
    const found = this.props.wiring.isAutomatic ? this.services().reaches.filter((reach) => !this.isTrustedExactly(reach)) : [];
    return [...this.trusted.flatMap(({ reaches }) => reaches), ...found];
  }

  private isTrustedExactly(reach: ServiceReach): boolean {
    return this.trusted.some(({ id, isExact }) => isExact && id === reach.id);
  }

  private reviews(): ReviewedStatement[] {
    return this.written.reviewed(this.reviewContext());
  }

  private reviewContext(): ReviewContext {
    const { index } = this.services();
    const { account, region } = environmentOf(Stack.of(this.key));
    return {
      keyPath: this.key._keyResource.node.path,
      account: arnText(account),
      accountId: account,
      accountRoot: this.intent.accountRoot,
      region,
      // What others write for a service that is trusted for exact sources is bound to those.
      reaches: distinct([...this.addedReaches(), ...this.services().reaches.filter((reach) => !this.isTrustedExactly(reach))]),
      addedReaches: this.addedReaches(),
      administrationIsNarrowed: this.isAdministrationNarrowed,
      viaServices: this.intent.viaServices.map((value) => arnText(read(this.key, value).value)),
      viaServiceScope: viaServiceScope(this.intent),
      exceptAdministrators: exceptAdministrators(this.intent),
      trustedAccounts: this.intent.trustedAccounts,
      principalAt: (path) => index.principalAt(path, Stack.of(this.key)),
      environmentAt: (path) => index.environmentAt(path),
    };
  }

  /** Where nobody synthesizes, as in a test of one value, the tree is read as it is. */
  private services(): KeyDiscovery {
    return this.known ?? nothingDiscovered(this.key);
  }

  private notices(inspection: Inspection): Notice[] {
    return [
      ...inspection.reviews.flatMap(({ review }) => review.notices),
      ...this.addedReaches().flatMap(({ principal, unsupported }) =>
        unsupported ? [information('bindingUnsupported', `${arnText(principal.Service)} stays unbound: ${unsupported}`)] : []),
      ...this.missingReaches(inspection),
      ...this.exactReaches(),
      ...undeliveredNotices(this.services()),
      ...this.administrationNotNarrowed(),
      ...this.principalPathsUnknown(),
      ...this.deletionUnprotected(),
      ...policyNearlyFull(inspection),
      ...this.lockouts(inspection, 'unknown').map(({ deployer, statement }) =>
        warning('lockoutUnproved', `whether ${deployer} can put the key policy again is not known at synthesis: ${statement}`)),
    ];
  }

  /** What the wiring found and did not add, for whoever writes the key policy by hand. */
  private missingReaches({ statements }: Inspection): Notice[] {
    return this.props.wiring.isAutomatic
      ? []
      : distinct(this.services().reaches)
        .filter((reach) => !isWritten(reach, statements))
        .map((reach) => JSON.stringify(this.readKnown(renderStatement(reachStatement(reach)))))
        .map((statement) => warning('wiringMissing', `the key policy does not have a statement that a resource of the app needs: ${statement}`));
  }

  private exactReaches(): Notice[] {
    return this.services().reaches
      .filter((reach) => this.props.wiring.isAutomatic && this.isTrustedExactly(reach))
      .map(({ principal }) =>
        information('wiringExact', `${arnText(principal.Service)} is trusted for exact sources, so that the wiring adds no wider statement; name those of this app too`));
  }

  private administrationNotNarrowed(): Notice[] {
    const why = "the role that deploys this stack is not known, since its synthesizer does not say, so that 'administrators' narrow nothing";
    return this.props.administrators?.length && this.intent.deployers === undefined
      ? [warning('administrationNotNarrowed', `${why}; name the role in 'deployers'`)]
      : [];
  }

  /** The ARN of an imported role is often made of its name, and matches nobody if the role has a path. */
  private principalPathsUnknown(): Notice[] {
    return [...(this.props.administrators ?? []), ...(this.props.deployers ?? [])]
      .filter(({ _role }) => _role && !_role.node.defaultChild)
      .map(({ _role }) =>
        warning('principalPathUnknown', `${_role!.node.path} is imported, and is matched with the path that its ARN has; if it has another, name it by KeyPrincipal.roleName()`));
  }

  private deletionUnprotected(): Notice[] {
    const why = 'AWS does not say whether kms:TrailingDaysWithoutKeyUsage exists in this partition, so that deletion is not denied';
    return this.props.retention.deletionProtectionDays !== undefined && this.intent.deletionProtectionDays === undefined
      ? [warning('deletionUnprotected', `${why}; KeyRetention.production(Duration.days(90)) denies it all the same`)]
      : [];
  }

  private problems(inspection: Inspection): Problem[] {
    return [
      ...inspection.reviews.flatMap(({ review }) => review.problems),
      ...this.statementsTooLate(inspection),
      ...this.lockouts(inspection, 'denied').map(({ deployer, statement }) => ({
        code: 'LockedOut',
        message: `the key policy would not let ${deployer}, which deploys it, put a key policy again: ${statement}`,
      })),
      ...this.rolesOfOtherAccounts(),
      ...resourceProblems(this.traits(), this.services().resources),
      ...policyTooLarge(inspection),
    ];
  }

  private statementsTooLate({ reviews }: Inspection): Problem[] {
    return this.written.tooLate(reviews).map(({ review }) => ({
      code: 'StatementTooLate',
      message: `a statement for ${review.onPrincipals[0].path} came when IAM policies were complete; write it before synthesis`,
    }));
  }

  private lockouts(inspection: Inspection, verdict: 'denied' | 'unknown'): Array<{ deployer: string; statement: string }> {
    const statements: KeyStatement[] = this.readKnown(inspection.statements);
    const root = arnText(this.readKnown(this.intent.accountRoot));
    const deployers = (this.intent.deployers ?? [UNKNOWN_DEPLOYER]).map((arn) => arnText(this.readKnown(arn)));
    return deployers
      .map((deployer) => ({ deployer, proof: canPutKeyPolicy(statements, deployer, root) }))
      .filter(({ proof }) => proof.verdict === verdict)
      .map(({ deployer, proof: { statement } }) => ({
        deployer,
        statement: statement ? JSON.stringify(renderStatement(statement)) : 'no statement allows it',
      }));
  }

  /** A value as read, with the partition filled in where the Region tells it, so that ARNs can be compared. */
  private readKnown(value: unknown): any {
    return withKnownPartition(read(this.key, value).value, Stack.of(this.key).region);
  }

  /** At once: between stacks, the CDK would throw before it validates, and name neither key nor prop. */
  private refuseAdministratorsInCycle(): void {
    const { index } = this.services();
    const role = [...(this.props.administrators ?? []), ...(this.props.deployers ?? [])]
      .flatMap(({ _role }) => index.at(_role?.node.defaultChild?.node.path ?? '') ?? [])
      .find((candidate) => index.leadsTo(candidate, this.key._keyResource));
    if (role) {
      const fix = 'name it by KeyPrincipal.roleName()';
      fail(this.key, 'AdministratorUsesKey', `${role.node.path} stands in the key policy and depends on the key, a circular dependency; ${fix}`);
    }
  }

  private traits() {
    const { multiRegion, grantsForServicesOnly } = this.intent;
    const viaServices = (this.props.viaServices ?? []).map(({ name }) => name);
    return { region: Stack.of(this.key).region, isSymmetric: this.key._isSymmetric, multiRegion, grantsForServicesOnly, viaServices };
  }

  /** A service-linked role works with a key of another account by a grant only, which somebody there has to make. */
  private rolesOfOtherAccounts(): Problem[] {
    const own = this.reviewContext().account;
    return this.services().reaches
      .flatMap(({ principal: { AWS: role } }) => (role === undefined ? [] : arnText(role)))
      .filter((role) => !role.includes(`:${own}:`))
      .map((role) => ({
        code: 'LinkedRoleElsewhere',
        message: `${role} is of another account, whose service-linked roles no key policy lets in; use a key of that account, or trust the account and make a grant there`,
      }));
  }
}

/** Whoever deploys without a role that is known; no condition can name them. */
const UNKNOWN_DEPLOYER = 'arn:<Partition>:iam::<AccountId>:role/<deployer>';

function intentOf(key: CustomerManagedKey, props: PolicyProps): GrowingIntent {
  const { account, region } = Stack.of(key);
  const deployers = deployerArns(key, props.deployers);
  const text = (arn: string) => arnText(read(key, arn).value);
  // An administrator who deploys is written as the deployer is, so that the two are known to be one.
  const administrators = (props.administrators ?? [])
    .map((administrator) => administrator._arn(key))
    .map((administrator) => deployers?.find((deployer) => text(deployer) === text(administrator)) ?? administrator);
  return {
    accountId: account,
    accountRoot: `arn:${Aws.PARTITION}:iam::${account}:root`,
    multiRegion: props.multiRegion ?? false,
    administrators,
    deployers,
    viaServices: (props.viaServices ?? []).map((service) => service._value(region)),
    trustedPrincipals: [],
    trustedAccounts: [...new Set(props.trustedAccounts)],
    trustedOrganizations: [...new Set(props.trustedOrganizations)],
    grantsForServicesOnly: props.grantCreation.forServicesOnly,
    deletionProtectionDays: props.retention._protectionIn(region),
  };
}

function renderDocument(statements: readonly KeyStatement[]): Record<string, unknown> {
  return { Version: '2012-10-17', Statement: statements.map(renderStatement) };
}

/** Whether statements let a service do what it does, for the same sources, for more of them, or for exact ones of them. */
function isWritten(reach: ServiceReach, statements: readonly KeyStatement[]): boolean {
  const [[kind, principal]] = Object.entries(reach.principal);
  const allowed = statements
    .filter(({ effect, principal: principals }) => effect === 'Allow' && (principals[kind] ?? []).some((one) => arnText(one) === arnText(principal)))
    .filter(({ conditions }) =>
      Object.keys(conditions).length === 0 || isCoveredBy(reach.conditions, conditions) || isCoveredBy(conditions, reach.conditions))
    .flatMap(({ actions }) => actions);
  return reach.actions.every((action) => allowed.includes(action));
}

function policyNearlyFull({ bytes }: Inspection): Notice[] {
  const { policyBytes: max, policyWarningShare } = KEY_STANDARD;
  return bytes > max * policyWarningShare && bytes <= max
    ? [warning('policyNearlyFull', `the key policy may take ${bytes} of ${max} bytes; use more keys, or trust fewer accounts`)]
    : [];
}

function policyTooLarge({ bytes }: Inspection): Problem[] {
  const max = KEY_STANDARD.policyBytes;
  const message = `the key policy may take ${bytes} bytes, and AWS KMS takes ${max}; use more keys, or trust fewer accounts`;
  return bytes > max ? [{ code: 'PolicyTooLarge', message }] : [];
}

function addOnce(list: string[], value: string): void {
  if (!list.includes(value)) {
    list.push(value);
  }
}
