import { Template } from 'aws-cdk-lib/assertions';
import { Duration } from 'aws-cdk-lib/core';
import { CustomerManagedKey } from '../../src/keys/customer-managed-key';
import { GrantCreation } from '../../src/keys/grant-creation';
import { KeyRetention } from '../../src/keys/key-retention';
import { KeyRotation } from '../../src/keys/key-rotation';
import { KeyPrincipal } from '../../src/policy/key-principal';
import { ViaService } from '../../src/services/via-service';
import { testStack } from '../support/apps';
import { goldenTemplate } from '../support/golden-template';

test('a customer managed key by default', () => {
  const stack = testStack();

  new CustomerManagedKey(stack, 'Key');

  expect(goldenTemplate(stack)).toMatchSnapshot();
});

test('a customer managed key with every prop', () => {
  const stack = testStack();

  new CustomerManagedKey(stack, 'Key', {
    aliases: ['orders', 'alias/billing/invoices'],
    description: 'Orders and invoices',
    administrators: [
      KeyPrincipal.roleName('ops/KeyAdmin'),
      KeyPrincipal.userName('break-glass'),
      KeyPrincipal.permissionSet('KeyAdmins'),
      KeyPrincipal.arn('arn:aws:iam::111111111111:role/security/*'),
    ],
    deployers: [KeyPrincipal.roleName('stacksets-exec-*')],
    rotation: KeyRotation.automatic(Duration.days(90)),
    retention: KeyRetention.production(Duration.days(30)),
    viaServices: [ViaService.S3, ViaService.DYNAMODB],
    trustedAccounts: ['222222222222', '333333333333'],
    trustedOrganizations: ['o-a1b2c3d4e5'],
    grantCreation: GrantCreation.servicesOnly(),
    enabled: true,
    multiRegion: true,
  });

  expect(goldenTemplate(stack)).toMatchSnapshot();
});

test('a disabled customer managed key that people create grants on', () => {
  const stack = testStack();

  new CustomerManagedKey(stack, 'Key', {
    enabled: false,
    grantCreation: GrantCreation.principals('EKS cluster creation'),
    retention: KeyRetention.ephemeral(),
  });

  expect(goldenTemplate(stack)).toMatchSnapshot();
});

test('both reasons are in the metadata', () => {
  const stack = testStack();

  new CustomerManagedKey(stack, 'Key', {
    grantCreation: GrantCreation.principals('EKS cluster creation'),
    rotation: KeyRotation.disabled('rotated by hand every quarter'),
  });

  const [key] = Object.values(Template.fromStack(stack).findResources('AWS::KMS::Key'));
  expect(JSON.stringify(key.Metadata)).toContain('"EKS cluster creation"');
  expect(JSON.stringify(key.Metadata)).toContain('"rotated by hand every quarter"');
});
