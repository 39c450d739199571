/**
 * The numbers of AWS Secrets Manager that the patterns check and choose from.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html
 * @internal
 */
export const SECRET_STANDARD = {
  nameLength: 512,
  /** What AWS Secrets Manager adds to the name in the ARN: a hyphen and six characters. */
  arnSuffix: '-??????',
} as const;
