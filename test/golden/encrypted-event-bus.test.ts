import { EncryptedEventBus } from '../../src/patterns/encrypted-event-bus';
import { testStack } from '../support/apps';
import { goldenTemplate } from '../support/golden-template';

test('an encrypted event bus with its dead-letter queue and an archive', () => {
  const stack = testStack();

  new EncryptedEventBus(stack, 'Bus', { archived: true });

  expect(goldenTemplate(stack)).toMatchSnapshot();
});
