import { Template } from 'aws-cdk-lib/assertions';
import { AccountPrincipal, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { App, Duration, Lazy, Stack } from 'aws-cdk-lib/core';
import { CustomerManagedKey } from '../../src/keys/customer-managed-key';
import { KeyRetention } from '../../src/keys/key-retention';
import { EncryptedSecret, type EncryptedSecretProps } from '../../src/patterns/encrypted-secret';
import { ENV, testStack, testStacks } from '../support/apps';
import { permissionsOf, withIntrinsicsAsText } from '../support/granted-permissions';
import { keyActionsByRole, keyPolicyOf, messagesOf } from '../support/key-policies';
import { cyclesOf } from '../support/template-cycles';

const KEY_ARN = 'arn:aws:kms:eu-west-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const REPLICA_KEY_ARN = 'arn:aws:kms:us-east-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const SECRET = '<TokenC5AD2B76>';
const KEY = '<TokenKeyD9AC7CD8.Arn>';
const DEFAULT_SIDS = ['KeyAdministration', 'KeyMetadata', 'KeyUse', 'ServiceGrants', 'GrantsForServicesOnly'];

const READ = ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'];
const WRITE = ['secretsmanager:PutSecretValue', 'secretsmanager:UpdateSecretVersionStage'];

type Verb = 'grantRead' | 'grantWrite';
const VERBS: ReadonlyArray<[verb: Verb, actions: string[], onKey: string[]]> = [
  ['grantRead', READ, ['kms:Decrypt']],
  ['grantWrite', WRITE, ['kms:Decrypt', 'kms:GenerateDataKey']],
];

function role(stack: Stack, roleName?: string): Role {
  return new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com'), roleName });
}

/** The only secret. */
function secretOf(stack: Stack): any {
  const [secret] = Object.values(Template.fromStack(stack).findResources('AWS::SecretsManager::Secret'));
  return secret;
}

/** The only policy of a secret. */
function policyOf(stack: Stack): any {
  const [policy] = Object.values(Template.fromStack(stack).findResources('AWS::SecretsManager::ResourcePolicy'));
  return policy;
}

describe('defaults', () => {
  test('the secret is encrypted with a customer managed key of its own, and generated', () => {
    const stack = testStack();

    new EncryptedSecret(stack, 'Token');

    expect(Template.fromStack(stack).findResources('AWS::SecretsManager::Secret')).toEqual({
      TokenC5AD2B76: {
        Type: 'AWS::SecretsManager::Secret',
        Properties: { GenerateSecretString: {}, KmsKeyId: { 'Fn::GetAtt': ['TokenKeyD9AC7CD8', 'Arn'] } },
        DeletionPolicy: 'RetainExceptOnCreate',
        UpdateReplacePolicy: 'Retain',
      },
    });
  });

  test('there is a secret, one key with nothing of the secret in its policy, and nothing else', () => {
    const stack = testStack();

    new EncryptedSecret(stack, 'Token');

    const types = Object.values<any>(Template.fromStack(stack).toJSON().Resources).map(({ Type }) => Type);
    expect(types.sort()).toEqual(['AWS::KMS::Key', 'AWS::SecretsManager::Secret']);
    expect(keyPolicyOf(stack).map(({ Sid }) => Sid)).toEqual(DEFAULT_SIDS);
    expect(messagesOf(stack, 'warning')).toEqual([]);
  });

  test('the parts are exposed', () => {
    const { secret, encryptionKey } = new EncryptedSecret(testStack(), 'Token');

    expect(secret.node.path).toBe('Stack/Token/Resource');
    expect(secret.encryptionKey).toBe(encryptionKey);
    expect(encryptionKey).toBeInstanceOf(CustomerManagedKey);
    expect(encryptionKey.node.path).toBe('Stack/Token/Key');
  });
});

describe('props', () => {
  test.each<[string, EncryptedSecretProps, object]>([
    ['secretName', { secretName: 'acme/token_1+=.@-' }, { Name: 'acme/token_1+=.@-' }],
    ['secretName of 512 characters', { secretName: 'a'.repeat(512) }, { Name: 'a'.repeat(512) }],
    ['secretName with a token', { secretName: Lazy.string({ produce: () => 'later' }) }, { Name: 'later' }],
    ['description', { description: 'Token of Acme' }, { Description: 'Token of Acme' }],
    ['generateSecretString', { generateSecretString: { passwordLength: 64, excludePunctuation: true } },
      { GenerateSecretString: { PasswordLength: 64, ExcludePunctuation: true } }],
    ['replicaRegions', { replicaRegions: [{ region: 'us-east-1', encryptionKey: Key.fromKeyArn(testStack(), 'Replica', REPLICA_KEY_ARN) }] },
      { ReplicaRegions: [{ Region: 'us-east-1', KmsKeyId: REPLICA_KEY_ARN }] }],
  ])("'%s' is the secret's", (_, props, properties) => {
    const stack = testStack();

    new EncryptedSecret(stack, 'Token', props);

    expect(secretOf(stack).Properties).toEqual(expect.objectContaining(properties));
  });

  test('a replica is encrypted with a key of a stack of its Region, whose policy does not grow', () => {
    const app = new App();
    const elsewhere = new Stack(app, 'Elsewhere', { env: { ...ENV, region: 'us-east-1' } });
    const stack = new Stack(app, 'Stack', { env: ENV });
    const encryptionKey = new CustomerManagedKey(elsewhere, 'Key');

    new EncryptedSecret(stack, 'Token', { replicaRegions: [{ region: 'us-east-1', encryptionKey }] });

    expect(cyclesOf(app.synth())).toEqual([]);
    expect(secretOf(stack).Properties.ReplicaRegions).toEqual([
      {
        Region: 'us-east-1',
        KmsKeyId: { 'Fn::GetStackOutput': expect.objectContaining({ StackName: 'Elsewhere', Region: 'us-east-1' }) },
      },
    ]);
    expect(keyPolicyOf(elsewhere).map(({ Sid }) => Sid)).toEqual(DEFAULT_SIDS);
  });

  test.each<[string, KeyRetention, object]>([
    ['retain()', KeyRetention.retain(), { DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' }],
    ['production()', KeyRetention.production(), { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' }],
    ['ephemeral()', KeyRetention.ephemeral(), { DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' }],
  ])('the secret, its policy and its key share one fate: %s', (_, retention, fate) => {
    const stack = testStack();

    new EncryptedSecret(stack, 'Token', { retention }).grantRead(new AccountPrincipal('222222222222'));

    const resources = Object.values<any>(Template.fromStack(stack).toJSON().Resources);
    const fates = resources.map(({ DeletionPolicy, UpdateReplacePolicy }) => ({ DeletionPolicy, UpdateReplacePolicy }));
    expect(fates).toEqual([fate, fate, fate]);
  });

  test('the secret follows the retention of a given key', () => {
    const stack = testStack();

    const encryptionKey = new CustomerManagedKey(stack, 'Key', { retention: KeyRetention.ephemeral() });

    new EncryptedSecret(stack, 'Token', { encryptionKey });

    expect(secretOf(stack).DeletionPolicy).toBe('Delete');
  });
});

describe('wrong props', () => {
  const ephemeralKey = new CustomerManagedKey(testStack(), 'Key', { retention: KeyRetention.ephemeral() });
  const ephemeralReplicaKey = new CustomerManagedKey(testStack({ env: { ...ENV, region: 'us-east-1' } }), 'Key', { retention: KeyRetention.ephemeral() });
  const keyElsewhere = Key.fromKeyArn(testStack(), 'Given', REPLICA_KEY_ARN);
  const keyHere = Key.fromKeyArn(testStack(), 'Given', KEY_ARN);
  const name = (got: string) => `'secretName' must have at most 512 letters, digits and '/_+=.@-', got '${got}'`;
  const outlives =
    "'retention' keeps the data, but its key Stack/Key is ephemeral, and data cannot be read without its key; give the key a retention that keeps it";

  test.each<[string, string, EncryptedSecretProps, string]>([
    ['SecretNameInvalid', 'a name with a space', { secretName: 'my token' }, name('my token')],
    ['SecretNameInvalid', 'an empty name', { secretName: '' }, name('')],
    ['SecretNameInvalid', 'a name of 513 characters', { secretName: 'a'.repeat(513) }, name('a'.repeat(513))],
    ['DataOutlivesKey', 'an ephemeral key', { encryptionKey: ephemeralKey, retention: KeyRetention.retain() }, outlives],
    ['DataOutlivesKey', 'an ephemeral key of a replica', { replicaRegions: [{ region: 'us-east-1', encryptionKey: ephemeralReplicaKey }] }, outlives],
    ['KeyInOtherRegion', 'a key of another Region', { encryptionKey: keyElsewhere },
      "'encryptionKey' must be in the Region of the resource, eu-west-1, got a key of us-east-1; use a replica key there"],
    ['KeyInOtherRegion', 'a replica with a key of another Region', { replicaRegions: [{ region: 'us-east-1', encryptionKey: keyHere }] },
      "'replicaRegions' must be in the Region of the resource, us-east-1, got a key of eu-west-1; use a replica key there"],
    ['ReplicaWithoutKey', 'a replica without a key', { replicaRegions: [{ region: 'us-east-1' }] },
      "'replicaRegions' must give each replica a key, got none for us-east-1; add an 'encryptionKey' of that Region"],
    ['ReplicaRegionTaken', 'a replica in its own Region', { replicaRegions: [{ region: 'eu-west-1', encryptionKey: keyHere }] },
      "'replicaRegions' must name each Region once, and not that of the stack, got eu-west-1; leave it out"],
    ['ReplicaRegionTaken', 'two replicas in a Region',
      { replicaRegions: [{ region: 'us-east-1', encryptionKey: keyElsewhere }, { region: 'us-east-1', encryptionKey: keyElsewhere }] },
      "'replicaRegions' must name each Region once, and not that of the stack, got us-east-1; leave it out"],
  ])('fails with %s for %s, before anything is added to the tree', (code, _, props, message) => {
    const stack = testStack();

    expect(() => new EncryptedSecret(stack, 'Token', props)).toThrow(new Error(`[cdk-kms-constructs:${code}] Stack/Token: ${message}`));
    expect(stack.node.children).toEqual([]);
  });

  test('fails with all problems at once', () => {
    const replicaRegions = [{ region: 'us-east-1' }, { region: 'us-west-2' }];

    const make = () => new EncryptedSecret(testStack(), 'Token', { secretName: 'my token', replicaRegions });

    expect(make).toThrow(
      new Error(
        `[cdk-kms-constructs:SecretNameInvalid] Stack/Token: ${name('my token')}\n` +
          "  also [ReplicaWithoutKey] 'replicaRegions' must give each replica a key, got none for us-east-1; add an 'encryptionKey' of that Region\n" +
          "  also [ReplicaWithoutKey] 'replicaRegions' must give each replica a key, got none for us-west-2; add an 'encryptionKey' of that Region",
      ),
    );
  });
});

describe('grants', () => {
  test.each(VERBS)('%s allows exactly this, on exactly these resources, and the key policy does not grow', (verb, actions, onKey) => {
    const stack = testStack();
    const grantee = role(stack);

    new EncryptedSecret(stack, 'Token')[verb](grantee).assertSuccess();

    expect(permissionsOf(grantee)).toEqual({ [SECRET]: actions, [KEY]: onKey });
    expect(keyPolicyOf(stack).map(({ Sid }) => Sid)).toEqual(DEFAULT_SIDS);
  });

  test.each(VERBS)('%s lets another account in by the policy of the secret and by the key policy', (verb, actions, onKey) => {
    const stack = testStack();

    new EncryptedSecret(stack, 'Token')[verb](new AccountPrincipal('222222222222')).assertSuccess();

    expect(withIntrinsicsAsText(policyOf(stack).Properties)).toEqual({
      SecretId: SECRET,
      ResourcePolicy: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { AWS: 'arn:<AWS::Partition>:iam::222222222222:root' }, Action: actions, Resource: SECRET }],
      },
    });
    expect(keyPolicyOf(stack)).toContainEqual({ Effect: 'Allow', Principal: { AWS: '222222222222' }, Action: onKey.length > 1 ? onKey : onKey[0], Resource: '*' });
  });

  test.each<[string, object, secretArn: string]>([
    ['account', { env: { account: '222222222222', region: 'eu-west-1' } }, 'arn:<AWS::Partition>:secretsmanager:eu-west-1:111111111111:secret:token-??????'],
    ['Region', { env: { ...ENV, region: 'us-east-1' } }, 'arn:<AWS::Partition>:secretsmanager:eu-west-1:111111111111:secret:token-??????'],
    ['Region, with references across Regions', { env: { ...ENV, region: 'us-east-1' }, crossRegionReferences: true },
      '<ExportsReader8B249524./cdk/exports/Other/Stackeuwest1RefTokenC5AD2B76E6DAFCCD>'],
  ])('a role of another %s is allowed an ARN that is the secret\'s', (_, props, secretArn) => {
    const app = new App();
    const secret = new EncryptedSecret(new Stack(app, 'Stack', { env: ENV }), 'Token', { secretName: 'token' });
    const other = new Stack(app, 'Other', props);

    secret.grantRead(role(other, 'reader')).assertSuccess();

    const [policy] = Object.values(Template.fromStack(other).findResources('AWS::IAM::Policy'));
    const [onSecret] = policy.Properties.PolicyDocument.Statement;
    expect(onSecret.Action).toEqual(READ);
    expect(withIntrinsicsAsText(onSecret.Resource)).toBe(secretArn);
    expect(cyclesOf(app.synth())).toEqual([]);
  });

  test.each(VERBS)('%s to a role that takes no policies says so', (verb, [action]) => {
    const stack = testStack();
    const grantee = Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::111111111111:role/app', { mutable: false });

    expect(new EncryptedSecret(stack, 'Token')[verb](grantee).success).toBe(false);
    expect(messagesOf(stack, 'warning')).toContainEqual(expect.stringContaining(action));
  });
});

describe('rotation', () => {
  function rotated(stack: Stack): EncryptedSecret {
    const rotationLambda = new Function(stack, 'Rotate', { code: Code.fromInline('exports.handler = () => {};'), handler: 'index.handler', runtime: Runtime.NODEJS_22_X });
    const secret = new EncryptedSecret(stack, 'Token');
    secret.addRotationSchedule('Weekly', { rotationLambda, automaticallyAfter: Duration.days(7) });
    return secret;
  }

  test('the secret is rotated as asked', () => {
    const stack = testStack();

    rotated(stack);

    Template.fromStack(stack).hasResourceProperties('AWS::SecretsManager::RotationSchedule', {
      SecretId: { Ref: 'TokenC5AD2B76' },
      RotationRules: { ScheduleExpression: 'rate(7 days)' },
    });
  });

  test('the function uses the key by IAM, and the key policy does not grow', () => {
    const stack = testStack();

    rotated(stack);

    const [[, actions]] = Object.entries(keyActionsByRole(stack));
    expect(actions).toEqual(expect.arrayContaining(['kms:Decrypt', 'kms:GenerateDataKey']));
    expect(keyPolicyOf(stack).map(({ Sid }) => Sid)).toEqual(DEFAULT_SIDS);
    expect(cyclesOf((stack.node.root as App).synth())).toEqual([]);
  });

  test('the policy that the CDK adds is kept as the secret is', () => {
    const stack = testStack();

    rotated(stack);

    const { Properties, DeletionPolicy } = policyOf(stack);
    expect(Properties.ResourcePolicy.Statement).toEqual([expect.objectContaining({ Effect: 'Deny', Action: 'secretsmanager:DeleteSecret' })]);
    expect(DeletionPolicy).toBe('RetainExceptOnCreate');
  });
});

describe('keys of others', () => {
  test.each(VERBS)('an imported key encrypts the secret, and %s is on its ARN', (verb, actions, onKey) => {
    const stack = testStack();
    const grantee = role(stack);

    new EncryptedSecret(stack, 'Token', { encryptionKey: Key.fromKeyArn(stack, 'Key', KEY_ARN) })[verb](grantee).assertSuccess();

    expect(secretOf(stack).Properties.KmsKeyId).toBe(KEY_ARN);
    expect(permissionsOf(grantee)).toEqual({ [SECRET]: actions, [KEY_ARN]: onKey });
    expect(messagesOf(stack, 'warning')).toEqual([]);
  });

  test('another account is not granted an imported key, and the statement for its owner is told', () => {
    const stack = testStack();
    const secret = new EncryptedSecret(stack, 'Token', { encryptionKey: Key.fromKeyArn(stack, 'Key', KEY_ARN) });

    expect(secret.grantRead(new AccountPrincipal('222222222222')).success).toBe(false);
    expect(messagesOf(stack, 'warning')).toEqual([
      expect.stringMatching(/the key Stack\/Key cannot be changed by this app.*"Action":"kms:Decrypt".*222222222222/),
    ]);
  });

  test('a key of another stack serves the secret without a cycle, and its policy does not grow', () => {
    const { keys, app } = testStacks();
    const grantee = role(app);

    new EncryptedSecret(app, 'Token', { encryptionKey: new CustomerManagedKey(keys, 'Key') }).grantRead(grantee).assertSuccess();

    expect(permissionsOf(grantee)).toEqual({
      [SECRET]: READ,
      '<import Keys:ExportsOutputFnGetAttKey961B73FDArn5A860C43>': ['kms:Decrypt'],
    });
    expect(keyPolicyOf(keys).map(({ Sid }) => Sid)).toEqual(DEFAULT_SIDS);
    expect(cyclesOf((app.node.root as App).synth())).toEqual([]);
  });
});
