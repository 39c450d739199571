import { Match, Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Duration, Lazy, type Stack } from 'aws-cdk-lib/core';
import { CustomerManagedKey } from '../../src/keys/customer-managed-key';
import { KeyRetention } from '../../src/keys/key-retention';
import { EncryptedQueue, type EncryptedQueueProps } from '../../src/patterns/encrypted-queue';
import { testStack } from '../support/apps';

/** The properties of the queue and of its dead-letter queue. */
function queuesOf(stack: Stack): { queue: any; deadLetterQueue: any } {
  const queues = Template.fromStack(stack).findResources('AWS::SQS::Queue');
  return { queue: queues.Jobs41CEEC0B.Properties, deadLetterQueue: queues.JobsDeadLetterQueue8CC426EE.Properties };
}

describe('defaults', () => {
  test('the queue and its dead-letter queue, in full', () => {
    const stack = testStack();

    new EncryptedQueue(stack, 'Jobs');

    const kept = { DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' };
    expect(Template.fromStack(stack).findResources('AWS::SQS::Queue')).toEqual({
      Jobs41CEEC0B: {
        Type: 'AWS::SQS::Queue',
        Properties: {
          KmsMasterKeyId: { 'Fn::GetAtt': ['JobsKeyB64EAF8C', 'Arn'] },
          KmsDataKeyReusePeriodSeconds: 3600,
          QueueName: 'Stack-Jobs-254EC2FF',
          RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['JobsDeadLetterQueue8CC426EE', 'Arn'] }, maxReceiveCount: 3 },
        },
        ...kept,
      },
      JobsDeadLetterQueue8CC426EE: {
        Type: 'AWS::SQS::Queue',
        Properties: {
          KmsMasterKeyId: { 'Fn::GetAtt': ['JobsKeyB64EAF8C', 'Arn'] },
          KmsDataKeyReusePeriodSeconds: 3600,
          MessageRetentionPeriod: 1209600,
          RedriveAllowPolicy: {
            redrivePermission: 'byQueue',
            sourceQueueArns: [{ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':sqs:eu-west-1:111111111111:Stack-Jobs-254EC2FF']] }],
          },
        },
        ...kept,
      },
    });
  });

  test.each(['Jobs41CEEC0B', 'JobsDeadLetterQueue8CC426EE'])('%s is reached by TLS only', (id) => {
    const stack = testStack();

    new EncryptedQueue(stack, 'Jobs');

    Template.fromStack(stack).hasResourceProperties('AWS::SQS::QueuePolicy', {
      PolicyDocument: {
        Statement: [
          {
            Effect: 'Deny',
            Principal: { AWS: '*' },
            Action: 'sqs:*',
            Resource: { 'Fn::GetAtt': [id, 'Arn'] },
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          },
        ],
      },
      Queues: [{ Ref: id }],
    });
  });

  test('there are two queues, their policies, one key, and nothing else', () => {
    const stack = testStack();

    new EncryptedQueue(stack, 'Jobs');

    const types = Object.values<any>(Template.fromStack(stack).toJSON().Resources).map(({ Type }) => Type);
    expect(types.sort()).toEqual(['AWS::KMS::Key', 'AWS::SQS::Queue', 'AWS::SQS::Queue', 'AWS::SQS::QueuePolicy', 'AWS::SQS::QueuePolicy']);
  });

  test('the parts are exposed', () => {
    const { queue, deadLetterQueue, encryptionKey, deadLetterEncryptionKey } = new EncryptedQueue(testStack(), 'Jobs');

    expect(queue.node.path).toBe('Stack/Jobs/Resource');
    expect(deadLetterQueue.node.path).toBe('Stack/Jobs/DeadLetterQueue');
    expect(encryptionKey).toBeInstanceOf(CustomerManagedKey);
    expect(encryptionKey.node.path).toBe('Stack/Jobs/Key');
    expect(deadLetterEncryptionKey).toBe(encryptionKey);
  });
});

