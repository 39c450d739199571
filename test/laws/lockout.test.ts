import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { BootstraplessSynthesizer, Validations, type App, type Stack } from 'aws-cdk-lib/core';
import { CustomerManagedKey, type CustomerManagedKeyProps } from '../../src/keys/customer-managed-key';
import { KeyPrincipal } from '../../src/policy/key-principal';
import { testStack } from '../support/apps';
import { keyPolicyOf, messagesOf } from '../support/key-policies';

// Law 7: nobody who deploys is locked out, as far as the key policy can show.

const EXECUTION_ROLE = 'arn:aws:iam::111111111111:role/cdk-hnb659fds-cfn-exec-role-111111111111-eu-west-1';

function stackDenying(conditions: object, { actions = ['kms:PutKeyPolicy'], ...props }: CustomerManagedKeyProps & { actions?: string[] } = {}): Stack {
  const stack = testStack();
  const key = new CustomerManagedKey(stack, 'Key', props);
  key.addToResourcePolicy(new PolicyStatement({ effect: Effect.DENY, actions, resources: ['*'], principals: [new AnyPrincipal()], conditions: { ...conditions } }));
  return stack;
}

const synth = (stack: Stack) => () => (stack.node.root as App).synth();

describe('a denial that keeps the deployer from putting the key policy', () => {
  test.each<[string, object, string[]]>([
    ['for everybody', {}, ['kms:PutKeyPolicy']],
    ['for everybody, by a wildcard', {}, ['kms:Put*']],
    ['for everybody, of everything', {}, ['kms:*']],
    ['for everybody, in another case', {}, ['KMS:putkeypolicy']],
    ['for a role like the execution role', { ArnLike: { 'aws:PrincipalArn': 'arn:*:iam::111111111111:role/cdk-*' } }, ['kms:PutKeyPolicy']],
    ['for everybody but one role', { ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::111111111111:role/KeyAdmin' } }, ['kms:PutKeyPolicy']],
  ])('fails %s', (_, conditions, actions) => {
    const stack = stackDenying(conditions, { actions });

    expect(synth(stack)).toThrow(/\[Stack\/Key\] \[cdk-kms-constructs:LockedOut\] .*cdk-hnb659fds-cfn-exec-role/);
  });

  test('fails for the execution role, named by the partition that its stack has', () => {
    const arn = `arn:${testStack().partition}:iam::111111111111:role/cdk-hnb659fds-cfn-exec-role-111111111111-eu-west-1`;

    expect(synth(stackDenying({ ArnEquals: { 'aws:PrincipalArn': arn } }))).toThrow('[cdk-kms-constructs:LockedOut]');
  });

  test('fails for a deployer who was named', () => {
    const stack = stackDenying(
      { ArnLike: { 'aws:PrincipalArn': 'arn:*:iam::*:role/stacksets-exec-*' } },
      { deployers: [KeyPrincipal.roleName('stacksets-exec-a1b2')] },
    );

    expect(synth(stack)).toThrow(/\[cdk-kms-constructs:LockedOut\] .*stacksets-exec-a1b2/);
  });

  // The Region is known, and so is its partition.
  test('fails for the execution role by its literal ARN', () => {
    expect(synth(stackDenying({ ArnEquals: { 'aws:PrincipalArn': EXECUTION_ROLE } }))).toThrow('[cdk-kms-constructs:LockedOut]');
  });
});

describe('a denial that nobody can judge at synthesis', () => {
  const withoutMfa = { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } };

  test('warns for a condition on MFA', () => {
    expect(messagesOf(stackDenying(withoutMfa), 'warning')).toEqual([expect.stringMatching(/cdk-hnb659fds-cfn-exec-role.*aws:MultiFactorAuthPresent/)]);
  });

  test('can be acknowledged on the key', () => {
    const stack = stackDenying(withoutMfa);

    Validations.of(stack.node.findChild('Key')).acknowledge({ id: 'cdk-kms-constructs:lockoutUnproved', reason: 'the pipeline has MFA' });

    expect(messagesOf(stack, 'warning')).toEqual([]);
  });

  test('warns where nobody knows who deploys', () => {
    const stack = testStack({ synthesizer: new BootstraplessSynthesizer() });
    const key = new CustomerManagedKey(stack, 'Key');
    const conditions = { ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::111111111111:role/Deploy' } };

    key.addToResourcePolicy(new PolicyStatement({ effect: Effect.DENY, actions: ['kms:PutKeyPolicy'], resources: ['*'], principals: [new AnyPrincipal()], conditions }));

    expect(messagesOf(stack, 'warning')).toEqual([expect.stringMatching(/<deployer> can put the key policy again is not known/)]);
  });
});

describe('a denial that leaves the deployer alone is kept as it was written', () => {
  test.each<[string, object, string[]]>([
    ['of another role', { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::111111111111:role/Intern' } }, ['kms:PutKeyPolicy']],
    ['of everybody but the deployers', { ArnNotLike: { 'aws:PrincipalArn': ['arn:*:iam::*:role/cdk-*', 'arn:*:iam::*:role/Ops'] } }, ['kms:Put*']],
    ['of another action', {}, ['kms:DisableKey']],
    ['of use', { Bool: { 'aws:SecureTransport': 'false' } }, ['kms:Decrypt', 'kms:GenerateDataKey*']],
  ])('%s', (_, conditions, actions) => {
    const stack = stackDenying(conditions, { actions });

    expect(messagesOf(stack, 'warning')).toEqual([]);
    const [denial] = keyPolicyOf(stack).filter(({ Sid }) => Sid === undefined);
    expect([denial.Effect, [denial.Action].flat()]).toEqual(['Deny', actions]);
    expect(denial.Condition ?? {}).toEqual(conditions);
  });
});
