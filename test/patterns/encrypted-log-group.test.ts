import { Match, Template } from 'aws-cdk-lib/assertions';
import { AccountPrincipal, OrganizationPrincipal, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { LogGroupClass, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { App, Lazy, Stack } from 'aws-cdk-lib/core';
import { CustomerManagedKey } from '../../src/keys/customer-managed-key';
import { ImportedKey } from '../../src/keys/imported-key';
import { KeyRetention } from '../../src/keys/key-retention';
import { EncryptedLogGroup, type EncryptedLogGroupProps } from '../../src/patterns/encrypted-log-group';
import { ENV, testStack, testStacks } from '../support/apps';
import { permissionsOf, withIntrinsicsAsText } from '../support/granted-permissions';
import { keyPolicyOf, messagesOf, serviceAccess, serviceStatements } from '../support/key-policies';
import { cyclesOf } from '../support/template-cycles';

const KEY_ARN = 'arn:aws:kms:eu-west-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const LOG_GROUP = '<Logs59B087BB.Arn>';

const WRITE = ['logs:CreateLogStream', 'logs:PutLogEvents'];
const READ = ['logs:DescribeLogStreams', 'logs:FilterLogEvents', 'logs:GetLogEvents', 'logs:GetLogGroupFields'];

// AWS documents kms:GenerateDataKey* and kms:ReEncrypt*: expanded in full.
const SERVICE_ACTIONS = [
  'kms:Decrypt',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyPair',
  'kms:GenerateDataKeyPairWithoutPlaintext',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];
const SERVICE = {
  service: 'logs.eu-west-1.amazonaws.com',
  actions: SERVICE_ACTIONS,
  condition: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': 'arn:<AWS::Partition>:logs:eu-west-1:111111111111:*' } },
};

function role(stack: Stack): Role {
  return new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
}

/** The only log group. */
function logGroupOf(stack: Stack): any {
  const [logGroup] = Object.values(Template.fromStack(stack).findResources('AWS::Logs::LogGroup'));
  return logGroup;
}

describe('defaults', () => {
  test('the log group is encrypted with a customer managed key of its own, and keeps log events for a year', () => {
    const stack = testStack();

    new EncryptedLogGroup(stack, 'Logs');

    expect(Template.fromStack(stack).findResources('AWS::Logs::LogGroup')).toEqual({
      Logs59B087BB: {
        Type: 'AWS::Logs::LogGroup',
        Properties: { KmsKeyId: { 'Fn::GetAtt': ['LogsKeyB5D1D597', 'Arn'] }, RetentionInDays: 365 },
        DeletionPolicy: 'RetainExceptOnCreate',
        UpdateReplacePolicy: 'Retain',
      },
    });
  });

  test('the key policy lets Amazon CloudWatch Logs in, for log groups of the account in the Region', () => {
    const stack = testStack();

    new EncryptedLogGroup(stack, 'Logs');

    expect(serviceAccess(stack)).toEqual([SERVICE]);
  });

  test('there is a log group, one key, and nothing else', () => {
    const stack = testStack();

    new EncryptedLogGroup(stack, 'Logs');

    const types = Object.values<any>(Template.fromStack(stack).toJSON().Resources).map(({ Type }) => Type);
    expect(types.sort()).toEqual(['AWS::KMS::Key', 'AWS::Logs::LogGroup']);
  });

  test('the parts are exposed', () => {
    const { logGroup, encryptionKey } = new EncryptedLogGroup(testStack(), 'Logs');

    expect(logGroup.node.path).toBe('Stack/Logs/Resource');
    expect(encryptionKey).toBeInstanceOf(CustomerManagedKey);
    expect(encryptionKey.node.path).toBe('Stack/Logs/Key');
  });
});

describe('props', () => {
  test.each<[string, EncryptedLogGroupProps, object]>([
    ['logRetention', { logRetention: RetentionDays.ONE_WEEK }, { RetentionInDays: 7 }],
    ['logGroupName', { logGroupName: '/acme/orders_1.#-' }, { LogGroupName: '/acme/orders_1.#-' }],
    ['logGroupName of 512 characters', { logGroupName: 'a'.repeat(512) }, { LogGroupName: 'a'.repeat(512) }],
    ['logGroupName that begins with /aws/', { logGroupName: '/aws/lambda/orders' }, { LogGroupName: '/aws/lambda/orders' }],
    ['logGroupName with a token', { logGroupName: Lazy.string({ produce: () => 'later' }) }, { LogGroupName: 'later' }],
    ['logGroupClass', { logGroupClass: LogGroupClass.INFREQUENT_ACCESS }, { LogGroupClass: 'INFREQUENT_ACCESS' }],
  ])("'%s' is the log group's", (_, props, properties) => {
    const stack = testStack();

    new EncryptedLogGroup(stack, 'Logs', props);

    expect(logGroupOf(stack).Properties).toEqual(expect.objectContaining(properties));
  });

  test("'logRetention' can be without end", () => {
    const stack = testStack();

    new EncryptedLogGroup(stack, 'Logs', { logRetention: RetentionDays.INFINITE });

    Template.fromStack(stack).hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: Match.absent() });
  });

  test.each<[string, KeyRetention, object]>([
    ['retain()', KeyRetention.retain(), { DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' }],
    ['production()', KeyRetention.production(), { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' }],
    ['ephemeral()', KeyRetention.ephemeral(), { DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' }],
  ])('the log group and its key share one fate, whatever the log events do: %s', (_, retention, fate) => {
    const stack = testStack();

    new EncryptedLogGroup(stack, 'Logs', { retention });

    const resources = Object.values<any>(Template.fromStack(stack).toJSON().Resources);
    const fates = resources.map(({ DeletionPolicy, UpdateReplacePolicy }) => ({ DeletionPolicy, UpdateReplacePolicy }));
    expect(fates).toEqual([fate, fate]);
    expect(logGroupOf(stack).Properties.RetentionInDays).toBe(365);
  });

  test('the log group follows the retention of a given key', () => {
    const stack = testStack();

    new EncryptedLogGroup(stack, 'Logs', { encryptionKey: new CustomerManagedKey(stack, 'Key', { retention: KeyRetention.ephemeral() }) });

    expect(logGroupOf(stack).DeletionPolicy).toBe('Delete');
  });
});

describe('wrong props', () => {
  const ephemeralKey = new CustomerManagedKey(testStack(), 'Key', { retention: KeyRetention.ephemeral() });
  const keyElsewhere = Key.fromKeyArn(testStack(), 'Given', 'arn:aws:kms:us-east-1:111111111111:key/1234abcd');
  const name = (got: string) =>
    `'logGroupName' must have at most 512 letters, digits, '-', '_', '/', '.' and '#', and not begin with 'aws/', got '${got}'`;

  test.each<[string, string, EncryptedLogGroupProps, string]>([
    ['LogGroupNameInvalid', 'a name with a space', { logGroupName: 'my logs' }, name('my logs')],
    ['LogGroupNameInvalid', 'an empty name', { logGroupName: '' }, name('')],
    ['LogGroupNameInvalid', 'a name of AWS', { logGroupName: 'aws/orders' }, name('aws/orders')],
    ['LogGroupNameInvalid', 'a name of 513 characters', { logGroupName: 'a'.repeat(513) }, name('a'.repeat(513))],
    ['DataOutlivesKey', 'an ephemeral key', { encryptionKey: ephemeralKey, retention: KeyRetention.retain() },
      "'retention' keeps the data, but its key Stack/Key is ephemeral, and data cannot be read without its key; give the key a retention that keeps it"],
    ['KeyInOtherRegion', 'a key of another Region', { encryptionKey: keyElsewhere },
      "'encryptionKey' must be in the Region of the resource, eu-west-1, got a key of us-east-1; use a replica key there"],
  ])('fails with %s for %s, before anything is added to the tree', (code, _, props, message) => {
    const stack = testStack();

    expect(() => new EncryptedLogGroup(stack, 'Logs', props)).toThrow(new Error(`[cdk-kms-constructs:${code}] Stack/Logs: ${message}`));
    expect(stack.node.children).toEqual([]);
  });

  test('fails with all problems at once', () => {
    const make = () => new EncryptedLogGroup(testStack(), 'Logs', { logGroupName: 'my logs', encryptionKey: keyElsewhere });

    expect(make).toThrow(/^\[cdk-kms-constructs:KeyInOtherRegion\] Stack\/Logs: .*\n  also \[LogGroupNameInvalid\] /);
  });
});

describe('grants', () => {
  test.each<['grantWrite' | 'grantRead', string[]]>([
    ['grantWrite', WRITE],
    ['grantRead', READ],
  ])('%s allows exactly this, and nothing on the key', (verb, actions) => {
    const stack = testStack();
    const grantee = role(stack);

    new EncryptedLogGroup(stack, 'Logs')[verb](grantee).assertSuccess();

    expect(permissionsOf(grantee)).toEqual({ [LOG_GROUP]: actions });
    expect(keyPolicyOf(stack).map(({ Sid }) => Sid)).toEqual(['KeyAdministration', 'KeyMetadata', 'KeyUse', 'ServiceGrants', undefined, 'GrantsForServicesOnly']);
  });

  test('a service writes by a resource policy, of which an account has few: it goes with the template', () => {
    const stack = testStack();

    new EncryptedLogGroup(stack, 'Logs').grantWrite(new ServicePrincipal('es.amazonaws.com')).assertSuccess();

    const [policy] = Object.values(Template.fromStack(stack).findResources('AWS::Logs::ResourcePolicy'));
    const [, statements] = /"Statement":(.*),"Version"/.exec(withIntrinsicsAsText(policy.Properties.PolicyDocument))!;
    expect(JSON.parse(statements)).toEqual([
      { Effect: 'Allow', Principal: { Service: 'es.amazonaws.com' }, Action: WRITE, Resource: LOG_GROUP },
    ]);
    expect(policy.DeletionPolicy).toBeUndefined();
  });

  test('an organization cannot write by a policy: Amazon CloudWatch Logs heeds it for services only', () => {
    const stack = testStack();

    expect(new EncryptedLogGroup(stack, 'Logs').grantWrite(new OrganizationPrincipal('o-a1b2c3d4e5')).success).toBe(false);
    Template.fromStack(stack).resourceCountIs('AWS::Logs::ResourcePolicy', 0);
  });

  test('a service cannot read: Amazon CloudWatch Logs heeds no policy for that', () => {
    const stack = testStack();

    expect(new EncryptedLogGroup(stack, 'Logs').grantRead(new ServicePrincipal('es.amazonaws.com')).success).toBe(false);
    Template.fromStack(stack).resourceCountIs('AWS::Logs::ResourcePolicy', 0);
    expect(messagesOf(stack, 'warning')).toEqual([expect.stringContaining('logs:GetLogEvents')]);
  });

  test.each(['grantWrite', 'grantRead'] as const)('%s to a role that takes no policies says so', (verb) => {
    const stack = testStack();
    const grantee = Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::111111111111:role/app', { mutable: false });

    expect(new EncryptedLogGroup(stack, 'Logs')[verb](grantee).success).toBe(false);
    expect(messagesOf(stack, 'warning')).toEqual([expect.stringMatching(/^Stack\/Role cannot be changed by this app.*logs:/)]);
  });

  test.each(['grantWrite', 'grantRead'] as const)('%s fails for another account, which no policy could let in', (verb) => {
    const stack = testStack();
    const logs = new EncryptedLogGroup(stack, 'Logs');

    expect(() => logs[verb](new AccountPrincipal('222222222222'))).toThrow(
      new Error(
        `[cdk-kms-constructs:LogGroupNotShared] Stack/Logs: '${verb}' must be for a principal of the log group's account, got one of 222222222222; ` +
          'let it assume a role of 111111111111, and grant that',
      ),
    );
  });

  test('grantRead fails for a role of another account too', () => {
    const stack = testStack();
    const grantee = Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::222222222222:role/reader');

    expect(() => new EncryptedLogGroup(stack, 'Logs').grantRead(grantee)).toThrow('[cdk-kms-constructs:LogGroupNotShared] Stack/Logs:');
  });

  test('in a stack without an environment, its own account is its own', () => {
    const stack = new Stack(new App(), 'Stack');
    const grantee = role(stack);

    new EncryptedLogGroup(stack, 'Logs').grantRead(grantee).assertSuccess();

    expect(permissionsOf(grantee)).toEqual({ [LOG_GROUP]: READ });
  });
});

describe('keys of others', () => {
  test('a plain key of the CDK is left as it is, and the statement that it lacks is told', () => {
    const stack = testStack();

    new EncryptedLogGroup(stack, 'Logs', { encryptionKey: new Key(stack, 'Key') });

    expect(serviceAccess(stack)).toEqual([]);
    expect(messagesOf(stack, 'warning')).toEqual([
      expect.stringMatching(/Stack\/Key.*"Service":"logs\.eu-west-1\.amazonaws\.com".*"arn:aws:logs:eu-west-1:111111111111:\*".*foreignKeyIncomplete/),
    ]);
  });

  test('in a stack without an environment, the service is let in by the Region that it is deployed to', () => {
    const stack = new Stack(new App(), 'Stack');

    new EncryptedLogGroup(stack, 'Logs');

    const [{ service, condition }] = serviceAccess(stack);
    expect(service).toEqual('logs.<AWS::Region>.<AWS::URLSuffix>');
    expect(condition).toEqual({
      ArnLike: { 'kms:EncryptionContext:aws:logs:arn': 'arn:<AWS::Partition>:logs:<AWS::Region>:<AWS::AccountId>:*' },
    });
  });

  test('an imported key encrypts the log group, and the statement for its owner is told', () => {
    const stack = testStack();
    const grantee = role(stack);
    const encryptionKey = Key.fromKeyArn(stack, 'Key', KEY_ARN);

    new EncryptedLogGroup(stack, 'Logs', { encryptionKey }).grantRead(grantee).assertSuccess();

    expect(logGroupOf(stack).Properties).toEqual({ KmsKeyId: KEY_ARN, RetentionInDays: 365 });
    expect(permissionsOf(grantee)).toEqual({ [LOG_GROUP]: READ });
    expect(messagesOf(stack, 'warning')).toEqual([
      expect.stringMatching(/"Service":"logs\.eu-west-1\.amazonaws\.com".*kms:EncryptionContext:aws:logs:arn.*foreignKeyIncomplete/),
    ]);
  });

  test('an ImportedKey records the statement for its owner, and tells it once', () => {
    const stack = testStack();
    const encryptionKey = ImportedKey.fromKeyArn(stack, 'Key', KEY_ARN);

    new EncryptedLogGroup(stack, 'Logs', { encryptionKey });

    expect(messagesOf(stack, 'warning')).toEqual([expect.stringContaining('logs.eu-west-1.amazonaws.com')]);
    const [statement] = encryptionKey.statementsForOwner.map((written) => stack.resolve(written.toStatementJson()));
    expect(statement).toEqual(expect.objectContaining({ Principal: { Service: 'logs.eu-west-1.amazonaws.com' }, Action: SERVICE_ACTIONS }));
  });

  test('a key of another stack serves log groups of two stacks without a cycle, and lets the service in once', () => {
    const { keys, app } = testStacks();
    const more = new Stack(app.node.root, 'More', { env: ENV });
    const encryptionKey = new CustomerManagedKey(keys, 'Key');

    new EncryptedLogGroup(app, 'Logs', { encryptionKey });
    new EncryptedLogGroup(more, 'Logs', { encryptionKey });

    expect(cyclesOf((app.node.root as App).synth())).toEqual([]);
    expect(serviceAccess(keys)).toEqual([SERVICE]);
    expect(serviceStatements(keys, 'logs.eu-west-1.amazonaws.com')).toHaveLength(1);
    expect(withIntrinsicsAsText(logGroupOf(app).Properties.KmsKeyId)).toBe('<import Keys:ExportsOutputFnGetAttKey961B73FDArn5A860C43>');
  });
});
