import { App, type AppProps } from 'aws-cdk-lib/core';
import { acknowledgeFindings } from './acknowledged-findings';
import { OrdersKeyStack } from './orders-key-stack';
import { OrdersStack } from './orders-stack';

const ENV = { account: '111122223333', region: 'eu-west-1' };

/** No stack can be deleted while another uses what it exports; newer versions of the CDK want it said. */
const CONTEXT = { '@aws-cdk/core:defaultCrossStackReferences': 'strong' };

/** The app and its stacks. */
export interface OrdersApp {
  readonly app: App;
  readonly keyStack: OrdersKeyStack;
  readonly ordersStack: OrdersStack;
}

/** The app, with the findings of rule packs that we know and accept. */
export function ordersApp(props: AppProps = {}): OrdersApp {
  const orders = unreviewedOrdersApp(props);
  acknowledgeFindings(orders.ordersStack);
  return orders;
}

/** The app as rule packs see it at first, with nothing acknowledged. */
export function unreviewedOrdersApp(props: AppProps = {}): OrdersApp {
  const app = new App({ ...props, context: { ...CONTEXT, ...props.context } });
  const keyStack = new OrdersKeyStack(app, 'OrdersKeyStack', { env: ENV, description: 'The key of the orders' });
  const ordersStack = new OrdersStack(app, 'OrdersStack', {
    env: ENV,
    description: 'Uploads become orders in a table',
    encryptionKey: keyStack.key,
  });
  return { app, keyStack, ordersStack };
}
