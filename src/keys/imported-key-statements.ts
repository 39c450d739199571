import { createHash } from 'node:crypto';
import { PolicyStatement, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { Aws, Fn, Stack } from 'aws-cdk-lib/core';
import { distinct, mapValues, renderStatement, type KeyStatement } from '../policy/key-statement';
import { reachStatement } from '../policy/service-reach';
import { mergeStatements } from '../policy/statement-merge';
import type { ReviewContext } from '../policy/statement-review';
import { arnText } from '../private/arn-text';
import type { Problem } from '../private/errors';
import { withKnownPartition } from '../private/known-partition';
import { show, warning, type Notice } from '../private/notices';
import { describeValue, read } from '../private/template-reader';
import { nothingDiscovered } from '../wiring/resource-index';
import { allowedActions, constructOf } from '../wiring/role-policies';
import type { KeyDiscovery } from '../wiring/wired-key';
import { grantOnKey } from './customer-managed-key-grants';
import type { ImportedKey } from './imported-key';
import type { KeyPolicyManagement } from './key-policy-management';
import { resourceProblems, undeliveredNotices } from './protected-resources';
import { WrittenStatements } from './written-statements';

/**
 * What the policy of an imported key has to say, for its owner to add.
 *
 * @internal
 */
export class ImportedKeyStatements {
  private readonly writtenStatements: PolicyStatement[] = [];
  private readonly written: WrittenStatements;
  private readonly completed = new Set<string>();
  private known?: KeyDiscovery;

  constructor(private readonly key: ImportedKey, private readonly management: KeyPolicyManagement) {
    this.written = new WrittenStatements(key, () => this.writtenStatements);
  }

  public get isManagedByOwner(): boolean {
    return this.management.reason !== undefined;
  }

  public add(statement: PolicyStatement): void {
    // The object and not a copy: constructs of the CDK add conditions to it later.
    if (!this.writtenStatements.includes(statement)) {
      this.writtenStatements.push(statement);
    }
  }

  public discovered(discovery: KeyDiscovery): void {
    this.known = { ...discovery, reaches: distinct(discovery.reaches) };
  }

  /** A role that the wiring found to use the key gets what it lacks of the key's actions. */
  public usedBy(role: IGrantable, actions: readonly string[], evenConditioned: boolean): void {
    const allowed = allowedActions(role, { keyArn: this.key.keyArn, evenConditioned });
    const missing = actions.filter((action) => !allowed.has(action));
    const use = JSON.stringify([constructOf(role)?.node.path, missing]);
    if (missing.length > 0 && !this.completed.has(use)) {
      this.completed.add(use);
      grantOnKey(this.key, role, missing);
    }
  }

  public settle(): void {
    this.written.moveToPrincipals(this.context(), this.discovery().index);
  }

  /** The statements as they stand in a template, each with an id of its own. */
  public rendered(): Array<Record<string, unknown>> {
    return this.statements().map((statement) => renderStatement({ ...statement, sid: statementId(statement) }));
  }

  /** The same as text that the deployment fills in. */
  public asText(): string {
    return Stack.of(this.key).toJsonString(withTokens(this.rendered()));
  }

  public validate(): string[] {
    show(this.key, this.notices());
    return this.problems().map(({ code, message }) => `[cdk-kms-constructs:${code}] ${message}`);
  }

  private statements(): KeyStatement[] {
    const services = this.discovery().reaches.map(reachStatement);
    const written = this.written.reviewed(this.context()).flatMap(({ review }) => review.statements);
    // Each gets an id of ours: those that were written would keep equal statements apart.
    return mergeStatements(this.readKnown([...services, ...written]).map(({ sid: _, ...statement }) => statement));
  }

  /** As the owner can paste it: the partition is the key's. */
  private readKnown(statements: readonly KeyStatement[]): KeyStatement[] {
    return withKnownPartition(read(this.key, statements).value, this.key.env.region);
  }

  private notices(): Notice[] {
    const undelivered = undeliveredNotices(this.discovery());
    if (this.isManagedByOwner) {
      return undelivered;
    }
    const warnings = this.written.reviewed(this.context()).flatMap(({ review }) => review.notices.filter(({ level }) => level === 'warning'));
    return [...undelivered, ...warnings, ...this.statements().map((statement) => this.forOwner(statement))];
  }

  private forOwner(statement: KeyStatement): Notice {
    const sid = statementId(statement);
    const text = describeValue(read(this.key, renderStatement({ ...statement, sid })).value);
    const arn = arnText(read(this.key, this.key.keyArn).value);
    const what = `the owner of the key ${this.key.node.path} (${arn}) has to add to its policy`;
    return { ...warning('statementForOwner', `${what}: ${text}`), about: sid };
  }

  private problems(): Problem[] {
    const reviews = this.written.reviewed(this.context());
    const traits = {
      region: this.key.env.region,
      isSymmetric: this.key._isSymmetric,
      multiRegion: this.key.keyId.startsWith('mrk-'),
      grantsForServicesOnly: false,
      viaServices: [],
    };
    return [
      ...reviews.flatMap(({ review }) => review.problems),
      ...resourceProblems(traits, this.discovery().resources),
    ];
  }

  private context(): ReviewContext {
    const { index, reaches } = this.discovery();
    const stack = Stack.of(this.key);
    const { account, region } = this.key.env;
    return {
      account: arnText(read(this.key, account).value),
      accountId: read(this.key, account).value,
      accountRoot: `arn:${Aws.PARTITION}:iam::${account}:root`,
      region: read(this.key, region).value,
      reaches,
      addedReaches: reaches,
      administrationIsNarrowed: false,
      viaServices: [],
      viaServiceScope: {},
      unnamedByAccount: true,
      anySpec: !this.key._isSymmetric,
      principalAt: (path) => index.principalAt(path, stack),
      environmentAt: (path) => index.environmentAt(path),
    };
  }

  /** Where nobody synthesizes, as in a test of one value, the tree is read as it is. */
  private discovery(): KeyDiscovery {
    return this.known ?? nothingDiscovered(this.key);
  }
}

/** A value with intrinsics, so that they are filled in inside a text. */
function withTokens(value: any): unknown {
  if (Array.isArray(value)) {
    return value.map(withTokens);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const { Ref: reference, 'Fn::Join': join } = value;
  if (reference) {
    return Fn.ref(reference);
  }
  return join ? Fn.join(join[0], join[1].map(withTokens)) : mapValues(value, withTokens);
}

/** Stable for the same statement, so that a warning is acknowledged for it and for no other. */
function statementId(statement: KeyStatement): string {
  const { Sid: _, ...content } = renderStatement(statement);
  const [principal] = Object.values(statement.principal).flat();
  const name = arnText(principal)
    .replace(/^(?=\d)/, 'Account')
    .replace(/\.amazonaws\.com(\.cn)?$/, '')
    .replace(/[^A-Za-z0-9]+(.)?/g, (__, next = '') => next.toUpperCase());
  const hash = createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 8);
  return `${name.charAt(0).toUpperCase()}${name.slice(1, 40)}${hash}`;
}
