import { CfnAutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import { Trail } from 'aws-cdk-lib/aws-cloudtrail';
import { CfnDeliveryChannel } from 'aws-cdk-lib/aws-config';
import { AttributeType, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { CfnLaunchTemplate } from 'aws-cdk-lib/aws-ec2';
import { CfnCluster as FargateCluster } from 'aws-cdk-lib/aws-ecs';
import { CfnCluster as EksCluster } from 'aws-cdk-lib/aws-eks';
import { CfnLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnKeySigningKey } from 'aws-cdk-lib/aws-route53';
import { Bucket, CfnBucket } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { App, Stack, Validations } from 'aws-cdk-lib/core';
import { CustomerManagedKey } from '../../src/keys/customer-managed-key';
import { GrantCreation } from '../../src/keys/grant-creation';
import { ImportedKey } from '../../src/keys/imported-key';
import { ViaService } from '../../src/services/via-service';
import { ENV, testStack } from '../support/apps';
import { messagesOf } from '../support/key-policies';
import { bucket, queue, stream, table, topic } from '../support/wirings';

const OTHER_REGION = { account: '111111111111', region: 'eu-central-1' };
const MULTI_REGION_ARN = 'arn:aws:kms:eu-west-1:111111111111:key/mrk-1234abcd12ab34cd56ef1234567890ab';

const synthesis = (stack: Stack) => () => (stack.node.root as App).synth();

function stacks(env: object): { keys: Stack; users: Stack } {
  const app = new App();
  return { keys: new Stack(app, 'Keys', { env: ENV }), users: new Stack(app, 'Users', { env }) };
}

describe('a key of another Region', () => {
  test.each<[string, (stack: Stack, key: IKey) => unknown, string]>([
    ['bucket', (stack, key) => bucket(stack, key), 'Users/Bucket/Resource'],
    ['queue', (stack, key) => queue(stack, key), 'Users/Queue/Resource'],
    ['topic', (stack, key) => topic(stack, key), 'Users/Topic/Resource'],
    ['table', (stack, key) => table(stack, key), 'Users/Table/Resource'],
    ['stream', (stack, key) => stream(stack, key), 'Users/Stream/Resource'],
    ['log group', (stack, key) => new LogGroup(stack, 'Logs', { encryptionKey: key }), 'Users/Logs/Resource'],
    ['secret', (stack, key) => new Secret(stack, 'Secret', { encryptionKey: key }), 'Users/Secret/Resource'],
  ])('fails for a %s', (_, make, path) => {
    const { keys, users } = stacks(OTHER_REGION);

    make(users, new CustomerManagedKey(keys, 'Key'));

    expect(synthesis(users)).toThrow(
      `[cdk-kms-constructs:KeyInOtherRegion] ${path} needs a key in eu-central-1, and this one is in eu-west-1; use a key, or a replica key, of that Region`,
    );
  });

  test('fails for every resource at once', () => {
    const { keys, users } = stacks(OTHER_REGION);
    const key = new CustomerManagedKey(keys, 'Key');

    bucket(users, key);
    queue(users, key);

    expect(synthesis(users)).toThrow(/KeyInOtherRegion\] Users\/Bucket[^]*KeyInOtherRegion\] Users\/Queue/);
  });

  test('is fine in the same Region', () => {
    const { keys, users } = stacks(ENV);

    queue(users, new CustomerManagedKey(keys, 'Key'));

    expect(synthesis(users)).not.toThrow();
  });

  test('may be of the same, in a stack without a Region', () => {
    const stack = testStack({ env: undefined });

    queue(stack, ImportedKey.fromKeyArn(stack, 'Key', MULTI_REGION_ARN));

    expect(synthesis(stack)).not.toThrow();
  });
});

describe('the replicas of a global table', () => {
  const replicated = (stack: Stack, key: IKey, replicaKeyArn: string) =>
    new TableV2(stack, 'Table', {
      partitionKey: { name: 'id', type: AttributeType.STRING },
      encryption: TableEncryptionV2.customerManagedKey(key, { 'eu-central-1': replicaKeyArn }),
      replicas: [{ region: 'eu-central-1' }],
    });

  test('are fine with a key of their Region each', () => {
    const stack = testStack();
    const replica = ImportedKey.fromKeyArn(stack, 'Replica', 'arn:aws:kms:eu-central-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab');

    replicated(stack, new CustomerManagedKey(stack, 'Key'), replica.keyArn);

    expect(synthesis(stack)).not.toThrow();
  });

  test('fail with the key of the table', () => {
    const stack = testStack();
    const key = new CustomerManagedKey(stack, 'Key');

    replicated(stack, key, key.keyArn);

    expect(synthesis(stack)).toThrow('[cdk-kms-constructs:KeyInOtherRegion] Stack/Table/Resource needs a key in eu-central-1, and this one is in eu-west-1');
  });

  test('fail with an imported key of a third Region', () => {
    const stack = testStack();
    const replica = ImportedKey.fromKeyArn(stack, 'Replica', 'arn:aws:kms:us-east-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab');

    replicated(stack, new CustomerManagedKey(stack, 'Key'), replica.keyArn);

    expect(synthesis(stack)).toThrow('[cdk-kms-constructs:KeyInOtherRegion] Stack/Table/Resource needs a key in eu-central-1, and this one is in us-east-1');
  });
});

