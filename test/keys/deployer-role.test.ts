import {
  App,
  BootstraplessSynthesizer,
  CliCredentialsStackSynthesizer,
  DefaultStackSynthesizer,
  LegacyStackSynthesizer,
  NestedStack,
  Stack,
  Stage,
  type IStackSynthesizer,
} from 'aws-cdk-lib/core';
import { CustomerManagedKey, type CustomerManagedKeyProps } from '../../src/keys/customer-managed-key';
import { KeyPrincipal } from '../../src/policy/key-principal';
import { ENV, testStack } from '../support/apps';
import { messagesOf, statementOf } from '../support/key-policies';

const ROLE = 'arn:<AWS::Partition>:iam::111111111111:role';
const ROOT = 'arn:<AWS::Partition>:iam::111111111111:root';
const administrators = [KeyPrincipal.roleName('KeyAdmin')];

const administrationOf = (stack: Stack) => statementOf(stack, 'KeyAdministration')?.Condition;

function stackWith(synthesizer: IStackSynthesizer | undefined, props: CustomerManagedKeyProps = { administrators }): Stack {
  const stack = testStack({ synthesizer });
  new CustomerManagedKey(stack, 'Key', props);
  return stack;
}

describe('synthesizers that say who deploys', () => {
  test.each([
    ['the default one', undefined, `${ROLE}/cdk-hnb659fds-cfn-exec-role-111111111111-eu-west-1`],
    ['a qualifier', new DefaultStackSynthesizer({ qualifier: 'orders' }), `${ROLE}/cdk-orders-cfn-exec-role-111111111111-eu-west-1`],
    [
      'a role of its own',
      new DefaultStackSynthesizer({ cloudFormationExecutionRole: 'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/ops/Deploy-${AWS::Region}' }),
      'arn:<AWS::Partition>:iam::111111111111:role/ops/Deploy-eu-west-1',
    ],
    [
      'no bootstrap stack, but a role that is named',
      new BootstraplessSynthesizer({ cloudFormationExecutionRoleArn: 'arn:aws:iam::111111111111:role/Deploy' }),
      'arn:aws:iam::111111111111:role/Deploy',
    ],
  ])('%s: administration is narrowed to administrators, the deployer and the root user', (_, synthesizer, deployer) => {
    const stack = stackWith(synthesizer);

    expect(administrationOf(stack)).toEqual({ ArnLike: { 'aws:PrincipalArn': [`${ROLE}/KeyAdmin`, deployer, ROOT] } });
    expect(messagesOf(stack, 'warning')).toEqual([]);
  });

  test('a nested stack is deployed by who deploys its parent', () => {
    const stack = testStack({ synthesizer: new DefaultStackSynthesizer({ qualifier: 'orders' }) });
    const nested = new NestedStack(stack, 'Nested');

    new CustomerManagedKey(nested, 'Key', { administrators });

    expect(administrationOf(nested)).toEqual({
      ArnLike: { 'aws:PrincipalArn': [`${ROLE}/KeyAdmin`, `${ROLE}/cdk-orders-cfn-exec-role-111111111111-eu-west-1`, ROOT] },
    });
  });

  test('a Stage has its own environment', () => {
    const stage = new Stage(new App(), 'Prod', { env: { account: '222222222222', region: 'eu-central-1' } });
    const stack = new Stack(stage, 'Stack');

    new CustomerManagedKey(stack, 'Key', { administrators });

    expect(administrationOf(stack)).toEqual({
      ArnLike: {
        'aws:PrincipalArn': [
          'arn:<AWS::Partition>:iam::222222222222:role/KeyAdmin',
          'arn:<AWS::Partition>:iam::222222222222:role/cdk-hnb659fds-cfn-exec-role-222222222222-eu-central-1',
          'arn:<AWS::Partition>:iam::222222222222:root',
        ],
      },
    });
  });

  test('a stack without an environment names the role by pseudo parameters', () => {
    const stack = testStack({ env: undefined });

    new CustomerManagedKey(stack, 'Key', { administrators });

    expect(administrationOf(stack)).toEqual({
      ArnLike: {
        'aws:PrincipalArn': [
          'arn:<AWS::Partition>:iam::<AWS::AccountId>:role/KeyAdmin',
          'arn:<AWS::Partition>:iam::<AWS::AccountId>:role/cdk-hnb659fds-cfn-exec-role-<AWS::AccountId>-<AWS::Region>',
          'arn:<AWS::Partition>:iam::<AWS::AccountId>:root',
        ],
      },
    });
  });
});

describe('synthesizers that do not say who deploys', () => {
  const SYNTHESIZERS: Array<[string, () => IStackSynthesizer]> = [
    ['the credentials of the CLI', () => new CliCredentialsStackSynthesizer()],
    ['no bootstrap stack', () => new BootstraplessSynthesizer()],
    ['the legacy one', () => new LegacyStackSynthesizer()],
  ];

  test.each(SYNTHESIZERS)('%s: administration is not narrowed, and that is said', (_, synthesizer) => {
    const stack = stackWith(synthesizer());

    expect(administrationOf(stack)).toBeUndefined();
    // Who deploys may be one of them, and has to use the key.
    expect(statementOf(stack, 'KeyUse')?.Condition).toBeUndefined();
    expect(messagesOf(stack, 'warning')).toEqual([expect.stringContaining("name the role in 'deployers'")]);
  });

  test.each(SYNTHESIZERS)('%s: administration is narrowed when the deployer is named', (_, synthesizer) => {
    const stack = stackWith(synthesizer(), { administrators, deployers: [KeyPrincipal.roleName('Deploy')] });

    expect(administrationOf(stack)).toEqual({ ArnLike: { 'aws:PrincipalArn': [`${ROLE}/KeyAdmin`, `${ROLE}/Deploy`, ROOT] } });
    expect(messagesOf(stack, 'warning')).toEqual([]);
  });

  test.each(SYNTHESIZERS)('%s: without administrators there is nothing to say', (_, synthesizer) => {
    expect(messagesOf(stackWith(synthesizer(), {}), 'warning')).toEqual([]);
  });
});

test('the environment of a key in a stack of a Stage without one is that of its stack', () => {
  const stack = new Stack(new Stage(new App(), 'Prod'), 'Stack', { env: ENV });

  new CustomerManagedKey(stack, 'Key', { administrators });

  expect(administrationOf(stack)).toEqual({
    ArnLike: { 'aws:PrincipalArn': [`${ROLE}/KeyAdmin`, `${ROLE}/cdk-hnb659fds-cfn-exec-role-111111111111-eu-west-1`, ROOT] },
  });
});
