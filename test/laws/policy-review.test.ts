import { Template } from 'aws-cdk-lib/assertions';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnSubscription } from 'aws-cdk-lib/aws-sns';
import { Stack, type Environment } from 'aws-cdk-lib/core';
import { CustomerManagedKey, type CustomerManagedKeyProps } from '../../src/keys/customer-managed-key';
import { GrantCreation } from '../../src/keys/grant-creation';
import { KeyRetention } from '../../src/keys/key-retention';
import { EncryptedBucket } from '../../src/patterns/encrypted-bucket';
import { KeyPrincipal } from '../../src/policy/key-principal';
import { ViaService } from '../../src/services/via-service';
import { ENV, testStack } from '../support/apps';
import { keyActionsByRole, keyPolicyOf, messagesOf, serviceAccess, statementOf } from '../support/key-policies';
import { WIRINGS, queue } from '../support/wirings';

// The corrections of the adversarial review of the key policy, by their numbers. Those of features that are not here yet:
// 8 (replica keys render their primary's deployers), 16 (`kms:ResourceAliases` for keys known by their alias), 18 (the
// root user is no rescue: a matter of the documentation), 23 (a rule that a Region lacks is "not evaluated").

const KEY_ADMIN = KeyPrincipal.roleName('KeyAdmin');
const ROLE = 'arn:<AWS::Partition>:iam::111111111111:role';

function stackWith(props: CustomerManagedKeyProps, env: Environment = ENV): Stack {
  const stack = testStack({ env });
  new CustomerManagedKey(stack, 'Key', props);
  return stack;
}

function stackWithStatement(statement: object, props: CustomerManagedKeyProps = {}): Stack {
  const stack = testStack();
  new CustomerManagedKey(stack, 'Key', props).addToResourcePolicy(PolicyStatement.fromJson({ Effect: 'Allow', Resource: '*', ...statement }));
  return stack;
}

const added = (stack: Stack) => keyPolicyOf(stack).filter(({ Sid }) => Sid === undefined);

test('1: trust of an organization keeps the roles of the own account out, and takes no wildcard', () => {
  const stack = stackWith({ trustedOrganizations: ['o-a1b2c3d4e5'] });

  expect(statementOf(stack, 'TrustedOrganizations')?.Condition).toEqual({
    StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' },
    StringNotEquals: { 'kms:CallerAccount': '111111111111' },
  });
  expect(() => stackWith({ trustedOrganizations: ['o-a1b2c3d4*'] })).toThrow('OrganizationInvalid');
});

test('2: who administers cannot use, though use goes to the root; the deploying role can', () => {
  const stack = stackWith({ administrators: [KEY_ADMIN] });

  expect(statementOf(stack, 'KeyUse')?.Condition).toEqual({ ArnNotLike: { 'aws:PrincipalArn': `${ROLE}/KeyAdmin` } });
});

test('3: narrowing administration does not narrow the reads', () => {
  const stack = stackWith({ administrators: [KEY_ADMIN], viaServices: [ViaService.S3] });

  expect(statementOf(stack, 'KeyMetadata')?.Condition).toBeUndefined();
  expect(statementOf(stack, 'KeyMetadata')?.Action).toEqual(expect.arrayContaining(['kms:GetKeyPolicy', 'kms:ListGrants']));
});

test('4: protection denies to schedule deletion only, with Retain only, and outside of aws on request only', () => {
  const denied = (retention: KeyRetention, region = 'eu-west-1') =>
    statementOf(stackWith({ retention }, { account: '111111111111', region }), 'DeletionProtection')?.Action;

  expect(denied(KeyRetention.production())).toBe('kms:ScheduleKeyDeletion');
  expect([denied(KeyRetention.retain()), denied(KeyRetention.ephemeral())]).toEqual([undefined, undefined]);
  expect(denied(KeyRetention.production(), 'us-gov-east-1')).toBeUndefined();
});

