import { AccountPrincipal } from 'aws-cdk-lib/aws-iam';
import { EncryptedSecret } from '../../src/patterns/encrypted-secret';
import { testStack } from '../support/apps';
import { goldenTemplate } from '../support/golden-template';

test('an encrypted secret that another account reads', () => {
  const stack = testStack();

  new EncryptedSecret(stack, 'Token').grantRead(new AccountPrincipal('222222222222'));

  expect(goldenTemplate(stack)).toMatchSnapshot();
});
