import { App, Stack, type AppProps, type StackProps } from 'aws-cdk-lib/core';

/** The account and Region that the tests deploy to. */
export const ACCOUNT = '111111111111';
export const REGION = 'eu-west-1';
export const ENV = { account: ACCOUNT, region: REGION };

/** An app with one stack in a known environment. */
export function testStack(props: StackProps = {}, app: AppProps = {}): Stack {
  return new Stack(new App(app), 'Stack', { env: ENV, ...props });
}

/** An app with a stack for keys and one that uses them. */
export function testStacks(app: AppProps = {}): { keys: Stack; app: Stack } {
  const scope = new App(app);
  return { keys: new Stack(scope, 'Keys', { env: ENV }), app: new Stack(scope, 'App', { env: ENV }) };
}