test('4: a disabled production key can be made: disabling is denied to nobody', () => {
  const stack = stackWith({ retention: KeyRetention.production(), enabled: false });

  const denials = keyPolicyOf(stack).filter(({ Effect }) => Effect === 'Deny');

  expect(denials.flatMap(({ Action }) => Action)).toEqual(['kms:CreateGrant', 'kms:ScheduleKeyDeletion']);
});

test('5: creating an EKS cluster needs the mode in which people make grants: an Allow and no Deny', () => {
  const stack = stackWith({ grantCreation: GrantCreation.principals('EKS clusters') });

  expect(statementOf(stack, 'Grants')).toMatchObject({ Effect: 'Allow', Action: ['kms:CreateGrant', 'kms:RevokeGrant'] });
  expect(statementOf(stack, 'Grants')?.Condition).toBeUndefined();
  expect(statementOf(stack, 'GrantsForServicesOnly')).toBeUndefined();
});

test('6: a service-linked role stands as principal, since the root cannot delegate to it', () => {
  const role = 'arn:aws:iam::111111111111:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling';
  const Condition = { Bool: { 'kms:GrantIsForAWSResource': 'true' } };

  const stack = stackWithStatement({ Principal: { AWS: role }, Action: 'kms:CreateGrant', Condition });

  expect(added(stack)).toEqual([{ Effect: 'Allow', Principal: { AWS: role }, Action: 'kms:CreateGrant', Resource: '*', Condition }]);
});

test("7: a StackSets role administers only if it is named in 'deployers'", () => {
  const deployers = [KeyPrincipal.roleName('stacksets-exec-*')];

  const stack = stackWith({ administrators: [KEY_ADMIN], deployers });

  expect(statementOf(stack, 'KeyAdministration')?.Condition?.ArnLike['aws:PrincipalArn']).toContain(`${ROLE}/stacksets-exec-*`);
  const without = stackWith({ administrators: [KEY_ADMIN] });
  expect(JSON.stringify(statementOf(without, 'KeyAdministration'))).not.toContain('stacksets-exec');
});

test('9: sources of two accounts are not joined, which would let foreign combinations in', () => {
  const stack = testStack();
  const endpoint = queue(stack, new CustomerManagedKey(stack, 'Key')).queueArn;

  for (const account of ['222222222222', '333333333333']) {
    new CfnSubscription(stack, `From${account}`, { protocol: 'sqs', topicArn: `arn:aws:sns:eu-west-1:${account}:orders`, endpoint });
  }

  expect(serviceAccess(stack).map(({ condition }) => condition)).toEqual([
    { StringEquals: { 'aws:SourceAccount': '222222222222' }, ArnLike: { 'aws:SourceArn': 'arn:<AWS::Partition>:sns:eu-west-1:222222222222:*' } },
    { StringEquals: { 'aws:SourceAccount': '333333333333' }, ArnLike: { 'aws:SourceArn': 'arn:<AWS::Partition>:sns:eu-west-1:333333333333:*' } },
  ]);
});

test('10: the scope of services is on everything that people use the key by, and refuses services without it', () => {
  const viaServices = [ViaService.S3];
  const stack = stackWith({ viaServices, trustedAccounts: ['222222222222'], trustedOrganizations: ['o-a1b2c3d4e5'] });

  const scoped = ['KeyUse', 'ServiceGrants', 'TrustedAccounts', 'TrustedOrganizations'].map((sid) => statementOf(stack, sid)?.Condition?.StringEquals);

  expect(scoped.map((equals) => equals?.['kms:ViaService'])).toEqual(Array(4).fill('s3.eu-west-1.amazonaws.com'));
  expect(() => stackWith({ viaServices: [ViaService.of('eks')] })).toThrow('ViaServiceUnknown');
  expect(() => stackWith({ viaServices: [ViaService.of('cloudtrail')] })).toThrow('ViaServiceUnknown');
});

