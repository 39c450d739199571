import type { IOrigin } from 'aws-cdk-lib/aws-cloudfront';
import { AnyPrincipal, Effect, PolicyStatement, ServicePrincipal, type Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  ObjectOwnership,
  type CfnBucket,
  type EventType,
  type IBucket,
  type IBucketNotificationDestination,
  type LifecycleRule,
  type NotificationKeyFilter,
} from 'aws-cdk-lib/aws-s3';
import { Duration, Stack, Token } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { KeyRetention } from '../keys/key-retention';
import { Problems } from '../private/errors';
import { read } from '../private/template-reader';
import { encryptedResource } from '../services/service-table';
import { BucketReplication, type BucketReplicationOptions } from './bucket-replication';
import { cloudFrontOrigin, type CloudFrontOriginOptions } from './cloud-front-origin';
import { checkEncryption, encryptionKeyOf, keepPolicies, retentionOf } from './pattern-encryption';
import { allOf, grantOnResource, grantWithKeys } from './pattern-grants';

const KEY_USE = encryptedResource('AWS::S3::Bucket')!;
const MINIMUM_TLS_VERSION = 1.2;
const INCOMPLETE_UPLOADS: LifecycleRule = { id: 'IncompleteUploads', abortIncompleteMultipartUploadAfter: Duration.days(7) };

const READ_BUCKET = ['s3:GetBucketLocation', 's3:ListBucket'];
const READ_OBJECTS = ['s3:GetObject', 's3:GetObjectTagging', 's3:GetObjectVersion', 's3:GetObjectVersionTagging'];
const WRITE_OBJECTS = ['s3:AbortMultipartUpload', 's3:ListMultipartUploadParts', 's3:PutObject', 's3:PutObjectTagging'];
const DELETE_OBJECTS = ['s3:DeleteObject'];

/**
 * Properties of an `EncryptedBucket`.
 */
export interface EncryptedBucketProps {
  /**
   * The key that the objects are encrypted with.
   *
   * @default - a `CustomerManagedKey` of the bucket's own
   */
  readonly encryptionKey?: IKey;

  /**
   * What happens to the bucket, and to a key of its own, when they leave the template. Data may not outlive its key.
   *
   * @default - that of the key if it is a `CustomerManagedKey`, otherwise KeyRetention.retain()
   */
  readonly retention?: KeyRetention;

  /**
   * The name of the bucket, unique in its partition.
   *
   * @default - named by CloudFormation
   */
  readonly bucketName?: string;

  /**
   * Rules for the life of the objects, besides the clean-up of incomplete uploads after 7 days.
   *
   * @default - objects are kept
   */
  readonly lifecycleRules?: LifecycleRule[];

  /**
   * Whether a bucket for server access logs is made. It is encrypted with SSE-S3: Amazon S3 cannot deliver access logs
   * to a bucket that is encrypted with a KMS key by default.
   *
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
   * @default false
   */
  readonly serverAccessLogs?: boolean;

  /**
   * A bucket of yours for the server access logs, encrypted with SSE-S3. If it is imported, its policy must let
   * `logging.s3.amazonaws.com` put objects.
   *
   * @default - none
   */
  readonly serverAccessLogsBucket?: IBucket;

  /**
   * What the names of the server access logs begin with.
   *
   * @default - nothing
   */
  readonly serverAccessLogsPrefix?: string;

  /**
   * Whether deleting the stack empties the bucket first, for tests and previews only. The CDK does it with an AWS Lambda
   * function of its own.
   *
   * @default false
   */
  readonly autoDeleteObjects?: boolean;
}

/**
 * A bucket whose objects are encrypted with a customer managed key, by default and for every upload.
 *
 * It has a Bucket Key, which saves up to 99 % of the requests to AWS KMS; it is versioned, private, and reached by TLS
 * 1.2 only. Uploads that ask for another kind of encryption or for another key are refused; uploads that ask for none
 * take the bucket's.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
 */
export class EncryptedBucket extends Construct {
  /** The bucket. */
  public readonly bucket: Bucket;

  /** The key that the objects are encrypted with. */
  public readonly encryptionKey: IKey;

  /** The bucket that takes the server access logs, if there is one. */
  public readonly serverAccessLogsBucket?: IBucket;

  /** @internal */
  public readonly _replication = new BucketReplication(this);

  constructor(scope: Construct, id: string, props: EncryptedBucketProps = {}) {
    const retention = retentionOf(props);
    checkProps(scope, id, props, retention);
    super(scope, id);

    this.encryptionKey = encryptionKeyOf(this, props);
    this.serverAccessLogsBucket = props.serverAccessLogs ? this.makeLogsBucket(props, retention) : props.serverAccessLogsBucket;
    this.bucket = new Bucket(this, 'Resource', {
      ...PRIVATE,
      bucketName: props.bucketName,
      encryption: BucketEncryption.KMS,
      encryptionKey: this.encryptionKey,
      bucketKeyEnabled: true,
      versioned: true,
      lifecycleRules: [INCOMPLETE_UPLOADS, ...(props.lifecycleRules ?? [])],
      removalPolicy: retention.removalPolicy,
      autoDeleteObjects: props.autoDeleteObjects,
    });
    this.refuseOtherEncryption();
    if (this.serverAccessLogsBucket) {
      this.logAccess(this.serverAccessLogsBucket, props.serverAccessLogsPrefix);
    }
    keepPolicies(this, retention);
  }

