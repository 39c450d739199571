import { EncryptedQueue } from '../../src/patterns/encrypted-queue';
import { testStack } from '../support/apps';
import { goldenTemplate } from '../support/golden-template';

test('an encrypted queue with its dead-letter queue', () => {
  const stack = testStack();

  new EncryptedQueue(stack, 'Jobs');

  expect(goldenTemplate(stack)).toMatchSnapshot();
});
