import { Stack, type StackProps } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { CustomerManagedKey, KeyPrincipal, KeyRetention } from 'cdk-kms-constructs';

/**
 * The key of the orders, in a stack of its own: it outlives the application, and others may own it.
 */
export class OrdersKeyStack extends Stack {
  public readonly key: CustomerManagedKey;

  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);

    this.key = new CustomerManagedKey(this, 'Key', {
      aliases: ['orders'],
      description: 'Orders: uploads, queues, table, logs and alarms',
      administrators: [KeyPrincipal.roleName('KeyAdministrator')],
      retention: KeyRetention.production(),
    });
  }
}
