import { DEVELOPER_TOOLS } from '../../../src/services/rows/developer-tools';
import { rowTests, type RowFacts } from './row-tests';

/** kms:Encrypt, kms:Decrypt, kms:ReEncrypt*, kms:GenerateDataKey* and kms:DescribeKey, in full. */
const USE = [
  'kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt',
  'kms:GenerateDataKey', 'kms:GenerateDataKeyPair', 'kms:GenerateDataKeyPairWithoutPlaintext', 'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom', 'kms:ReEncryptTo',
];

const RESOURCES: RowFacts = [
  ['AWS::CodeBuild::Project', {
    keyProperties: ['EncryptionKey'],
    viaService: 's3',
    send: USE,
    receive: ['kms:Decrypt', 'kms:DescribeKey'],
    create: ['kms:DescribeKey'],
    documentedAs: 'kms:GenerateDataKey*, kms:ReEncrypt*',
    context: ['aws:s3:arn'],
    grants: 'none',
  }],
  ['AWS::CodePipeline::Pipeline', {
    keyProperties: ['ArtifactStore.EncryptionKey.Id'],
    replicas: { within: 'ArtifactStores.*', key: 'ArtifactStore.EncryptionKey.Id', region: 'Region' },
    viaService: 's3',
    send: USE,
    receive: ['kms:Decrypt', 'kms:DescribeKey'],
    create: ['kms:DescribeKey'],
    documentedAs: 'kms:GenerateDataKey*, kms:ReEncrypt*',
    context: ['aws:s3:arn'],
    grants: 'none',
  }],
];

const CALLERS: RowFacts = [
  ['AWS::CodeBuild::Project: a build encrypts its artifacts', {
    keys: ['EncryptionKey'], actions: USE, documentedAs: 'kms:GenerateDataKey*, kms:ReEncrypt*', role: 'ServiceRole',
  }],
  ['AWS::CodePipeline::Pipeline: a pipeline encrypts its artifacts', {
    keys: ['ArtifactStore.EncryptionKey.Id', 'ArtifactStores.*.ArtifactStore.EncryptionKey.Id'],
    actions: USE,
    documentedAs: 'kms:GenerateDataKey*, kms:ReEncrypt*',
    role: 'RoleArn',
  }],
];

rowTests(DEVELOPER_TOOLS, RESOURCES, CALLERS);
