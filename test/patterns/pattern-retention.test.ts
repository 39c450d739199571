import { Template } from 'aws-cdk-lib/assertions';
import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import { Key, type IKey } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Duration, RemovalPolicy, Token, type Stack } from 'aws-cdk-lib/core';
import { CustomerManagedKey } from '../../src/keys/customer-managed-key';
import { KeyRetention } from '../../src/keys/key-retention';
import { EncryptedBucket } from '../../src/patterns/encrypted-bucket';
import { EncryptedQueue } from '../../src/patterns/encrypted-queue';
import { EncryptedTable } from '../../src/patterns/encrypted-table';
import { testStack } from '../support/apps';
import { statementOf } from '../support/key-policies';

interface Choice {
  readonly encryptionKey?: IKey;
  readonly retention?: KeyRetention;
}

const PATTERNS: Record<string, (stack: Stack, choice: Choice) => void> = {
  EncryptedBucket: (stack, choice) => new EncryptedBucket(stack, 'Pattern', { ...choice, serverAccessLogs: true }),
  EncryptedTable: (stack, choice) => new EncryptedTable(stack, 'Pattern', { ...choice, partitionKey: { name: 'id', type: AttributeType.STRING } }),
  EncryptedQueue: (stack, choice) => new EncryptedQueue(stack, 'Pattern', choice),
};

const POLICIES = ['AWS::S3::BucketPolicy', 'AWS::SQS::QueuePolicy'];

/** The fates, each once, of the keys and data of a stack: at deletion and at replacement. */
function fatesOf(stack: Stack): string[] {
  const resources = Object.values<any>(Template.fromStack(stack).toJSON().Resources).filter(({ Type }) => !POLICIES.includes(Type));
  return [...new Set(resources.map(({ DeletionPolicy, UpdateReplacePolicy }) => `${DeletionPolicy}, ${UpdateReplacePolicy}`))];
}

function pendingWindowOf(stack: Stack): number {
  const [key] = Object.values(Template.fromStack(stack).findResources('AWS::KMS::Key'));
  return key.Properties.PendingWindowInDays;
}

/** A table that is kept is protected, and a rollback could not delete it. */
const KEPT: Record<string, string> = {
  EncryptedBucket: 'RetainExceptOnCreate, Retain',
  EncryptedTable: 'Retain, Retain',
  EncryptedQueue: 'RetainExceptOnCreate, Retain',
};

