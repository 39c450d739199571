/**
 * The numbers of Amazon Kinesis Data Streams that the patterns check and choose from.
 *
 * @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_CreateStream.html
 * @internal
 */
export const STREAM_STANDARD = {
  nameLength: 128,
  /** @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_IncreaseStreamRetentionPeriod.html */
  retentionHours: { min: 24, max: 8_760 },
} as const;
