import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';

const s3 = new S3Client();
const dynamodb = new DynamoDBClient();

/**
 * Takes messages about uploads from the queue. One that fails comes back alone; the others of its batch do not.
 */
export async function handler({ Records: messages }) {
  const results = await Promise.allSettled(messages.map(({ body }) => importUploads(JSON.parse(body))));
  const failed = messages.filter((_, index) => results[index].status === 'rejected');
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
}

// Amazon S3 sends a test message without records when the notification is set up.
async function importUploads({ Records: uploads = [] }) {
  for (const { s3: { bucket, object } } of uploads) {
    const key = decodeURIComponent(object.key.replaceAll('+', ' '));
    const { Body: body } = await s3.send(new GetObjectCommand({ Bucket: bucket.name, Key: key, VersionId: object.versionId }));
    const { orderId, ...order } = JSON.parse(await body.transformToString());
    await dynamodb.send(
      new PutItemCommand({ TableName: process.env.TABLE_NAME, Item: { orderId: { S: orderId }, order: { S: JSON.stringify(order) } } }),
    );
  }
}
