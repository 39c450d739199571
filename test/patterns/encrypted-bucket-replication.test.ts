import { Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { StorageClass } from 'aws-cdk-lib/aws-s3';
import { App, Stack, type Environment } from 'aws-cdk-lib/core';
import { CustomerManagedKey } from '../../src/keys/customer-managed-key';
import type { BucketReplicationOptions } from '../../src/patterns/bucket-replication';
import { EncryptedBucket } from '../../src/patterns/encrypted-bucket';
import { ENV, testStack } from '../support/apps';
import { intrinsicText, withIntrinsicsAsText } from '../support/granted-permissions';
import { keyPolicyOf, messagesOf } from '../support/key-policies';
import { cyclesOf, templateCycles } from '../support/template-cycles';

const FOREIGN = { account: '222222222222', region: 'us-east-1' };

/** What the wirings of every environment share: the permissions of the role, by resource. */
const READ_CONFIGURATION = ['s3:GetReplicationConfiguration', 's3:ListBucket'];
const READ_SOURCE = ['s3:GetObjectVersionAcl', 's3:GetObjectVersionForReplication', 's3:GetObjectVersionTagging'];
const WRITE_REPLICAS = ['s3:ReplicateDelete', 's3:ReplicateObject', 's3:ReplicateTags'];
const ENCRYPT_REPLICAS = ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey'];

interface Pair {
  readonly source: Stack;
  readonly destination: Stack;
}

/** A bucket that is replicated to one of another environment. */
function replicated(env: Environment, props: { bucketName?: string } = { bucketName: 'replicas' }): Pair {
  const app = new App();
  const [source, destination] = [new Stack(app, 'Source', { env: ENV }), new Stack(app, 'Destination', { env })];
  new EncryptedBucket(source, 'Documents').replicateTo(new EncryptedBucket(destination, 'Replicas', props)).assertSuccess();
  return { source, destination };
}

/** The replication of the bucket with an id. */
function replicationOf(stack: Stack, id: string = 'DocumentsDCDDF95A'): any {
  return Template.fromStack(stack).findResources('AWS::S3::Bucket')[id].Properties.ReplicationConfiguration;
}

/** What the policies of the only role of a stack allow, by resource. */
function permissionsOfRole(stack: Stack): Record<string, string[]> {
  const statements: any[] = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy')).flatMap(
    ({ Properties }) => Properties.PolicyDocument.Statement,
  );
  return Object.fromEntries(statements.map(({ Action, Resource }) => [textOf(Resource), [Action].flat().sort()]));
}

/** A value from the output of another stack by the name of that stack. */
function textOf(value: any): string {
  return value['Fn::GetStackOutput'] ? `<output of ${value['Fn::GetStackOutput'].StackName}>` : intrinsicText(value);
}

