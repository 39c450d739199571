import { StorageClass } from 'aws-cdk-lib/aws-s3';
import { Duration } from 'aws-cdk-lib/core';
import { EncryptedBucket } from '../../src/patterns/encrypted-bucket';
import { testStack } from '../support/apps';
import { goldenTemplate } from '../support/golden-template';

test('an encrypted bucket with access logs and a lifecycle', () => {
  const stack = testStack();

  new EncryptedBucket(stack, 'Documents', {
    serverAccessLogs: true,
    serverAccessLogsPrefix: 'documents/',
    lifecycleRules: [{ id: 'Archive', transitions: [{ storageClass: StorageClass.GLACIER, transitionAfter: Duration.days(90) }] }],
  });

  expect(goldenTemplate(stack)).toMatchSnapshot();
});
