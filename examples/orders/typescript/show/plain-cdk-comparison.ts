import type { App } from 'aws-cdk-lib/core';
import { circularDependency, type Reference } from './circular-dependency';
import { plainInOneStack, plainInTwoStacks } from './plain-cdk-app';

/** What becomes of an app: the CDK refuses it, AWS CloudFormation would, or nobody does. */
export interface Outcome {
  readonly synthesisError?: string;
  readonly circularDependency?: readonly Reference[];
}

/** The same application on a `kms.Key`, laid out in the two ways there are. */
export function plainCdkOutcomes(): { twoStacks: Outcome; oneStack: Outcome } {
  return { twoStacks: outcomeOf(plainInTwoStacks()), oneStack: outcomeOf(plainInOneStack()) };
}

function outcomeOf(app: App): Outcome {
  try {
    const [cycle] = app.synth().stacks.flatMap(({ template }) => [circularDependency(template) ?? []].filter(({ length }) => length > 0));
    return { circularDependency: cycle };
  } catch (error) {
    return { synthesisError: (error as Error).message };
  }
}