describe('props', () => {
  test.each<[string, EncryptedQueueProps, object]>([
    ['queueName', { queueName: 'jobs' }, { QueueName: 'jobs' }],
    ['visibilityTimeout', { visibilityTimeout: Duration.minutes(6) }, { VisibilityTimeout: 360 }],
    ['retentionPeriod', { retentionPeriod: Duration.days(1) }, { MessageRetentionPeriod: 86400 }],
    ['maxReceiveCount', { maxReceiveCount: 1000 }, { RedrivePolicy: expect.objectContaining({ maxReceiveCount: 1000 }) }],
    ['maxReceiveCount at its least', { maxReceiveCount: 1 }, { RedrivePolicy: expect.objectContaining({ maxReceiveCount: 1 }) }],
    ['fifo', { fifo: true }, { FifoQueue: true, QueueName: 'Stack-Jobs-254EC2FF.fifo' }],
    ['contentBasedDeduplication', { fifo: true, contentBasedDeduplication: true }, { ContentBasedDeduplication: true }],
    ['dataKeyReuse', { dataKeyReuse: Duration.minutes(1) }, { KmsDataKeyReusePeriodSeconds: 60 }],
    ['dataKeyReuse at its most', { dataKeyReuse: Duration.hours(24) }, { KmsDataKeyReusePeriodSeconds: 86400 }],
  ])("'%s' is the queue's", (_, props, properties) => {
    const stack = testStack();

    new EncryptedQueue(stack, 'Jobs', props);

    expect(queuesOf(stack).queue).toEqual(expect.objectContaining(properties));
  });

  test("the dead-letter queue shares 'fifo' and 'dataKeyReuse', and keeps its own retention period", () => {
    const stack = testStack();

    new EncryptedQueue(stack, 'Jobs', { fifo: true, dataKeyReuse: Duration.minutes(1), retentionPeriod: Duration.days(1) });

    expect(queuesOf(stack).deadLetterQueue).toEqual(
      expect.objectContaining({ FifoQueue: true, KmsDataKeyReusePeriodSeconds: 60, MessageRetentionPeriod: 1209600 }),
    );
  });

  test("a name with a token is passed on, to the dead-letter queue's permission too", () => {
    const stack = testStack();

    new EncryptedQueue(stack, 'Jobs', { queueName: Lazy.string({ produce: () => 'jobs-later' }) });

    const { queue, deadLetterQueue } = queuesOf(stack);
    expect(queue.QueueName).toBe('jobs-later');
    expect(deadLetterQueue.RedriveAllowPolicy.sourceQueueArns).toEqual([
      { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':sqs:eu-west-1:111111111111:jobs-later']] },
    ]);
  });

  test('a standard queue says nothing of FIFO', () => {
    const stack = testStack();

    new EncryptedQueue(stack, 'Jobs', { fifo: false });

    Template.fromStack(stack).allResourcesProperties('AWS::SQS::Queue', { FifoQueue: Match.absent(), ContentBasedDeduplication: Match.absent() });
    expect(queuesOf(stack).queue.QueueName).toBe('Stack-Jobs-254EC2FF');
  });
});

