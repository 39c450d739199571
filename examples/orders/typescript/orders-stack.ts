import { join } from 'node:path';
import { ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { EventType } from 'aws-cdk-lib/aws-s3';
import { SqsDestination } from 'aws-cdk-lib/aws-s3-notifications';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Duration, Stack, type StackProps } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { EncryptedBucket, EncryptedQueue, EncryptedTable, type CustomerManagedKey } from 'cdk-kms-constructs';

const IMPORT_TIMEOUT = Duration.seconds(30);
const IMPORTS_AT_ONCE = 10;

export interface OrdersStackProps extends StackProps {
  /** The key that everything here is encrypted with. */
  readonly encryptionKey: CustomerManagedKey;
}

/**
 * Orders are uploaded to a bucket; each upload is announced on a queue; a function reads it and writes it to a table.
 * What fails three times waits in a dead-letter queue, and an alarm goes to a topic.
 *
 * All of it shares one key of another stack, and no line here is about the key policy: each service and each role gets
 * what it needs of the key when it is wired.
 */
export class OrdersStack extends Stack {
  public readonly uploads: EncryptedBucket;
  public readonly importRole: Role;
  public readonly importFunction: Function;

  constructor(scope: Construct, id: string, props: OrdersStackProps) {
    super(scope, id, props);
    const { encryptionKey } = props;

    this.uploads = new EncryptedBucket(this, 'Uploads', { encryptionKey, serverAccessLogs: true });
    // AWS Lambda wants a message hidden for six times as long as its function may run.
    const visibilityTimeout = Duration.seconds(6 * IMPORT_TIMEOUT.toSeconds());
    const arrivals = new EncryptedQueue(this, 'Arrivals', { encryptionKey, visibilityTimeout });
    this.uploads.addEventNotification(EventType.OBJECT_CREATED, new SqsDestination(arrivals.queue));

    const orders = new EncryptedTable(this, 'Orders', { encryptionKey, partitionKey: { name: 'orderId', type: AttributeType.STRING } });

    const logGroup = new LogGroup(this, 'ImportLogs', {
      encryptionKey,
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: encryptionKey.retention.removalPolicy,
    });
    this.importRole = new Role(this, 'ImportRole', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(this.importRole);
    this.uploads.grantRead(this.importRole);
    orders.grantWriteData(this.importRole);

    this.importFunction = new Function(this, 'Import', {
      description: 'Writes uploaded orders to the table',
      runtime: Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: Code.fromAsset(join(__dirname, 'handler')),
      environment: { TABLE_NAME: orders.table.tableName },
      environmentEncryption: encryptionKey,
      timeout: IMPORT_TIMEOUT,
      role: this.importRole,
      logGroup,
    });
    this.importFunction.addEventSource(
      new SqsEventSource(arrivals.queue, { maxConcurrency: IMPORTS_AT_ONCE, reportBatchItemFailures: true }),
    );

    const alarms = new Topic(this, 'Alarms', { masterKey: encryptionKey, enforceSSL: true });
    const deadLetters = arrivals.deadLetterQueue.metricApproximateNumberOfMessagesVisible().createAlarm(this, 'DeadLetters', {
      alarmDescription: 'Uploads that could not be imported wait in the dead-letter queue',
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    deadLetters.addAlarmAction(new SnsAction(alarms));
    // Enforcing TLS writes a topic policy, which takes the place of the one that lets in the whole account.
    alarms.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [alarms.topicArn],
        conditions: { ArnLike: { 'aws:SourceArn': deadLetters.alarmArn }, StringEquals: { 'aws:SourceAccount': this.account } },
      }),
    );
  }
}
