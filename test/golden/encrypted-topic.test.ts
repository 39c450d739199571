import { EncryptedTopic } from '../../src/patterns/encrypted-topic';
import { testStack } from '../support/apps';
import { goldenTemplate } from '../support/golden-template';

test('an encrypted topic with its policy', () => {
  const stack = testStack();

  new EncryptedTopic(stack, 'Alarms');

  expect(goldenTemplate(stack)).toMatchSnapshot();
});
