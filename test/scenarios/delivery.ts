import { Distribution } from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { BuildSpec, PipelineProject, Project } from 'aws-cdk-lib/aws-codebuild';
import { Artifact, Pipeline } from 'aws-cdk-lib/aws-codepipeline';
import { CodeBuildAction, S3SourceAction } from 'aws-cdk-lib/aws-codepipeline-actions';
import { DetailType, NotificationRule } from 'aws-cdk-lib/aws-codestarnotifications';
import { CfnLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { HostedZone, KeySigningKey } from 'aws-cdk-lib/aws-route53';
import { CfnConfigurationSetEventDestination, ReceiptRuleSet } from 'aws-cdk-lib/aws-ses';
import { S3, Sns } from 'aws-cdk-lib/aws-ses-actions';
import { bucket, topic } from '../support/wirings';
import { ACCOUNT_ONLY, ANY_DATA_KEY, DECRYPT, FULL, PUBLISH, READ_WRITE, SEND, accountAndArn, arnOnly, letIn } from './expected';
import type { Scenario } from './scenario';

const RECEIPT_RULE = accountAndArn('ses:eu-west-1:111111111111:receipt-rule-set/*');

const DISTRIBUTION = letIn('cloudfront.amazonaws.com', DECRYPT, arnOnly('cloudfront::111111111111:distribution/*'));

/** The CDK asks for what SES did in the past, by encryption contexts. */
const MAIL_OF_CDK = letIn('ses.amazonaws.com', ['kms:Encrypt', 'kms:GenerateDataKey'], {
  Null: { 'kms:EncryptionContext:aws:ses:message-id': 'false', 'kms:EncryptionContext:aws:ses:rule-name': 'false' },
  StringEquals: { 'kms:EncryptionContext:aws:ses:source-account': '<AWS::AccountId>' },
});

/** Distributions, mail, builds, pipelines, load balancers and domain names. */
export const DELIVERY: readonly Scenario[] = [
  {
    name: 'distribution reads bucket by origin access control',
    wire: (scope, key) => void new Distribution(scope, 'Distribution', { defaultBehavior: { origin: S3BucketOrigin.withOriginAccessControl(bucket(scope, key)) } }),
    services: [DISTRIBUTION],
  },
  {
    name: 'standard log of a distribution to bucket',
    wire: (scope, key) =>
      void new Distribution(scope, 'Distribution', { defaultBehavior: { origin: new HttpOrigin('example.com') }, enableLogging: true, logBucket: bucket(scope, key) }),
    services: [letIn('delivery.logs.amazonaws.com', PUBLISH)],
    unbound: 'no source is documented for the legacy standard log',
  },
  {
    name: 'received mail to encrypted bucket',
    wire: (scope, key) => void new ReceiptRuleSet(scope, 'Mail', { rules: [{ actions: [new S3({ bucket: bucket(scope, key) })] }] }),
    services: [letIn('ses.amazonaws.com', PUBLISH, RECEIPT_RULE)],
  },
  {
    name: 'encrypted received mail',
    wire: (scope, key) => void new ReceiptRuleSet(scope, 'Mail', { rules: [{ actions: [new S3({ bucket: bucket(scope), kmsKey: key })] }] }),
    services: [letIn('ses.amazonaws.com', ANY_DATA_KEY, RECEIPT_RULE), MAIL_OF_CDK],
  },
  {
    name: 'receipt of mail told to topic',
    wire: (scope, key) => void new ReceiptRuleSet(scope, 'Mail', { rules: [{ actions: [new Sns({ topic: topic(scope, key) })] }] }),
    services: [letIn('ses.amazonaws.com', SEND, ACCOUNT_ONLY)],
  },
  {
    name: 'events of mail to topic',
    wire: (scope, key) => {
      const eventDestination = { matchingEventTypes: ['bounce'], snsDestination: { topicArn: topic(scope, key).topicArn } };
      new CfnConfigurationSetEventDestination(scope, 'Events', { configurationSetName: 'orders', eventDestination });
    },
    services: [letIn('ses.amazonaws.com', PUBLISH, ACCOUNT_ONLY)],
  },
  {
    name: 'build encrypts its artifacts',
    wire: (scope, key) => void new Project(scope, 'Build', { buildSpec: BuildSpec.fromObject({ version: '0.2' }), encryptionKey: key }),
    roles: { 'Build/Role': READ_WRITE },
  },
  {
    name: 'pipeline with encrypted artifacts',
    wire: (scope, key) => {
      const artifact = new Artifact();
      const actions = [new S3SourceAction({ actionName: 'Source', bucket: bucket(scope, undefined, 'Code'), bucketKey: 'code.zip', output: artifact })];
      const project = new PipelineProject(scope, 'Build', { encryptionKey: key });
      const builds = [new CodeBuildAction({ actionName: 'Build', input: artifact, project })];
      const stages = [{ stageName: 'Source', actions }, { stageName: 'Build', actions: builds }];
      new Pipeline(scope, 'Pipeline', { artifactBucket: bucket(scope, key, 'Artifacts'), stages });
    },
    roles: { 'Pipeline/Role': READ_WRITE, 'Pipeline/Source/Source/CodePipelineActionRole': FULL, 'Build/Role': READ_WRITE },
  },
  {
    name: 'notification rule publishes to topic',
    wire: (scope, key) => {
      const source = new PipelineProject(scope, 'Build');
      new NotificationRule(scope, 'Notifications', { source, events: ['codebuild-project-build-state-failed'], targets: [topic(scope, key)], detailType: DetailType.BASIC });
    },
    services: [letIn('codestar-notifications.amazonaws.com', PUBLISH, { StringEquals: { 'kms:ViaService': 'sns.eu-west-1.amazonaws.com' } })],
  },
  {
    name: 'access logs of a load balancer to bucket, which Elastic Load Balancing does not do',
    wire: (scope, key) => {
      const loadBalancerAttributes = [{ key: 'access_logs.s3.enabled', value: 'true' }, { key: 'access_logs.s3.bucket', value: bucket(scope, key).bucketName }];
      new CfnLoadBalancer(scope, 'LoadBalancer', { type: 'application', subnets: ['subnet-1', 'subnet-2'], loadBalancerAttributes });
    },
    warnings: ['deliveryUnsupported'],
  },
  {
    name: 'DNSSEC, which signs with a key of another spec',
    wire: (scope, key) => {
      const hostedZone = new HostedZone(scope, 'Zone', { zoneName: 'example.com' });
      new KeySigningKey(scope, 'SigningKey', { hostedZone, kmsKey: key });
    },
    error: 'ActionImpossible',
    but: {
      // Its spec is not known.
      'imported key': {
        error: undefined,
        services: [
          letIn('dnssec-route53.amazonaws.com', ['kms:DescribeKey', 'kms:GetPublicKey', 'kms:Sign'], ACCOUNT_ONLY),
          letIn('dnssec-route53.amazonaws.com', ['kms:CreateGrant'], { Bool: { 'kms:GrantIsForAWSResource': true } }),
        ],
        warnings: ['serviceUnbound', 'statementLoosened'],
      },
    },
  },
];
