import { SERVICE_CALLERS, bindingFor, type ServiceCaller } from '../../src/services/service-callers';

const ROWS: ServiceCaller[] = [
  {
    type: 'AWS::S3::Bucket',
    targets: ['NotificationConfiguration.QueueConfigurations.*.Queue', 'NotificationConfiguration.TopicConfigurations.*.Topic'],
    purpose: 'send',
    principal: 's3.amazonaws.com',
    binding: { sourceAccount: true },
    see: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html',
  },
  {
    type: 'Custom::S3BucketNotifications',
    targets: [
      'NotificationConfiguration.QueueConfigurations.*.QueueArn',
      'NotificationConfiguration.TopicConfigurations.*.TopicArn',
    ],
    purpose: 'send',
    principal: 's3.amazonaws.com',
    source: 'BucketName',
    binding: { sourceAccount: true },
    see: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html',
  },
  {
    type: 'AWS::SNS::Subscription',
    targets: ['Endpoint', 'RedrivePolicy.deadLetterTargetArn'],
    purpose: 'send',
    principal: 'sns.amazonaws.com',
    source: 'TopicArn',
    binding: { sourceAccount: true, sourceArn: 'sns:{region}:{account}:*' },
    optInPrincipal: 'sns',
    see: 'https://docs.aws.amazon.com/sns/latest/dg/sns-enable-encryption-for-topic-sqs-queue-subscriptions.html',
  },
  {
    type: 'AWS::CloudWatch::Alarm',
    targets: ['AlarmActions.*', 'OKActions.*', 'InsufficientDataActions.*'],
    purpose: 'send',
    principal: 'cloudwatch.amazonaws.com',
    binding: { sourceAccount: true, sourceArn: 'cloudwatch:{region}:{account}:alarm:*' },
    see: 'https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html',
  },
  {
    type: 'AWS::CloudWatch::CompositeAlarm',
    targets: ['AlarmActions.*', 'OKActions.*', 'InsufficientDataActions.*'],
    purpose: 'send',
    principal: 'cloudwatch.amazonaws.com',
    binding: { sourceAccount: true, sourceArn: 'cloudwatch:{region}:{account}:alarm:*' },
    see: 'https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html',
  },
  {
    type: 'AWS::Events::Rule',
    targets: ['Targets.*.Arn', 'Targets.*.DeadLetterConfig.Arn'],
    purpose: 'send',
    principal: 'events.amazonaws.com',
    binding: { sourceAccount: true },
    bindingByTarget: {
      'AWS::SNS::Topic': {
        sourceAccount: false,
        unsupported: 'EventBridge sends neither aws:SourceAccount, aws:SourceArn nor aws:SourceOrgID to an encrypted topic',
      },
    },
    see: 'https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html',
  },
  {
    type: 'AWS::Lambda::Function',
    targets: ['DeadLetterConfig.TargetArn'],
    purpose: 'send',
    role: 'Role',
    see: 'https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html',
  },
  {
    type: 'AWS::Lambda::EventInvokeConfig',
    targets: ['DestinationConfig.OnFailure.Destination', 'DestinationConfig.OnSuccess.Destination'],
    purpose: 'send',
    role: 'FunctionName>Role',
    see: 'https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html',
  },
  {
    type: 'AWS::Lambda::EventSourceMapping',
    targets: ['EventSourceArn'],
    purpose: 'receive',
    role: 'FunctionName>Role',
    see: 'https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html',
  },
  {
    type: 'AWS::Lambda::EventSourceMapping',
    targets: ['DestinationConfig.OnFailure.Destination'],
    purpose: 'send',
    role: 'FunctionName>Role',
    see: 'https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html',
  },
];

test.each(ROWS)('the row of $type that may $purpose by $targets', (expected) => {
  const rows = SERVICE_CALLERS.filter(({ type, targets }) => type === expected.type && targets[0] === expected.targets[0]);

  expect(rows).toEqual([expected]);
});

test('no row is missing from this test', () => {
  expect(SERVICE_CALLERS).toHaveLength(10);
});

test.each(SERVICE_CALLERS)('in the row of $type and $targets either a bound service acts or a role', ({ principal, binding, role }) => {
  const [service, bound, byRole] = [principal !== undefined, binding !== undefined, role !== undefined];

  expect([service, bound, byRole]).toEqual(byRole ? [false, false, true] : [true, true, false]);
});

test('EventBridge to an encrypted topic is the only binding that AWS does not support', () => {
  const unsupported = SERVICE_CALLERS.flatMap(({ type, binding, bindingByTarget }) =>
    Object.entries({ 'any target': binding, ...bindingByTarget })
      .filter(([, bindingOfTarget]) => bindingOfTarget && !bindingOfTarget.sourceAccount && !bindingOfTarget.sourceArn)
      .map(([target, bindingOfTarget]) => [type, target, typeof bindingOfTarget?.unsupported]),
  );

  expect(unsupported).toEqual([['AWS::Events::Rule', 'AWS::SNS::Topic', 'string']]);
});

describe('bindingFor', () => {
  const rule = SERVICE_CALLERS.find(({ type }) => type === 'AWS::Events::Rule')!;
  const bucket = SERVICE_CALLERS.find(({ type }) => type === 'AWS::S3::Bucket')!;
  const deadLetters = SERVICE_CALLERS.find(({ type }) => type === 'AWS::Lambda::Function')!;

  test("is the target's own where it has one", () => {
    expect(bindingFor(rule, 'AWS::SNS::Topic')).toMatchObject({ sourceAccount: false });
  });

  test.each([
    [rule, 'AWS::SQS::Queue'],
    [bucket, 'AWS::SNS::Topic'],
  ])("is the row's where the target has none", (row, targetType) => {
    expect(bindingFor(row, targetType)).toEqual({ sourceAccount: true });
  });

  test('is none where a role acts', () => {
    expect(bindingFor(deadLetters, 'AWS::SQS::Queue')).toBeUndefined();
  });
});