describe.each(Object.entries(PATTERNS))('%s', (name, pattern) => {
  test.each<[string, KeyRetention | undefined, fate: string, pendingDays: number]>([
    ['by default', undefined, 'RetainExceptOnCreate, Retain', 30],
    ['retain()', KeyRetention.retain(), 'RetainExceptOnCreate, Retain', 30],
    ['production()', KeyRetention.production(), 'Retain, Retain', 30],
    ['ephemeral()', KeyRetention.ephemeral(), 'Delete, Delete', 7],
  ])('data and its own key share one fate: %s', (_retention, retention, fate, pendingDays) => {
    const stack = testStack();

    pattern(stack, { retention });

    expect(new Set(fatesOf(stack))).toEqual(new Set(retention?.removalPolicy === RemovalPolicy.RETAIN || fate.startsWith('Delete') ? [fate] : [fate, KEPT[name]]));
    expect(pendingWindowOf(stack)).toBe(pendingDays);
  });

  test('a key of its own is protected from deletion in production, and only there', () => {
    const [production, retained] = [testStack(), testStack()];

    pattern(production, { retention: KeyRetention.production(Duration.days(30)) });
    pattern(retained, { retention: KeyRetention.retain() });

    expect(statementOf(production, 'DeletionProtection')).toEqual({
      Sid: 'DeletionProtection',
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: 'kms:ScheduleKeyDeletion',
      Resource: '*',
      Condition: { NumericLessThan: { 'kms:TrailingDaysWithoutKeyUsage': '30' } },
    });
    expect(statementOf(retained, 'DeletionProtection')).toBeUndefined();
  });

  test.each<[string, KeyRetention, string]>([
    ['production()', KeyRetention.production(), 'Retain, Retain'],
    ['retain()', KeyRetention.retain(), 'RetainExceptOnCreate, Retain'],
    ['ephemeral()', KeyRetention.ephemeral(), 'Delete, Delete'],
  ])('the data follows the retention of a given key: %s', (_retention, retention, fate) => {
    const stack = testStack();

    pattern(stack, { encryptionKey: new CustomerManagedKey(stack, 'Key', { retention }) });

    expect(new Set(fatesOf(stack))).toEqual(new Set(retention.removalPolicy === RemovalPolicy.RETAIN || fate.startsWith('Delete') ? [fate] : [fate, KEPT[name]]));
  });

  test.each<[string, (stack: Stack) => IKey]>([
    ['a plain key', (stack) => new Key(stack, 'Key')],
    ['an imported key', (stack) => Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-west-1:111111111111:key/1234abcd')],
  ])('the data is retained with %s', (_key, key) => {
    const stack = testStack();

    pattern(stack, { encryptionKey: key(stack) });

    expect(fatesOf(stack)).toContain(KEPT[name]);
    expect(fatesOf(stack)).not.toContain('Delete, Delete');
  });

  test('data may be given up before its key', () => {
    const stack = testStack();
    const encryptionKey = new CustomerManagedKey(stack, 'Key', { retention: KeyRetention.production() });

    pattern(stack, { encryptionKey, retention: KeyRetention.ephemeral() });

    expect(fatesOf(stack)).toEqual(['Retain, Retain', 'Delete, Delete']);
  });

  test.each([KeyRetention.retain(), KeyRetention.production()])('fails where data would outlive its key', (retention) => {
    const stack = testStack();
    const encryptionKey = new CustomerManagedKey(stack, 'Key', { retention: KeyRetention.ephemeral() });

    expect(() => pattern(stack, { encryptionKey, retention })).toThrow('[cdk-kms-constructs:DataOutlivesKey] Stack/Pattern:');
    expect(stack.node.tryFindChild('Pattern')).toBeUndefined();
  });

  test('fails with a key of another Region', () => {
    const elsewhere = testStack({ env: { account: '111111111111', region: 'us-east-1' } });
    const encryptionKey = new CustomerManagedKey(elsewhere, 'Key');

    expect(() => pattern(testStack(), { encryptionKey })).toThrow(
      "[cdk-kms-constructs:KeyInOtherRegion] Stack/Pattern: 'encryptionKey' must be in the Region of the resource, eu-west-1, got a key of us-east-1",
    );
  });

  test('takes a key whose Region is not known', () => {
    const stack = testStack();
    const keyArn = Token.asString({ 'Fn::ImportValue': 'KeyArn' });

    pattern(stack, { encryptionKey: Key.fromKeyArn(stack, 'Key', keyArn) });

    expect(JSON.stringify(Template.fromStack(stack).toJSON().Resources)).toContain('{"Fn::ImportValue":"KeyArn"}');
  });
});

test.each<[string, KeyRetention, boolean]>([
  ['production()', KeyRetention.production(), true],
  ['retain()', KeyRetention.retain(), true],
  ['ephemeral()', KeyRetention.ephemeral(), false],
])('a table that is kept is protected from deletion: %s', (_, retention, isProtected) => {
  const stack = testStack();

  PATTERNS.EncryptedTable(stack, { retention });

  const [table] = Object.values(Template.fromStack(stack).findResources('AWS::DynamoDB::GlobalTable'));
  expect(table.Properties.Replicas[0].DeletionProtectionEnabled).toBe(isProtected);
});

test('a logs bucket that was given keeps its own fate', () => {
  const stack = testStack();

  new EncryptedBucket(stack, 'Pattern', { retention: KeyRetention.ephemeral(), serverAccessLogsBucket: new Bucket(stack, 'Logs') });

  const fates = Object.values(Template.fromStack(stack).findResources('AWS::S3::Bucket')).map(({ DeletionPolicy }) => DeletionPolicy);
  expect(fates).toEqual(['Retain', 'Delete']);
});
