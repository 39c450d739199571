import { Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key, type IKey } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { App, Stack } from 'aws-cdk-lib/core';
import { CustomerManagedKey } from '../../src/keys/customer-managed-key';
import { ViaService } from '../../src/services/via-service';
import { ENV } from '../support/apps';
import { FLAGS } from '../support/feature-flags';
import { keyActionsByRole, keyPolicyOf, messagesOf } from '../support/key-policies';
import { cyclesOf } from '../support/template-cycles';

// Law 1: a statement that an L2 writes for a role of the same account becomes an IAM statement on that role.

function secretReadElsewhere(stacks: 1 | 2 | 3, context: Record<string, unknown>, makeKey: (stack: Stack) => IKey) {
  const app = new App({ context });
  const keys = new Stack(app, 'Keys', { env: ENV });
  const secrets = stacks === 3 ? new Stack(app, 'Secrets', { env: ENV }) : keys;
  const readers = stacks === 1 ? keys : new Stack(app, 'Readers', { env: ENV });
  const secret = new Secret(secrets, 'Secret', { encryptionKey: makeKey(keys) });
  secret.grantRead(new Role(readers, 'Reader', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') }));
  return { app, keys, readers };
}

const ourKey = (stack: Stack) => new CustomerManagedKey(stack, 'Key');
const VIA_SECRETS_MANAGER = { StringEquals: { 'kms:ViaService': 'secretsmanager.eu-west-1.amazonaws.com' } };

describe.each(Object.entries(FLAGS))('a secret and its reader, with %s', (_, context) => {
  test.each([1, 2, 3] as const)('in %d stacks: no cycle, and the reader decrypts by IAM, through Secrets Manager', (stacks) => {
    const { app, keys, readers } = secretReadElsewhere(stacks, context, ourKey);

    expect(cyclesOf(app.synth())).toEqual([]);
    expect(keyActionsByRole(readers)).toEqual({ ReaderF7BF189D: ['kms:Decrypt', 'kms:DescribeKey'] });
    const [{ Properties }] = Object.values(Template.fromStack(readers).findResources('AWS::IAM::Policy'));
    const onKey = Properties.PolicyDocument.Statement.filter(({ Action }: any) => [Action].flat().includes('kms:Decrypt'));
    expect(onKey.map(({ Effect, Condition }: any) => [Effect, Condition])).toEqual([['Allow', VIA_SECRETS_MANAGER]]);
    expect(onKey[0].Resource).not.toBe('*');
    expect(keyPolicyOf(keys).map(({ Sid }) => Sid)).toEqual(['KeyAdministration', 'KeyMetadata', 'KeyUse', 'ServiceGrants', 'GrantsForServicesOnly']);
  });

  test('fails with kms.Key in two stacks, which is what ours is for', () => {
    const { app } = secretReadElsewhere(2, context, (stack) => new Key(stack, 'Key'));

    expect(cyclesOrError(app)).toMatch(/cyclic reference/);
  });
});

test('what was moved is said, and not as a warning', () => {
  const { keys } = secretReadElsewhere(2, {}, ourKey);

  expect(messagesOf(keys, 'info')).toContainEqual(expect.stringMatching(/became an IAM statement on the role Readers\/Reader\/Resource/));
  expect(messagesOf(keys, 'warning')).toEqual([]);
});

test('a reader that takes no policies: warns with the statement and its condition', () => {
  const stack = new Stack(new App(), 'Stack', { env: ENV });
  const secret = new Secret(stack, 'Secret', { encryptionKey: new CustomerManagedKey(stack, 'Key') });

  secret.grantRead(Role.fromRoleArn(stack, 'Reader', 'arn:aws:iam::111111111111:role/Reader', { mutable: false }));

  const warnings = messagesOf(stack, 'warning').join('\n');
  expect(warnings).toMatch(/Reader/);
  expect(warnings).toContain('kms:Decrypt');
});

test('a key that is limited to other services fails', () => {
  const { app } = secretReadElsewhere(1, {}, (stack) => new CustomerManagedKey(stack, 'Key', { viaServices: [ViaService.S3] }));

  expect(() => app.synth()).toThrow('[cdk-kms-constructs:ViaServiceOutOfScope]');
});

test('many readers: the key policy stays the same', () => {
  const policyWith = (readers: number) => {
    const stack = new Stack(new App(), 'Stack', { env: ENV });
    const secret = new Secret(stack, 'Secret', { encryptionKey: new CustomerManagedKey(stack, 'Key') });
    for (let index = 0; index < readers; index++) {
      secret.grantRead(new Role(stack, `Reader${index}`, { assumedBy: new ServicePrincipal('ec2.amazonaws.com') }));
    }
    return keyPolicyOf(stack);
  };

  expect(policyWith(50)).toEqual(policyWith(1));
});

function cyclesOrError(app: App): string {
  try {
    return cyclesOf(app.synth()).join('\n');
  } catch (error) {
    return (error as Error).message;
  }
}
