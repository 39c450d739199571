import { AccessLevel, S3OriginAccessControl, type IOrigin, type OriginBindOptions, type OriginProps } from 'aws-cdk-lib/aws-cloudfront';
import { S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Aws, Stack, Token } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { CustomerManagedKey } from '../keys/customer-managed-key';
import { Problems } from '../private/errors';
import { information, showAtSynthesis } from '../private/notices';
import { encryptedResource } from '../services/service-table';
import { TrustedService } from '../services/trusted-service';
import { warnNotInKeyPolicy } from '../wiring/role-policies';
import { isWiredKey } from '../wiring/wired-key';
import type { EncryptedBucket } from './encrypted-bucket';

const { send, receive } = encryptedResource('AWS::S3::Bucket')!;
const DISTRIBUTION_ID = /^[A-Z0-9]+$/;

/** What each level takes of the objects, of the bucket itself and of the key. */
const LEVELS: Record<`${AccessLevel}`, { objects?: string; bucket?: string; key?: readonly string[] }> = {
  READ: { objects: 's3:GetObject', key: receive },
  READ_VERSIONED: { objects: 's3:GetObjectVersion', key: receive },
  LIST: { bucket: 's3:ListBucket' },
  // AWS documents kms:Encrypt and kms:GenerateDataKey* too; Amazon S3 asks for neither, whoever puts an object.
  WRITE: { objects: 's3:PutObject', key: send },
  DELETE: { objects: 's3:DeleteObject' },
};

/**
 * How distributions of Amazon CloudFront reach an `EncryptedBucket`.
 */
export interface CloudFrontOriginOptions extends OriginProps {
  /**
   * What viewers may do through the distribution, as far as its cache behaviors let their methods through. With
   * `AccessLevel.LIST`, give the distribution a default root object, or viewers may list the bucket.
   *
   * @default [AccessLevel.READ]
   */
  readonly accessLevels?: AccessLevel[];

  /**
   * The ids of the distributions that may use the key, such as `E1PA6795UKMFR9`. They are known once the distributions are
   * deployed: write them here for a second deployment. A reference would be a circular dependency of key, bucket and
   * distribution.
   *
   * @default - any distribution of the account that the distribution is in
   */
  readonly distributionIds?: string[];
}

/**
 * An origin with origin access control, which lets the distributions that it is bound to use bucket and key.
 *
 * The CDK's own lets in the distributions of the key's account, wherever the distribution is; and between a stack with
 * the bucket and one with the distribution it is a circular dependency.
 *
 * @internal
 */
export function cloudFrontOrigin(pattern: EncryptedBucket, options: CloudFrontOriginOptions): IOrigin {
  checkIds(pattern, options);
  const { accessLevels = [AccessLevel.READ], distributionIds, ...originProps } = options;
  return {
    bind: (scope: Construct, bindOptions: OriginBindOptions) => {
      const config = S3BucketOrigin.withBucketDefaults(pattern.bucket, originProps).bind(scope, bindOptions);
      const { originAccessControlId } = new S3OriginAccessControl(scope, 'S3OriginAccessControl');
      const sources = (distributionIds ?? ['*']).map((id) => distributionArn(scope, id));
      // In one stack the policy of the bucket can refer to the distribution, which needs the bucket and not its policy.
      const isNear = Stack.of(scope) === Stack.of(pattern.bucket) && bindOptions.distributionId !== undefined;
      letIntoBucket(pattern, accessLevels, isNear ? [distributionArn(scope, bindOptions.distributionId!)] : sources);
      letUseKey(pattern, accessLevels, sources, distributionIds !== undefined);
      return { ...config, originProperty: { ...config.originProperty!, originAccessControlId } };
    },
  };
}

function distributionArn(scope: Construct, id: string): string {
  return `arn:${Aws.PARTITION}:cloudfront::${Stack.of(scope).account}:distribution/${id}`;
}

function letIntoBucket({ bucket }: EncryptedBucket, accessLevels: readonly AccessLevel[], sources: string[]): void {
  const onObjects = accessLevels.flatMap((level) => LEVELS[level].objects ?? []);
  const onBucket = accessLevels.flatMap((level) => LEVELS[level].bucket ?? []);
  [[onObjects, bucket.arnForObjects('*')] as const, [onBucket, bucket.bucketArn] as const]
    .filter(([actions]) => actions.length > 0)
    .forEach(([actions, resource]) => bucket.addToResourcePolicy(statementFor(actions, resource, sources)));
}

/** On a key of ours the wiring lets distributions read, unless only some may; what they write is not seen by it. */
function letUseKey(pattern: EncryptedBucket, accessLevels: readonly AccessLevel[], sources: string[], isExact: boolean): void {
  const key = pattern.encryptionKey;
  if (key instanceof CustomerManagedKey && isExact) {
    key.trustService(TrustedService.CLOUDFRONT_ORIGIN_ACCESS, { sourceArns: sources });
  } else if (!isExact) {
    const why = 'its key policy cannot refer to the distribution, which needs the bucket, which needs the key';
    showAtSynthesis(pattern, information('anyDistribution', `any distribution of the account may use the key, since ${why}; name 'distributionIds' once it is deployed`));
  }
  const needed = [...new Set(accessLevels.flatMap((level) => LEVELS[level].key ?? []))].sort();
  const actions = isWiredKey(key) ? needed.filter((action) => !receive.includes(action)) : needed;
  const statement = statementFor(actions, '*', sources);
  if (actions.length > 0 && !key.addToResourcePolicy(statement, true).statementAdded && !isWiredKey(key)) {
    warnNotInKeyPolicy(pattern, key, statement);
  }
}

function statementFor(actions: string[], resource: string, sources: string[]): PolicyStatement {
  return new PolicyStatement({
    principals: [new ServicePrincipal('cloudfront.amazonaws.com')],
    actions,
    resources: [resource],
    conditions: { ArnLike: { 'aws:SourceArn': sources.length === 1 ? sources[0] : sources } },
  });
}

function checkIds({ node }: EncryptedBucket, { distributionIds }: CloudFrontOriginOptions): void {
  const problems = new Problems(node.scope!, node.id);
  problems.expect(distributionIds?.length !== 0, 'DistributionIdInvalid', () =>
    "'distributionIds' is empty, which would let no distribution use the key; leave it out to let in any of the account");
  distributionIds?.forEach((id) =>
    problems.expect(Token.isUnresolved(id) || DISTRIBUTION_ID.test(id), 'DistributionIdInvalid', () =>
      `'distributionIds' must hold ids such as 'E1PA6795UKMFR9', without wildcards, got '${id}'`));
  problems.throwIfAny();
}
