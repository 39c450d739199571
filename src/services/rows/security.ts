import type { ServiceRows } from '../service-caller';

const SECRETS = 'https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html';

/** Secrets. */
export const SECURITY: ServiceRows = {
  resources: [
    {
      service: 'AWS Secrets Manager',
      type: 'AWS::SecretsManager::Secret',
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
      costLever: 'cache the value in its readers',
      see: SECRETS,
    },
  ],
  callers: [
    {
      service: 'AWS Secrets Manager',
      what: 'a function rotates a secret',
      type: 'AWS::SecretsManager::RotationSchedule',
      targets: ['SecretId'],
      targetTypes: ['AWS::SecretsManager::Secret'],
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      role: 'RotationLambdaARN>Role',
      see: 'https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets-required-permissions-function.html',
    },
  ],
};
