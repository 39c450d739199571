/**
 * The numbers of Amazon SNS that the patterns check and choose from.
 *
 * @see https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html
 * @internal
 */
export const TOPIC_STANDARD = {
  nameLength: 256,
  fifoSuffix: '.fifo',
  displayNameLength: 100,
} as const;
