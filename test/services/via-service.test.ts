import { Aws, Tokenization } from 'aws-cdk-lib/core';
import { ViaService } from '../../src/services/via-service';

/** The table of the AWS KMS Developer Guide, and `logs`, which the guide of CloudWatch Logs uses. */
const LISTED_BY_KMS = [
  'aiops', 'airflow', 'aoss', 'appfabric', 'appflow', 'apprunner', 'apptest', 'ards', 'athena', 'auditmanager', 'backup',
  'backup-gateway', 'bedrock', 'cassandra', 'chimevoiceconnector', 'cleanrooms-ml', 'codeartifact', 'codeguru-reviewer',
  'comprehend', 'connect', 'custom-packages', 'dax', 'deepracer', 'directoryservice', 'dms', 'docdb-elastic', 'dynamodb',
  'ec2', 'ecr', 'elasticache', 'elasticfilesystem', 'entityresolution', 'es', 'events', 'finspace', 'firehose', 'forecast',
  'fsx', 'geo', 'glue', 'groundstation', 'healthlake', 'importexport', 'iotsitewise', 'kafka', 'kendra', 'kinesis',
  'kinesisvideo', 'lambda', 'lex', 'license-manager', 'logs', 'lookoutequipment', 'lookoutmetrics', 'lookoutvision', 'm2',
  'macie', 'malware-protection', 'managedblockchain', 'mediatailor', 'memorydb', 'mgn', 'monitron', 'mq', 'nimble', 'omics',
  'profile', 'proton', 'qldb', 'rds', 'redshift', 'redshift-serverless', 'rekognition', 's3', 's3tables', 'sagemaker',
  'secretsmanager', 'securitylake', 'ses', 'sns', 'sqlworkbench', 'sqs', 'ssm', 'ssm-contacts', 'ssm-incidents', 'states',
  'storagegateway', 'thinclient', 'timestream', 'translate', 'verified-access', 'wisdom', 'workmail', 'workspaces',
  'workspaces-web', 'xray',
];

const STATICS: Array<[string, ViaService, string]> = [
  ['DYNAMODB', ViaService.DYNAMODB, 'dynamodb.*.amazonaws.com'],
  ['EBS', ViaService.EBS, 'ec2.eu-west-1.amazonaws.com'],
  ['ECR', ViaService.ECR, 'ecr.eu-west-1.amazonaws.com'],
  ['EFS', ViaService.EFS, 'elasticfilesystem.eu-west-1.amazonaws.com'],
  ['EVENTBRIDGE', ViaService.EVENTBRIDGE, 'events.eu-west-1.amazonaws.com'],
  ['FIREHOSE', ViaService.FIREHOSE, 'firehose.eu-west-1.amazonaws.com'],
  ['KINESIS', ViaService.KINESIS, 'kinesis.eu-west-1.amazonaws.com'],
  ['LAMBDA', ViaService.LAMBDA, 'lambda.eu-west-1.amazonaws.com'],
  ['LOGS', ViaService.LOGS, 'logs.eu-west-1.amazonaws.com'],
  ['RDS', ViaService.RDS, 'rds.eu-west-1.amazonaws.com'],
  ['S3', ViaService.S3, 's3.eu-west-1.amazonaws.com'],
  ['SECRETS_MANAGER', ViaService.SECRETS_MANAGER, 'secretsmanager.eu-west-1.amazonaws.com'],
  ['SNS', ViaService.SNS, 'sns.eu-west-1.amazonaws.com'],
  ['SQS', ViaService.SQS, 'sqs.eu-west-1.amazonaws.com'],
  ['SSM', ViaService.SSM, 'ssm.eu-west-1.amazonaws.com'],
  ['STEP_FUNCTIONS', ViaService.STEP_FUNCTIONS, 'states.eu-west-1.amazonaws.com'],
];

test.each(STATICS)('%s has the value that AWS KMS sends', (_, service, value) => {
  expect(service._value('eu-west-1')).toBe(value);
  expect(service._isKnown).toBe(true);
});

test('no static is missing from this test', () => {
  const names = Object.entries(ViaService).filter(([, value]) => value instanceof ViaService).map(([name]) => name).sort();

  expect(names).toEqual(STATICS.map(([name]) => name).sort());
});

test('the suffix is the same in every partition', () => {
  expect(ViaService.S3._value('cn-north-1')).toBe('s3.cn-north-1.amazonaws.com');
});

test('a Region that is a token stays one', () => {
  const value = ViaService.S3._value(Aws.REGION);

  expect(Tokenization.reverseString(value).mapTokens({ mapToken: () => '<region>' }).join({ join: (left, right) => `${left}${right}` })).toBe('s3.<region>.amazonaws.com');
});

describe('of', () => {
  test('takes any other service', () => {
    const service = ViaService.of('athena');

    expect(service.name).toBe('athena');
    expect(service._value('eu-west-1')).toBe('athena.eu-west-1.amazonaws.com');
  });

  test('covers every Region of DynamoDB too', () => {
    expect(ViaService.of('dynamodb')._value('eu-west-1')).toBe('dynamodb.*.amazonaws.com');
  });

  test.each(LISTED_BY_KMS)('knows %s', (name) => {
    expect(ViaService.of(name)._isKnown).toBe(true);
  });

  test.each(['eks', 'cloudtrail', 'codebuild', 'config', 'scheduler', 'S3', 's3.eu-west-1.amazonaws.com', 's3.amazonaws.com', 'toString', '*', ''])(
    'does not know %j, which KMS does not list',
    (name) => {
      expect(ViaService.of(name)._isKnown).toBe(false);
    },
  );
});