  /**
   * Lets a principal list the bucket and read its objects and their tags: `kms:Decrypt` on the key.
   *
   * @param grantee who reads
   * @param objectsKeyPattern which objects, with `*`; all of them if it is not given
   */
  public grantRead(grantee: IGrantable, objectsKeyPattern: string = '*'): Grant {
    const grants = [this.onBucket(grantee, READ_BUCKET), this.onObjects(grantee, READ_OBJECTS, objectsKeyPattern)];
    return grantWithKeys(this, grants, grantee, KEY_USE.receive, this.encryptionKey);
  }

  /**
   * Lets a principal put objects and their tags: `kms:GenerateDataKey` on the key, and `kms:Decrypt` for uploads in
   * several parts.
   *
   * @param grantee who writes
   * @param objectsKeyPattern which objects, with `*`; all of them if it is not given
   */
  public grantWrite(grantee: IGrantable, objectsKeyPattern: string = '*'): Grant {
    return grantWithKeys(this, [this.onObjects(grantee, WRITE_OBJECTS, objectsKeyPattern)], grantee, KEY_USE.send, this.encryptionKey);
  }

  /**
   * Lets a principal list the bucket, and read and put its objects and their tags.
   *
   * @param grantee who reads and writes
   * @param objectsKeyPattern which objects, with `*`; all of them if it is not given
   */
  public grantReadWrite(grantee: IGrantable, objectsKeyPattern: string = '*'): Grant {
    return allOf([this.grantRead(grantee, objectsKeyPattern), this.grantWrite(grantee, objectsKeyPattern)], grantee);
  }

  /**
   * Lets a principal delete objects; their earlier versions stay. Nothing of the key is needed.
   *
   * @param grantee who deletes
   * @param objectsKeyPattern which objects, with `*`; all of them if it is not given
   */
  public grantDelete(grantee: IGrantable, objectsKeyPattern: string = '*'): Grant {
    return this.onObjects(grantee, DELETE_OBJECTS, objectsKeyPattern);
  }

  /**
   * Sends events of the bucket to a queue, a topic or a function. What the service needs of the destination's key is
   * added by itself, if that is a `CustomerManagedKey`.
   *
   * @param event the event
   * @param destination where it goes
   * @param filters which objects it is about
   */
  public addEventNotification(event: EventType, destination: IBucketNotificationDestination, ...filters: NotificationKeyFilter[]): void {
    this.bucket.addEventNotification(event, destination, ...filters);
  }

  /**
   * The bucket as an origin of distributions of Amazon CloudFront, with origin access control.
   *
   * The policy of the bucket lets in the distributions that it becomes an origin of: by their ids if they are in its stack,
   * otherwise as `distributionIds` says. The key policy can refer to no distribution, so that it lets in any of their account,
   * for reading objects, until `distributionIds` names them.
   *
   * Throws `DistributionIdInvalid`.
   *
   * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
   * @param options what distributions may do, and which
   */
  public toCloudFrontOrigin(options: CloudFrontOriginOptions = {}): IOrigin {
    return cloudFrontOrigin(this, options);
  }

  /**
   * Replicates new objects to another bucket, of any Region and account, where they are encrypted with the key of that
   * bucket. The role that does it may use both keys for just that. Objects that exist already are not replicated.
   *
   * A bucket of another Region or account needs a `bucketName`. A bucket and a key of another account let the role in if they
   * are in this app.
   *
   * Throws `ReplicationToItself`, `ReplicationRepeated`, and `ReplicationInCircle` for a bucket that replicates to this one.
   *
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html
   * @param destination the bucket that takes the replicas
   * @param options which objects, and how
   */
  public replicateTo(destination: EncryptedBucket, options: BucketReplicationOptions = {}): Grant {
    return this._replication.addTo(destination, options);
  }

  /** An upload without headers takes the bucket's encryption; with headers they must ask for just that. */
  private refuseOtherEncryption(): void {
    const encryption = 's3:x-amz-server-side-encryption';
    this.deny('DenyOtherEncryption', { Null: { [encryption]: 'false' }, StringNotEquals: { [encryption]: 'aws:kms' } });
    // A header that asks for KMS without a key means the AWS managed key, and the missing key id is "not equal" too.
    this.deny('DenyOtherKeys', {
      StringEquals: { [encryption]: 'aws:kms' },
      StringNotEquals: { 's3:x-amz-server-side-encryption-aws-kms-key-id': this.encryptionKey.keyArn },
    });
    this.deny('DenyCustomerProvidedKeys', { Null: { 's3:x-amz-server-side-encryption-customer-algorithm': 'false' } });
  }

