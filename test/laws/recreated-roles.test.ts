import { Template } from 'aws-cdk-lib/assertions';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { ArnPrincipal, PolicyStatement, Role, ServicePrincipal, User, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { App, CfnResource, Stack } from 'aws-cdk-lib/core';
import { CustomerManagedKey } from '../../src/keys/customer-managed-key';
import { KeyPrincipal } from '../../src/policy/key-principal';
import { ENV } from '../support/apps';
import { FLAGS } from '../support/feature-flags';
import { intrinsicText } from '../support/granted-permissions';
import { alarm, bucket, lambda, queue, table, topic } from '../support/wirings';

// Law 1: AWS KMS stores the id of a role that a key policy names, and not its name. Who made the role again would be without
// access until somebody puts the key policy again, so that the policy names none.

const OTHER_ACCOUNT = { account: '222222222222', region: 'eu-west-1' };

interface Place {
  readonly keys: Stack;
  readonly users: Stack;
  readonly key: CustomerManagedKey;
}

function place(env: object = ENV, context: Record<string, unknown> = {}): Place {
  const app = new App({ context });
  const keys = new Stack(app, 'Keys', { env: ENV });
  const key = new CustomerManagedKey(keys, 'Key', { administrators: [KeyPrincipal.roleName('KeyAdmin')] });
  return { keys, users: new Stack(app, 'Users', { env }), key };
}

function keyPolicy({ keys }: Place): any {
  return Template.fromStack(keys).findResources('AWS::KMS::Key').Key961B73FD.Properties.KeyPolicy;
}

const role = (scope: Stack, id = 'Role', roleName?: string) => new Role(scope, id, { assumedBy: new ServicePrincipal('ec2.amazonaws.com'), roleName });

/** What a role does with a key: grants of the key, of its resources, and statements that constructs of the CDK write. */
const USES: Record<string, (place: Place, grantee: IGrantable) => void> = {
  'is granted the key': ({ key }, grantee) => key.grantEncryptDecrypt(grantee),
  'reads a bucket': ({ users, key }, grantee) => bucket(users, key).grantRead(grantee),
  'sends to a queue': ({ users, key }, grantee) => queue(users, key).grantSendMessages(grantee),
  'writes to a table': ({ users, key }, grantee) => table(users, key).grantReadWriteData(grantee),
  'reads a secret': ({ users, key }, grantee) => new Secret(users, 'Secret', { encryptionKey: key }).grantRead(grantee),
  'stands in a statement of the key': ({ key }, grantee) =>
    key.addToResourcePolicy(new PolicyStatement({ principals: [grantee.grantPrincipal], actions: ['kms:Decrypt'], resources: ['*'] })),
};

describe('the key policy is byte for byte the same', () => {
  const policyWith = (use: (place: Place, grantee: IGrantable) => void, make: (users: Stack) => IGrantable, env?: object) => {
    const where = place(env);
    use(where, make(where.users));
    return JSON.stringify(keyPolicy(where));
  };

  test.each(Object.entries(USES))('for a role with another logical id, which %s', (_, use) => {
    const before = policyWith(use, (users) => role(users, 'Role'));
    const after = policyWith(use, (users) => role(users, 'RoleThatWasMadeAgain'));

    expect(after).toBe(before);
  });

  test.each(Object.entries(USES))('for a user in place of the role, who %s', (_, use) => {
    const before = policyWith(use, (users) => role(users));
    const after = policyWith(use, (users) => new User(users, 'User'));

    expect(after).toBe(before);
  });

  test.each(Object.entries(USES))('for a role of another account with the same name, which %s', (_, use) => {
    const before = policyWith(use, (users) => role(users, 'Role', 'App'), OTHER_ACCOUNT);
    const after = policyWith(use, (users) => role(users, 'RoleThatWasMadeAgain', 'App'), OTHER_ACCOUNT);

    expect(after).toBe(before);
  });

  test('when the role is deleted, and when it is made again', () => {
    const withRole = () => policyWith(USES['is granted the key'], (users) => role(users));

    const [before, without, again] = [withRole(), JSON.stringify(keyPolicy(place())), withRole()];

    expect(without).toBe(before);
    expect(again).toBe(before);
  });

  test('for functions, whose roles the CDK makes', () => {
    const withFunctions = (ids: string[]) => {
      const where = place();
      const jobs = queue(where.users, where.key);
      ids.forEach((id) => lambda(where.users, where.key, {}, id).addEventSource(new SqsEventSource(jobs)));
      return JSON.stringify(keyPolicy(where));
    };

    expect(withFunctions(['First', 'Second'])).toBe(withFunctions(['Third']));
  });
});

describe.each(Object.entries(FLAGS))('no principal of a key policy is a role or user of the app, with %s', (_, context) => {
  const WHERE: Array<[string, object]> = [['the same account', ENV], ['another account', OTHER_ACCOUNT]];

  test.each(WHERE)('in %s', (__, env) => {
    const where = place(env, context);
    const { users, key } = where;
    const jobs = queue(users, key);
    const alarmed = topic(users, key);

    Object.values(USES).forEach((use, index) =>
      use({ ...where, users: new Stack(users.node.root, `Users${index}`, { env }) }, role(users, `Role${index}`, `App${index}`)));
    alarm(users).addAlarmAction(new SnsAction(alarmed));
    alarmed.addSubscription(new SqsSubscription(jobs));

    const principals = keyPolicy(where).Statement.flatMap(({ Principal }: any) => Object.values(Principal)).flat();
    const names = users.node.root.node.findAll()
      .filter((node): node is CfnResource => CfnResource.isCfnResource(node) && /^AWS::IAM::(Role|User)$/.test(node.cfnResourceType))
      .map((resource) => Stack.of(resource).getLogicalId(resource));
    expect(names.length).toBeGreaterThanOrEqual(6);
    expect(principals.filter((principal: unknown) => /:role\/|:user\/|Fn::GetAtt|Fn::ImportValue|Fn::GetStackOutput/.test(JSON.stringify(principal)))).toEqual([]);
    expect(names.filter((name) => JSON.stringify(keyPolicy(where)).includes(`"${name}"`))).toEqual([]);
    const others = env === OTHER_ACCOUNT ? ['222222222222'] : [];
    expect(new Set(principals.map(intrinsicText))).toEqual(
      new Set(['arn:<AWS::Partition>:iam::111111111111:root', '*', 'cloudwatch.amazonaws.com', 'sns.amazonaws.com', ...others]),
    );
  });
});

test('a role by its ARN is matched by its name, and is no principal either', () => {
  const where = place();

  where.key.addToResourcePolicy(new PolicyStatement({ principals: [new ArnPrincipal('arn:aws:iam::111111111111:role/App')], actions: ['kms:Decrypt'], resources: ['*'] }));

  const [statement] = keyPolicy(where).Statement.filter(({ Action }: any) => Action === 'kms:Decrypt');
  expect(JSON.stringify(statement.Principal)).toBe('{"AWS":{"Fn::Join":["",["arn:",{"Ref":"AWS::Partition"},":iam::111111111111:root"]]}}');
  expect(statement.Condition.ArnLike).toEqual({ 'aws:PrincipalArn': 'arn:aws:iam::111111111111:role/App' });
});
