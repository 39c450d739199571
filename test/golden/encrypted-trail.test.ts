import { EncryptedTrail } from '../../src/patterns/encrypted-trail';
import { testStack } from '../support/apps';
import { goldenTemplate } from '../support/golden-template';

test('an encrypted trail with its bucket, its log group and their key', () => {
  const stack = testStack();

  new EncryptedTrail(stack, 'Trail');

  expect(goldenTemplate(stack)).toMatchSnapshot();
});
