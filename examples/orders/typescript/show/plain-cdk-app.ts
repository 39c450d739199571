import { join } from 'node:path';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { AttributeType, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Bucket, BucketEncryption, EventType } from 'aws-cdk-lib/aws-s3';
import { SqsDestination } from 'aws-cdk-lib/aws-s3-notifications';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { App, Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

const ENV = { account: '111122223333', region: 'eu-west-1' };

/** The orders on a `kms.Key` of their own stack. */
export function plainInTwoStacks(): App {
  const app = new App();
  const keyStack = new Stack(app, 'PlainKeyStack', { env: ENV });
  const ordersStack = new Stack(app, 'PlainOrdersStack', { env: ENV });
  addOrders(ordersStack, new Key(keyStack, 'Key', { alias: 'plain-orders', enableKeyRotation: true }));
  return app;
}

/** The orders in one stack with a `kms.Key`. */
export function plainInOneStack(): App {
  const app = new App();
  const stack = new Stack(app, 'PlainOrdersStack', { env: ENV });
  addOrders(stack, new Key(stack, 'Key', { alias: 'plain-orders', enableKeyRotation: true }));
  return app;
}

/** What `OrdersStack` makes, from the constructs of the CDK alone. */
function addOrders(scope: Construct, key: Key): void {
  const encryption = { encryption: QueueEncryption.KMS, encryptionMasterKey: key };
  const uploads = new Bucket(scope, 'Uploads', { encryption: BucketEncryption.KMS, encryptionKey: key });
  const deadLetterQueue = new Queue(scope, 'DeadLetters', encryption);
  const arrivals = new Queue(scope, 'Arrivals', { ...encryption, deadLetterQueue: { queue: deadLetterQueue, maxReceiveCount: 3 } });
  uploads.addEventNotification(EventType.OBJECT_CREATED, new SqsDestination(arrivals));

  const orders = new TableV2(scope, 'Orders', {
    partitionKey: { name: 'orderId', type: AttributeType.STRING },
    encryption: TableEncryptionV2.customerManagedKey(key),
  });
  const importOrder = new Function(scope, 'Import', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromAsset(join(__dirname, '..', 'handler')),
    environment: { TABLE_NAME: orders.tableName },
    environmentEncryption: key,
    logGroup: new LogGroup(scope, 'ImportLogs', { encryptionKey: key }),
  });
  uploads.grantRead(importOrder);
  orders.grantWriteData(importOrder);
  importOrder.addEventSource(new SqsEventSource(arrivals, { reportBatchItemFailures: true }));

  const alarms = new Topic(scope, 'Alarms', { masterKey: key });
  deadLetterQueue
    .metricApproximateNumberOfMessagesVisible()
    .createAlarm(scope, 'DeadLetterAlarm', { threshold: 1, evaluationPeriods: 1 })
    .addAlarmAction(new SnsAction(alarms));
}