describe('a trail needs a key where its bucket is', () => {
  const trail = (key: (stacks: { here: Stack; there: Stack }) => IKey) => {
    const { keys: here, users: there } = stacks(OTHER_REGION);
    const logs = new Bucket(there, 'Logs', { bucketName: 'logs-of-every-region' });
    new Trail(here, 'Trail', { bucket: logs, encryptionKey: key({ here, there }) });
    return here;
  };

  test('it is fine there', () => {
    const stack = trail(({ there }) => new CustomerManagedKey(there, 'Key'));

    expect(synthesis(stack)).not.toThrow();
  });

  test('it fails in the Region of the trail', () => {
    const stack = trail(({ here }) => new CustomerManagedKey(here, 'Key'));

    expect(synthesis(stack)).toThrow('[cdk-kms-constructs:KeyInOtherRegion] Keys/Trail/Resource needs a key in eu-central-1');
  });
});

test('a key-signing key fails, which needs an asymmetric key', () => {
  const stack = testStack();

  new CfnKeySigningKey(stack, 'Signing', {
    hostedZoneId: 'Z123', name: 'orders', status: 'ACTIVE', keyManagementServiceArn: new CustomerManagedKey(stack, 'Key').keyArn,
  });

  expect(synthesis(stack)).toThrow(
    '[cdk-kms-constructs:KeyUnsuitable] Stack/Signing cannot use a symmetric encryption key: DNSSEC signs with an asymmetric key of spec ECC_NIST_P256 in us-east-1',
  );
});

describe('ephemeral storage of AWS Fargate', () => {
  const cluster = (stack: Stack, fargateEphemeralStorageKmsKeyId: string) =>
    new FargateCluster(stack, 'Cluster', { configuration: { managedStorageConfiguration: { fargateEphemeralStorageKmsKeyId } } });

  test.each<[string, (stack: Stack) => IKey]>([
    ['a multi-Region key', (stack) => new CustomerManagedKey(stack, 'Key', { multiRegion: true })],
    ['an imported multi-Region key', (stack) => ImportedKey.fromKeyArn(stack, 'Key', MULTI_REGION_ARN)],
  ])('fails with %s', (_, key) => {
    const stack = testStack();

    cluster(stack, key(stack).keyId);

    expect(synthesis(stack)).toThrow('[cdk-kms-constructs:MultiRegionUnsupported] Stack/Cluster cannot use a multi-Region key: AWS Fargate takes single-Region keys');
  });

  test('is fine with another', () => {
    const stack = testStack();

    cluster(stack, new CustomerManagedKey(stack, 'Key').keyId);

    expect(synthesis(stack)).not.toThrow();
  });

  test('a multi-Region key is fine for others', () => {
    const stack = testStack();

    queue(stack, new CustomerManagedKey(stack, 'Key', { multiRegion: true }));

    expect(synthesis(stack)).not.toThrow();
  });
});

describe('a cluster of Amazon EKS', () => {
  const cluster = (stack: Stack, key: IKey) =>
    new EksCluster(stack, 'Cluster', {
      roleArn: 'arn:aws:iam::111111111111:role/Cluster',
      resourcesVpcConfig: { subnetIds: ['subnet-1', 'subnet-2'] },
      encryptionConfig: [{ provider: { keyArn: key.keyArn }, resources: ['secrets'] }],
    });

  test('fails with a key whose grants are for services only', () => {
    const stack = testStack();

    cluster(stack, new CustomerManagedKey(stack, 'Key'));

    expect(synthesis(stack)).toThrow(/\[cdk-kms-constructs:GrantsByPrincipalsNeeded\] Stack\/Cluster needs a grant .*; set 'grantCreation' to GrantCreation\.principals\(\)/);
  });

  test.each<[string, (stack: Stack) => IKey]>([
    ['a key whose grants principals make', (stack) => new CustomerManagedKey(stack, 'Key', { grantCreation: GrantCreation.principals('EKS cluster creation') })],
    ['an imported key, whose policy is not known', (stack) => ImportedKey.fromKeyArn(stack, 'Key', MULTI_REGION_ARN)],
  ])('is fine with %s', (_, key) => {
    const stack = testStack();

    cluster(stack, key(stack));

    expect(synthesis(stack)).not.toThrow();
  });
});

