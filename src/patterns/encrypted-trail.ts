import { ReadWriteType, Trail, type CfnTrail } from 'aws-cdk-lib/aws-cloudtrail';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Aws, Names, Stack, Token } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { checkOrganization } from '../keys/customer-managed-key-checks';
import type { KeyRetention } from '../keys/key-retention';
import { Problems } from '../private/errors';
import { TRAIL_STANDARD } from '../standard/trail-standard';
import { EncryptedBucket } from './encrypted-bucket';
import { checkEncryption, encryptionKeyOf, keepPolicies, retentionOf } from './pattern-encryption';

/**
 * Properties of an `EncryptedTrail`.
 */
export interface EncryptedTrailProps {
  /**
   * The key that the log files, the digest files and the log group are encrypted with. It is the key of the bucket too,
   * since the bucket refuses files that are encrypted with another.
   *
   * @default - the key of `bucket`, otherwise a `CustomerManagedKey` of the trail's own
   */
  readonly encryptionKey?: IKey;

  /**
   * What happens to the log files, the log group and a key of their own, when they leave the template. A `bucket` of yours
   * keeps its own. Data may not outlive its key.
   *
   * @default - that of the key if it is a `CustomerManagedKey`, otherwise KeyRetention.retain()
   */
  readonly retention?: KeyRetention;

  /**
   * The name of the trail, of 3 to 128 letters, digits, `.`, `_` and `-`, which are not next to each other nor at an end.
   *
   * @default - a unique name from the construct path; the bucket must know it to take files from this trail only
   */
  readonly trailName?: string;

  /**
   * The bucket that takes the files, in the Region of the trail.
   *
   * @default - a bucket of the trail's own, with a bucket for its server access logs
   */
  readonly bucket?: EncryptedBucket;

  /**
   * What the names of the files begin with, before `/AWSLogs/`.
   *
   * @default - nothing
   */
  readonly s3KeyPrefix?: string;

  /**
   * How long the log group keeps the events. The bucket keeps its files.
   *
   * @default RetentionDays.ONE_YEAR
   */
  readonly logRetention?: RetentionDays;

  /**
   * Whether the trail takes the events of every Region.
   *
   * @default true
   */
  readonly isMultiRegionTrail?: boolean;

  /**
   * Whether the trail takes the events of every account of the organization. It is made in the management account, or in
   * that of a delegated administrator.
   *
   * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/creating-trail-organization.html
   * @default false
   */
  readonly isOrganizationTrail?: boolean;

  /**
   * The id of the organization, such as `o-a1b2c3d4e5`, for an organization trail.
   *
   * @default - none
   */
  readonly orgId?: string;

  /**
   * Which management events the trail takes.
   *
   * @default ReadWriteType.ALL
   */
  readonly managementEvents?: ReadWriteType;
}

/**
 * A trail of AWS CloudTrail whose files and log group are encrypted with one customer managed key, with log file
 * validation, for every Region by default. The bucket takes files from this trail only.
 *
 * Who reads the files needs `kms:Decrypt` on the key: `bucket.grantRead()` gives it.
 *
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/encrypting-cloudtrail-log-files-with-aws-kms.html
 */
export class EncryptedTrail extends Construct {
  /** The trail. */
  public readonly trail: Trail;

  /** The bucket that takes the log files and the digest files. */
  public readonly bucket: EncryptedBucket;

  /** The log group that takes the events. */
  public readonly logGroup: LogGroup;

  /** The key that all of them are encrypted with. */
  public readonly encryptionKey: IKey;