describe('wrong props', () => {
  const ephemeralKey = new CustomerManagedKey(testStack(), 'Key', { retention: KeyRetention.ephemeral() });
  const keyElsewhere = Key.fromKeyArn(testStack(), 'Given', 'arn:aws:kms:us-east-1:111111111111:key/1234abcd');
  const name = (got: string) => `'queueName' must have at most 80 letters, digits, '-' and '_', got '${got}'`;
  const outlives =
    "'retention' keeps the data, but its key Stack/Key is ephemeral, and data cannot be read without its key; give the key a retention that keeps it";
  const elsewhere = "'encryptionKey' must be in the Region of the resource, eu-west-1, got a key of us-east-1; use a replica key there";

  test.each<[string, string, EncryptedQueueProps, string]>([
    ['QueueNameInvalid', 'a name with a dot', { queueName: 'jobs.new' }, name('jobs.new')],
    ['QueueNameInvalid', 'an empty name', { queueName: '' }, name('')],
    ['QueueNameInvalid', 'a name of 81 characters', { queueName: 'a'.repeat(81) }, name('a'.repeat(81))],
    ['QueueNameInvalid', 'a FIFO name of 81 characters', { fifo: true, queueName: `${'a'.repeat(76)}.fifo` }, name(`${'a'.repeat(76)}.fifo`)],
    ['QueueNameNotFifo', 'a FIFO queue with another name', { fifo: true, queueName: 'jobs' },
      "'queueName' must end in '.fifo' if 'fifo' is set, and only then, got 'jobs' with 'fifo' true"],
    ['QueueNameNotFifo', 'a standard queue with a FIFO name', { queueName: 'jobs.fifo' },
      "'queueName' must end in '.fifo' if 'fifo' is set, and only then, got 'jobs.fifo' with 'fifo' false"],
    ['DataKeyReuseOutOfRange', 'less than a minute', { dataKeyReuse: Duration.seconds(59) },
      "'dataKeyReuse' must be whole seconds from 60 to 86400 (24 hours), got 59"],
    ['DataKeyReuseOutOfRange', 'more than a day', { dataKeyReuse: Duration.seconds(86401) },
      "'dataKeyReuse' must be whole seconds from 60 to 86400 (24 hours), got 86401"],
    ['DataKeyReuseOutOfRange', 'parts of a second', { dataKeyReuse: Duration.millis(60500) },
      "'dataKeyReuse' must be whole seconds from 60 to 86400 (24 hours), got 60.5"],
    ['MaxReceiveCountOutOfRange', 'no reception', { maxReceiveCount: 0 }, "'maxReceiveCount' must be a whole number from 1 to 1000, got 0"],
    ['MaxReceiveCountOutOfRange', 'too many receptions', { maxReceiveCount: 1001 }, "'maxReceiveCount' must be a whole number from 1 to 1000, got 1001"],
    ['MaxReceiveCountOutOfRange', 'half a reception', { maxReceiveCount: 1.5 }, "'maxReceiveCount' must be a whole number from 1 to 1000, got 1.5"],
    ['DeduplicationWithoutFifo', 'a standard queue', { contentBasedDeduplication: true },
      "'contentBasedDeduplication' works in FIFO queues only; set 'fifo' too, or leave it out"],
    ['DataOutlivesKey', 'an ephemeral key', { encryptionKey: ephemeralKey, retention: KeyRetention.retain() }, outlives],
    ['DataOutlivesKey', 'an ephemeral key for dead letters', { deadLetterEncryptionKey: ephemeralKey }, outlives],
    ['KeyInOtherRegion', 'a key of another Region', { encryptionKey: keyElsewhere }, elsewhere],
  ])('fails with %s for %s, before anything is added to the tree', (code, _, props, message) => {
    const stack = testStack();

    expect(() => new EncryptedQueue(stack, 'Jobs', props)).toThrow(new Error(`[cdk-kms-constructs:${code}] Stack/Jobs: ${message}`));
    expect(stack.node.children).toEqual([]);
  });

  test('fails for a dead-letter key of another Region by the name of its prop', () => {
    const stack = testStack();

    expect(() => new EncryptedQueue(stack, 'Jobs', { deadLetterEncryptionKey: keyElsewhere })).toThrow(
      "[cdk-kms-constructs:KeyInOtherRegion] Stack/Jobs: 'deadLetterEncryptionKey' must be in the Region of the resource, eu-west-1",
    );
  });

  test('fails with all problems at once', () => {
    const stack = testStack();

    const make = () => new EncryptedQueue(stack, 'Jobs', { queueName: 'jobs!', maxReceiveCount: 0, contentBasedDeduplication: true });

    expect(make).toThrow(
      new Error(
        `[cdk-kms-constructs:QueueNameInvalid] Stack/Jobs: ${name('jobs!')}\n` +
          "  also [MaxReceiveCountOutOfRange] 'maxReceiveCount' must be a whole number from 1 to 1000, got 0\n" +
          "  also [DeduplicationWithoutFifo] 'contentBasedDeduplication' works in FIFO queues only; set 'fifo' too, or leave it out",
      ),
    );
  });

  test.each<[string, EncryptedQueueProps]>([
    ['80 characters', { queueName: 'a'.repeat(80) }],
    ['a FIFO name of 80 characters', { fifo: true, queueName: `${'a'.repeat(75)}.fifo` }],
    ['letters, digits, hyphens and underscores', { queueName: 'Jobs_2-b' }],
  ])('a name of %s is kept', (_, props) => {
    const stack = testStack();

    new EncryptedQueue(stack, 'Jobs', props);

    expect(queuesOf(stack).queue.QueueName).toBe(props.queueName);
  });
});
