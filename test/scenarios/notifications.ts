import { CfnTopicRule } from 'aws-cdk-lib/aws-iot';
import { DeliveryStream, S3Bucket } from 'aws-cdk-lib/aws-kinesisfirehose';
import { EventType } from 'aws-cdk-lib/aws-s3';
import * as s3n from 'aws-cdk-lib/aws-s3-notifications';
import { FirehoseSubscription, LambdaSubscription, SqsSubscription, UrlSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { bucket, lambda, queue, role, topic } from '../support/wirings';
import { ACCOUNT_ONLY, DECRYPT, FULL, PUBLISH, READ_WRITE, SEND, accountAndArn, letIn } from './expected';
import type { Scenario } from './scenario';

const SNS = letIn('sns.amazonaws.com', SEND, accountAndArn('sns:eu-west-1:111111111111:*'));

/** Queues, topics and the notifications of buckets. */
export const NOTIFICATIONS: readonly Scenario[] = [
  {
    name: 'bucket notifies queue',
    wire: (scope, key) => bucket(scope, key).addEventNotification(EventType.OBJECT_CREATED, new s3n.SqsDestination(queue(scope, key))),
    services: [letIn('s3.amazonaws.com', SEND, ACCOUNT_ONLY)],
  },
  {
    name: 'bucket notifies topic',
    wire: (scope, key) => bucket(scope, key).addEventNotification(EventType.OBJECT_CREATED, new s3n.SnsDestination(topic(scope, key))),
    services: [letIn('s3.amazonaws.com', PUBLISH, ACCOUNT_ONLY)],
  },
  {
    name: 'bucket notifies function',
    wire: (scope, key) => bucket(scope, key).addEventNotification(EventType.OBJECT_CREATED, new s3n.LambdaDestination(lambda(scope, key))),
  },
  {
    name: 'topic delivers to queue',
    wire: (scope, key) => void topic(scope, key).addSubscription(new SqsSubscription(queue(scope, key))),
    services: [SNS],
  },
  {
    name: 'topic delivers to queue of another key, undelivered to queue',
    wire: (scope, key, anotherKey) => {
      const deadLetterQueue = queue(scope, key, 'DeadLetters');
      topic(scope, key).addSubscription(new SqsSubscription(queue(scope, anotherKey()), { deadLetterQueue }));
    },
    services: [SNS],
  },
  {
    name: 'topic posts, undelivered to queue',
    wire: (scope, key) => {
      const deadLetterQueue = queue(scope, key);
      topic(scope, key).addSubscription(new UrlSubscription('https://example.com/', { deadLetterQueue }));
    },
    services: [SNS],
  },
  {
    name: 'topic invokes function, undelivered to queue',
    wire: (scope, key) => {
      const deadLetterQueue = queue(scope, key);
      topic(scope, key).addSubscription(new LambdaSubscription(lambda(scope, key), { deadLetterQueue }));
    },
    services: [SNS],
  },
  {
    name: 'topic delivers to delivery stream of encrypted bucket',
    wire: (scope, key) => {
      const stream = new DeliveryStream(scope, 'Delivery', { destination: new S3Bucket(bucket(scope, key)) });
      topic(scope, key).addSubscription(new FirehoseSubscription(stream));
    },
    roles: { 'Delivery/S3 Destination Role': READ_WRITE },
  },
  {
    name: 'role publishes to topic',
    wire: (scope, key) => void topic(scope, key).grantPublish(role(scope)),
    roles: { Role: PUBLISH },
  },
  {
    name: 'role sends to queue',
    wire: (scope, key) => void queue(scope, key).grantSendMessages(role(scope)),
    roles: { Role: FULL },
  },
  {
    name: 'role receives from queue',
    wire: (scope, key) => void queue(scope, key).grantConsumeMessages(role(scope)),
    roles: { Role: DECRYPT },
  },
  {
    name: 'role receives from dead-letter queue of another key',
    wire: (scope, key, anotherKey) => {
      const deadLetters = queue(scope, anotherKey(), 'DeadLetters');
      queue(scope, key, 'Queue', deadLetters);
      deadLetters.grantConsumeMessages(role(scope));
    },
    roles: { 'Role': DECRYPT, 'Role on <AnotherKeyAD04848F.Arn>': DECRYPT },
  },
  {
    name: 'thing sends to queue by role',
    wire: (scope, key) => {
      const sender = role(scope, 'iot.amazonaws.com');
      const actions = [{ sqs: { queueUrl: queue(scope, key).queueUrl, roleArn: sender.roleArn } }];
      new CfnTopicRule(scope, 'ThingRule', { topicRulePayload: { sql: "SELECT * FROM 'things'", actions } });
    },
    roles: { Role: SEND },
  },
  {
    name: 'thing publishes to topic by role',
    wire: (scope, key) => {
      const publisher = role(scope, 'iot.amazonaws.com');
      const actions = [{ sns: { targetArn: topic(scope, key).topicArn, roleArn: publisher.roleArn } }];
      new CfnTopicRule(scope, 'ThingRule', { topicRulePayload: { sql: "SELECT * FROM 'things'", actions } });
    },
    roles: { Role: PUBLISH },
  },
];