  constructor(scope: Construct, id: string, props: EncryptedTrailProps = {}) {
    const choice = { encryptionKey: props.encryptionKey ?? props.bucket?.encryptionKey, retention: props.retention };
    checkProps(scope, id, props);
    super(scope, id);

    const retention = retentionOf(choice);
    this.encryptionKey = encryptionKeyOf(this, choice);
    this.bucket = props.bucket ?? new EncryptedBucket(this, 'Bucket', { encryptionKey: this.encryptionKey, retention, serverAccessLogs: true });
    this.logGroup = new LogGroup(this, 'LogGroup', {
      encryptionKey: this.encryptionKey,
      retention: props.logRetention ?? RetentionDays.ONE_YEAR,
      removalPolicy: retention.removalPolicy,
    });
    const trailName = props.trailName ?? Names.uniqueResourceName(this, { maxLength: TRAIL_STANDARD.nameLength.max, separator: '-' });
    this.allowDelivery(trailName, props);
    this.trail = new Trail(this, 'Resource', {
      trailName,
      // Not the bucket itself, whose policy the CDK would open to every trail of AWS CloudTrail.
      bucket: Bucket.fromBucketName(this, 'Destination', this.bucket.bucket.bucketName),
      s3KeyPrefix: props.s3KeyPrefix,
      encryptionKey: this.encryptionKey,
      enableFileValidation: true,
      sendToCloudWatchLogs: true,
      cloudWatchLogGroup: this.logGroup,
      isMultiRegionTrail: props.isMultiRegionTrail ?? true,
      isOrganizationTrail: props.isOrganizationTrail,
      orgId: props.orgId,
      managementEvents: props.managementEvents ?? ReadWriteType.ALL,
    });
    // AWS CloudTrail looks at the policy of the bucket when the trail is made.
    (this.trail.node.defaultChild as CfnTrail).node.addDependency(this.bucket.bucket.policy!);
    if (!props.bucket) {
      keepPolicies(this, retention);
    }
  }

  /**
   * By the name of the trail and not by reference: trail and bucket policy would otherwise need each other first.
   *
   * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
   */
  private allowDelivery(trailName: string, { isOrganizationTrail, orgId, s3KeyPrefix }: EncryptedTrailProps): void {
    const { region, account } = Stack.of(this);
    const { bucket } = this.bucket;
    const source = { 'aws:SourceArn': `arn:${Aws.PARTITION}:cloudtrail:${region}:${account}:trail/${trailName}` };
    const principals = [new ServicePrincipal('cloudtrail.amazonaws.com')];
    const prefix = s3KeyPrefix ? `${s3KeyPrefix}/` : '';
    // The account's own too: files go there if the trail is made one of the account only.
    const owners = [account, ...(isOrganizationTrail ? [orgId!] : [])];
    bucket.addToResourcePolicy(
      new PolicyStatement({ principals, actions: ['s3:GetBucketAcl'], resources: [bucket.bucketArn], conditions: { StringEquals: source } }),
    );
    bucket.addToResourcePolicy(
      new PolicyStatement({
        principals,
        actions: ['s3:PutObject'],
        resources: owners.map((owner) => bucket.arnForObjects(`${prefix}AWSLogs/${owner}/*`)),
        conditions: { StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control', ...source } },
      }),
    );
  }
}

function checkProps(scope: Construct, id: string, props: EncryptedTrailProps): void {
  const problems = new Problems(scope, id);
  const { encryptionKey, bucket, trailName, orgId, isOrganizationTrail = false } = props;
  checkEncryption(scope, { encryptionKey, retention: props.retention }, problems);
  if (bucket) {
    const asked = encryptionKey?.keyArn ?? bucket.encryptionKey.keyArn;
    problems.expect(asked === bucket.encryptionKey.keyArn, 'TrailKeyNotOfBucket', () =>
      `'encryptionKey' must be the key of 'bucket', which refuses files that are encrypted with another, got ${encryptionKey?.node.path} and ${bucket.encryptionKey.node.path}; leave 'encryptionKey' out`);
    if (!encryptionKey) {
      checkEncryption(scope, { encryptionKey: bucket.encryptionKey, retention: props.retention }, problems, 'bucket');
    }
  }
  const { nameLength, namePattern } = TRAIL_STANDARD;
  const isValid = Token.isUnresolved(trailName) || trailName === undefined ||
    (namePattern.test(trailName) && trailName.length >= nameLength.min && trailName.length <= nameLength.max);
  problems.expect(isValid, 'TrailNameInvalid', () =>
    `'trailName' must have ${nameLength.min} to ${nameLength.max} letters, digits, '.', '_' and '-', the signs neither next to each other nor at an end, got '${trailName}'`);
  problems.expect(isOrganizationTrail === (orgId !== undefined), 'TrailOrganizationIncomplete', () =>
    `'isOrganizationTrail' and 'orgId' go together, since the files of the accounts are named by the organization, got ${isOrganizationTrail} and '${orgId}'`);
  if (orgId !== undefined) {
    checkOrganization(orgId, problems, 'orgId');
  }
  problems.throwIfAny();
}
