/**
 * The numbers of AWS KMS and of this library's defaults: one source for defaults, checks and documentation.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html
 * @internal
 */
export const KEY_STANDARD = {
  /** @see https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html */
  rotationDays: { min: 90, max: 2560, default: 365 },
  /** @see https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html */
  pendingWindowDays: { min: 7, max: 30, retained: 30, ephemeral: 7 },
  /**
   * Days without use before a key protected from deletion may be scheduled for it; the condition key itself has no
   * documented upper bound, ten years is ours.
   *
   * @see https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
   */
  deletionProtectionDays: { min: 1, max: 3650, default: 90 },
  /** @see https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html */
  aliasLength: { min: 1, max: 256 },
  aliasesPerKey: 50,
  descriptionLength: 8192,
  /** A key policy's size, and the share of it from which we warn. */
  policyBytes: 32_768,
  policyWarningShare: 0.8,
} as const;

/**
 * The length of what CloudFormation fills in at deployment, at its longest.
 *
 * @internal
 */
export const LONGEST = {
  accountId: '123456789012'.length,
  partition: 'aws-us-gov'.length,
  region: 'us-isof-south-1'.length,
  urlSuffix: 'amazonaws.com.cn'.length,
  /** A role's path takes up to 512 characters, its name up to 64. */
  roleArn: 'arn:aws-us-gov:iam::123456789012:role'.length + 512 + 64,
  /** Anything else, such as the value of a parameter. */
  value: 4096,
} as const;
