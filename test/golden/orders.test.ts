import type { Stack } from 'aws-cdk-lib/core';
import { ordersApp } from '../../examples/orders/typescript/app';
import { goldenTemplate } from '../support/golden-template';

test('the templates of the orders', () => {
  const { keyStack, ordersStack } = ordersApp({ analyticsReporting: false });

  expect(goldenTemplate(keyStack)).toMatchSnapshot('OrdersKeyStack');
  expect(withoutCodeOfTheCdk(ordersStack)).toMatchSnapshot('OrdersStack');
});

/** The function that sets up notifications comes with the CDK, and changes with it. */
function withoutCodeOfTheCdk(stack: Stack): any {
  const template: any = goldenTemplate(stack);
  const ids = Object.keys(template.Resources).filter((id) => /^BucketNotificationsHandler.*(?<!Role.*)$/.test(id));
  for (const id of ids) {
    Object.assign(template.Resources[id].Properties, { Code: '<CDK>', Runtime: '<CDK>' });
  }
  return template;
}
