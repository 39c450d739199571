import { awscdk, javascript, TextFile, typescript } from 'projen';
import { renderBarrel } from './projenrc/barrel';
import { addLint } from './projenrc/lint';
import { addPackaging } from './projenrc/packaging';
import { addTasks } from './projenrc/tasks';
import { addTesting, floorJestOptions } from './projenrc/testing';
import { addWorkflow } from './projenrc/workflow';
import { renderServicesPage, SERVICES_PAGE_ROWS } from './tools/services-page';

const project = new awscdk.AwsCdkConstructLibrary({
  name: 'cdk-kms-constructs',
  description: 'AWS KMS customer managed keys and encrypted resources for the AWS CDK, with key policies that say who can do what',
  keywords: ['aws', 'cdk', 'aws-cdk', 'kms', 'encryption', 'key-policy', 'security'],
  author: 'cdk-kms-constructs maintainers',
  authorAddress: 'maintainers@cdkkmsconstructs.io',
  authorOrganization: true,
  repositoryUrl: 'https://github.com/cdk-kms-constructs/cdk-kms-constructs.git',
  license: 'Apache-2.0',
  defaultReleaseBranch: 'main',

  // The lowest versions we support, and what everything is compiled against.
  // 2.258.0: the first whose validation plugins receive the construct tree (`IPolicyValidationContext.appConstruct`),
  //          and the first with stable `CrossStackReferences`.
  // 10.5.1:  what that version needs for mixins, `construct.with(...)`.
  cdkVersion: '2.258.0',
  constructsVersion: '10.5.1',
  jsiiVersion: '~6.0.0',
  typescriptVersion: '~6.0.0',
  minNodeVersion: '20.0.0',

  devDeps: [
    // The newest CDK beside the lowest one, for `npx projen test:latest`.
    'aws-cdk-lib-latest@npm:aws-cdk-lib@2.276.0',
    // Exact, and not 3.0.0: the registry's `latest` is a stray build that reads cloud assemblies up to schema 43 only,
    // while aws-cdk-lib 2.276 writes schema 55.
    'aws-cdk@2.1148.1',
    'cdk-nag@3.0.2',
    // Brings the cfn-guard program and the AWS Control Tower rules.
    '@cdklabs/cdk-validator-cfnguard@0.0.62',
    'fast-check@^4',
    'tsx@^4',
    // `tsgo`: type-checks in a second.
    '@typescript/native-preview@7.0.0-dev.20260707.2',
  ],

  packageManager: javascript.NodePackageManager.NPM,
  projenrcTs: true,
  projenrcTsOptions: { runner: typescript.TypeScriptRunner.tsx() },
  tsconfigDevFile: 'tsconfig.dev.json',
  sampleCode: false,
  lambdaAutoDiscover: false,
  integrationTestAutoDiscover: false,
  eslintOptions: {
    dirs: ['src'],
    devdirs: ['test', 'examples', 'tools', 'projenrc'],
    commandOptions: { fix: false, extraArgs: ['--max-warnings=0'] }, // it judges; `npx projen eslint --fix` repairs
  },
  jestOptions: floorJestOptions(),

  release: false,
  depsUpgrade: false,
  buildWorkflow: false, // ours is in projenrc/workflow.ts
  githubOptions: { mergify: false, pullRequestLint: false },
  pullRequestTemplate: false,
  bumpPackage: 'commit-and-tag-version@^12', // 13 needs Node 22

  publishToPypi: { distName: 'cdk-kms-constructs', module: 'cdk_kms_constructs' },
  publishToMaven: {
    javaPackage: 'io.github.cdkkmsconstructs',
    mavenGroupId: 'io.github.cdkkmsconstructs',
    mavenArtifactId: 'cdk-kms-constructs',
  },
  publishToNuget: { dotNetNamespace: 'CdkKmsConstructs', packageId: 'CdkKmsConstructs' },
  publishToGo: { moduleName: 'github.com/cdk-kms-constructs/cdk-kms-constructs-go', packageName: 'cdkkmsconstructs' },
});

new TextFile(project, 'src/index.ts', { readonly: false, lines: renderBarrel(`${__dirname}/src`) });
new TextFile(project, 'docs/services.md', { readonly: false, lines: [...renderServicesPage(SERVICES_PAGE_ROWS), ''] });

addPackaging(project);
addTesting(project);
addLint(project);
addTasks(project);
addWorkflow(project.github!);

project.synth();
