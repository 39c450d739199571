/**
 * The numbers of AWS CloudTrail that the patterns check.
 *
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-trail-naming-requirements.html
 * @internal
 */
export const TRAIL_STANDARD = {
  nameLength: { min: 3, max: 128 },
  /** The signs neither next to each other nor at an end. */
  namePattern: /^[A-Za-z0-9]([._-]?[A-Za-z0-9])+$/,
} as const;
