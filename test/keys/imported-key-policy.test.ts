import { Template } from 'aws-cdk-lib/assertions';
import { AnyPrincipal, ArnPrincipal, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { EventType } from 'aws-cdk-lib/aws-s3';
import * as s3n from 'aws-cdk-lib/aws-s3-notifications';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { App, Stack, Validations } from 'aws-cdk-lib/core';
import { ImportedKey, type ImportedKeyOptions } from '../../src/keys/imported-key';
import { KeyPolicyManagement } from '../../src/keys/key-policy-management';
import { EncryptedBucket } from '../../src/patterns/encrypted-bucket';
import { EncryptedQueue } from '../../src/patterns/encrypted-queue';
import { testStack } from '../support/apps';
import { intrinsicText, permissionsOf } from '../support/granted-permissions';
import { messagesOf } from '../support/key-policies';
import { bucket, queue, topic } from '../support/wirings';

const OWN_ARN = 'arn:aws:kms:eu-west-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const OTHER_ARN = 'arn:aws:kms:eu-west-1:222222222222:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const DECRYPT = ['kms:Decrypt', 'kms:DescribeKey'];

const SNS_TO_QUEUE = {
  Effect: 'Allow',
  Principal: { Service: 'sns.amazonaws.com' },
  Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
  Resource: '*',
  Condition: {
    StringEquals: { 'aws:SourceAccount': '111111111111' },
    ArnLike: { 'aws:SourceArn': 'arn:aws:sns:eu-west-1:111111111111:*' },
  },
};
const S3_TO_QUEUE = {
  Effect: 'Allow',
  Principal: { Service: 's3.amazonaws.com' },
  Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
  Resource: '*',
  Condition: { StringEquals: { 'aws:SourceAccount': '111111111111' } },
};
const READER = {
  Effect: 'Allow',
  Principal: { AWS: '111111111111' },
  Action: DECRYPT,
  Resource: '*',
  Condition: { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::111111111111:role/Reader' } },
};

const ownKey = (stack: Stack, options?: ImportedKeyOptions) => ImportedKey.fromKeyArn(stack, 'Key', OWN_ARN, options);
const otherKey = (stack: Stack, options?: ImportedKeyOptions) => ImportedKey.fromKeyArn(stack, 'Key', OTHER_ARN, options);

const role = (scope: Stack, roleName?: string) => new Role(scope, 'Role', { assumedBy: new ServicePrincipal('ec2.amazonaws.com'), roleName });

/** What the owner of the key has to add, without the ids of the statements. */
const forOwner = (key: ImportedKey) =>
  key.statementsForOwner.map((statement) => {
    const { Sid, ...rest } = statement.toStatementJson();
    return rest;
  });

const sids = (key: ImportedKey) => key.statementsForOwner.map(({ sid }) => sid);

describe('a key of another account', () => {
  test('a role with a name: IAM on the role, and the account with the name for the owner', () => {
    const stack = testStack();
    const key = otherKey(stack);
    const reader = role(stack, 'Reader');

    key.grantDecrypt(reader);

    expect(permissionsOf(reader)).toEqual({ [OTHER_ARN]: DECRYPT });
    expect(forOwner(key)).toEqual([READER]);
  });

  test('a role without a name: the account, whose IAM policies decide', () => {
    const stack = testStack();
    const key = otherKey(stack);
    const reader = role(stack);

    key.grantDecrypt(reader);

    const { Condition, ...unnamed } = READER;
    expect(permissionsOf(reader)).toEqual({ [OTHER_ARN]: DECRYPT });
    expect(forOwner(key)).toEqual([unnamed]);
  });

  test('what does not work across accounts is not asked for', () => {
    const stack = testStack();
    const key = otherKey(stack);

    key.grant(role(stack, 'Reader'), 'kms:DescribeKey', 'kms:GetKeyPolicy');

    expect(forOwner(key).map(({ Action }) => Action)).toEqual(['kms:DescribeKey']);
  });

  test('an alias of another account: both sides too', () => {
    const stack = testStack();
    const key = ImportedKey.fromAliasName(stack, 'Key', 'orders', { account: '222222222222' });

    key.grantDecrypt(role(stack, 'Reader'));

    expect(forOwner(key)).toEqual([READER]);
  });
});

describe('statements for the owner', () => {
  test('there are none for what IAM does alone', () => {
    const stack = testStack();
    const key = ownKey(stack);

    key.grantDecrypt(role(stack));
    bucket(stack, key);

    expect(key.statementsForOwner).toEqual([]);
    expect(messagesOf(stack, 'warning')).toEqual([]);
  });

  test('a grant to a service is bound to the account of the key, and has no success', () => {
    const stack = testStack();
    const key = ownKey(stack);

    const { success } = key.grantDecrypt(new ServicePrincipal('s3.amazonaws.com'));

    expect(success).toBe(false);
    expect(forOwner(key)).toEqual([{ ...S3_TO_QUEUE, Action: DECRYPT }]);
  });

  test('a statement is recorded, and the result says that it was not added', () => {
    const key = ownKey(testStack());
    const statement = new PolicyStatement({ principals: [new ArnPrincipal('arn:aws:iam::333333333333:role/Reader')], actions: ['kms:Decrypt'], resources: ['*'] });

    const { statementAdded } = key.addToResourcePolicy(statement);
    key.addToResourcePolicy(statement);

    expect(statementAdded).toBe(false);
    expect(forOwner(key)).toEqual([
      {
        Effect: 'Allow',
        Principal: { AWS: '333333333333' },
        Action: 'kms:Decrypt',
        Resource: '*',
        Condition: { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::333333333333:role/Reader' } },
      },
    ]);
  });

  test('fails where a statement must be added', () => {
    const key = ownKey(testStack());
    const statement = new PolicyStatement({ principals: [new ServicePrincipal('s3.amazonaws.com')], actions: ['kms:Decrypt'], resources: ['*'] });

    expect(() => key.addToResourcePolicy(statement, false)).toThrow('[cdk-kms-constructs:KeyPolicyNotOurs] Stack/Key: the policy of an imported key');
  });

  test('fails for a statement that lets everybody in, as in a key policy of ours', () => {
    const stack = testStack();

    ownKey(stack).addToResourcePolicy(new PolicyStatement({ principals: [new AnyPrincipal()], actions: ['kms:Decrypt'], resources: ['*'] }));

    expect(() => (stack.node.root as App).synth()).toThrow('[cdk-kms-constructs:OpenPrincipal]');
  });

  test('are the same before and after synthesis', () => {
    const stack = testStack();
    const key = otherKey(stack);
    key.grantDecrypt(role(stack, 'Reader'));
    topic(stack).addSubscription(new SqsSubscription(queue(stack, key)));

    const before = forOwner(key);
    (stack.node.root as App).synth();

    expect(before).toEqual([SNS_TO_QUEUE, READER]);
    expect(forOwner(key)).toEqual([SNS_TO_QUEUE, READER]);
  });

  test('follow what comes later', () => {
    const stack = testStack();
    const key = ownKey(stack);

    const before = forOwner(key);
    topic(stack).addSubscription(new SqsSubscription(queue(stack, key)));

    expect(before).toEqual([]);
    expect(forOwner(key)).toEqual([SNS_TO_QUEUE]);
  });

  test('have ids that stay the same for the same statement', () => {
    const make = () => {
      const stack = testStack();
      const key = otherKey(stack);
      key.grantDecrypt(role(stack, 'Reader'));
      return key;
    };

    expect(sids(make())).toEqual(['Account111111111111151e7d68']);
    expect(sids(make())).toEqual(['Account111111111111151e7d68']);
  });
});

describe('the output with the statements', () => {
  const outputs = (stack: Stack) => Object.values(Template.fromStack(stack).findOutputs('*')).map(({ Value }) => Value);

  test('is a JSON list', () => {
    const stack = testStack();
    const key = otherKey(stack);
    key.grantDecrypt(role(stack, 'Reader'));

    key.outputStatementsForOwner();

    const [value] = outputs(stack);
    expect(JSON.parse(value)).toEqual([{ Sid: 'Account111111111111151e7d68', ...READER }]);
  });

  test('has the id that is asked for, and waits for what comes later', () => {
    const stack = testStack();
    const key = ownKey(stack);

    key.outputStatementsForOwner('ForPlatform');
    topic(stack).addSubscription(new SqsSubscription(queue(stack, key)));

    const [[id, { Value }]] = Object.entries(Template.fromStack(stack).findOutputs('*'));
    expect(id).toMatch(/^KeyForPlatform/);
    expect(JSON.parse(Value)).toEqual([{ Sid: expect.any(String), ...SNS_TO_QUEUE }]);
  });

  test('is an empty list where nothing is needed', () => {
    const stack = testStack();

    ownKey(stack).outputStatementsForOwner();

    expect(outputs(stack)).toEqual(['[]']);
  });

  test('is filled in at deployment in a stack without an environment', () => {
    const stack = new Stack(new App(), 'Stack');
    const key = ImportedKey.fromAliasName(stack, 'Key', 'orders');
    topic(stack).addSubscription(new SqsSubscription(queue(stack, key)));

    key.outputStatementsForOwner();

    const deployed = intrinsicText(outputs(stack)[0])
      .replaceAll('<AWS::Partition>', 'aws')
      .replaceAll('<AWS::Region>', 'eu-west-1')
      .replaceAll('<AWS::AccountId>', '111111111111');
    expect(JSON.parse(deployed)).toEqual([{ Sid: expect.any(String), ...SNS_TO_QUEUE }]);
  });
});

describe('warnings', () => {
  const withTwo = (options?: ImportedKeyOptions) => {
    const stack = testStack();
    const key = otherKey(stack, options);
    key.grantDecrypt(role(stack, 'Reader'));
    topic(stack).addSubscription(new SqsSubscription(queue(stack, key)));
    return { stack, key };
  };

  test('there is one for each statement, with the statement', () => {
    const { stack } = withTwo();

    expect(messagesOf(stack, 'warning')).toEqual([
      expect.stringMatching(/^the owner of the key Stack\/Key \(arn:aws:kms:eu-west-1:222222222222:key\/1234abcd-.*\) has to add to its policy: \{"Sid":"Sns.*"sns\.amazonaws\.com"/),
      expect.stringContaining(`has to add to its policy: ${JSON.stringify({ Sid: 'Account111111111111151e7d68', ...READER })}`),
    ]);
  });

  test.each([0, 1])('statement %d is acknowledged, and the other still shows', (acknowledged) => {
    const { stack, key } = withTwo();
    const ids = sids(key);

    Validations.of(key).acknowledge({ id: `cdk-kms-constructs:statementForOwner:${ids[acknowledged]}`, reason: 'the platform team added it' });

    expect(messagesOf(stack, 'warning')).toEqual([expect.stringContaining(`"Sid":"${ids[1 - acknowledged]}"`)]);
  });

  test('an acknowledgement above the key counts', () => {
    const { stack, key } = withTwo();

    sids(key).forEach((sid) => Validations.of(stack).acknowledge({ id: `cdk-kms-constructs:statementForOwner:${sid}`, reason: 'the platform team added it' }));

    expect(messagesOf(stack, 'warning')).toEqual([]);
  });

  test('left to the owner there are none, and the statements are there all the same', () => {
    const { stack, key } = withTwo({ keyPolicy: KeyPolicyManagement.byOwner('platform team, ADR 12') });

    expect(messagesOf(stack, 'warning')).toEqual([]);
    expect(forOwner(key)).toEqual([SNS_TO_QUEUE, READER]);
  });

  test.each([
    ['ARN', (stack: Stack, options: ImportedKeyOptions) => otherKey(stack, options)],
    ['alias', (stack: Stack, options: ImportedKeyOptions) => ImportedKey.fromAliasName(stack, 'Key', 'orders', options)],
  ])('by %s, fails where it is left to the owner without a reason', (_, make) => {
    const stack = testStack();

    expect(() => make(stack, { keyPolicy: KeyPolicyManagement.byOwner(' ') })).toThrow("[cdk-kms-constructs:ManagementReasonMissing] Stack/Key: 'keyPolicy'");
  });
});

describe('what constructs of the CDK write', () => {
  test('a subscription of a queue: bound, and recorded once', () => {
    const stack = testStack();
    const key = ownKey(stack);

    topic(stack).addSubscription(new SqsSubscription(queue(stack, key)));

    expect(forOwner(key)).toEqual([SNS_TO_QUEUE]);
  });

  test('a notification of a bucket: bound, and recorded once', () => {
    const stack = testStack();
    const key = ownKey(stack);

    bucket(stack).addEventNotification(EventType.OBJECT_CREATED, new s3n.SqsDestination(queue(stack, key)));

    expect(forOwner(key)).toEqual([S3_TO_QUEUE]);
  });

  test('the readers of a secret: an IAM statement on the role, through the service only', () => {
    const stack = testStack();
    const key = ownKey(stack);

    new Secret(stack, 'Secret', { encryptionKey: key }).grantRead(role(stack));

    const [{ Properties }] = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
    expect(Properties.PolicyDocument.Statement).toContainEqual({
      Effect: 'Allow',
      Action: DECRYPT,
      Resource: OWN_ARN,
      Condition: { StringEquals: { 'kms:ViaService': 'secretsmanager.eu-west-1.amazonaws.com' } },
    });
    expect(key.statementsForOwner).toEqual([]);
  });

  test('the readers of a secret with a key of another account: IAM on the role, and the account for the owner', () => {
    const stack = testStack();
    const key = otherKey(stack);
    const viaSecrets = { StringEquals: { 'kms:ViaService': 'secretsmanager.eu-west-1.amazonaws.com' } };

    new Secret(stack, 'Secret', { encryptionKey: key }).grantRead(role(stack, 'Reader'));

    const [{ Properties }] = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
    expect(Properties.PolicyDocument.Statement).toContainEqual({ Effect: 'Allow', Action: DECRYPT, Resource: OTHER_ARN, Condition: viaSecrets });
    expect(forOwner(key)).toContainEqual({ ...READER, Condition: { ...READER.Condition, ...viaSecrets } });
  });
});

describe('resources that the key encrypts', () => {
  test('fail at synthesis in another Region than the key', () => {
    const stack = testStack();

    queue(stack, ImportedKey.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-central-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab'));

    expect(() => (stack.node.root as App).synth()).toThrow(
      '[cdk-kms-constructs:KeyInOtherRegion] Stack/Queue/Resource needs a key in eu-west-1, and this one is in eu-central-1',
    );
  });

  test('of the patterns have the key, and their users the permission', () => {
    const stack = testStack();
    const key = ownKey(stack);
    const reader = role(stack);

    new EncryptedQueue(stack, 'Jobs', { encryptionKey: key }).grantConsumeMessages(reader);
    new EncryptedBucket(stack, 'Documents', { encryptionKey: key }).grantRead(reader);

    const template = Template.fromStack(stack);
    const keys = Object.values(template.findResources('AWS::SQS::Queue')).map(({ Properties }) => Properties.KmsMasterKeyId);
    expect(new Set(keys)).toEqual(new Set([OWN_ARN]));
    expect(JSON.stringify(template.findResources('AWS::S3::Bucket'))).toContain(`"KMSMasterKeyID":"${OWN_ARN}"`);
    expect(permissionsOf(reader)[OWN_ARN]).toContain('kms:Decrypt');
    expect(template.findResources('AWS::KMS::Key')).toEqual({});
    expect(messagesOf(stack, 'warning')).toEqual([]);
  });
});
