import { AttributeType, StreamViewType } from 'aws-cdk-lib/aws-dynamodb';
import { EncryptedTable } from '../../src/patterns/encrypted-table';
import { testStack } from '../support/apps';
import { goldenTemplate } from '../support/golden-template';

test('an encrypted table with a sort key, an index and a stream', () => {
  const stack = testStack();

  new EncryptedTable(stack, 'Orders', {
    partitionKey: { name: 'id', type: AttributeType.STRING },
    sortKey: { name: 'at', type: AttributeType.NUMBER },
    timeToLiveAttribute: 'expires',
    dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES,
    globalSecondaryIndexes: [{ indexName: 'byBuyer', partitionKey: { name: 'buyer', type: AttributeType.STRING } }],
  });

  expect(goldenTemplate(stack)).toMatchSnapshot();
});
