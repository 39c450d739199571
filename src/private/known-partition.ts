import { Token } from 'aws-cdk-lib/core';
import { RegionInfo } from 'aws-cdk-lib/region-info';

/**
 * A value as read, with the partition filled in where a Region tells it, so that its ARNs can be compared and pasted.
 *
 * @internal
 */
export function withKnownPartition<T>(value: T, region: string): T {
  const partition = Token.isUnresolved(region) ? undefined : RegionInfo.get(region).partition;
  return partition ? (filledIn(value, partition) as T) : value;
}

function filledIn(value: any, partition: string): unknown {
  if (Array.isArray(value)) {
    return value.map((element) => filledIn(element, partition));
  }
  if (typeof value === 'string') {
    return value.replaceAll('${AWS::Partition}', partition);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  if (value.Ref === 'AWS::Partition') {
    return partition;
  }
  const filled = Object.fromEntries(Object.entries(value).map(([key, child]) => [key, filledIn(child, partition)]));
  const join: any = filled['Fn::Join'];
  return Array.isArray(join?.[1]) && join[1].every((part: unknown) => typeof part === 'string') ? join[1].join(join[0]) : filled;
}
