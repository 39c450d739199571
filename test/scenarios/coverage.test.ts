import { App, CfnResource, Stack } from 'aws-cdk-lib/core';
import { CustomerManagedKey } from '../../src/keys/customer-managed-key';
import { ENCRYPTED_RESOURCES, SERVICE_CALLERS } from '../../src/services/service-table';
import { SCENARIOS } from './all';
import type { Scenario } from './scenario';

/** The types of the resources that a scenario makes, even if it then fails. */
function typesIn({ wire }: Scenario): string[] {
  const scope = new Stack(new App(), 'App', { env: { account: '111111111111', region: 'eu-west-1' } });
  const key = (id: string) => new CustomerManagedKey(scope, id);
  try {
    wire(scope, key('Key'), () => key('AnotherKey'));
  } catch (error) {
    expect((error as Error).message).toContain('[cdk-kms-constructs:');
  }
  return scope.node.findAll().flatMap((node) => (CfnResource.isCfnResource(node) ? [node.cfnResourceType] : []));
}

test('every type of the service table is in a scenario', () => {
  const types = new Set(SCENARIOS.flatMap(typesIn));

  const missing = [...SERVICE_CALLERS, ...ENCRYPTED_RESOURCES].map(({ type }) => type).filter((type) => !types.has(type));

  // Its scenario fails before the resource is there.
  expect(missing).toEqual(['AWS::Route53::KeySigningKey']);
});

test('scenarios have names of their own', () => {
  const names = SCENARIOS.map(({ name }) => name);

  expect(new Set(names).size).toBe(names.length);
});
