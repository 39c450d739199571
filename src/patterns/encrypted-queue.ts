import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Queue, QueueEncryption, RedrivePermission, type CfnQueue, type IQueue } from 'aws-cdk-lib/aws-sqs';
import { Aws, Duration, Names, Stack, Token } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { KeyRetention } from '../keys/key-retention';
import { Problems } from '../private/errors';
import { encryptedResource } from '../services/service-table';
import { QUEUE_STANDARD } from '../standard/queue-standard';
import { checkEncryption, encryptionKeyOf, keepPolicies, retentionOf } from './pattern-encryption';
import { allOf, grantOnResource, grantWithKeys } from './pattern-grants';

const KEY_USE = encryptedResource('AWS::SQS::Queue')!;

const FIND_QUEUE = ['sqs:GetQueueAttributes', 'sqs:GetQueueUrl'];
const SEND_MESSAGES = [...FIND_QUEUE, 'sqs:SendMessage'];
const CONSUME_MESSAGES = ['sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', ...FIND_QUEUE, 'sqs:ReceiveMessage'];
const REDRIVE_MESSAGES = ['sqs:CancelMessageMoveTask', 'sqs:ListMessageMoveTasks', 'sqs:StartMessageMoveTask'];

/**
 * Properties of an `EncryptedQueue`.
 */
export interface EncryptedQueueProps {
  /**
   * The key that the messages are encrypted with.
   *
   * @default - a `CustomerManagedKey` of the queue's own
   */
  readonly encryptionKey?: IKey;

  /**
   * The key that the messages of the dead-letter queue are encrypted with.
   *
   * @default - the key of the queue
   */
  readonly deadLetterEncryptionKey?: IKey;

  /**
   * What happens to the queues, and to a key of their own, when they leave the template. Data may not outlive its key.
   *
   * @default - that of the key if it is a `CustomerManagedKey`, otherwise KeyRetention.retain()
   */
  readonly retention?: KeyRetention;

  /**
   * The name of the queue, of at most 80 letters, digits, `-` and `_`; that of a FIFO queue ends in `.fifo`.
   *
   * @default - a unique name from the construct path; the dead-letter queue must know it to take messages from this
   * queue only
   */
  readonly queueName?: string;

  /**
   * Whether the queue, and its dead-letter queue, keep the order of messages and deliver each once.
   *
   * @default false
   */
  readonly fifo?: boolean;

  /**
   * Whether a FIFO queue tells duplicates by the body of a message.
   *
   * @default false
   */
  readonly contentBasedDeduplication?: boolean;

  /**
   * How long a message that was received stays hidden from other consumers. AWS Lambda wants six times the timeout of a
   * function that consumes it.
   *
   * @default Duration.seconds(30)
   */
  readonly visibilityTimeout?: Duration;

  /**
   * How long a message that nobody deletes is kept. The dead-letter queue keeps its messages for 14 days, the longest.
   *
   * @default Duration.days(4)
   */
  readonly retentionPeriod?: Duration;

  /**
   * How often a message is received before it moves to the dead-letter queue, from 1 to 1000.
   *
   * @default 3
   */
  readonly maxReceiveCount?: number;

  /**
   * How long Amazon SQS reuses a data key before it asks AWS KMS for another, from one minute to 24 hours.
   *
   * It asks about R = (B / D) * (2 * P + C) times: B is the billing period and D this one, both in seconds, P and C the
   * number of producing and consuming principals. With one of each, an hour makes about 2,200 requests a month, the
   * service's own five minutes about 26,000. The longer it is, the longer messages flow after the key was disabled.
   *
   * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html#sqs-estimate-kms-usage-costs
   * @default Duration.hours(1)
   */
  readonly dataKeyReuse?: Duration;
}

/**
 * A queue with a dead-letter queue, both encrypted with a customer managed key and reached by TLS only. The dead-letter
 * queue takes messages from this queue only.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
 */
export class EncryptedQueue extends Construct {
  /** The queue. */
  public readonly queue: Queue;

  /** The queue that takes messages which could not be consumed. */
  public readonly deadLetterQueue: Queue;

  /** The key that the messages are encrypted with. */
  public readonly encryptionKey: IKey;

  /** The key that the messages of the dead-letter queue are encrypted with. */
  public readonly deadLetterEncryptionKey: IKey;

