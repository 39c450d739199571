import { Distribution } from 'aws-cdk-lib/aws-cloudfront';
import { EncryptedBucket } from '../../src/patterns/encrypted-bucket';
import { testStack } from '../support/apps';
import { goldenTemplate } from '../support/golden-template';

test('an encrypted bucket that is replicated to another, and read by a distribution', () => {
  const stack = testStack();
  const bucket = new EncryptedBucket(stack, 'Documents');

  bucket.replicateTo(new EncryptedBucket(stack, 'Replicas'));
  new Distribution(stack, 'Distribution', { defaultBehavior: { origin: bucket.toCloudFrontOrigin() } });

  expect(goldenTemplate(stack)).toMatchSnapshot();
});
