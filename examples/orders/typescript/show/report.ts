import { relative } from 'node:path';
import type { AppProps } from 'aws-cdk-lib/core';
import { ordersApp, unreviewedOrdersApp, type OrdersApp } from '../app';
import { describeKeyPolicy } from './describe-key-policy';
import { check, type CheckResult, type Finding } from './findings';
import { noticesOf, type LibraryNotice } from './library-notices';
import { Page, type PageFormat } from './page';
import { plainCdkOutcomes, type Outcome } from './plain-cdk-comparison';
import { protectedBy } from './protected-resources';
import { keysOf, type Key } from './read-keys';
import { constructPaths, stacksOf, type PathOf, type SynthesizedStack } from './synthesized-stacks';

const SUBJECT = 'Orders are uploaded to a bucket, announced on a queue, read by a function and written to a table; alarms go to a topic. One customer managed key, in a stack of its own, encrypts all of it.';
const MAX_POLICY_BYTES = 32_768;

/** The page that `npm start` prints, and what spoils it. */
export interface Report {
  readonly page: string;
  readonly unexplained: readonly Finding[];
}

/** What is reported, and how. */
export interface ReportProps {
  /** Where the templates go. */
  readonly outdir: string;
  readonly format: PageFormat;
  /** Makes the app; the orders if it is not given. */
  readonly build?: (props: AppProps) => OrdersApp;
}

/** Synthesizes the orders and says what came out. */
export async function report({ outdir, format, build = ordersApp }: ReportProps): Promise<Report> {
  const { app } = build({ outdir });
  const assembly = app.synth();
  const stacks = stacksOf(assembly);
  const pathOf = constructPaths(app);

  const unreviewed = unreviewedOrdersApp().app;
  unreviewed.synth();
  const results = await check(unreviewed, stacks, app);

  const page = new Page(format).paragraph(SUBJECT);
  for (const key of stacks.flatMap(keysOf)) {
    showKey(page, key);
    showProtected(page, key, stacks, pathOf);
  }
  showFindings(page, results);
  showNotices(page, noticesOf(assembly));
  showTemplates(page, stacks);
  showPlainCdk(page, plainCdkOutcomes());
  return { page: page.toString(), unexplained: results.flatMap(({ findings }) => findings.filter(({ reason }) => !reason)) };
}

function showKey(page: Page, key: Key): void {
  const { administeredBy, seenBy, usedBy, grantedBy, denied } = describeKeyPolicy(key);
  const share = Math.round((key.policyBytes / MAX_POLICY_BYTES) * 100);
  page.section(`The key ${key.aliases.join(', ') || key.logicalId}`).rows([
    ['Stack', key.stack.name],
    ['Description', key.description],
    ['Rotation', key.rotationDays ? `every ${key.rotationDays} days` : 'none'],
    ['Retention', `${fateOf(key)}; deletion waits ${key.pendingWindowDays} days once it is scheduled`],
    ['Administered by', administeredBy],
    ['Described to', seenBy],
    ['Used by', usedBy],
    ['Grants made by', grantedBy],
    ['Denied', denied],
    ['Key policy', `${key.statements.length} statements, ${count(key.policyBytes)} of ${count(MAX_POLICY_BYTES)} bytes (${share} %)`],
  ]);
}

function fateOf({ deletionPolicy }: Key): string {
  const fates: Record<string, string> = {
    Retain: 'kept when it leaves the template, and when a first deployment fails',
    RetainExceptOnCreate: 'kept when it leaves the template, but not when a first deployment fails',
  };
  return fates[deletionPolicy] ?? 'deleted when it leaves the template';
}

function showProtected(page: Page, key: Key, stacks: readonly SynthesizedStack[], pathOf: PathOf): void {
  const resources = protectedBy(key, stacks);
  page
    .section(`What ${key.aliases[0] ?? key.logicalId} protects`)
    .rows(resources.map(({ stackName, logicalId, type, property }) => [pathOf(stackName, logicalId), type, elided(property)]));
}

function showFindings(page: Page, results: readonly CheckResult[]): void {
  const findings = results.flatMap((result) => result.findings);
  const unexplained = findings.filter(({ reason }) => !reason);
  page.section('Findings').rows([
    ['Check', 'Findings', 'Acknowledged', 'Unexplained'],
    ...results.map((result): [string, string, string, string] => {
      const open = result.findings.filter(({ reason }) => !reason).length;
      return [result.check, String(result.findings.length), String(result.findings.length - open), String(open)];
    }),
  ]).blank();
  if (unexplained.length === 0) {
    page.good('Every finding is explained.');
  }
  for (const { rule, path, description } of unexplained) {
    page.bad(`Unexplained: ${rule} at ${path}: ${description}`);
  }
  const explained = findings.filter(({ reason }) => reason);
  for (const reason of new Set(explained.map((finding) => finding.reason!))) {
    const group = explained.filter((finding) => finding.reason === reason);
    page.blank().rows([
      ['Acknowledged', [...new Set(group.map(({ rule }) => rule))].join(', ')],
      ['at', [...new Set(group.map(({ path }) => path))]],
      ['because', reason],
    ]);
  }
}

function showNotices(page: Page, notices: readonly LibraryNotice[]): void {
  page.section('Notices of cdk-kms-constructs');
  if (notices.length === 0) {
    page.paragraph('None.');
    return;
  }
  const rows = notices.map(({ level, code, path, message }): [string, string, string] => [level, code, `${path}: ${message}`]);
  page.rows([...new Map(rows.map((row) => [row.join(), row])).values()]);
}

function showTemplates(page: Page, stacks: readonly SynthesizedStack[]): void {
  page.section('Templates').rows(stacks.map(({ name, templatePath }) => [name, relative(process.cwd(), templatePath)]));
}

function showPlainCdk(page: Page, { twoStacks, oneStack }: ReturnType<typeof plainCdkOutcomes>): void {
  page.section('The same application on a kms.Key of aws-cdk-lib').rows([
    ['Key in a stack of its own', outcomeText(twoStacks)],
    ['Key in the same stack', outcomeText(oneStack)],
  ]);
}

function outcomeText({ synthesisError, circularDependency }: Outcome): string[] {
  if (synthesisError) {
    return ['The CDK refuses to synthesize it:', synthesisError];
  }
  if (!circularDependency) {
    return ['It synthesizes, without a circular dependency.'];
  }
  return [
    'The CDK synthesizes it, and AWS CloudFormation refuses the template for the circular dependency in it:',
    ...circularDependency.map(({ from, to, at }) => `${from} needs ${to}, at ${at}`),
  ];
}

/** A path to a property by its ends, if it is long. */
function elided(path: string): string {
  const parts = path.split('.');
  return parts.length > 2 ? `${parts[0]}…${parts[parts.length - 1]}` : path;
}

function count(number: number): string {
  return number.toLocaleString('en-US');
}
