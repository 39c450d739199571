import { Template } from 'aws-cdk-lib/assertions';
import { Duration } from 'aws-cdk-lib/core';
import { CustomerManagedKey } from '../../src/keys/customer-managed-key';
import { KeyRotation } from '../../src/keys/key-rotation';
import { testStack } from '../support/apps';

const keyWith = (rotation?: KeyRotation) => {
  const stack = testStack();
  new CustomerManagedKey(stack, 'Key', { rotation });
  return Object.values(Template.fromStack(stack).findResources('AWS::KMS::Key'))[0];
};

test.each([
  ['by default', undefined, 365],
  ['automatic without a period', KeyRotation.automatic(), 365],
  ['automatic every 90 days', KeyRotation.automatic(Duration.days(90)), 90],
  ['automatic every 48 hours times 50', KeyRotation.automatic(Duration.hours(2400)), 100],
])('%s: rotates every so many days', (_, rotation, days) => {
  const { EnableKeyRotation, RotationPeriodInDays } = keyWith(rotation).Properties;

  expect([EnableKeyRotation, RotationPeriodInDays]).toEqual([true, days]);
});

test('disabled: the reason is in the template', () => {
  const { Properties, Metadata } = keyWith(KeyRotation.disabled('rotated by hand every quarter'));

  expect([Properties.EnableKeyRotation, Properties.RotationPeriodInDays]).toEqual([false, undefined]);
  expect(Object.values(Metadata).flat()).toContain('rotated by hand every quarter');
});

test('a rotation shows what it does', () => {
  const [disabled, automatic] = [KeyRotation.disabled('audit'), KeyRotation.automatic()];

  expect([disabled.enabled, disabled.periodInDays, disabled.reason]).toEqual([false, undefined, 'audit']);
  expect([automatic.enabled, automatic.periodInDays, automatic.reason]).toEqual([true, 365, undefined]);
});
