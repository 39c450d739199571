import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  Secret,
  type ReplicaRegion,
  type RotationSchedule,
  type RotationScheduleOptions,
  type SecretStringGenerator,
} from 'aws-cdk-lib/aws-secretsmanager';
import { Lazy, Token } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { KeyRetention } from '../keys/key-retention';
import { arnText } from '../private/arn-text';
import { parseArn } from '../private/arns';
import { Problems } from '../private/errors';
import { encryptedResource } from '../services/service-table';
import { SECRET_STANDARD } from '../standard/secret-standard';
import { checkEncryption, checkReplicas, encryptionKeyOf, keepPolicies, retentionOf } from './pattern-encryption';
import { grantOnResource, grantWithKeys } from './pattern-grants';

const KEY_USE = encryptedResource('AWS::SecretsManager::Secret')!;

const READ = ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'];
// Not secretsmanager:UpdateSecret, which changes the key of the secret too.
const WRITE = ['secretsmanager:PutSecretValue', 'secretsmanager:UpdateSecretVersionStage'];

/**
 * Properties of an `EncryptedSecret`.
 */
export interface EncryptedSecretProps {
  /**
   * The key that the secret is encrypted with.
   *
   * @default - a `CustomerManagedKey` of the secret's own
   */
  readonly encryptionKey?: IKey;

  /**
   * What happens to the secret, and to a key of its own, when they leave the template. Data may not outlive its key.
   *
   * @default - that of the key if it is a `CustomerManagedKey`, otherwise KeyRetention.retain()
   */
  readonly retention?: KeyRetention;

  /**
   * The name of the secret, of at most 512 letters, digits and `/_+=.@-`. One that ends in a hyphen and six characters is
   * taken for a part of an ARN at times.
   *
   * @default - named by CloudFormation
   */
  readonly secretName?: string;

  /**
   * What the secret is for.
   *
   * @default - none
   */
  readonly description?: string;

  /**
   * How the first value is generated.
   *
   * @default - a password of 32 characters
   */
  readonly generateSecretString?: SecretStringGenerator;

  /**
   * Regions that the secret is replicated to, each with a key of its own there: without one, the replica would be encrypted
   * with the AWS managed key.
   *
   * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/replicate-secrets.html
   * @default - none
   */
  readonly replicaRegions?: ReplicaRegion[];
}

/**
 * A secret that is encrypted with a customer managed key, in every Region that it is replicated to.
 *
 * The key policy does not grow with the readers: they decrypt by their IAM policies.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
 */
export class EncryptedSecret extends Construct {
  /** The secret. */
  public readonly secret: Secret;

  /** The key that the secret is encrypted with. */
  public readonly encryptionKey: IKey;

  private readonly retention: KeyRetention;

  constructor(scope: Construct, id: string, props: EncryptedSecretProps = {}) {
    checkProps(scope, id, props);
    super(scope, id);

    this.encryptionKey = encryptionKeyOf(this, props);
    this.retention = retentionOf(props);
    this.secret = new Secret(this, 'Resource', {
      encryptionKey: this.encryptionKey,
      secretName: props.secretName,
      description: props.description,
      generateSecretString: props.generateSecretString,
      replicaRegions: props.replicaRegions,
      removalPolicy: this.retention.removalPolicy,
    });
  }

  /**
   * Lets a principal read the secret: `kms:Decrypt` on the key. Replicas are secrets of their own, with keys of their own.
   *
   * @param grantee who reads
   */
  public grantRead(grantee: IGrantable): Grant {
    return grantWithKeys(this, [this.onSecret(grantee, READ)], grantee, KEY_USE.receive, this.encryptionKey);
  }

  /**
   * Lets a principal put new values: `kms:GenerateDataKey` and `kms:Decrypt` on the key. They do so with `PutSecretValue`:
   * `UpdateSecret`, which could choose another key, is not granted.
   *
   * @param grantee who writes
   */
  public grantWrite(grantee: IGrantable): Grant {
    return grantWithKeys(this, [this.onSecret(grantee, WRITE)], grantee, KEY_USE.send, this.encryptionKey);
  }

  /**
   * Rotates the secret. What the function needs of the key is added by itself, if that is a `CustomerManagedKey`.
   *
   * With the first schedule the CDK adds a policy to the secret, which denies the account to delete it.
   *
   * @param id the id of the schedule
   * @param options how and when it is rotated
   */
  public addRotationSchedule(id: string, options: RotationScheduleOptions): RotationSchedule {
    const schedule = this.secret.addRotationSchedule(id, options);
    keepPolicies(this, this.retention);
    return schedule;
  }

  private onSecret(grantee: IGrantable, actions: string[]): Grant {
    const { secretArn } = this.secret;
    // From another account or Region it is known by its name only, and nobody knows the end of its ARN.
    const resourceArn = Lazy.uncachedString({
      produce: (context) => (parseArn(arnText(context.resolve(secretArn))) ? `${secretArn}${SECRET_STANDARD.arnSuffix}` : secretArn),
    });
    const grant = grantOnResource(this, { grantee, actions, resourceArns: [resourceArn], resource: this.secret });
    // The first grant to another account makes the policy.
    keepPolicies(this, this.retention);
    return grant;
  }
}

function checkProps(scope: Construct, id: string, props: EncryptedSecretProps): void {
  const problems = new Problems(scope, id);
  checkEncryption(scope, props, problems);
  const { nameLength } = SECRET_STANDARD;
  const { secretName: name } = props;
  problems.expect(name === undefined || Token.isUnresolved(name) || (/^[\w/+=.@-]+$/.test(name) && name.length <= nameLength), 'SecretNameInvalid', () =>
    `'secretName' must have at most ${nameLength} letters, digits and '/_+=.@-', got '${name}'`);
  const { replicaRegions = [] } = props;
  for (const { region } of replicaRegions.filter(({ encryptionKey }) => !encryptionKey)) {
    problems.add('ReplicaWithoutKey', `'replicaRegions' must give each replica a key, got none for ${region}; add an 'encryptionKey' of that Region`);
  }
  checkReplicas(scope, replicaRegions, props, problems, 'replicaRegions');
  problems.throwIfAny();
}
