import { DELIVERY } from '../../../src/services/rows/delivery';
import { rowTests, type RowFacts } from './row-tests';

/** kms:GenerateDataKey*, in full. */
const DATA_KEYS = [
  'kms:GenerateDataKey', 'kms:GenerateDataKeyPair', 'kms:GenerateDataKeyPairWithoutPlaintext', 'kms:GenerateDataKeyWithoutPlaintext',
];

const RESOURCES: RowFacts = [
  ['AWS::Route53::KeySigningKey', {
    keyProperties: ['KeyManagementServiceArn'],
    send: [],
    receive: [],
    create: [],
    grants: 'service',
    unsuitable: 'DNSSEC signs with an asymmetric key of spec ECC_NIST_P256 in us-east-1',
  }],
];

const CALLERS: RowFacts = [
  ['AWS::CloudFront::Distribution: a distribution reads a bucket by origin access control', {
    id: 'cloudfront-origin-access',
    within: 'DistributionConfig.Origins.*',
    where: [{ property: 'OriginAccessControlId', is: 'present' }],
    targets: ['DomainName'],
    targetTypes: ['AWS::S3::Bucket'],
    purpose: 'receive',
    principal: 'cloudfront.amazonaws.com',
    binding: { sourceArn: 'arn:{partition}:cloudfront::{account}:distribution/*' },
  }],
  ['AWS::CloudFront::Distribution: the standard log (legacy) of a distribution is delivered to a bucket', {
    id: 'cloudfront-logs',
    targets: ['DistributionConfig.Logging.Bucket'],
    targetTypes: ['AWS::S3::Bucket'],
    actions: [
      'kms:Decrypt',
      'kms:GenerateDataKey',
      'kms:GenerateDataKeyPair',
      'kms:GenerateDataKeyPairWithoutPlaintext',
      'kms:GenerateDataKeyWithoutPlaintext',
    ],
    documentedAs: 'kms:GenerateDataKey*',
    principal: 'delivery.logs.amazonaws.com',
    binding: { unsupported: 'no source is documented for the legacy standard log of Amazon CloudFront' },
  }],
  ['AWS::SES::ReceiptRule: received mail is delivered to a bucket', {
    id: 'ses-to-bucket',
    within: 'Rule.Actions.*.S3Action',
    where: [{ property: 'IamRoleArn', is: 'absent' }],
    targets: ['BucketName'],
    targetTypes: ['AWS::S3::Bucket'],
    actions: [
      'kms:Decrypt',
      'kms:GenerateDataKey',
      'kms:GenerateDataKeyPair',
      'kms:GenerateDataKeyPairWithoutPlaintext',
      'kms:GenerateDataKeyWithoutPlaintext',
    ],
    documentedAs: 'kms:GenerateDataKey*',
    principal: 'ses.amazonaws.com',
    binding: { sourceAccount: true, sourceArn: 'arn:{partition}:ses:{region}:{account}:receipt-rule-set/*' },
  }],
  ['AWS::SES::ReceiptRule: received mail is delivered to a bucket with a role', {
    within: 'Rule.Actions.*.S3Action',
    targets: ['BucketName'],
    targetTypes: ['AWS::S3::Bucket'],
    actions: ['kms:Decrypt', ...DATA_KEYS],
    documentedAs: 'kms:GenerateDataKey*',
    role: 'IamRoleArn',
  }],
  ['AWS::SES::ReceiptRule: received mail is encrypted before it is delivered', {
    id: 'ses-key',
    within: 'Rule.Actions.*.S3Action',
    where: [{ property: 'IamRoleArn', is: 'absent' }],
    keys: ['KmsKeyArn'],
    actions: DATA_KEYS,
    documentedAs: 'kms:GenerateDataKey*',
    principal: 'ses.amazonaws.com',
    binding: { sourceAccount: true, sourceArn: 'arn:{partition}:ses:{region}:{account}:receipt-rule-set/*' },
  }],
  ['AWS::SES::ReceiptRule: received mail is encrypted with a role before it is delivered', {
    within: 'Rule.Actions.*.S3Action',
    keys: ['KmsKeyArn'],
    actions: DATA_KEYS,
    documentedAs: 'kms:GenerateDataKey*',
    role: 'IamRoleArn',
  }],
  ['AWS::SES::ReceiptRule: the receipt of mail is told to a topic', {
    id: 'ses-receipts-to-topic',
    targets: ['Rule.Actions.*.S3Action.TopicArn', 'Rule.Actions.*.SNSAction.TopicArn'],
    targetTypes: ['AWS::SNS::Topic'],
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    principal: 'ses.amazonaws.com',
    binding: { sourceAccount: true },
  }],
  ['AWS::ElasticLoadBalancingV2::LoadBalancer: access logs of an Application Load Balancer are delivered to a bucket', {
    where: [{ property: 'Type', is: { value: 'application', isDefault: true } }],
    targets: ['LoadBalancerAttributes.*.Value'],
    targetTypes: ['AWS::S3::Bucket'],
    undelivered: 'an Application Load Balancer delivers only to buckets that are encrypted with SSE-S3',
  }],
];

rowTests(DELIVERY, RESOURCES, CALLERS);
