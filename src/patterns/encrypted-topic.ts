import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Topic, type ITopicSubscription, type Subscription } from 'aws-cdk-lib/aws-sns';
import { Token } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { KeyRetention } from '../keys/key-retention';
import { Problems } from '../private/errors';
import { encryptedResource } from '../services/service-table';
import { TOPIC_STANDARD } from '../standard/topic-standard';
import { checkEncryption, encryptionKeyOf, keepPolicies, retentionOf } from './pattern-encryption';
import { grantOnResource, grantWithKeys } from './pattern-grants';

const KEY_USE = encryptedResource('AWS::SNS::Topic')!;

const PUBLISH = ['sns:Publish'];
const SUBSCRIBE = ['sns:Subscribe'];

/**
 * Properties of an `EncryptedTopic`.
 */
export interface EncryptedTopicProps {
  /**
   * The key that the messages are encrypted with.
   *
   * @default - a `CustomerManagedKey` of the topic's own
   */
  readonly encryptionKey?: IKey;

  /**
   * What happens to the topic, and to a key of its own, when they leave the template. Data may not outlive its key.
   *
   * @default - that of the key if it is a `CustomerManagedKey`, otherwise KeyRetention.retain()
   */
  readonly retention?: KeyRetention;

  /**
   * The name of the topic, of at most 256 letters, digits, `-` and `_`; that of a FIFO topic ends in `.fifo`.
   *
   * @default - named by CloudFormation; a unique name from the construct path if it is a FIFO topic
   */
  readonly topicName?: string;

  /**
   * The name that subscribers by email and SMS read, of at most 100 characters.
   *
   * @default - the name of the topic
   */
  readonly displayName?: string;

  /**
   * Whether the topic keeps the order of messages and delivers each once.
   *
   * @default false
   */
  readonly fifo?: boolean;

  /**
   * Whether a FIFO topic tells duplicates by the body of a message.
   *
   * @default false
   */
  readonly contentBasedDeduplication?: boolean;
}

/**
 * A topic whose messages are encrypted with a customer managed key while Amazon SNS holds them, and published by TLS only.
 *
 * Alarms, buckets and rules that publish to it are let in by the key policy by themselves, if the key is a
 * `CustomerManagedKey`; the AWS managed key could never let them in. Amazon SNS reuses a data key for up to five minutes.
 *
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-server-side-encryption.html
 */
export class EncryptedTopic extends Construct {
  /** The topic. */
  public readonly topic: Topic;

  /** The key that the messages are encrypted with. */
  public readonly encryptionKey: IKey;

  constructor(scope: Construct, id: string, props: EncryptedTopicProps = {}) {
    checkProps(scope, id, props);
    super(scope, id);

    this.encryptionKey = encryptionKeyOf(this, props);
    this.topic = new Topic(this, 'Resource', {
      masterKey: this.encryptionKey,
      enforceSSL: true,
      topicName: props.topicName,
      displayName: props.displayName,
      // A standard topic says nothing of FIFO, rather than no.
      fifo: props.fifo || undefined,
      contentBasedDeduplication: props.contentBasedDeduplication || undefined,
    });
    const retention = retentionOf(props);
    this.topic.applyRemovalPolicy(retention.removalPolicy);
    keepPolicies(this, retention);
  }

  /**
   * Lets a principal publish messages: `kms:Decrypt` on the key, and `kms:GenerateDataKey*`, as AWS documents it, in full.
   *
   * @param grantee who publishes
   */
  public grantPublish(grantee: IGrantable): Grant {
    return grantWithKeys(this, [this.onTopic(grantee, PUBLISH)], grantee, KEY_USE.send, this.encryptionKey);
  }

  /**
   * Lets a principal subscribe to the topic. Nothing of the key is needed: subscribers get messages decrypted.
   *
   * @param grantee who subscribes
   */
  public grantSubscribe(grantee: IGrantable): Grant {
    return this.onTopic(grantee, SUBSCRIBE);
  }

  /**
   * Delivers the messages of the topic to a queue, a function or a person. What the service needs of a queue's key is
   * added by itself, if that is a `CustomerManagedKey`.
   *
   * @param subscription where they go
   */
  public addSubscription(subscription: ITopicSubscription): Subscription {
    return this.topic.addSubscription(subscription);
  }

  private onTopic(grantee: IGrantable, actions: string[]): Grant {
    return grantOnResource(this, { grantee, actions, resourceArns: [this.topic.topicArn], resource: this.topic });
  }
}

function checkProps(scope: Construct, id: string, props: EncryptedTopicProps): void {
  const problems = new Problems(scope, id);
  checkEncryption(scope, props, problems);
  checkTopicName(props, problems);
  const { displayNameLength } = TOPIC_STANDARD;
  const { displayName } = props;
  problems.expect(displayName === undefined || Token.isUnresolved(displayName) || displayName.length <= displayNameLength, 'DisplayNameTooLong', () =>
    `'displayName' must have at most ${displayNameLength} characters, got ${displayName?.length}`);
  problems.expect(!props.contentBasedDeduplication || Boolean(props.fifo), 'DeduplicationWithoutFifo', () =>
    "'contentBasedDeduplication' works in FIFO topics only; set 'fifo' too, or leave it out");
  problems.throwIfAny();
}

function checkTopicName({ topicName, fifo = false }: EncryptedTopicProps, problems: Problems): void {
  if (topicName === undefined || Token.isUnresolved(topicName)) {
    return;
  }
  const { nameLength, fifoSuffix } = TOPIC_STANDARD;
  problems.expect(/^[\w-]+(\.fifo)?$/.test(topicName) && topicName.length <= nameLength, 'TopicNameInvalid', () =>
    `'topicName' must have at most ${nameLength} letters, digits, '-' and '_', got '${topicName}'`);
  // The CDK would add the suffix to the name in silence.
  problems.expect(topicName.endsWith(fifoSuffix) === fifo, 'TopicNameNotFifo', () =>
    `'topicName' must end in '${fifoSuffix}' if 'fifo' is set, and only then, got '${topicName}' with 'fifo' ${fifo}`);
}
