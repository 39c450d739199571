import { BootstraplessSynthesizer, DefaultStackSynthesizer, Fn, Stack } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';
import type { KeyPrincipal } from '../policy/key-principal';

/** The part of the bootstrapped role's name that does not depend on qualifier, account and Region. */
const BOOTSTRAPPED = `cdk-${DefaultStackSynthesizer.DEFAULT_QUALIFIER}-cfn-exec-role`;

/**
 * The ARNs of all roles that deploy a key, or undefined where none is known.
 *
 * @internal
 */
export function deployerArns(scope: IConstruct, deployers: readonly KeyPrincipal[] = []): string[] | undefined {
  const synthesizer = deployerRoleArn(Stack.of(scope));
  const all = [...(synthesizer ? [synthesizer] : []), ...deployers.map((deployer) => deployer._arn(scope))];
  return all.length > 0 ? all : undefined;
}

/**
 * The ARN of the role with which CloudFormation deploys a stack, or undefined where the stack's synthesizer does not
 * say: then whoever deploys does so with a role that is not known at synthesis.
 */
function deployerRoleArn(stack: Stack): string | undefined {
  if (stack.nestedStackParent) {
    return deployerRoleArn(stack.nestedStackParent);
  }
  const { synthesizer } = stack;
  const arn = 'cloudFormationExecutionRoleArn' in synthesizer ? (synthesizer as DefaultStackSynthesizer).cloudFormationExecutionRoleArn : undefined;
  // Without a bootstrap stack there is no such role; the synthesizer still names the default one.
  const assumed = synthesizer instanceof BootstraplessSynthesizer && arn?.includes(BOOTSTRAPPED);
  // The ARN holds literal placeholders such as `${AWS::Partition}`.
  return arn && !assumed ? Fn.sub(arn) : undefined;
}
