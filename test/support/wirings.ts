import { Alarm, ComparisonOperator, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { AttributeType, StreamViewType, Table, TableEncryption, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction, SnsTopic, SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Stream, StreamEncryption } from 'aws-cdk-lib/aws-kinesis';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Code, Function, Runtime, StartingPosition, type FunctionOptions } from 'aws-cdk-lib/aws-lambda';
import { LambdaDestination, S3Destination, SnsDestination, SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { DynamoEventSource, S3OnFailureDestination, SnsDlq, SqsDlq, SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Bucket, BucketEncryption, EventType, type IBucketNotificationDestination } from 'aws-cdk-lib/aws-s3';
import * as s3n from 'aws-cdk-lib/aws-s3-notifications';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { LambdaSubscription, SqsSubscription, UrlSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

/** Where the two ends of a wiring are, and the key that both are encrypted with; none to leave them unencrypted. */
export interface Place {
  readonly producer: Construct;
  readonly consumer: Construct;
  readonly key?: IKey;
}

export type Wire = (place: Place) => void;

export function bucket(scope: Construct, key?: IKey, id = 'Bucket'): Bucket {
  return new Bucket(scope, id, key ? { encryption: BucketEncryption.KMS, encryptionKey: key } : {});
}

export function queue(scope: Construct, key?: IKey, id = 'Queue', deadLetters?: Queue): Queue {
  const deadLetterQueue = deadLetters && { queue: deadLetters, maxReceiveCount: 3 };
  return new Queue(scope, id, key ? { encryption: QueueEncryption.KMS, encryptionMasterKey: key, deadLetterQueue } : { deadLetterQueue });
}

export function topic(scope: Construct, key?: IKey, id = 'Topic'): Topic {
  return new Topic(scope, id, { masterKey: key });
}

export function table(scope: Construct, key?: IKey): Table {
  return new Table(scope, 'Table', {
    partitionKey: { name: 'id', type: AttributeType.STRING },
    stream: StreamViewType.NEW_IMAGE,
    ...(key ? { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey: key } : {}),
  });
}

export function tableV2(scope: Construct, key?: IKey): TableV2 {
  return new TableV2(scope, 'Table', {
    partitionKey: { name: 'id', type: AttributeType.STRING },
    dynamoStream: StreamViewType.NEW_IMAGE,
    encryption: key && TableEncryptionV2.customerManagedKey(key),
  });
}

export function lambda(scope: Construct, key?: IKey, options: FunctionOptions = {}, id = 'Function'): Function {
  return new Function(scope, id, {
    runtime: Runtime.NODEJS_22_X,
    handler: 'index.handler',
    code: Code.fromInline('exports.handler = async () => {};'),
    environment: { GREETING: 'hello' },
    environmentEncryption: key,
    ...options,
  });
}

export function alarm(scope: Construct, id = 'Alarm'): Alarm {
  return new Alarm(scope, id, {
    metric: new Metric({ namespace: 'Orders', metricName: 'Failed' }),
    threshold: 1,
    evaluationPeriods: 1,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  });
}

export function stream(scope: Construct, key?: IKey): Stream {
  return new Stream(scope, 'Stream', key ? { encryption: StreamEncryption.KMS, encryptionKey: key } : {});
}

export function role(scope: Construct, service = 'ec2.amazonaws.com', id = 'Role'): Role {
  return new Role(scope, id, { assumedBy: new ServicePrincipal(service) });
}

export function rule(scope: Construct): Rule {
  return new Rule(scope, 'Rule', { schedule: Schedule.expression('rate(1 day)') });
}

const FROM_NOW = { startingPosition: StartingPosition.LATEST };

function notifies(destination: (place: Place) => IBucketNotificationDestination): Wire {
  return (place) => bucket(place.producer, place.key).addEventNotification(EventType.OBJECT_CREATED, destination(place));
}

/** Every wiring that the CDK makes between a bucket, a queue, a topic, a table and a function, one way and the other. */
export const PAIRS = {
  'bucket notifies queue': notifies(({ consumer, key }) => new s3n.SqsDestination(queue(consumer, key))),
  'bucket notifies topic': notifies(({ consumer, key }) => new s3n.SnsDestination(topic(consumer, key))),
  'bucket notifies function': notifies(({ consumer, key }) => new s3n.LambdaDestination(lambda(consumer, key))),
  'topic delivers to queue': ({ producer, consumer, key }) => {
    topic(producer, key).addSubscription(new SqsSubscription(queue(consumer, key)));
  },
  'topic delivers to queue, undelivered to another': ({ producer, consumer, key }) => {
    topic(producer, key).addSubscription(new SqsSubscription(queue(consumer, key), { deadLetterQueue: queue(consumer, key, 'DeadLetters') }));
  },
  'topic invokes function': ({ producer, consumer, key }) => {
    topic(producer, key).addSubscription(new LambdaSubscription(lambda(consumer, key)));
  },
  'topic invokes function, undelivered to queue': ({ producer, consumer, key }) => {
    topic(producer, key).addSubscription(new LambdaSubscription(lambda(consumer, key), { deadLetterQueue: queue(consumer, key) }));
  },
  'queue moves to queue': ({ producer, consumer, key }) => {
    queue(producer, key, 'Queue', queue(consumer, key, 'DeadLetters'));
  },
  'queue feeds function': ({ producer, consumer, key }) => {
    lambda(consumer, key).addEventSource(new SqsEventSource(queue(producer, key)));
  },
  'table feeds function': ({ producer, consumer, key }) => {
    lambda(consumer, key).addEventSource(new DynamoEventSource(table(producer, key), FROM_NOW));
  },
  'global table feeds function': ({ producer, consumer, key }) => {
    lambda(consumer, key).addEventSource(new DynamoEventSource(tableV2(producer, key), FROM_NOW));
  },
  'table feeds function, failures to queue': ({ producer, consumer, key }) => {
    const onFailure = new SqsDlq(queue(consumer, key));
    lambda(consumer, key).addEventSource(new DynamoEventSource(table(producer, key), { ...FROM_NOW, onFailure }));
  },
  'table feeds function, failures to topic': ({ producer, consumer, key }) => {
    const onFailure = new SnsDlq(topic(consumer, key));
    lambda(consumer, key).addEventSource(new DynamoEventSource(table(producer, key), { ...FROM_NOW, onFailure }));
  },
  'table feeds function, failures to bucket': ({ producer, consumer, key }) => {
    const onFailure = new S3OnFailureDestination(bucket(consumer, key));
    lambda(consumer, key).addEventSource(new DynamoEventSource(table(producer, key), { ...FROM_NOW, onFailure }));
  },
  'function succeeds to queue': ({ producer, consumer, key }) => {
    lambda(producer, key, { onSuccess: new SqsDestination(queue(consumer, key)) });
  },
  'function fails to topic': ({ producer, consumer, key }) => {
    lambda(producer, key, { onFailure: new SnsDestination(topic(consumer, key)) });
  },
  'function fails to bucket': ({ producer, consumer, key }) => {
    lambda(producer, key, { onFailure: new S3Destination(bucket(consumer, key)) });
  },
  'function succeeds to function': ({ producer, consumer, key }) => {
    lambda(producer, key, { onSuccess: new LambdaDestination(lambda(consumer, key, {}, 'Next')) });
  },
  'function leaves dead letters in queue': ({ producer, consumer, key }) => {
    lambda(producer, key, { deadLetterQueue: queue(consumer, key) });
  },
  'function leaves dead letters in topic': ({ producer, consumer, key }) => {
    lambda(producer, key, { deadLetterTopic: topic(consumer, key) });
  },
} satisfies Record<string, Wire>;

/** Wirings of other services to a queue and a topic. */
export const OTHERS = {
  'alarm reaches topic': ({ producer, consumer, key }) => {
    alarm(producer).addAlarmAction(new SnsAction(topic(consumer, key)));
  },
  'topic posts, undelivered to queue': ({ producer, consumer, key }) => {
    topic(producer, key).addSubscription(new UrlSubscription('https://example.com/', { deadLetterQueue: queue(consumer, key) }));
  },
  'rule sends to queue': ({ producer, consumer, key }) => {
    rule(producer).addTarget(new SqsQueue(queue(consumer, key)));
  },
  'rule publishes to topic': ({ producer, consumer, key }) => {
    rule(producer).addTarget(new SnsTopic(topic(consumer, key)));
  },
  'rule invokes function, undelivered to queue': ({ producer, consumer, key }) => {
    rule(producer).addTarget(new LambdaFunction(lambda(consumer, key), { deadLetterQueue: queue(consumer, key) }));
  },
} satisfies Record<string, Wire>;

export const WIRINGS: Record<string, Wire> = { ...PAIRS, ...OTHERS };
