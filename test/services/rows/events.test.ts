import { EVENTS } from '../../../src/services/rows/events';
import { rowTests, type RowFacts } from './row-tests';

const RESOURCES: RowFacts = [
  ['AWS::Events::EventBus', {
    keyProperties: ['KmsKeyIdentifier'],
    viaService: 'events',
    send: [],
    receive: [],
    create: [
      'kms:Decrypt',
      'kms:DescribeKey',
      'kms:Encrypt',
      'kms:GenerateDataKeyWithoutPlaintext',
      'kms:ReEncryptFrom',
      'kms:ReEncryptTo',
    ],
    context: ['aws:events:event-bus:arn'],
    grants: 'none',
  }],
  ['AWS::Events::Archive', {
    keyProperties: ['KmsKeyIdentifier'],
    viaService: 'events',
    send: [],
    receive: [],
    create: [],
    context: ['aws:events:event-bus:arn'],
    grants: 'none',
  }],
  ['AWS::Events::Connection', {
    keyProperties: ['KmsKeyIdentifier'],
    viaService: 'secretsmanager',
    send: [],
    receive: [],
    create: ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'],
    context: ['SecretARN'],
    grants: 'none',
  }],
  ['AWS::Pipes::Pipe', { keyProperties: ['KmsKeyIdentifier'], send: [], receive: [], create: ['kms:DescribeKey'], grants: 'none' }],
  ['AWS::Scheduler::Schedule', {
    keyProperties: ['KmsKeyArn'],
    send: [],
    receive: [],
    create: ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'],
    context: ['aws:scheduler:schedule:arn'],
    grants: 'none',
  }],
];

const CALLERS: RowFacts = [
  ['AWS::Events::EventBus: an event bus is encrypted', {
    id: 'eventbridge-event-bus',
    keys: ['KmsKeyIdentifier'],
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    principal: 'events.amazonaws.com',
    binding: {
      sourceArn: 'arn:{partition}:events:{region}:{account}:event-bus/*',
      context: { 'aws:events:event-bus:arn': 'arn:{partition}:events:{region}:{account}:event-bus/*' },
    },
    further: [{ actions: ['kms:DescribeKey'], binding: { sourceAccount: true } }],
  }],
  ['AWS::Events::Archive: an archive is encrypted', {
    id: 'eventbridge-archive',
    keys: ['KmsKeyIdentifier'],
    actions: ['kms:Decrypt', 'kms:GenerateDataKey', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'],
    documentedAs: 'kms:ReEncrypt*',
    principal: 'events.amazonaws.com',
    binding: { context: { 'aws:events:event-bus:arn': 'arn:{partition}:events:{region}:{account}:event-bus/*' } },
    further: [{ actions: ['kms:DescribeKey'], binding: { sourceAccount: true } }],
  }],
  ['AWS::Events::EventBus: an event bus leaves what it cannot encrypt in a dead-letter queue', {
    id: 'eventbridge-event-bus-dead-letter-queue',
    targets: ['DeadLetterConfig.Arn'],
    purpose: 'send',
    principal: 'events.amazonaws.com',
    binding: { sourceAccount: true },
  }],
  ['AWS::Events::Rule: a rule sends to a queue', {
    id: 'eventbridge-rule-to-queue',
    within: 'Targets.*',
    where: [{ property: 'RoleArn', is: 'absent' }],
    targets: ['Arn'],
    targetTypes: ['AWS::SQS::Queue'],
    purpose: 'send',
    principal: 'events.amazonaws.com',
    binding: { sourceAccount: true },
  }],
  ['AWS::Events::Rule: a rule publishes to a topic', {
    id: 'eventbridge-rule-to-topic',
    within: 'Targets.*',
    where: [{ property: 'RoleArn', is: 'absent' }],
    targets: ['Arn'],
    targetTypes: ['AWS::SNS::Topic'],
    purpose: 'send',
    principal: 'events.amazonaws.com',
    binding: { unsupported: 'EventBridge sends neither aws:SourceAccount, aws:SourceArn nor aws:SourceOrgID to an encrypted topic' },
  }],
  ['AWS::Events::Rule: a rule sends to a target with a role of its own', {
    within: 'Targets.*', targets: ['Arn'], purpose: 'send', role: 'RoleArn',
  }],
  ['AWS::Events::Rule: a rule leaves what it cannot deliver in a dead-letter queue', {
    id: 'eventbridge-rule-to-dead-letter-queue',
    within: 'Targets.*',
    targets: ['DeadLetterConfig.Arn'],
    purpose: 'send',
    principal: 'events.amazonaws.com',
    binding: { sourceAccount: true },
  }],
  ['AWS::Scheduler::Schedule: a schedule sends to its target, or to its dead-letter queue', {
    targets: ['Target.Arn', 'Target.DeadLetterConfig.Arn'], purpose: 'send', role: 'Target.RoleArn',
  }],
  ['AWS::Scheduler::Schedule: the payload of a schedule is encrypted', {
    keys: ['KmsKeyArn'], actions: ['kms:Decrypt'], role: 'Target.RoleArn',
  }],
  ['AWS::Pipes::Pipe: a pipe takes from its source', { targets: ['Source'], purpose: 'receive', role: 'RoleArn' }],
  ['AWS::Pipes::Pipe: a pipe sends to its target, or to the dead-letter queue of its source', {
    targets: [
      'Target',
      'SourceParameters.KinesisStreamParameters.DeadLetterConfig.Arn',
      'SourceParameters.DynamoDBStreamParameters.DeadLetterConfig.Arn',
    ],
    purpose: 'send',
    role: 'RoleArn',
  }],
  ['AWS::Pipes::Pipe: the data of a pipe is encrypted', {
    keys: ['KmsKeyIdentifier'], actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'], role: 'RoleArn',
  }],
];

rowTests(EVENTS, RESOURCES, CALLERS);
