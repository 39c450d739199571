/**
 * The numbers of Amazon CloudWatch Logs that the patterns check and choose from.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html
 * @internal
 */
export const LOG_GROUP_STANDARD = {
  nameLength: 512,
  /** What AWS Control Tower asks for in CT.CLOUDWATCH.PR.3. */
  retentionDays: 365,
} as const;