  private deny(sid: string, conditions: Record<string, Record<string, string>>): void {
    this.bucket.addToResourcePolicy(
      new PolicyStatement({
        sid,
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ['s3:PutObject'],
        resources: [this.bucket.arnForObjects('*')],
        conditions,
      }),
    );
  }

  private makeLogsBucket({ autoDeleteObjects }: EncryptedBucketProps, { removalPolicy }: KeyRetention): Bucket {
    return new Bucket(this, 'ServerAccessLogs', {
      ...PRIVATE,
      encryption: BucketEncryption.S3_MANAGED,
      versioned: true,
      lifecycleRules: [INCOMPLETE_UPLOADS],
      removalPolicy,
      autoDeleteObjects,
    });
  }

  /** By policy, whatever the feature flags say: the CDK's other way opens the logs bucket to ACLs. */
  private logAccess(logs: IBucket, prefix: string = ''): void {
    const resource = this.bucket.node.defaultChild as CfnBucket;
    resource.loggingConfiguration = { destinationBucketName: logs.bucketName, logFilePrefix: prefix || undefined };
    // From another stack, a reference to this bucket would make a cycle of the two.
    const source = Stack.of(logs) === Stack.of(this) ? { ArnLike: { 'aws:SourceArn': this.bucket.bucketArn } } : {};
    logs.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('logging.s3.amazonaws.com')],
        actions: ['s3:PutObject'],
        resources: [logs.arnForObjects(`${prefix}*`)],
        conditions: { ...source, StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
  }

  private onBucket(grantee: IGrantable, actions: string[]): Grant {
    return grantOnResource(this, { grantee, actions, resourceArns: [this.bucket.bucketArn], resource: this.bucket });
  }

  private onObjects(grantee: IGrantable, actions: string[], pattern: string): Grant {
    return grantOnResource(this, { grantee, actions, resourceArns: [this.bucket.arnForObjects(pattern)], resource: this.bucket });
  }
}

const PRIVATE = {
  blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
  objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
  enforceSSL: true,
  minimumTLSVersion: MINIMUM_TLS_VERSION,
};

function checkProps(scope: Construct, id: string, props: EncryptedBucketProps, retention: KeyRetention): void {
  const problems = new Problems(scope, id);
  checkEncryption(scope, props, problems);
  const { serverAccessLogs, serverAccessLogsBucket, serverAccessLogsPrefix } = props;
  problems.expect(!serverAccessLogs || !serverAccessLogsBucket, 'TwoAccessLogBuckets', () =>
    "'serverAccessLogs' makes a bucket for the logs and 'serverAccessLogsBucket' gives one; choose one of them");
  problems.expect(serverAccessLogsPrefix === undefined || Boolean(serverAccessLogs || serverAccessLogsBucket), 'AccessLogsPrefixWithoutBucket', () =>
    `'serverAccessLogsPrefix' is '${serverAccessLogsPrefix}', but no server access logs are written; set 'serverAccessLogs' or 'serverAccessLogsBucket'`);
  problems.expect(!serverAccessLogsBucket || !isEncryptedWithKms(serverAccessLogsBucket), 'AccessLogsToKmsBucket', () =>
    `'serverAccessLogsBucket' must be encrypted with SSE-S3, since Amazon S3 delivers no access logs to a bucket with a KMS key, got ${serverAccessLogsBucket?.node.path}`);
  const { region, account } = serverAccessLogsBucket?.env ?? Stack.of(scope);
  const elsewhere = isOther(region, Stack.of(scope).region) || isOther(account, Stack.of(scope).account);
  problems.expect(!elsewhere, 'AccessLogsElsewhere', () =>
    `'serverAccessLogsBucket' must be in the account and Region of the bucket, got one of ${account} in ${region}`);
  problems.expect(!props.autoDeleteObjects || !retention.keepsData, 'AutoDeleteOfKeptObjects', () =>
    "'autoDeleteObjects' empties the bucket, but 'retention' keeps it; use KeyRetention.ephemeral(), or leave 'autoDeleteObjects' out");
  problems.throwIfAny();
}

function isOther(left: string, right: string): boolean {
  return !Token.isUnresolved(left) && !Token.isUnresolved(right) && left !== right;
}

/** A bucket may have a key of its own, or the AWS managed key, which only its resource tells. */
function isEncryptedWithKms(bucket: IBucket): boolean {
  const resource = bucket.node.defaultChild as CfnBucket | undefined;
  return Boolean(bucket.encryptionKey) || JSON.stringify(read(bucket, resource?.bucketEncryption).value ?? '').includes('"aws:kms');
}
