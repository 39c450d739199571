import { FULL_USE } from '../documented-actions';
import type { ServiceRows } from '../service-caller';

const ARTIFACTS = [...FULL_USE, 'kms:DescribeKey'].sort();
const PIPELINE = {
  service: 'AWS CodePipeline',
  type: 'AWS::CodePipeline::Pipeline',
  actions: ARTIFACTS,
  documentedAs: 'kms:GenerateDataKey*, kms:ReEncrypt*',
  see: 'https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-create-cross-account.html',
} as const;

/** Builds and pipelines. */
export const DEVELOPER_TOOLS: ServiceRows = {
  resources: [
    {
      service: 'AWS CodeBuild',
      type: 'AWS::CodeBuild::Project',
      keyProperties: ['EncryptionKey'],
      viaService: 's3',
      send: ARTIFACTS,
      receive: ['kms:Decrypt', 'kms:DescribeKey'],
      create: ['kms:DescribeKey'],
      documentedAs: 'kms:GenerateDataKey*, kms:ReEncrypt*',
      context: ['aws:s3:arn'],
      grants: 'none',
      see: 'https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-kms.html',
    },
    {
      service: 'AWS CodePipeline',
      type: 'AWS::CodePipeline::Pipeline',
      keyProperties: ['ArtifactStore.EncryptionKey.Id'],
      replicas: { within: 'ArtifactStores.*', key: 'ArtifactStore.EncryptionKey.Id', region: 'Region' },
      viaService: 's3',
      send: ARTIFACTS,
      receive: ['kms:Decrypt', 'kms:DescribeKey'],
      create: ['kms:DescribeKey'],
      documentedAs: 'kms:GenerateDataKey*, kms:ReEncrypt*',
      context: ['aws:s3:arn'],
      grants: 'none',
      see: 'https://docs.aws.amazon.com/codepipeline/latest/userguide/S3-artifact-encryption.html',
    },
  ],
  callers: [
    {
      service: 'AWS CodeBuild',
      what: 'a build encrypts its artifacts',
      type: 'AWS::CodeBuild::Project',
      keys: ['EncryptionKey'],
      actions: ARTIFACTS,
      documentedAs: 'kms:GenerateDataKey*, kms:ReEncrypt*',
      role: 'ServiceRole',
      see: 'https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-kms.html',
    },
    {
      ...PIPELINE,
      what: 'a pipeline encrypts its artifacts',
      keys: ['ArtifactStore.EncryptionKey.Id', 'ArtifactStores.*.ArtifactStore.EncryptionKey.Id'],
      role: 'RoleArn',
    },
  ],
};
