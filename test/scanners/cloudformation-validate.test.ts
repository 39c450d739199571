import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { CfnKey } from 'aws-cdk-lib/aws-kms';
import type { App } from 'aws-cdk-lib/core';
import { testStack } from '../support/apps';
import { SCANNED_STACKS, patternApp } from '../support/pattern-app';

interface ScannedTemplate {
  readonly stackConstructPath: string;
  readonly templatePath: string;
  readonly accountId: string;
  readonly region: string;
}

// A process of its own, since two versions of the CDK do not get along in one: they share global counters of different shapes.
const VALIDATE = `
  const { CloudFormationValidatePlugin } = require('aws-cdk-lib-latest/core');
  const stackTemplates = JSON.parse(process.argv[1]);
  const templatePaths = stackTemplates.map(({ templatePath }) => templatePath);
  const { violations } = new CloudFormationValidatePlugin().validate({ stackTemplates, templatePaths });
  console.log(JSON.stringify(violations));
`;

function validated(templates: ScannedTemplate[]): any[] {
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', VALIDATE, JSON.stringify(templates)], {
    cwd: join(__dirname, '..', '..'),
    encoding: 'utf8',
  });
  if (!stdout) {
    throw new Error(`the templates were not validated: ${stderr}`);
  }
  return JSON.parse(stdout);
}

/** What the newest CDK finds in the templates of apps, errors and warnings: `resource: rule, description`, by stack. */
function findings(...apps: App[]): Record<string, string[]> {
  const templates = apps.flatMap((app) =>
    app.synth().stacks.map(({ stackName, templateFullPath, environment }) => ({
      stackConstructPath: stackName,
      templatePath: templateFullPath,
      accountId: environment.account,
      region: environment.region,
    })),
  );
  const found: Array<[path: string, text: string]> = validated(templates).flatMap(({ ruleName, description, violatingResources }) =>
    violatingResources.map(({ templatePath, resourceLogicalId }: any) => [templatePath, `${resourceLogicalId}: ${ruleName}, ${description}`]),
  );
  return Object.fromEntries(
    templates.map(({ stackConstructPath, templatePath }) => [
      stackConstructPath,
      found.filter(([path]) => path === templatePath).map(([, text]) => text).sort(),
    ]),
  );
}

const wrong = testStack();
new CfnKey(wrong, 'Key', { keyPolicy: { Version: '2012-10-17' }, pendingWindowInDays: 3, rotationPeriodInDays: 10 });
const found = findings(patternApp(), wrong.node.root as App);

test.each(SCANNED_STACKS)('%s: the template has neither errors nor warnings', (stack) => {
  expect(found[stack]).toEqual([]);
});

test('the validation does find what is wrong with a key', () => {
  expect(found.Stack).toEqual([
    'Key: E3512, KeyPolicy: Resource-based policy must have a Statement property',
    'Key: F3034, PendingWindowInDays: 3 is less than the minimum of 7',
    'Key: F3034, RotationPeriodInDays: 10 is less than the minimum of 90',
  ]);
});