describe('in one stack', () => {
  function pair(options?: BucketReplicationOptions): Stack {
    const stack = testStack();
    new EncryptedBucket(stack, 'Documents').replicateTo(new EncryptedBucket(stack, 'Replicas'), options).assertSuccess();
    return stack;
  }

  test('every encrypted object is replicated, with the key of the destination', () => {
    expect(withIntrinsicsAsText(replicationOf(pair()))).toEqual({
      Role: '<DocumentsReplicationRole16099BB9.Arn>',
      Rules: [
        {
          Id: 'Replication1',
          Priority: 1,
          Status: 'Enabled',
          Filter: { Prefix: '' },
          DeleteMarkerReplication: { Status: 'Disabled' },
          SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: 'Enabled' } },
          Destination: {
            Bucket: '<Replicas24371606.Arn>',
            EncryptionConfiguration: { ReplicaKmsKeyID: '<ReplicasKey0DFCF4E4.Arn>' },
          },
        },
      ],
    });
  });

  test('the role may do exactly this, on exactly these resources', () => {
    expect(permissionsOfRole(pair())).toEqual({
      '<DocumentsDCDDF95A.Arn>': READ_CONFIGURATION,
      '<DocumentsDCDDF95A.Arn>/*': READ_SOURCE,
      '<Replicas24371606.Arn>/*': WRITE_REPLICAS,
      '<DocumentsKeyFF02C3B3.Arn>': ['kms:Decrypt'],
      '<ReplicasKey0DFCF4E4.Arn>': ENCRYPT_REPLICAS,
    });
  });

  test('the role is one of Amazon S3, named by AWS CloudFormation', () => {
    const stack = pair();

    const [{ Properties: role }] = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Role'));

    expect(role).toEqual({
      AssumeRolePolicyDocument: {
        Statement: [{ Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 's3.amazonaws.com' } }],
        Version: '2012-10-17',
      },
      Description: 'Replicates the objects of Stack/Documents',
    });
  });

  test('nothing needs itself first, and nothing is left to say', () => {
    const stack = pair();

    expect(templateCycles(Template.fromStack(stack).toJSON())).toEqual([]);
    expect([...messagesOf(stack, 'info'), ...messagesOf(stack, 'warning')]).toEqual([]);
  });

  test.each<[keyof BucketReplicationOptions, BucketReplicationOptions, object]>([
    ['objectsKeyPrefix', { objectsKeyPrefix: 'public/' }, { Filter: { Prefix: 'public/' } }],
    ['deleteMarkers', { deleteMarkers: true }, { DeleteMarkerReplication: { Status: 'Enabled' } }],
    ['storageClass', { storageClass: StorageClass.GLACIER }, { Destination: expect.objectContaining({ StorageClass: 'GLACIER' }) }],
    ['replicationTimeControl', { replicationTimeControl: true }, {
      Destination: expect.objectContaining({
        ReplicationTime: { Status: 'Enabled', Time: { Minutes: 15 } },
        Metrics: { Status: 'Enabled', EventThreshold: { Minutes: 15 } },
      }),
    }],
  ])("'%s' is the rule's", (_, options, rule) => {
    expect(replicationOf(pair(options)).Rules).toEqual([expect.objectContaining(rule)]);
  });

  test('a bucket is replicated to several, by one role', () => {
    const stack = testStack();
    const encryptionKey = new CustomerManagedKey(stack, 'Key');
    const bucket = new EncryptedBucket(stack, 'Documents', { encryptionKey });

    bucket.replicateTo(new EncryptedBucket(stack, 'First', { encryptionKey }));
    bucket.replicateTo(new EncryptedBucket(stack, 'Second', { encryptionKey: new Key(stack, 'Given') }));

    const rules = replicationOf(stack).Rules.map(({ Id, Priority, Destination }: any) => [Id, Priority, intrinsicText(Destination.Bucket)]);
    expect(rules).toEqual([['Replication1', 1, '<First3684E7FA.Arn>'], ['Replication2', 2, '<SecondCC6BB3A4.Arn>']]);
    Template.fromStack(stack).resourceCountIs('AWS::IAM::Role', 1);
    expect(permissionsOfRole(stack)).toEqual(expect.objectContaining({ '<Key961B73FD.Arn>': ENCRYPT_REPLICAS, '<GivenEA18D9CA.Arn>': ENCRYPT_REPLICAS }));
  });
});

describe('in the same account', () => {
  test.each<[string, Environment, string]>([
    ['Region', ENV, '<import Destination:ExportsOutputFnGetAttReplicasKey0DFCF4E4Arn15E0DD40>'],
    ['account, of another Region,', { ...ENV, region: 'us-east-1' }, '<output of Destination>'],
  ])('a bucket of the same %s gets nothing but objects', (_, env, key) => {
    const { source, destination } = replicated(env);

    expect(permissionsOfRole(source)).toEqual(expect.objectContaining({ '<DocumentsKeyFF02C3B3.Arn>': ['kms:Decrypt'], [key]: ENCRYPT_REPLICAS }));
    expect(textOf(replicationOf(source).Rules[0].Destination.EncryptionConfiguration.ReplicaKmsKeyID)).toBe(key);
    expect(JSON.stringify(Template.fromStack(destination).findResources('AWS::S3::BucketPolicy'))).not.toContain('"Allow"');
    expect(keyPolicyOf(destination).map(({ Sid }) => Sid)).toEqual(['KeyAdministration', 'KeyMetadata', 'KeyUse', 'ServiceGrants', 'GrantsForServicesOnly']);
    expect(cyclesOf((source.node.root as App).synth())).toEqual([]);
  });
});

