import { AccountPrincipal, Grant, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { CfnBucket, StorageClass } from 'aws-cdk-lib/aws-s3';
import { PhysicalName, Stack, Token, TokenComparison } from 'aws-cdk-lib/core';
import { Problems } from '../private/errors';
import { read } from '../private/template-reader';
import type { EncryptedBucket } from './encrypted-bucket';
import { allOf, grantOnResource, grantWithKeys } from './pattern-grants';

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html */
const READ_CONFIGURATION = ['s3:GetReplicationConfiguration', 's3:ListBucket'];
const READ_SOURCE = ['s3:GetObjectVersionAcl', 's3:GetObjectVersionForReplication', 's3:GetObjectVersionTagging'];
const WRITE_REPLICAS = ['s3:ReplicateDelete', 's3:ReplicateObject', 's3:ReplicateTags'];
const WRITE_FOREIGN_REPLICAS = ['s3:ObjectOwnerOverrideToBucketOwner', ...WRITE_REPLICAS];

const DECRYPT_SOURCE = ['kms:Decrypt'];
/**
 * Decrypt since the destination has a Bucket Key, GenerateDataKey for objects that are not encrypted with a key yet.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html
 */
const ENCRYPT_REPLICAS = ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey'];

/**
 * How the objects of an `EncryptedBucket` are replicated to another.
 */
export interface BucketReplicationOptions {
  /**
   * Which objects are replicated: those whose names begin with this.
   *
   * @default - all of them
   */
  readonly objectsKeyPrefix?: string;

  /**
   * Whether an object that is deleted seems deleted in the destination too: its delete marker is replicated. Versions are
   * never deleted by replication.
   *
   * @default false
   */
  readonly deleteMarkers?: boolean;

  /**
   * Whether Amazon S3 promises to replicate most objects within 15 minutes, which costs more, and measures it.
   *
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-time-control.html
   * @default false
   */
  readonly replicationTimeControl?: boolean;

  /**
   * The storage class of the replicas.
   *
   * @default - that of the object
   */
  readonly storageClass?: StorageClass;
}

/**
 * The replication of one bucket: one role, and one rule for each destination.
 *
 * @internal
 */
export class BucketReplication {
  private readonly destinations: EncryptedBucket[] = [];
  private readonly rules: CfnBucket.ReplicationRuleProperty[] = [];
  private role?: Role;

  constructor(private readonly source: EncryptedBucket) {}

  public addTo(destination: EncryptedBucket, options: BucketReplicationOptions): Grant {
    const isForeign = Token.compareStrings(accountOf(this.source), accountOf(destination)) === TokenComparison.DIFFERENT;
    this.check(destination, isForeign);
    const role = (this.role ??= new Role(this.source, 'ReplicationRole', {
      assumedBy: new ServicePrincipal('s3.amazonaws.com'),
      description: `Replicates the objects of ${this.source.node.path}`,
      // Named only if a bucket or key of another account has to know it.
      roleName: PhysicalName.GENERATE_IF_NEEDED,
    }));
    this.destinations.push(destination);
    this.rules.push(this.rule(destination, options, isForeign));
    const resource = resourceOf(this.source);
    resource.replicationConfiguration = { role: role.roleArn, rules: [...this.rules] };
    if (isForeign) {
      // Known by its name only, which tells AWS CloudFormation no order, and it must be there first.
      resource.node.addDependency(destination.bucket);
      this.letIn(role, destination);
    }
    return this.grant(role, destination, isForeign);
  }

  public reaches(bucket: EncryptedBucket): boolean {
    return this.destinations.some((destination) => destination === bucket || destination._replication.reaches(bucket));
  }

  private check(destination: EncryptedBucket, isForeign: boolean): void {
    const problems = new Problems(this.source.node.scope!, this.source.node.id);
    problems.expect(destination !== this.source, 'ReplicationToItself', () => "'destination' is the bucket itself; replicate to another");
    problems.expect(!destination._replication.reaches(this.source), 'ReplicationInCircle', () =>
      `'destination' ${destination.node.path} replicates to this bucket, and AWS CloudFormation cannot make two resources that each need the other first; replicate one way only`);
    problems.expect(!this.destinations.includes(destination), 'ReplicationRepeated', () =>
      `'destination' ${destination.node.path} is replicated to already; make one rule of the two`);
    problems.expect(!isForeign || read(destination, resourceOf(destination).bucketName).value !== undefined, 'ReplicaBucketUnnamed', () =>
      `'destination' ${destination.node.path} is of another account, which only a name reaches; give it a 'bucketName'`);
    problems.throwIfAny();
  }

  private rule(destination: EncryptedBucket, options: BucketReplicationOptions, isForeign: boolean): CfnBucket.ReplicationRuleProperty {
    const withinMinutes = { minutes: 15 };
    return {
      id: `Replication${this.rules.length + 1}`,
      priority: this.rules.length + 1,
      status: 'Enabled',
      filter: { prefix: options.objectsKeyPrefix ?? '' },
      deleteMarkerReplication: { status: options.deleteMarkers ? 'Enabled' : 'Disabled' },
      // Amazon S3 leaves objects that are encrypted with a key out, unless it is told not to.
      sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: 'Enabled' } },
      destination: {
        bucket: destination.bucket.bucketArn,
        encryptionConfiguration: { replicaKmsKeyId: destination.encryptionKey.keyArn },
        storageClass: options.storageClass?.toString(),
        ...(isForeign ? { account: accountOf(destination), accessControlTranslation: { owner: 'Destination' } } : {}),
        ...(options.replicationTimeControl
          ? { replicationTime: { status: 'Enabled', time: withinMinutes }, metrics: { status: 'Enabled', eventThreshold: withinMinutes } }
          : {}),
      },
    };
  }

  private grant(role: Role, destination: EncryptedBucket, isForeign: boolean): Grant {
    const { source } = this;
    const onReplicas = isForeign ? WRITE_FOREIGN_REPLICAS : WRITE_REPLICAS;
    const grants = [
      grantOnResource(source, { grantee: role, actions: READ_CONFIGURATION, resourceArns: [source.bucket.bucketArn] }),
      grantOnResource(source, { grantee: role, actions: READ_SOURCE, resourceArns: [source.bucket.arnForObjects('*')] }),
      grantOnResource(source, { grantee: role, actions: onReplicas, resourceArns: [destination.bucket.arnForObjects('*')] }),
    ];
    return allOf(
      [
        grantWithKeys(source, grants, role, DECRYPT_SOURCE, source.encryptionKey),
        grantWithKeys(source, [], role, ENCRYPT_REPLICAS, destination.encryptionKey),
      ],
      role,
    );
  }

  /** The account is named, and its role by a condition: the policy of a bucket can name nobody who does not exist yet. */
  private letIn(role: Role, destination: EncryptedBucket): void {
    destination.bucket.addToResourcePolicy(
      new PolicyStatement({
        principals: [new AccountPrincipal(accountOf(this.source))],
        actions: WRITE_FOREIGN_REPLICAS,
        resources: [destination.bucket.arnForObjects('*')],
        conditions: { ArnEquals: { 'aws:PrincipalArn': role.roleArn } },
      }),
    );
  }
}

function resourceOf(bucket: EncryptedBucket): CfnBucket {
  return bucket.bucket.node.defaultChild as CfnBucket;
}

function accountOf(bucket: EncryptedBucket): string {
  return Stack.of(bucket).account;
}
