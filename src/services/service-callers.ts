/**
 * How far the identity of a service's call can be bound, in the words of the AWS page behind the row.
 *
 * @internal
 */
export interface SourceBinding {
  /** `aws:SourceAccount` is sent: the account of the acting resource. */
  readonly sourceAccount: boolean;
  /**
   * The pattern of `aws:SourceArn` after the partition, with `{region}` and `{account}` of the acting resource; absent
   * where the ARN says no more than the account does.
   */
  readonly sourceArn?: string;
  /** Why there is no binding, where AWS documents that none is sent. */
  readonly unsupported?: string;
}

/**
 * A wiring declared by a resource: somebody acts on a target, and so calls KMS for the key of that target.
 *
 * @internal
 */
export interface ServiceCaller {
  /** The CloudFormation type that declares the wiring. */
  readonly type: string;
  /** The properties, as paths, that hold what is acted on. */
  readonly targets: readonly string[];
  /** What is done there: put something in, or take something out. */
  readonly purpose: 'send' | 'receive';
  /** The service principal that acts; absent where a role does. */
  readonly principal?: string;
  /** The path to the role that acts; `>` follows a reference to the resource that has the rest. */
  readonly role?: string;
  /** The property that holds the acting resource, where it is not the declaring one. */
  readonly source?: string;
  /** Only for a service principal. */
  readonly binding?: SourceBinding;
  /** Bindings that differ for a target's type. */
  readonly bindingByTarget?: Readonly<Record<string, SourceBinding>>;
  /**
   * The name before `.<region>.amazonaws.com` of the principal that acts from a Region that is disabled by default,
   * on a target in another Region.
   */
  readonly optInPrincipal?: string;
  /** The AWS page behind the row. */
  readonly see: string;
}

const S3_NOTIFICATIONS = {
  purpose: 'send',
  principal: 's3.amazonaws.com',
  // The ARN of a bucket holds neither account nor Region: a pattern of it would say nothing.
  binding: { sourceAccount: true },
  see: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html',
} as const;

const SNS_DELIVERY = {
  purpose: 'send',
  principal: 'sns.amazonaws.com',
  source: 'TopicArn',
  binding: { sourceAccount: true, sourceArn: 'sns:{region}:{account}:*' },
  optInPrincipal: 'sns',
  see: 'https://docs.aws.amazon.com/sns/latest/dg/sns-enable-encryption-for-topic-sqs-queue-subscriptions.html',
} as const;

const CLOUDWATCH_ALARM = {
  targets: ['AlarmActions.*', 'OKActions.*', 'InsufficientDataActions.*'],
  purpose: 'send',
  principal: 'cloudwatch.amazonaws.com',
  binding: { sourceAccount: true, sourceArn: 'cloudwatch:{region}:{account}:alarm:*' },
  see: 'https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html',
} as const;

/**
 * One row per wiring. Another wiring is another row.
 *
 * @internal
 */
export const SERVICE_CALLERS: readonly ServiceCaller[] = [
  {
    type: 'AWS::S3::Bucket',
    targets: ['NotificationConfiguration.QueueConfigurations.*.Queue', 'NotificationConfiguration.TopicConfigurations.*.Topic'],
    ...S3_NOTIFICATIONS,
  },
  {
    type: 'Custom::S3BucketNotifications',
    targets: [
      'NotificationConfiguration.QueueConfigurations.*.QueueArn',
      'NotificationConfiguration.TopicConfigurations.*.TopicArn',
    ],
    source: 'BucketName',
    ...S3_NOTIFICATIONS,
  },
  { type: 'AWS::SNS::Subscription', targets: ['Endpoint', 'RedrivePolicy.deadLetterTargetArn'], ...SNS_DELIVERY },
  { type: 'AWS::CloudWatch::Alarm', ...CLOUDWATCH_ALARM },
  { type: 'AWS::CloudWatch::CompositeAlarm', ...CLOUDWATCH_ALARM },
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

/**
 * Types of resources that stand for another, by the property that holds it.
 *
 * @internal
 */
export const STANDS_FOR: Readonly<Record<string, string>> = {
  'AWS::Lambda::Alias': 'FunctionName',
  'AWS::Lambda::Version': 'FunctionName',
};

/**
 * The binding of a row for a target's type.
 *
 * @internal
 */
export function bindingFor(row: ServiceCaller, targetType: string): SourceBinding | undefined {
  return row.bindingByTarget?.[targetType] ?? row.binding;
}
