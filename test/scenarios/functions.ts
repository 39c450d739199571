import { Code, FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { LambdaDestination, S3Destination, SnsDestination, SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { DynamoEventSource, KinesisEventSource, S3OnFailureDestination, SnsDlq, SqsDlq, SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { bucket, lambda, queue, stream, table, topic } from '../support/wirings';
import { DECRYPT, FULL, PUBLISH, READ, READ_WRITE, SEND, context, letIn } from './expected';
import type { Scenario } from './scenario';

const ROLE = 'Function/ServiceRole';
const FUNCTION_CONTEXT = context('aws:lambda:FunctionArn', 'lambda:eu-west-1:111111111111:function:*');
const LATEST = { startingPosition: StartingPosition.LATEST };

/** Functions, their event sources and their destinations. */
export const FUNCTIONS: readonly Scenario[] = [
  { name: 'environment of function', wire: (scope, key) => void lambda(scope, key) },
  {
    name: 'encrypted log group of function',
    wire: (scope, key) => void lambda(scope, key, { logGroup: new LogGroup(scope, 'Logs', { encryptionKey: key }) }),
    services: [letIn('logs.eu-west-1.amazonaws.com', FULL, context('aws:logs:arn', 'logs:eu-west-1:111111111111:*'))],
  },
  {
    name: 'function leaves dead letters in queue',
    wire: (scope, key) => void lambda(scope, key, { deadLetterQueue: queue(scope, key) }),
    roles: { [ROLE]: SEND },
  },
  {
    name: 'function leaves dead letters in topic',
    wire: (scope, key) => void lambda(scope, key, { deadLetterTopic: topic(scope, key) }),
    roles: { [ROLE]: PUBLISH },
  },
  {
    name: 'function succeeds to queue',
    wire: (scope, key) => void lambda(scope, key, { onSuccess: new SqsDestination(queue(scope, key)) }),
    roles: { [ROLE]: FULL },
  },
  {
    name: 'function fails to topic',
    wire: (scope, key) => void lambda(scope, key, { onFailure: new SnsDestination(topic(scope, key)) }),
    roles: { [ROLE]: PUBLISH },
  },
  {
    name: 'function fails to bucket',
    wire: (scope, key) => void lambda(scope, key, { onFailure: new S3Destination(bucket(scope, key)) }),
    roles: { [ROLE]: READ_WRITE },
  },
  {
    name: 'function succeeds to function',
    wire: (scope, key) => void lambda(scope, key, { onSuccess: new LambdaDestination(lambda(scope, key, {}, 'Next')) }),
  },
  {
    name: 'queue feeds function',
    wire: (scope, key) => lambda(scope, key).addEventSource(new SqsEventSource(queue(scope, key))),
    roles: { [ROLE]: DECRYPT },
  },
  {
    name: 'dead-letter queue of another key feeds function',
    wire: (scope, key, anotherKey) => {
      const deadLetters = queue(scope, anotherKey(), 'DeadLetters');
      queue(scope, key, 'Queue', deadLetters);
      lambda(scope).addEventSource(new SqsEventSource(deadLetters));
    },
    roles: { [ROLE]: DECRYPT, [`${ROLE} on <AnotherKeyAD04848F.Arn>`]: DECRYPT },
  },
  {
    name: 'table feeds function',
    wire: (scope, key) => lambda(scope, key).addEventSource(new DynamoEventSource(table(scope, key), LATEST)),
    roles: { [ROLE]: READ },
  },
  {
    name: 'table feeds function, undelivered to queue',
    wire: (scope, key) => {
      const onFailure = new SqsDlq(queue(scope, key));
      lambda(scope, key).addEventSource(new DynamoEventSource(table(scope, key), { ...LATEST, onFailure }));
    },
    roles: { [ROLE]: READ_WRITE },
  },
  {
    name: 'stream feeds function, undelivered to topic',
    wire: (scope, key) => {
      const onFailure = new SnsDlq(topic(scope, key));
      lambda(scope, key).addEventSource(new KinesisEventSource(stream(scope, key), { ...LATEST, onFailure }));
    },
    roles: { [ROLE]: [...PUBLISH, 'kms:DescribeKey'].sort() },
  },
  {
    name: 'stream feeds function, undelivered to bucket',
    wire: (scope, key) => {
      const onFailure = new S3OnFailureDestination(bucket(scope, key));
      lambda(scope, key).addEventSource(new KinesisEventSource(stream(scope, key), { ...LATEST, onFailure }));
    },
    roles: { [ROLE]: READ_WRITE },
  },
  {
    name: 'stream feeds function',
    wire: (scope, key) => lambda(scope, key).addEventSource(new KinesisEventSource(stream(scope, key), LATEST)),
    roles: { [ROLE]: READ },
  },
  {
    name: 'encrypted filter criteria',
    wire: (scope, key) => {
      const filters = [FilterCriteria.filter({ body: { state: FilterRule.isEqual('new') } })];
      lambda(scope).addEventSource(new SqsEventSource(queue(scope), { filters, filterEncryption: key }));
    },
    services: [letIn('lambda.eu-west-1.amazonaws.com', DECRYPT, FUNCTION_CONTEXT)],
  },
  {
    name: 'encrypted code package',
    wire: (scope, key) => void lambda(scope, undefined, { code: Code.fromBucketV2(bucket(scope), 'code.zip', { sourceKMSKey: key }) } as object),
    services: [letIn('lambda.amazonaws.com', SEND, FUNCTION_CONTEXT)],
  },
];