test('10: the scope of DynamoDB covers the Regions of replicas', () => {
  const stack = stackWith({ viaServices: [ViaService.DYNAMODB] });

  expect(statementOf(stack, 'KeyUse')?.Condition).toEqual({ StringLike: { 'kms:ViaService': 'dynamodb.*.amazonaws.com' } });
});

test('11: a permission set matches its own roles and not those of a longer name', () => {
  const stack = stackWith({ administrators: [KeyPrincipal.permissionSet('Admin')] });

  const pattern = statementOf(stack, 'KeyUse')?.Condition?.ArnNotLike['aws:PrincipalArn'] as string;

  expect(pattern).toBe(`${ROLE}/aws-reserved/sso.amazonaws.com/*AWSReservedSSO_Admin_????????????????`);
});

test('12: EventBridge to an encrypted topic is not bound, which would deny it', () => {
  const stack = testStack();

  WIRINGS['rule publishes to topic']({ producer: stack, consumer: stack, key: new CustomerManagedKey(stack, 'Key') });

  expect(serviceAccess(stack)).toEqual([
    {
      service: 'events.amazonaws.com',
      actions: [
        'kms:Decrypt',
        'kms:GenerateDataKey',
        'kms:GenerateDataKeyPair',
        'kms:GenerateDataKeyPairWithoutPlaintext',
        'kms:GenerateDataKeyWithoutPlaintext',
      ],
    },
  ]);
});

test('13: the role of the synthesizer holds no literal placeholder, and sessions of STS are refused', () => {
  const stack = stackWith({ administrators: [KEY_ADMIN] });

  const [key] = Object.values(Template.fromStack(stack).findResources('AWS::KMS::Key'));
  const [administration] = key.Properties.KeyPolicy.Statement;
  expect(administration.Condition.ArnLike['aws:PrincipalArn'].filter((arn: unknown) => typeof arn === 'string')).toEqual([]);
  expect(() => stackWith({ administrators: [KeyPrincipal.arn('arn:aws:sts::111111111111:assumed-role/KeyAdmin/me')] })).toThrow('PrincipalIsSession');
  expect(() => messagesOf(stackWithStatement({ Principal: { AWS: 'arn:aws:sts::111111111111:assumed-role/A/me' }, Action: 'kms:Decrypt' }), 'info')).toThrow(
    'PrincipalIsSession',
  );
});

test('14: sources are bound by account and pattern: 100 subscriptions take as many bytes as one, an account 15', () => {
  const bytesWith = (count: number, trustedAccounts: string[] = []) => {
    const stack = testStack();
    const endpoint = queue(stack, new CustomerManagedKey(stack, 'Key', { trustedAccounts })).queueArn;
    for (let index = 0; index < count; index++) {
      new CfnSubscription(stack, `From${index}`, { protocol: 'sqs', topicArn: `arn:aws:sns:eu-west-1:111111111111:t${index}`, endpoint });
    }
    return JSON.stringify(keyPolicyOf(stack)).length;
  };

  expect(bytesWith(100)).toBe(bytesWith(1));
  expect(bytesWith(1, ['222222222222', '333333333333', '444444444444']) - bytesWith(1, ['222222222222', '333333333333'])).toBe(15);
});

test('15: an upload without a header passes, one with another encryption or another key does not', () => {
  const stack = testStack();
  new EncryptedBucket(stack, 'Bucket');

  const [policy] = Object.values(Template.fromStack(stack).findResources('AWS::S3::BucketPolicy'));
  const denials = policy.Properties.PolicyDocument.Statement.filter(({ Effect, Action }: any) => Effect === 'Deny' && [Action].flat().includes('s3:PutObject'));
  const conditions = denials.map(({ Condition }: any) => JSON.stringify(Condition));

  expect(conditions).toContainEqual(expect.stringContaining('"Null":{"s3:x-amz-server-side-encryption":"false"}'));
  expect(conditions).toContainEqual(expect.stringContaining('"StringNotEquals":{"s3:x-amz-server-side-encryption-aws-kms-key-id":{"Fn::GetAtt"'));
});

