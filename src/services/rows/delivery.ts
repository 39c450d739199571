import { DATA_KEYS } from '../documented-actions';
import type { ServiceRows } from '../service-caller';

const EMAIL = 'https://docs.aws.amazon.com/ses/latest/dg/receiving-email-permissions.html';
const RECEIPT_RULE = 'arn:{partition}:ses:{region}:{account}:receipt-rule-set/*';

const RECEIPT = {
  service: 'Amazon SES',
  type: 'AWS::SES::ReceiptRule',
  within: 'Rule.Actions.*.S3Action',
  documentedAs: 'kms:GenerateDataKey*',
  see: EMAIL,
} as const;
const AS_SERVICE = {
  where: [{ property: 'IamRoleArn', is: 'absent' }],
  principal: 'ses.amazonaws.com',
  binding: { sourceAccount: true, sourceArn: RECEIPT_RULE },
} as const;

/** Content delivery, domain names, mail and load balancers. */
export const DELIVERY: ServiceRows = {
  resources: [
    {
      service: 'Amazon Route 53',
      type: 'AWS::Route53::KeySigningKey',
      keyProperties: ['KeyManagementServiceArn'],
      send: [],
      receive: [],
      create: [],
      grants: 'service',
      unsuitable: 'DNSSEC signs with an asymmetric key of spec ECC_NIST_P256 in us-east-1',
      see: 'https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-configuring-dnssec-cmk-requirements.html',
    },
  ],
  callers: [
    {
      service: 'Amazon CloudFront',
      id: 'cloudfront-origin-access',
      what: 'a distribution reads a bucket by origin access control',
      type: 'AWS::CloudFront::Distribution',
      within: 'DistributionConfig.Origins.*',
      where: [{ property: 'OriginAccessControlId', is: 'present' }],
      targets: ['DomainName'],
      targetTypes: ['AWS::S3::Bucket'],
      purpose: 'receive',
      principal: 'cloudfront.amazonaws.com',
      binding: { sourceArn: 'arn:{partition}:cloudfront::{account}:distribution/*' },
      see: 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html',
    },
    {
      service: 'Amazon CloudFront',
      id: 'cloudfront-logs',
      what: 'the standard log (legacy) of a distribution is delivered to a bucket',
      type: 'AWS::CloudFront::Distribution',
      targets: ['DistributionConfig.Logging.Bucket'],
      targetTypes: ['AWS::S3::Bucket'],
      principal: 'delivery.logs.amazonaws.com',
      actions: ['kms:Decrypt', ...DATA_KEYS],
      documentedAs: 'kms:GenerateDataKey*',
      binding: { unsupported: 'no source is documented for the legacy standard log of Amazon CloudFront' },
      see: 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging-legacy-s3.html',
    },
    {
      ...RECEIPT,
      ...AS_SERVICE,
      id: 'ses-to-bucket',
      what: 'received mail is delivered to a bucket',
      targets: ['BucketName'],
      targetTypes: ['AWS::S3::Bucket'],
      actions: ['kms:Decrypt', ...DATA_KEYS],
    },
    {
      ...RECEIPT,
      what: 'received mail is delivered to a bucket with a role',
      targets: ['BucketName'],
      targetTypes: ['AWS::S3::Bucket'],
      actions: ['kms:Decrypt', ...DATA_KEYS],
      role: 'IamRoleArn',
    },
    { ...RECEIPT, ...AS_SERVICE, id: 'ses-key', what: 'received mail is encrypted before it is delivered', keys: ['KmsKeyArn'], actions: DATA_KEYS },
    { ...RECEIPT, what: 'received mail is encrypted with a role before it is delivered', keys: ['KmsKeyArn'], actions: DATA_KEYS, role: 'IamRoleArn' },
    {
      service: 'Amazon SES',
      id: 'ses-receipts-to-topic',
      what: 'the receipt of mail is told to a topic',
      type: 'AWS::SES::ReceiptRule',
      targets: ['Rule.Actions.*.S3Action.TopicArn', 'Rule.Actions.*.SNSAction.TopicArn'],
      targetTypes: ['AWS::SNS::Topic'],
      principal: 'ses.amazonaws.com',
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      binding: { sourceAccount: true },
      see: EMAIL,
    },
    {
      service: 'Elastic Load Balancing',
      what: 'access logs of an Application Load Balancer are delivered to a bucket',
      type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
      where: [{ property: 'Type', is: { value: 'application', isDefault: true } }],
      targets: ['LoadBalancerAttributes.*.Value'],
      targetTypes: ['AWS::S3::Bucket'],
      undelivered: 'an Application Load Balancer delivers only to buckets that are encrypted with SSE-S3',
      see: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html',
    },
  ],
};
