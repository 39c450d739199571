import { AccountPrincipal } from 'aws-cdk-lib/aws-iam';
import { EncryptedStream } from '../../src/patterns/encrypted-stream';
import { testStack } from '../support/apps';
import { goldenTemplate } from '../support/golden-template';

test('an encrypted stream that another account writes to', () => {
  const stack = testStack();

  new EncryptedStream(stack, 'Clicks').grantWrite(new AccountPrincipal('222222222222'));

  expect(goldenTemplate(stack)).toMatchSnapshot();
});