  constructor(scope: Construct, id: string, props: EncryptedQueueProps = {}) {
    checkProps(scope, id, props);
    super(scope, id);

    this.encryptionKey = encryptionKeyOf(this, props);
    this.deadLetterEncryptionKey = props.deadLetterEncryptionKey ?? this.encryptionKey;
    const queueName = props.queueName ?? uniqueName(this, props.fifo);
    const shared = {
      encryption: QueueEncryption.KMS,
      dataKeyReuse: props.dataKeyReuse ?? Duration.seconds(QUEUE_STANDARD.dataKeyReuseSeconds.default),
      enforceSSL: true,
      removalPolicy: retentionOf(props).removalPolicy,
      fifo: props.fifo,
    };
    this.deadLetterQueue = new Queue(this, 'DeadLetterQueue', {
      ...shared,
      encryptionMasterKey: this.deadLetterEncryptionKey,
      retentionPeriod: Duration.days(QUEUE_STANDARD.deadLetterRetentionDays),
    });
    this.allowRedriveFrom(queueName);
    this.queue = new Queue(this, 'Resource', {
      ...shared,
      queueName,
      encryptionMasterKey: this.encryptionKey,
      contentBasedDeduplication: props.contentBasedDeduplication,
      visibilityTimeout: props.visibilityTimeout,
      retentionPeriod: props.retentionPeriod,
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount: props.maxReceiveCount ?? QUEUE_STANDARD.maxReceiveCount.default },
    });
    keepPolicies(this, retentionOf(props));
  }

  /**
   * Lets a principal send messages: `kms:GenerateDataKey` and `kms:Decrypt` on the key.
   *
   * @param grantee who sends
   */
  public grantSendMessages(grantee: IGrantable): Grant {
    return grantWithKeys(this, [this.onQueue(this.queue, grantee, SEND_MESSAGES)], grantee, KEY_USE.send, this.encryptionKey);
  }

  /**
   * Lets a principal receive and delete messages: `kms:Decrypt` on the key.
   *
   * @param grantee who consumes
   */
  public grantConsumeMessages(grantee: IGrantable): Grant {
    return grantWithKeys(this, [this.onQueue(this.queue, grantee, CONSUME_MESSAGES)], grantee, KEY_USE.receive, this.encryptionKey);
  }

  /**
   * Lets a principal receive and delete messages of the dead-letter queue: `kms:Decrypt` on its key and on that of the
   * queue, with which a message that was moved is still encrypted.
   *
   * @param grantee who consumes
   */
  public grantConsumeDeadLetters(grantee: IGrantable): Grant {
    const grant = this.onQueue(this.deadLetterQueue, grantee, CONSUME_MESSAGES);
    return grantWithKeys(this, [grant], grantee, KEY_USE.receive, this.deadLetterEncryptionKey, this.encryptionKey);
  }

  /**
   * Lets a principal move messages of the dead-letter queue back to the queue.
   *
   * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html
   * @param grantee who moves them
   */
  public grantRedriveMessages(grantee: IGrantable): Grant {
    const redrive = this.onQueue(this.deadLetterQueue, grantee, REDRIVE_MESSAGES);
    return allOf([this.grantConsumeDeadLetters(grantee), redrive, this.grantSendMessages(grantee)], grantee);
  }

  private onQueue(queue: IQueue, grantee: IGrantable, actions: string[]): Grant {
    return grantOnResource(this, { grantee, actions, resourceArns: [queue.queueArn], resource: queue });
  }

  /** By name and not by reference: each queue would otherwise need the other first. */
  private allowRedriveFrom(queueName: string): void {
    const { region, account } = Stack.of(this);
    const resource = this.deadLetterQueue.node.defaultChild as CfnQueue;
    resource.redriveAllowPolicy = {
      redrivePermission: RedrivePermission.BY_QUEUE,
      sourceQueueArns: [`arn:${Aws.PARTITION}:sqs:${region}:${account}:${queueName}`],
    };
  }
}

function uniqueName(scope: Construct, fifo: boolean = false): string {
  const suffix = fifo ? QUEUE_STANDARD.fifoSuffix : '';
  return Names.uniqueResourceName(scope, { maxLength: QUEUE_STANDARD.nameLength - suffix.length, separator: '-' }) + suffix;
}

function checkProps(scope: Construct, id: string, props: EncryptedQueueProps): void {
  const problems = new Problems(scope, id);
  checkEncryption(scope, props, problems);
  const deadLetters = { encryptionKey: props.deadLetterEncryptionKey, retention: retentionOf(props) };
  checkEncryption(scope, deadLetters, problems, 'deadLetterEncryptionKey');
  checkQueueName(props, problems);
  const { dataKeyReuseSeconds: reuse, maxReceiveCount: receive } = QUEUE_STANDARD;
  const seconds = props.dataKeyReuse?.isUnresolved() ? undefined : props.dataKeyReuse?.toSeconds({ integral: false });
  problems.expect(seconds === undefined || (Number.isInteger(seconds) && seconds >= reuse.min && seconds <= reuse.max), 'DataKeyReuseOutOfRange', () =>
    `'dataKeyReuse' must be whole seconds from ${reuse.min} to ${reuse.max} (24 hours), got ${seconds}`);
  const count = props.maxReceiveCount;
  problems.expect(count === undefined || Token.isUnresolved(count) || (Number.isInteger(count) && count >= receive.min && count <= receive.max), 'MaxReceiveCountOutOfRange', () =>
    `'maxReceiveCount' must be a whole number from ${receive.min} to ${receive.max}, got ${count}`);
  problems.expect(!props.contentBasedDeduplication || Boolean(props.fifo), 'DeduplicationWithoutFifo', () =>
    "'contentBasedDeduplication' works in FIFO queues only; set 'fifo' too, or leave it out");
  problems.throwIfAny();
}

function checkQueueName({ queueName, fifo = false }: EncryptedQueueProps, problems: Problems): void {
  if (queueName === undefined || Token.isUnresolved(queueName)) {
    return;
  }
  const { nameLength, fifoSuffix } = QUEUE_STANDARD;
  problems.expect(/^[\w-]+(\.fifo)?$/.test(queueName) && queueName.length <= nameLength, 'QueueNameInvalid', () =>
    `'queueName' must have at most ${nameLength} letters, digits, '-' and '_', got '${queueName}'`);
  problems.expect(queueName.endsWith(fifoSuffix) === fifo, 'QueueNameNotFifo', () =>
    `'queueName' must end in '${fifoSuffix}' if 'fifo' is set, and only then, got '${queueName}' with 'fifo' ${fifo}`);
}
