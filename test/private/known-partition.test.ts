import { Aws } from 'aws-cdk-lib/core';
import { withKnownPartition } from '../../src/private/known-partition';

const PARTITION = { Ref: 'AWS::Partition' };
const arn = (...parts: unknown[]) => ({ 'Fn::Join': ['', ['arn:', PARTITION, ...parts]] });

describe('the partition is filled in', () => {
  test.each([
    ['eu-west-1', 'arn:aws:iam::111111111111:root'],
    ['cn-north-1', 'arn:aws-cn:iam::111111111111:root'],
    ['us-gov-west-1', 'arn:aws-us-gov:iam::111111111111:root'],
  ])('of %s', (region, expected) => {
    expect(withKnownPartition(arn(':iam::111111111111:root'), region)).toBe(expected);
  });

  test('alone, in a substitution and in a join', () => {
    const value = [PARTITION, { 'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/${AWS::Partition}' }, arn(':s3:::orders')];

    expect(withKnownPartition(value, 'eu-west-1')).toEqual(['aws', { 'Fn::Sub': 'arn:aws:iam::${AWS::AccountId}:role/aws' }, 'arn:aws:s3:::orders']);
  });

  test('wherever it stands in a statement, whose other values stay', () => {
    const statement = {
      Sid: 'Alarms',
      Principal: { AWS: [arn(':iam::111111111111:root'), '222222222222'] },
      Condition: { ArnLike: { 'aws:SourceArn': arn(':sns:eu-west-1:111111111111:*') }, Bool: { 'kms:GrantIsForAWSResource': 'true' } },
      Count: 3,
      Enabled: false,
      Nothing: null,
    };

    expect(withKnownPartition(statement, 'eu-west-1')).toEqual({
      Sid: 'Alarms',
      Principal: { AWS: ['arn:aws:iam::111111111111:root', '222222222222'] },
      Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:sns:eu-west-1:111111111111:*' }, Bool: { 'kms:GrantIsForAWSResource': 'true' } },
      Count: 3,
      Enabled: false,
      Nothing: null,
    });
  });

  test('and what else is not known stays an intrinsic', () => {
    const value = arn(':iam::', { Ref: 'AWS::AccountId' }, ':root');

    expect(withKnownPartition(value, 'eu-west-1')).toEqual({ 'Fn::Join': ['', ['arn:', 'aws', ':iam::', { Ref: 'AWS::AccountId' }, ':root']] });
  });

  test('in a join with something between the parts', () => {
    expect(withKnownPartition({ 'Fn::Join': [':', ['arn', PARTITION, 's3', '', '', 'orders']] }, 'eu-west-1')).toBe('arn:aws:s3:::orders');
  });
});

describe('the partition stays a token', () => {
  test.each([
    ['that is a token', Aws.REGION],
    ['that nobody knows', 'mars-north-1'],
  ])('in a Region %s', (_, region) => {
    const value = arn(':iam::111111111111:root');

    expect(withKnownPartition(value, region)).toEqual({ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::111111111111:root']] });
  });

  test('other references stay too', () => {
    const value = [{ Ref: 'AWS::Region' }, { Ref: 'Partition' }, { 'Fn::Join': [',', { Ref: 'Names' }] }, 'text', undefined];

    expect(withKnownPartition(value, 'eu-west-1')).toEqual([{ Ref: 'AWS::Region' }, { Ref: 'Partition' }, { 'Fn::Join': [',', { Ref: 'Names' }] }, 'text', undefined]);
  });

  test('what is given is not changed', () => {
    const value = arn(':iam::111111111111:root');

    withKnownPartition(value, 'eu-west-1');

    expect(value).toEqual({ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::111111111111:root']] });
  });
});