describe('in another account', () => {
  const roleArn = 'arn:<AWS::Partition>:iam::111111111111:role/sourcesreplicationrole68a2b69b7b0c1717c21f';

  test('the replicas are of that account', () => {
    const { source } = replicated(FOREIGN);

    const { Account, AccessControlTranslation, Bucket } = replicationOf(source).Rules[0].Destination;

    expect({ Account, AccessControlTranslation, Bucket: intrinsicText(Bucket) }).toEqual({
      Account: '222222222222',
      AccessControlTranslation: { Owner: 'Destination' },
      Bucket: 'arn:<AWS::Partition>:s3:::replicas',
    });
    expect(permissionsOfRole(source)).toEqual({
      '<DocumentsDCDDF95A.Arn>': READ_CONFIGURATION,
      '<DocumentsDCDDF95A.Arn>/*': READ_SOURCE,
      'arn:<AWS::Partition>:s3:::replicas/*': ['s3:ObjectOwnerOverrideToBucketOwner', ...WRITE_REPLICAS],
      '<DocumentsKeyFF02C3B3.Arn>': ['kms:Decrypt'],
      '<output of Destination>': ENCRYPT_REPLICAS,
    });
  });

  test('bucket and key let just that role in, which need not exist yet', () => {
    const { destination } = replicated(FOREIGN);

    const [{ Properties: policy }] = Object.values(Template.fromStack(destination).findResources('AWS::S3::BucketPolicy'));
    expect(withIntrinsicsAsText(policy.PolicyDocument.Statement).filter(({ Effect }: any) => Effect === 'Allow')).toEqual([
      {
        Effect: 'Allow',
        Principal: { AWS: 'arn:<AWS::Partition>:iam::111111111111:root' },
        Action: ['s3:ObjectOwnerOverrideToBucketOwner', ...WRITE_REPLICAS],
        Resource: '<Replicas24371606.Arn>/*',
        Condition: { ArnEquals: { 'aws:PrincipalArn': roleArn } },
      },
    ]);
    expect(keyPolicyOf(destination).filter(({ Sid }) => !Sid)).toEqual([
      {
        Effect: 'Allow',
        Principal: { AWS: '111111111111' },
        Action: ENCRYPT_REPLICAS,
        Resource: '*',
        Condition: { ArnLike: { 'aws:PrincipalArn': roleArn } },
      },
    ]);
  });

  test('the destination is deployed first, and does not wait for the source', () => {
    const { source, destination } = replicated(FOREIGN);

    const assembly = (source.node.root as App).synth();

    expect(source.dependencies).toEqual([destination]);
    expect(cyclesOf(assembly)).toEqual([]);
  });

  test('fails for a bucket without a name, which nothing else reaches', () => {
    expect(() => replicated(FOREIGN, {})).toThrow(
      "[cdk-kms-constructs:ReplicaBucketUnnamed] Source/Documents: 'destination' Destination/Replicas is of another account, which only a name reaches; give it a 'bucketName'",
    );
  });
});

describe('what cannot be replicated', () => {
  test('a bucket to itself', () => {
    const bucket = new EncryptedBucket(testStack(), 'Documents');

    expect(() => bucket.replicateTo(bucket)).toThrow("[cdk-kms-constructs:ReplicationToItself] Stack/Documents: 'destination' is the bucket itself");
  });

  test('two buckets to each other, not even by a third', () => {
    const stack = testStack();
    const [first, second, third] = ['First', 'Second', 'Third'].map((id) => new EncryptedBucket(stack, id));
    first.replicateTo(second);
    second.replicateTo(third);

    expect(() => third.replicateTo(first)).toThrow("[cdk-kms-constructs:ReplicationInCircle] Stack/Third: 'destination' Stack/First replicates to this bucket");
  });

  test('a bucket to the same twice', () => {
    const stack = testStack();
    const [bucket, destination] = ['Documents', 'Replicas'].map((id) => new EncryptedBucket(stack, id));
    bucket.replicateTo(destination);

    expect(() => bucket.replicateTo(destination)).toThrow(
      "[cdk-kms-constructs:ReplicationRepeated] Stack/Documents: 'destination' Stack/Replicas is replicated to already",
    );
  });
});
