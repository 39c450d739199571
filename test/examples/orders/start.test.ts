import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ordersApp, unreviewedOrdersApp } from '../../../examples/orders/typescript/app';
import { start } from '../../../examples/orders/typescript/show/start';

// The validation engine takes seconds to start.
jest.setTimeout(60_000);

const outdir = mkdtempSync(join(tmpdir(), 'orders-'));
afterAll(() => rmSync(outdir, { recursive: true }));

async function run(build: typeof ordersApp) {
  const written = { stdout: '', stderr: '' };
  const stream = (name: keyof typeof written) => ({ write: (text: string) => (written[name] += text) });
  const exitCode = await start({ outdir, build }, stream('stdout'), stream('stderr'));
  return { exitCode, ...written };
}

describe('piped', () => {
  let result: Awaited<ReturnType<typeof run>>;
  beforeAll(async () => {
    result = await run(ordersApp);
  });

  test('it succeeds, in plain text of at most 100 columns', () => {
    expect(result.exitCode).toBe(0);
    expect(result.stderr).toBe('');
    expect(result.stdout).not.toContain('\u001b');
    expect(result.stdout.split('\n').filter((line) => line.length > 100)).toEqual([]);
  });

  test('it says what the key is, who administers and uses it, and what is denied', () => {
    expect(section(result.stdout, 'The key alias/orders')).toBe(`
  Stack            OrdersKeyStack
  Description      Orders: uploads, queues, table, logs and alarms
  Rotation         every 365 days
  Retention        kept when it leaves the template, and when a first deployment fails; deletion
                   waits 30 days once it is scheduled
  Administered by  role KeyAdministrator, if its IAM policy allows it
                   role cdk-hnb659fds-cfn-exec-role-111122223333-eu-west-1, with which the CDK
                   deploys, if its IAM policy allows it
                   the root user of account 111122223333
  Described to     anybody in account 111122223333 whose IAM policy allows it
  Used by          anybody in account 111122223333 whose IAM policy allows it, through any service
                   or directly, but not role KeyAdministrator
                   s3.amazonaws.com, for buckets of 111122223333
                   logs.eu-west-1.amazonaws.com, for log groups of 111122223333 in eu-west-1, by
                   encryption context
                   cloudwatch.amazonaws.com, for alarms of 111122223333 in eu-west-1
  Grants made by   anybody in account 111122223333 whose IAM policy allows it, for AWS services only
  Denied           CreateGrant to everybody, unless it is for an AWS service
                   ScheduleKeyDeletion to everybody, before 90 days without use
  Key policy       9 statements, 2,976 of 32,768 bytes (9 %)
`);
  });

  test('it lists what the key protects in the other stack', () => {
    expect(section(result.stdout, 'What alias/orders protects')).toBe(`
  OrdersStack/Uploads                   AWS::S3::Bucket             BucketEncryption…KMSMasterKeyID
  OrdersStack/Arrivals/DeadLetterQueue  AWS::SQS::Queue             KmsMasterKeyId
  OrdersStack/Arrivals                  AWS::SQS::Queue             KmsMasterKeyId
  OrdersStack/Orders                    AWS::DynamoDB::GlobalTable  Replicas[0]…KMSMasterKeyId
  OrdersStack/ImportLogs                AWS::Logs::LogGroup         KmsKeyId
  OrdersStack/Import                    AWS::Lambda::Function       KmsKeyArn
  OrdersStack/Alarms                    AWS::SNS::Topic             KmsMasterKeyId
`);
  });

  test('it counts the findings and gives the reasons', () => {
    const findings = section(result.stdout, 'Findings');

    expect(findings).toContain(`
  Check                    Findings  Acknowledged  Unexplained
  cdk-nag AwsSolutions     2         2             0
  cdk-nag NIST.800.53.R5   8         8             0
  cdk-nag HIPAA.Security   8         8             0
  cdk-nag PCI.DSS.321      6         6             0
  CloudFormation Validate  0         0             0

  Every finding is explained.
`);
    expect(findings).toContain(`
  Acknowledged  AwsSolutions-IAM5[Resource::<Uploads88C64F96.Arn>/*]
  at            OrdersStack/ImportRole/DefaultPolicy
  because       it reads every upload, whose names are not known before; it reads nothing else
`);
  });

  test('it shows the notice of the library', () => {
    expect(section(result.stdout, 'Notices of cdk-kms-constructs')).toMatch(
      /^\n {2}info {2}statementBound {2}OrdersKeyStack\/Key: .*s3\.amazonaws\.com was bound to/,
    );
  });

  test('it says where the templates are', () => {
    const lines = section(result.stdout, 'Templates').trim().split('\n');

    expect(lines[0]).toMatch(/^OrdersKeyStack {2}.*orders-\w+\/OrdersKeyStack\.template\.json$/);
    expect(lines[1]).toMatch(/^ {2}OrdersStack {5}.*orders-\w+\/OrdersStack\.template\.json$/);
  });

  test('it shows how plain constructs end', () => {
    const comparison = section(result.stdout, 'The same application on a kms.Key of aws-cdk-lib');

    expect(comparison).toContain('Key in a stack of its own  The CDK refuses to synthesize it:');
    expect(comparison).toMatch(/cyclic\s+reference/);
    expect(comparison).toContain(`
                             Key961B73FD needs Uploads4F6EB0FD, at
                             KeyPolicy.Statement[1].Condition.ArnLike.aws:SourceArn
                             Uploads4F6EB0FD needs Key961B73FD, at
                             BucketEncryption.ServerSideEncryptionConfiguration[0].
                             ServerSideEncryptionByDefault.KMSMasterKeyID
`);
  });
});

test('fails with the rule and the construct if a finding has no reason', async () => {
  const { exitCode, stdout, stderr } = await run(unreviewedOrdersApp);

  expect(exitCode).toBe(1);
  expect(stdout).toContain('  Unexplained: HIPAA.Security-LambdaDLQ at OrdersStack/Import: The Lambda function is not configured');
  expect(stderr).toMatch(/^\nFindings without an explanation: .*HIPAA\.Security-LambdaDLQ at OrdersStack\/Import, .*\. Design them away, or acknowledge/);
});

test('fails with one paragraph and no stack trace if the app cannot be built', async () => {
  const result = await run(() => {
    throw new Error('[cdk-kms-constructs:AliasNameInvalid] OrdersKeyStack/Key: no such name');
  });

  expect(result).toEqual({ exitCode: 1, stdout: '', stderr: '\n[cdk-kms-constructs:AliasNameInvalid] OrdersKeyStack/Key: no such name\n' });
});

/** What stands under a heading. */
function section(page: string, heading: string): string {
  const lines = page.split('\n');
  const first = lines.indexOf(heading);
  const end = lines.findIndex((line, index) => index > first && /^\S/.test(line));
  return lines.slice(first + 1, end < 0 ? undefined : end - 1).join('\n') + (end < 0 ? '' : '\n');
}
