import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { Validations, type App, type IPolicyValidationPlugin, type PolicyValidationPluginReport } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks, HIPAASecurityChecks, NIST80053R5Checks, PCIDSS321Checks } from 'cdk-nag';
import { authorPath, constructPaths, type SynthesizedStack } from './synthesized-stacks';

const RULE_PACKS = [AwsSolutionsChecks, NIST80053R5Checks, HIPAASecurityChecks, PCIDSS321Checks];

/** What a check finds fault with, and why that is accepted. */
export interface Finding {
  readonly check: string;
  readonly rule: string;
  readonly description: string;
  readonly path: string;
  /** The reason that its author gave; a finding without one is unexplained. */
  readonly reason?: string;
}

/** A check, with all that it found. */
export interface CheckResult {
  readonly check: string;
  readonly findings: readonly Finding[];
}

/**
 * Runs the rule packs of cdk-nag over an app, and the validation engine of the newest CDK over its templates.
 *
 * @param unreviewed the app without acknowledgements, synthesized
 * @param reviewed the same app with them
 */
export async function check(unreviewed: App, stacks: readonly SynthesizedStack[], reviewed: App): Promise<CheckResult[]> {
  const templatePaths = stacks.map(({ templatePath }) => templatePath);
  const validation = validateTemplates(stacks);
  const packs: IPolicyValidationPlugin[] = RULE_PACKS.map((RulePack) => new RulePack());
  const context = { templatePaths, stackTemplates: contextOf(stacks), appConstruct: unreviewed };
  const reports = [
    ...packs.map((pack) => ({ check: `cdk-nag ${pack.name}`, report: pack.validate(context) })),
    { check: 'CloudFormation Validate', report: await validation },
  ];

  const explain = explanations(reviewed);
  const pathOf = constructPaths(unreviewed);
  return reports.map(({ check: name, report }) => ({
    check: name,
    findings: report.violations.flatMap(({ ruleName: rule, description, violatingResources }) =>
      violatingResources.map(({ constructPath, resourceLogicalId, templatePath }) => {
        const stackName = stacks.find((stack) => stack.templatePath === templatePath)?.name ?? '';
        const path = constructPath ?? pathOf(stackName, resourceLogicalId ?? '');
        return { check: name, rule, description, path: authorPath(path), reason: explain(name, rule, path) };
      })),
  }));
}

/** Meanwhile, in a thread: the engine takes seconds to start. */
async function validateTemplates(stacks: readonly SynthesizedStack[]): Promise<PolicyValidationPluginReport> {
  const workerData = { stackTemplates: contextOf(stacks) };
  const [report] = await once(new Worker(join(__dirname, 'cloudformation-validate.cjs'), { workerData }), 'message');
  return report;
}

function contextOf(stacks: readonly SynthesizedStack[]): object[] {
  return stacks.map(({ name, templatePath, account, region }) => ({
    stackConstructPath: name,
    templatePath,
    accountId: account,
    region,
  }));
}

/** An acknowledgement holds for the construct that it was made on and for everything in it. */
function explanations(app: App): (check: string, rule: string, path: string) => string | undefined {
  const acknowledged = new Map<string, string>();
  for (const { node } of app.node.findAll()) {
    for (const { data } of node.metadata.filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)) {
      Object.entries<string>(data).forEach(([id, reason]) => acknowledged.set(`${node.path} ${id.replace(/^annotation::/i, '')}`, reason));
    }
  }
  return (name, rule, path) =>
    path
      .split('/')
      .map((_, index, parts) => parts.slice(0, index + 1).join('/'))
      .flatMap((scope) => acknowledged.get(`${scope} ${rule}`) ?? acknowledged.get(`${scope} ${name.replaceAll(' ', '-')}::${rule}`) ?? [])
      .pop();
}
