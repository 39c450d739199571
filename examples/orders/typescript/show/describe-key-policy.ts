import type { Key, Statement } from './read-keys';

/** A key policy in words, by what its statements are about. */
export interface KeyPolicyInWords {
  readonly administeredBy: string[];
  readonly seenBy: string[];
  readonly usedBy: string[];
  readonly grantedBy: string[];
  readonly denied: string[];
}

/** Says who may do what with a key. What it has no words for, it quotes. */
export function describeKeyPolicy({ statements, stack: { account } }: Key): KeyPolicyInWords {
  const allows = statements.filter(({ effect }) => effect === 'Allow');
  const toAccount = allows.filter(({ principals }) => principals.AWS?.includes(`arn:aws:iam::${account}:root`));
  const toOthers = allows.filter((statement) => !toAccount.includes(statement));
  const delegated = (action: string, without: string[] = []) =>
    toAccount.filter(({ actions }) => actions.includes(action) && !without.some((other) => actions.includes(other)));
  return {
    administeredBy: delegated('PutKeyPolicy').flatMap((statement) => administrators(statement, account)),
    seenBy: delegated('DescribeKey', ['Decrypt', 'PutKeyPolicy']).map((statement) => delegation(statement, account)),
    usedBy: [...delegated('Decrypt').map((statement) => delegation(statement, account)), ...toOthers.map(otherUser)],
    grantedBy: delegated('CreateGrant').map((statement) => delegation(statement, account)),
    denied: statements.filter(({ effect }) => effect === 'Deny').map(denial),
  };
}

function administrators(statement: Statement, account: string): string[] {
  const named = valuesOf(statement, 'ArnLike', 'aws:PrincipalArn');
  return named.length > 0 ? named.map((arn) => administrator(principal(arn, account))) : [delegation(statement, account)];
}

/** The key policy lets IAM decide, save for the root user, whom IAM policies do not concern. */
function administrator(name: string): string {
  return name.startsWith('the root user') ? name : `${name}, if its IAM policy allows it`;
}

/** The account itself is let in, so that the IAM policies of the account decide. */
function delegation(statement: Statement, account: string): string {
  const via = [...valuesOf(statement, 'StringEquals', 'kms:ViaService'), ...valuesOf(statement, 'StringLike', 'kms:ViaService')];
  const but = valuesOf(statement, 'ArnNotLike', 'aws:PrincipalArn').map((arn) => principal(arn, account));
  const forServices = valuesOf(statement, 'Bool', 'kms:GrantIsForAWSResource').includes('true');
  return [
    `anybody in account ${account} whose IAM policy allows it`,
    ...(forServices ? ['for AWS services only'] : []),
    ...(statement.actions.includes('Decrypt') ? [via.length > 0 ? `through ${via.join(', ')}` : 'through any service or directly'] : []),
    ...(but.length > 0 ? [`but not ${but.join(', ')}`] : []),
  ].join(', ');
}

function principal(arn: string, account: string): string {
  const [, name] = arn.split(`arn:aws:iam::${account}:`);
  if (name === 'root') {
    return `the root user of account ${account}`;
  }
  const what = (name ?? arn).replace(/^(role|user)\//, '$1 ');
  return /^role cdk-\w+-cfn-exec-role-/.test(what) ? `${what}, with which the CDK deploys` : what;
}

function otherUser(statement: Statement): string {
  const { Service: services = [], AWS: accounts = [] } = statement.principals;
  const who = [...services, ...accounts.map((name) => (name === '*' ? 'everybody' : `account ${name}`))].join(', ');
  return [who, sourceOf(statement) ?? conditionsText(statement)].filter(Boolean).join(', ');
}

/** For whom a service acts: the resources that an ARN pattern covers, or all of an account. */
function sourceOf({ principals, conditions }: Statement): string | undefined {
  const [service] = (principals.Service ?? ['']).map((name) => name.split('.')[0]);
  const arn = conditions.find(({ key }) => /^(aws:SourceArn|kms:EncryptionContext:.*arn)$/i.test(key))?.values[0];
  const account = conditions.find(({ key }) => key === 'aws:SourceAccount')?.values.join(', ');
  const [, , , region, owner, ...resource] = (arn ?? '').split(':');
  const covered = `for ${resourcesOf(service, resource.join(':'))} of ${owner || account}${region ? ` in ${region}` : ''}`;
  if (!arn) {
    return account && covered;
  }
  return conditions.some(({ key }) => key.startsWith('kms:EncryptionContext:')) ? `${covered}, by encryption context` : covered;
}

const PLURALS: Record<string, string> = { logs: 'log groups', s3: 'buckets', sns: 'topics', sqs: 'queues' };

function resourcesOf(service: string, pattern: string): string {
  const [, type, rest] = /^([a-z-]+)[:/](.+)$/.exec(pattern) ?? [];
  if (type) {
    return `${type.replace('-', ' ')}s${rest === '*' ? '' : ` ${rest}`}`;
  }
  return ['', '*'].includes(pattern) ? (PLURALS[service] ?? 'resources') : pattern;
}

function denial(statement: Statement): string {
  const { actions, conditions } = statement;
  const whom = statement.principals.AWS?.includes('*') ? 'everybody' : Object.values(statement.principals).flat().join(', ');
  const [unused] = conditions.filter(({ key }) => key === 'kms:TrailingDaysWithoutKeyUsage').flatMap(({ values }) => values);
  const forServices = conditions.some(({ key }) => key === 'kms:GrantIsForAWSResource');
  const when = forServices ? 'unless it is for an AWS service' : unused ? `before ${unused} days without use` : conditionsText(statement);
  return [`${actions.join(', ')} to ${whom}`, when].filter(Boolean).join(', ');
}

function valuesOf({ conditions }: Statement, operator: string, key: string): readonly string[] {
  return conditions.filter((condition) => condition.operator === operator && condition.key === key).flatMap(({ values }) => values);
}

function conditionsText({ conditions }: Statement): string {
  return conditions.map(({ operator, key, values }) => `${operator} ${key} ${values.join(', ')}`).join(' and ');
}