test.each<[string, string]>([
  ['af-south-1', 'sns.af-south-1.amazonaws.com'],
  ['eu-south-1', 'sns.eu-south-1.amazonaws.com'],
  ['eu-central-1', 'sns.amazonaws.com'],
  ['eu-west-1', 'sns.amazonaws.com'],
])('17: a topic of %s delivers as %s', (region, service) => {
  const stack = testStack();
  const endpoint = queue(stack, new CustomerManagedKey(stack, 'Key')).queueArn;

  new CfnSubscription(stack, 'Subscription', { protocol: 'sqs', topicArn: `arn:aws:sns:${region}:111111111111:orders`, endpoint });

  expect(serviceAccess(stack).map((access) => access.service)).toEqual([service]);
});

test('17: a topic of an opt-in Region delivers at home under its usual name, and so does one of an unknown Region', () => {
  const services = [{ account: '111111111111', region: 'af-south-1' }, {}].map((env) => {
    const stack = testStack({ env });
    WIRINGS['topic delivers to queue']({ producer: stack, consumer: stack, key: new CustomerManagedKey(stack, 'Key') });
    return serviceAccess(stack).map(({ service }) => service);
  });

  expect(services).toEqual([['sns.amazonaws.com'], ['sns.amazonaws.com']]);
});

test('19: what a failed first deployment leaves: of a protected key and its alias both, of others neither', () => {
  const left = (retention: KeyRetention) => {
    const { Resources } = Template.fromStack(stackWith({ retention, aliases: ['orders'] })).toJSON();
    return Object.values<any>(Resources).map(({ DeletionPolicy }) => DeletionPolicy);
  };

  expect(left(KeyRetention.production())).toEqual(['Retain', 'Retain']);
  expect(left(KeyRetention.retain())).toEqual(['RetainExceptOnCreate', 'RetainExceptOnCreate']);
});

test('20: grants are denied with strings and no other operator, as CT.KMS.PR.3 wants it', () => {
  const stack = stackWith({ administrators: [KEY_ADMIN], viaServices: [ViaService.S3], multiRegion: true, trustedAccounts: ['222222222222'] });

  expect(statementOf(stack, 'GrantsForServicesOnly')).toEqual({
    Sid: 'GrantsForServicesOnly',
    Effect: 'Deny',
    Principal: { AWS: '*' },
    Action: 'kms:CreateGrant',
    Resource: '*',
    Condition: { BoolIfExists: { 'aws:PrincipalIsAWSService': 'false', 'kms:GrantIsForAWSResource': 'false' } },
  });
});

test('21: RetireGrant is not in the key policy, where it has no effect, but can be granted by IAM', () => {
  const stack = testStack();
  const key = new CustomerManagedKey(stack, 'Key', { trustedAccounts: ['222222222222'] });

  key.grant(new Role(stack, 'Role', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') }), 'kms:RetireGrant');

  expect(JSON.stringify(keyPolicyOf(stack))).not.toContain('RetireGrant');
  expect(keyActionsByRole(stack)).toEqual({ Role1ABCC5F0: ['kms:RetireGrant'] });
});

test('22: what AWS documents with a wildcard is there in full, and no wildcard', () => {
  const stack = testStack();

  WIRINGS['alarm reaches topic']({ producer: stack, consumer: stack, key: new CustomerManagedKey(stack, 'Key') });

  expect(serviceAccess(stack)[0].actions).toEqual([
    'kms:Decrypt',
    'kms:GenerateDataKey',
    'kms:GenerateDataKeyPair',
    'kms:GenerateDataKeyPairWithoutPlaintext',
    'kms:GenerateDataKeyWithoutPlaintext',
  ]);
  expect(keyPolicyOf(stack).flatMap(({ Action }) => Action).filter((action) => action.includes('*'))).toEqual([]);
});
