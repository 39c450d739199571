import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { ArnFormat, Stack, type StackProps } from 'aws-cdk-lib/core';
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

    // Amazon CloudWatch Logs sends the log group as encryption context, and nothing else to bind it by.
    // See https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
    const logGroups = this.formatArn({ service: 'logs', resource: 'log-group', resourceName: '*', arnFormat: ArnFormat.COLON_RESOURCE_NAME });
    this.key.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal(`logs.${this.region}.amazonaws.com`)],
        actions: ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'],
        resources: ['*'],
        conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': logGroups } },
      }),
    );
  }
}
