import { EncryptedLogGroup } from '../../src/patterns/encrypted-log-group';
import { testStack } from '../support/apps';
import { goldenTemplate } from '../support/golden-template';

test('an encrypted log group, whose key lets Amazon CloudWatch Logs in', () => {
  const stack = testStack();

  new EncryptedLogGroup(stack, 'Logs');

  expect(goldenTemplate(stack)).toMatchSnapshot();
});
