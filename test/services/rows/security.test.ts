import { SECURITY } from '../../../src/services/rows/security';
import { rowTests, type RowFacts } from './row-tests';

const RESOURCES: RowFacts = [
  ['AWS::SecretsManager::Secret', {
    keyProperties: ['KmsKeyId'],
    replicas: { within: 'ReplicaRegions.*', key: 'KmsKeyId', region: 'Region' },
    viaService: 'secretsmanager',
    send: ['kms:Decrypt', 'kms:GenerateDataKey'],
    receive: ['kms:Decrypt'],
    sentBy: ['secretsmanager:PutSecretValue', 'secretsmanager:UpdateSecret'],
    receivedBy: ['secretsmanager:BatchGetSecretValue', 'secretsmanager:GetSecretValue'],
    completesUsers: true,
    create: ['kms:Decrypt', 'kms:GenerateDataKey'],
    context: ['SecretARN', 'SecretVersionId'],
    grants: 'none',
  }],
];

const CALLERS: RowFacts = [
  ['AWS::SecretsManager::RotationSchedule: a function rotates a secret', {
    targets: ['SecretId'],
    targetTypes: ['AWS::SecretsManager::Secret'],
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    role: 'RotationLambdaARN>Role',
  }],
];

rowTests(SECURITY, RESOURCES, CALLERS);
