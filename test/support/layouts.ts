import type { IKey } from 'aws-cdk-lib/aws-kms';
import { App, Stack } from 'aws-cdk-lib/core';
import { CustomerManagedKey, type CustomerManagedKeyProps } from '../../src/keys/customer-managed-key';
import { ENV } from './apps';

/** A key and the stacks that use it, spread over one to three stacks. */
export interface Layout<K extends IKey | undefined = CustomerManagedKey> {
  readonly app: App;
  readonly keys: Stack;
  readonly producer: Stack;
  readonly consumer: Stack;
  readonly key: K;
}

export const STACKS = ['one stack', 'two stacks', 'three stacks'] as const;

export function layout<K extends IKey | undefined>(
  stacks: (typeof STACKS)[number],
  context: Record<string, unknown>,
  makeKey: (stack: Stack) => K,
): Layout<K> {
  const app = new App({ context });
  const keys = new Stack(app, 'Keys', { env: ENV });
  const producer = stacks === 'one stack' ? keys : new Stack(app, 'Producer', { env: ENV });
  const consumer = stacks === 'three stacks' ? new Stack(app, 'Consumer', { env: ENV }) : producer;
  return { app, keys, producer, consumer, key: makeKey(keys) };
}

export function ourKey(stack: Stack, props?: CustomerManagedKeyProps): CustomerManagedKey {
  return new CustomerManagedKey(stack, 'Key', props);
}
