import { App, Stack } from 'aws-cdk-lib/core';
import { CustomerManagedKey, ViaService, type CustomerManagedKeyProps } from 'cdk-kms-constructs';
import { describeKeyPolicy, type KeyPolicyInWords } from '../../../examples/orders/typescript/show/describe-key-policy';
import { keysOf } from '../../../examples/orders/typescript/show/read-keys';
import { stacksOf } from '../../../examples/orders/typescript/show/synthesized-stacks';
import { ENV } from '../../support/apps';

function inWords(props: CustomerManagedKeyProps): KeyPolicyInWords {
  const app = new App();
  new CustomerManagedKey(new Stack(app, 'Stack', { env: ENV }), 'Key', props);
  const [key] = stacksOf(app.synth()).flatMap(keysOf);
  return describeKeyPolicy(key);
}

test('a key without props is left to the IAM policies of its account', () => {
  expect(inWords({})).toEqual({
    administeredBy: ['anybody in account 111111111111 whose IAM policy allows it'],
    seenBy: ['anybody in account 111111111111 whose IAM policy allows it'],
    usedBy: ['anybody in account 111111111111 whose IAM policy allows it, through any service or directly'],
    grantedBy: ['anybody in account 111111111111 whose IAM policy allows it, for AWS services only'],
    denied: ['CreateGrant to everybody, unless it is for an AWS service'],
  });
});

test('a scope of services is told', () => {
  expect(inWords({ viaServices: [ViaService.S3, ViaService.DYNAMODB] }).usedBy).toEqual([
    'anybody in account 111111111111 whose IAM policy allows it, through s3.eu-west-1.amazonaws.com, dynamodb.*.amazonaws.com',
  ]);
});

test('other accounts and organizations are told', () => {
  const { usedBy } = inWords({ trustedAccounts: ['222222222222'], trustedOrganizations: ['o-a1b2c3d4e5'] });

  expect(usedBy.slice(1)).toEqual([
    'account 222222222222',
    'everybody, StringEquals aws:PrincipalOrgID o-a1b2c3d4e5 and StringNotEquals kms:CallerAccount 111111111111',
  ]);
});
