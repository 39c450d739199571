import { RE_ENCRYPT } from '../documented-actions';
import type { ServiceRows } from '../service-caller';

const RULE_TARGET = {
  service: 'Amazon EventBridge',
  type: 'AWS::Events::Rule',
  within: 'Targets.*',
  purpose: 'send',
  principal: 'events.amazonaws.com',
  see: 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-troubleshooting.html',
} as const;

const EVENT_BUS = 'arn:{partition}:events:{region}:{account}:event-bus/*';

/** It carries no encryption context; the guide recommends the account for every statement of Amazon EventBridge. */
const VALIDATION = { actions: ['kms:DescribeKey'], binding: { sourceAccount: true } } as const;

const PIPE = { service: 'Amazon EventBridge Pipes', type: 'AWS::Pipes::Pipe', role: 'RoleArn' } as const;
const SCHEDULE = { service: 'Amazon EventBridge Scheduler', type: 'AWS::Scheduler::Schedule', role: 'Target.RoleArn' } as const;

const PIPE_KEY = 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-encryption-pipes-cmkey.html';
const SCHEDULE_KEY = 'https://docs.aws.amazon.com/scheduler/latest/UserGuide/encryption-rest.html';

/** Event buses, rules, schedules and pipes. */
export const EVENTS: ServiceRows = {
  resources: [
    {
      service: 'Amazon EventBridge',
      type: 'AWS::Events::EventBus',
      keyProperties: ['KmsKeyIdentifier'],
      viaService: 'events',
      // The service encrypts what is put on the bus: who puts it needs nothing of the key.
      send: [],
      receive: [],
      create: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKeyWithoutPlaintext', ...RE_ENCRYPT],
      context: ['aws:events:event-bus:arn'],
      grants: 'none',
      see: 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-encryption-event-bus-cmkey.html',
    },
    {
      service: 'Amazon EventBridge',
      type: 'AWS::Events::Archive',
      keyProperties: ['KmsKeyIdentifier'],
      viaService: 'events',
      send: [],
      receive: [],
      create: [],
      context: ['aws:events:event-bus:arn'],
      grants: 'none',
      see: 'https://docs.aws.amazon.com/eventbridge/latest/userguide/encryption-archives.html',
    },
    {
      service: 'Amazon EventBridge',
      type: 'AWS::Events::Connection',
      keyProperties: ['KmsKeyIdentifier'],
      viaService: 'secretsmanager',
      send: [],
      receive: [],
      create: ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'],
      context: ['SecretARN'],
      grants: 'none',
      see: 'https://docs.aws.amazon.com/eventbridge/latest/userguide/encryption-connections.html',
    },
    {
      service: 'Amazon EventBridge Pipes',
      type: 'AWS::Pipes::Pipe',
      keyProperties: ['KmsKeyIdentifier'],
      send: [],
      receive: [],
      create: ['kms:DescribeKey'],
      grants: 'none',
      see: PIPE_KEY,
    },
    {
      service: 'Amazon EventBridge Scheduler',
      type: 'AWS::Scheduler::Schedule',
      keyProperties: ['KmsKeyArn'],
      send: [],
      receive: [],
      create: ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'],
      context: ['aws:scheduler:schedule:arn'],
      grants: 'none',
      see: SCHEDULE_KEY,
    },
  ],
  callers: [
    {
      service: 'Amazon EventBridge',
      id: 'eventbridge-event-bus',
      what: 'an event bus is encrypted',
      type: 'AWS::Events::EventBus',
      keys: ['KmsKeyIdentifier'],
      principal: 'events.amazonaws.com',
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      binding: { sourceArn: EVENT_BUS, context: { 'aws:events:event-bus:arn': EVENT_BUS } },
      further: [VALIDATION],
      see: 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-encryption-event-bus-cmkey.html',
    },
    {
      service: 'Amazon EventBridge',
      id: 'eventbridge-archive',
      what: 'an archive is encrypted',
      type: 'AWS::Events::Archive',
      keys: ['KmsKeyIdentifier'],
      principal: 'events.amazonaws.com',
      actions: ['kms:Decrypt', 'kms:GenerateDataKey', ...RE_ENCRYPT],
      documentedAs: 'kms:ReEncrypt*',
      binding: { context: { 'aws:events:event-bus:arn': EVENT_BUS } },
      further: [VALIDATION],
      see: 'https://docs.aws.amazon.com/eventbridge/latest/userguide/encryption-archives.html',
    },
    {
      service: 'Amazon EventBridge',
      id: 'eventbridge-event-bus-dead-letter-queue',
      what: 'an event bus leaves what it cannot encrypt in a dead-letter queue',
      type: 'AWS::Events::EventBus',
      targets: ['DeadLetterConfig.Arn'],
      purpose: 'send',
      principal: 'events.amazonaws.com',
      binding: { sourceAccount: true },
      see: 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-encryption-event-bus-dlq.html',
    },
    {
      ...RULE_TARGET,
      id: 'eventbridge-rule-to-queue',
      what: 'a rule sends to a queue',
      where: [{ property: 'RoleArn', is: 'absent' }],
      targets: ['Arn'],
      targetTypes: ['AWS::SQS::Queue'],
      binding: { sourceAccount: true },
    },
    {
      ...RULE_TARGET,
      id: 'eventbridge-rule-to-topic',
      what: 'a rule publishes to a topic',
      where: [{ property: 'RoleArn', is: 'absent' }],
      targets: ['Arn'],
      targetTypes: ['AWS::SNS::Topic'],
      binding: { unsupported: 'EventBridge sends neither aws:SourceAccount, aws:SourceArn nor aws:SourceOrgID to an encrypted topic' },
      see: 'https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html',
    },
    {
      service: 'Amazon EventBridge',
      what: 'a rule sends to a target with a role of its own',
      type: 'AWS::Events::Rule',
      within: 'Targets.*',
      targets: ['Arn'],
      purpose: 'send',
      role: 'RoleArn',
      see: 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html',
    },
    {
      ...RULE_TARGET,
      id: 'eventbridge-rule-to-dead-letter-queue',
      what: 'a rule leaves what it cannot deliver in a dead-letter queue',
      targets: ['DeadLetterConfig.Arn'],
      binding: { sourceAccount: true },
      see: 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html',
    },
    {
      ...SCHEDULE,
      what: 'a schedule sends to its target, or to its dead-letter queue',
      targets: ['Target.Arn', 'Target.DeadLetterConfig.Arn'],
      purpose: 'send',
      see: 'https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html',
    },
    { ...SCHEDULE, what: 'the payload of a schedule is encrypted', keys: ['KmsKeyArn'], actions: ['kms:Decrypt'], see: SCHEDULE_KEY },
    { ...PIPE, what: 'a pipe takes from its source', targets: ['Source'], purpose: 'receive', see: PIPE_KEY },
    {
      ...PIPE,
      what: 'a pipe sends to its target, or to the dead-letter queue of its source',
      targets: ['Target', 'SourceParameters.KinesisStreamParameters.DeadLetterConfig.Arn', 'SourceParameters.DynamoDBStreamParameters.DeadLetterConfig.Arn'],
      purpose: 'send',
      see: PIPE_KEY,
    },
    {
      ...PIPE,
      what: 'the data of a pipe is encrypted',
      keys: ['KmsKeyIdentifier'],
      actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'],
      see: PIPE_KEY,
    },
  ],
};
