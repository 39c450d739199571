/**
 * Whether an ARN matches a pattern, as `ArnLike` decides it: segment by segment, `*` and `?` within a segment, and
 * the last segment takes everything that follows the fifth colon.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
 * @internal
 */
export function arnLike(pattern: string, arn: string): boolean {
  const [patterns, segments] = [arnSegments(pattern), arnSegments(arn)];
  return patterns.length === segments.length && patterns.every((part, index) => wildcardMatch(part, segments[index]));
}

/**
 * Whether a value matches a pattern with `*` and `?`, as `StringLike` decides it.
 *
 * @internal
 */
export function wildcardMatch(pattern: string, value: string): boolean {
  const source = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*').replace(/\?/g, '.');
  return new RegExp(`^${source}$`, 's').test(value);
}

/**
 * The parts of an ARN.
 *
 * @internal
 */
export interface ArnParts {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly account: string;
  readonly resource: string;
}

/**
 * The parts of an ARN, or undefined if the text is none.
 *
 * @internal
 */
export function parseArn(text: string): ArnParts | undefined {
  const parts = arnSegments(text);
  if (parts.length !== 6 || parts[0] !== 'arn') {
    return undefined;
  }
  const [, partition, service, region, account, resource] = parts;
  return { partition, service, region, account, resource };
}

/**
 * The six segments of an ARN; the last takes everything that follows the fifth colon.
 *
 * @internal
 */
export function arnSegments(arn: string): string[] {
  const parts = arn.split(':');
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')];
}
