/**
 * The numbers of Amazon SQS that the patterns check and choose from.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html
 * @internal
 */
export const QUEUE_STANDARD = {
  /** @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html */
  dataKeyReuseSeconds: { min: 60, max: 86_400, default: 3_600 },
  nameLength: 80,
  fifoSuffix: '.fifo',
  maxReceiveCount: { min: 1, max: 1_000, default: 3 },
  deadLetterRetentionDays: 14,
} as const;
