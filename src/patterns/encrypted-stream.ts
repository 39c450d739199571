import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import { Stream, StreamEncryption, StreamMode } from 'aws-cdk-lib/aws-kinesis';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Token, type Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { KeyRetention } from '../keys/key-retention';
import { Problems } from '../private/errors';
import { encryptedResource } from '../services/service-table';
import { STREAM_STANDARD } from '../standard/stream-standard';
import { checkEncryption, encryptionKeyOf, keepPolicies, retentionOf } from './pattern-encryption';
import { grantOnResource, grantWithKeys } from './pattern-grants';

const KEY_USE = encryptedResource('AWS::Kinesis::Stream')!;

// Neither kinesis:ListStreams nor what enhanced fan-out needs: they are not about a stream, but about all of them or a consumer.
const READ = ['kinesis:DescribeStream', 'kinesis:DescribeStreamSummary', 'kinesis:GetRecords', 'kinesis:GetShardIterator', 'kinesis:ListShards'];
const WRITE = ['kinesis:ListShards', 'kinesis:PutRecord', 'kinesis:PutRecords'];

/**
 * Properties of an `EncryptedStream`.
 */
export interface EncryptedStreamProps {
  /**
   * The key that the records are encrypted with.
   *
   * @default - a `CustomerManagedKey` of the stream's own
   */
  readonly encryptionKey?: IKey;

  /**
   * What happens to the stream, and to a key of its own, when they leave the template. Data may not outlive its key.
   *
   * How long a record is kept, is `retentionPeriod`.
   *
   * @default - that of the key if it is a `CustomerManagedKey`, otherwise KeyRetention.retain()
   */
  readonly retention?: KeyRetention;

  /**
   * The name of the stream, of at most 128 letters, digits, `-`, `_` and `.`.
   *
   * @default - named by CloudFormation
   */
  readonly streamName?: string;

  /**
   * How the capacity of the stream is managed: as the number of shards says, or by Amazon Kinesis on demand.
   *
   * @see https://docs.aws.amazon.com/streams/latest/dev/how-do-i-size-a-stream.html
   * @default StreamMode.PROVISIONED
   */
  readonly streamMode?: StreamMode;

  /**
   * The number of shards of a provisioned stream, at least 1.
   *
   * @default 1
   */
  readonly shardCount?: number;

  /**
   * How long a record is kept, in whole hours from 24 hours to 365 days.
   *
   * @default Duration.hours(24)
   */
  readonly retentionPeriod?: Duration;
}

/**
 * A data stream whose records are encrypted with a customer managed key.
 *
 * Amazon Kinesis asks AWS KMS about every five minutes for each producer and consumer, told by their credentials: let them
 * keep their role sessions, and the key costs little however busy the stream is.
 *
 * @see https://docs.aws.amazon.com/streams/latest/dev/server-side-encryption.html
 */
export class EncryptedStream extends Construct {
  /** The stream. */
  public readonly stream: Stream;

  /** The key that the records are encrypted with. */
  public readonly encryptionKey: IKey;

  private readonly retention: KeyRetention;

  constructor(scope: Construct, id: string, props: EncryptedStreamProps = {}) {
    checkProps(scope, id, props);
    super(scope, id);

    this.encryptionKey = encryptionKeyOf(this, props);
    this.retention = retentionOf(props);
    this.stream = new Stream(this, 'Resource', {
      encryption: StreamEncryption.KMS,
      encryptionKey: this.encryptionKey,
      streamName: props.streamName,
      streamMode: props.streamMode,
      shardCount: props.shardCount,
      retentionPeriod: props.retentionPeriod,
      removalPolicy: this.retention.removalPolicy,
    });
  }

  /**
   * Lets a principal read records: `kms:Decrypt` on the key.
   *
   * Who reads by enhanced fan-out needs `kinesis:SubscribeToShard` on its consumer besides.
   *
   * @see https://docs.aws.amazon.com/streams/latest/dev/permissions-user-key-KMS.html
   * @param grantee who reads
   */
  public grantRead(grantee: IGrantable): Grant {
    return grantWithKeys(this, [this.onStream(grantee, READ)], grantee, KEY_USE.receive, this.encryptionKey);
  }

  /**
   * Lets a principal write records: `kms:GenerateDataKey` on the key.
   *
   * @see https://docs.aws.amazon.com/streams/latest/dev/permissions-user-key-KMS.html
   * @param grantee who writes
   */
  public grantWrite(grantee: IGrantable): Grant {
    return grantWithKeys(this, [this.onStream(grantee, WRITE)], grantee, KEY_USE.send, this.encryptionKey);
  }

  private onStream(grantee: IGrantable, actions: string[]): Grant {
    const grant = grantOnResource(this, { grantee, actions, resourceArns: [this.stream.streamArn], resource: this.stream });
    // The first grant to another account makes the policy.
    keepPolicies(this, this.retention);
    return grant;
  }
}

function checkProps(scope: Construct, id: string, props: EncryptedStreamProps): void {
  const problems = new Problems(scope, id);
  checkEncryption(scope, props, problems);
  const { nameLength, retentionHours } = STREAM_STANDARD;
  const { streamName: name, shardCount, streamMode, retentionPeriod } = props;
  problems.expect(name === undefined || Token.isUnresolved(name) || (/^[\w.-]+$/.test(name) && name.length <= nameLength), 'StreamNameInvalid', () =>
    `'streamName' must have at most ${nameLength} letters, digits, '-', '_' and '.', got '${name}'`);
  problems.expect(shardCount === undefined || Token.isUnresolved(shardCount) || (Number.isInteger(shardCount) && shardCount >= 1), 'ShardCountInvalid', () =>
    `'shardCount' must be a whole number of at least 1, got ${shardCount}`);
  problems.expect(shardCount === undefined || streamMode !== StreamMode.ON_DEMAND, 'ShardCountOnDemand', () =>
    `'shardCount' is ${shardCount}, but Amazon Kinesis manages the shards of a stream on demand; leave 'shardCount' out, or use StreamMode.PROVISIONED`);
  const hours = retentionPeriod?.isUnresolved() ? undefined : retentionPeriod?.toHours({ integral: false });
  const isPeriod = hours === undefined || (Number.isInteger(hours) && hours >= retentionHours.min && hours <= retentionHours.max);
  problems.expect(isPeriod, 'RetentionPeriodOutOfRange', () =>
    `'retentionPeriod' must be whole hours from ${retentionHours.min} to ${retentionHours.max} (365 days), got ${hours}`);
  problems.throwIfAny();
}