describe('what AWS does not deliver', () => {
  const DELIVERIES: Array<[string, (stack: Stack, key: IKey) => void, RegExp]> = [
    [
      'server access logs',
      (stack, key) => new CfnBucket(stack, 'Documents', { loggingConfiguration: { destinationBucketName: bucket(stack, key).bucketName } }),
      /^Stack\/Documents delivers to Stack\/Bucket\/Resource, which is encrypted with this key, and will not: Amazon S3 delivers server access logs only to buckets/,
    ],
    [
      'access logs of an Application Load Balancer',
      (stack, key) => new CfnLoadBalancer(stack, 'Balancer', {
        type: 'application', loadBalancerAttributes: [{ key: 'access_logs.s3.bucket', value: bucket(stack, key).bucketName }],
      }),
      /^Stack\/Balancer delivers to Stack\/Bucket\/Resource, .* an Application Load Balancer delivers only to buckets that are encrypted with SSE-S3/,
    ],
    [
      'changes that AWS Config tells a topic',
      (stack, key) => new CfnDeliveryChannel(stack, 'Channel', { s3BucketName: 'records', snsTopicArn: topic(stack, key).topicArn }),
      /^Stack\/Channel delivers to Stack\/Topic\/Resource, .* AWS Config does not support encrypted topics/,
    ],
  ];
  const KEYS: Array<[string, (stack: Stack) => IKey]> = [
    ['a key of ours', (stack) => new CustomerManagedKey(stack, 'Key')],
    ['an imported key', (stack) => ImportedKey.fromKeyArn(stack, 'Key', MULTI_REGION_ARN)],
  ];

  describe.each(KEYS)('with %s', (_, key) => {
    test.each(DELIVERIES)('warns: %s', (__, deliver, message) => {
      const stack = testStack();

      deliver(stack, key(stack));

      expect(messagesOf(stack, 'warning')).toEqual([expect.stringMatching(message)]);
      expect(messagesOf(stack, 'warning')).toEqual([expect.stringContaining('[ack: cdk-kms-constructs:deliveryUnsupported]')]);
    });
  });

  test('can be acknowledged on the key', () => {
    const stack = testStack();
    const key = new CustomerManagedKey(stack, 'Key');
    DELIVERIES[0][1](stack, key);

    Validations.of(key).acknowledge({ id: 'cdk-kms-constructs:deliveryUnsupported', reason: 'the bucket gets another encryption' });

    expect(messagesOf(stack, 'warning')).toEqual([]);
  });

  test('is fine where the target has no key', () => {
    const stack = testStack();
    queue(stack, new CustomerManagedKey(stack, 'Key'));

    new CfnBucket(stack, 'Documents', { loggingConfiguration: { destinationBucketName: bucket(stack).bucketName } });

    expect(messagesOf(stack, 'warning')).toEqual([]);
  });
});

describe('instances of an Auto Scaling group', () => {
  const group = (env: object) => {
    const { keys, users } = stacks(env);
    const ebs = { encrypted: true, kmsKeyId: new CustomerManagedKey(keys, 'Key', { trustedAccounts: ['222222222222'] }).keyArn };
    const template = new CfnLaunchTemplate(users, 'Template', { launchTemplateData: { blockDeviceMappings: [{ deviceName: '/dev/xvda', ebs }] } });
    new CfnAutoScalingGroup(users, 'Group', {
      minSize: '1', maxSize: '1', launchTemplate: { launchTemplateId: template.ref, version: template.attrLatestVersionNumber },
    });
    return users;
  };

  test('fail with a key of another account, whose service-linked roles no key policy lets in', () => {
    const stack = group({ account: '222222222222', region: 'eu-west-1' });

    expect(synthesis(stack)).toThrow(
      /\[cdk-kms-constructs:LinkedRoleElsewhere\] arn:<\w+>:iam::222222222222:role\/aws-service-role\/autoscaling\.amazonaws\.com\/AWSServiceRoleForAutoScaling is of another account/,
    );
  });

  test('are fine with a key of their account', () => {
    const stack = group(ENV);

    expect(synthesis(stack)).not.toThrow();
  });
});

describe('the scope of services', () => {
  test.each<[string, (stack: Stack, key: IKey) => unknown, string, string]>([
    ['a secret', (stack, key) => new Secret(stack, 'Secret', { encryptionKey: key }), 'Stack/Secret/Resource', 'secretsmanager'],
    ['a log group', (stack, key) => new LogGroup(stack, 'Logs', { encryptionKey: key }), 'Stack/Logs/Resource', 'logs'],
    ['a stream', (stack, key) => stream(stack, key), 'Stack/Stream/Resource', 'kinesis'],
  ])('fails for %s that it leaves out', (_, make, path, service) => {
    const stack = testStack();

    make(stack, new CustomerManagedKey(stack, 'Key', { viaServices: [ViaService.S3, ViaService.RDS] }));

    expect(synthesis(stack)).toThrow(`[cdk-kms-constructs:ViaServiceOutOfScope] ${path} uses the key through '${service}', which 'viaServices' leave out: s3, rds`);
  });

  test('several things that are wrong are told at once', () => {
    const { keys, users } = stacks(OTHER_REGION);

    queue(users, new CustomerManagedKey(keys, 'Key', { viaServices: [ViaService.S3] }));

    expect(synthesis(users)).toThrow(/\[cdk-kms-constructs:ViaServiceOutOfScope\] Users\/Queue[^]*\[cdk-kms-constructs:KeyInOtherRegion\] Users\/Queue/);
  });
});
