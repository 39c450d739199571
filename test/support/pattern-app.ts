import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { EventType } from 'aws-cdk-lib/aws-s3';
import { SqsDestination } from 'aws-cdk-lib/aws-s3-notifications';
import { App, Stack } from 'aws-cdk-lib/core';
import { CustomerManagedKey } from '../../src/keys/customer-managed-key';
import { GrantCreation } from '../../src/keys/grant-creation';
import { KeyRetention } from '../../src/keys/key-retention';
import { EncryptedBucket } from '../../src/patterns/encrypted-bucket';
import { EncryptedEventBus } from '../../src/patterns/encrypted-event-bus';
import { EncryptedLogGroup } from '../../src/patterns/encrypted-log-group';
import { EncryptedQueue } from '../../src/patterns/encrypted-queue';
import { EncryptedSecret } from '../../src/patterns/encrypted-secret';
import { EncryptedStream } from '../../src/patterns/encrypted-stream';
import { EncryptedTable } from '../../src/patterns/encrypted-table';
import { EncryptedTopic } from '../../src/patterns/encrypted-topic';
import { EncryptedTrail } from '../../src/patterns/encrypted-trail';
import { KeyPrincipal } from '../../src/policy/key-principal';
import { ViaService } from '../../src/services/via-service';
import { ENV } from './apps';

const partitionKey = { name: 'id', type: AttributeType.STRING };

/** What the scanners look at: one stack for each way to use the constructs. */
const STACKS = {
  Key: (stack: Stack) => new CustomerManagedKey(stack, 'Key', { aliases: ['orders'] }),
  KeyOfPlatform: (stack: Stack) =>
    new CustomerManagedKey(stack, 'Key', {
      administrators: [KeyPrincipal.permissionSet('KeyAdmins')],
      retention: KeyRetention.production(),
      trustedAccounts: ['222222222222'],
      trustedOrganizations: ['o-a1b2c3d4e5'],
      viaServices: [ViaService.S3, ViaService.DYNAMODB],
    }),
  KeyOfCluster: (stack: Stack) => new CustomerManagedKey(stack, 'Key', { grantCreation: GrantCreation.principals('EKS cluster creation') }),
  Bucket: (stack: Stack) => new EncryptedBucket(stack, 'Documents'),
  BucketWithLogs: (stack: Stack) => new EncryptedBucket(stack, 'Documents', { serverAccessLogs: true }),
  Table: (stack: Stack) => new EncryptedTable(stack, 'Orders', { partitionKey }),
  Queue: (stack: Stack) => new EncryptedQueue(stack, 'Jobs'),
  Topic: (stack: Stack) => new EncryptedTopic(stack, 'Alarms'),
  LogGroup: (stack: Stack) => new EncryptedLogGroup(stack, 'Logs'),
  Secret: (stack: Stack) => new EncryptedSecret(stack, 'Token'),
  Stream: (stack: Stack) => new EncryptedStream(stack, 'Clicks'),
  Trail: (stack: Stack) => new EncryptedTrail(stack, 'Audit'),
  EventBus: (stack: Stack) => new EncryptedEventBus(stack, 'Events', { archived: true }),
  Replication: (stack: Stack) => {
    const [bucket, replicas] = ['Documents', 'Replicas'].map((id) => new EncryptedBucket(stack, id, { serverAccessLogs: true }));
    bucket.replicateTo(replicas);
  },
  TableReplicas: (stack: Stack) => {
    const encryptionKey = Key.fromKeyArn(stack, 'UsKey', 'arn:aws:kms:us-east-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab');
    new EncryptedTable(stack, 'Orders', { partitionKey, replicas: [{ region: 'us-east-1', encryptionKey }] });
  },
  Grants: (stack: Stack) => {
    const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    new EncryptedTable(stack, 'Orders', { partitionKey }).grantReadWriteData(role);
    new EncryptedQueue(stack, 'Jobs').grantRedriveMessages(role);
    new EncryptedBucket(stack, 'Documents', { serverAccessLogs: true }).grantReadWrite(role);
  },
  Notifications: (stack: Stack) => {
    const encryptionKey = new CustomerManagedKey(stack, 'Key');
    const bucket = new EncryptedBucket(stack, 'Documents', { encryptionKey, serverAccessLogs: true });
    const { queue } = new EncryptedQueue(stack, 'Jobs', { encryptionKey });
    bucket.addEventNotification(EventType.OBJECT_CREATED, new SqsDestination(queue));
  },
} satisfies Record<string, (stack: Stack) => unknown>;

export type ScannedStack = keyof typeof STACKS;

export const SCANNED_STACKS = Object.keys(STACKS) as ScannedStack[];

/** An app with a stack for each way to use the constructs. */
export function patternApp(): App {
  const app = new App();
  Object.entries(STACKS).forEach(([id, fill]) => fill(new Stack(app, id, { env: ENV })));
  return app;
}
