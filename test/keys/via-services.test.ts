import type { App } from 'aws-cdk-lib/core';
import { CustomerManagedKey } from '../../src/keys/customer-managed-key';
import { ViaService } from '../../src/services/via-service';
import { testStack, testStacks } from '../support/apps';
import { bucket, lambda, queue, table, tableV2, topic } from '../support/wirings';

const PROTECTED = {
  s3: bucket,
  sqs: queue,
  sns: topic,
  dynamodb: table,
  lambda: lambda,
} as const;

describe('a resource that the key protects', () => {
  test.each(Object.entries(PROTECTED))('is fine where its service %s is in the scope', (service, make) => {
    const stack = testStack();
    const key = new CustomerManagedKey(stack, 'Key', { viaServices: [ViaService.of(service), ViaService.RDS] });

    make(stack, key);

    expect(() => (stack.node.root as App).synth()).not.toThrow();
  });

  test.each(Object.entries(PROTECTED))('fails where its service %s is out of the scope', (service, make) => {
    const stack = testStack();
    const key = new CustomerManagedKey(stack, 'Key', { viaServices: [ViaService.RDS] });

    make(stack, key);

    expect(() => (stack.node.root as App).synth()).toThrow(new RegExp(`\\[cdk-kms-constructs:ViaServiceOutOfScope\\] Stack/.*'${service}'.*rds`));
  });

  test('fails where it is in another stack', () => {
    const { keys, app } = testStacks();
    const key = new CustomerManagedKey(keys, 'Key', { viaServices: [ViaService.S3] });

    queue(app, key);

    expect(() => (app.node.root as App).synth()).toThrow('[cdk-kms-constructs:ViaServiceOutOfScope] App/Queue/Resource');
  });

  test('fails with every resource out of scope at once', () => {
    const stack = testStack();
    const key = new CustomerManagedKey(stack, 'Key', { viaServices: [ViaService.S3] });

    queue(stack, key);
    tableV2(stack, key);

    expect(() => (stack.node.root as App).synth()).toThrow(/Stack\/Queue\/Resource[^]*Stack\/Table\/Resource/);
  });
});

test.each([
  [ViaService.DYNAMODB, 'dynamodb'],
  [ViaService.EBS, 'ec2'],
  [ViaService.ECR, 'ecr'],
  [ViaService.EFS, 'elasticfilesystem'],
  [ViaService.EVENTBRIDGE, 'events'],
  [ViaService.FIREHOSE, 'firehose'],
  [ViaService.KINESIS, 'kinesis'],
  [ViaService.LAMBDA, 'lambda'],
  [ViaService.LOGS, 'logs'],
  [ViaService.RDS, 'rds'],
  [ViaService.S3, 's3'],
  [ViaService.SECRETS_MANAGER, 'secretsmanager'],
  [ViaService.SNS, 'sns'],
  [ViaService.SQS, 'sqs'],
  [ViaService.SSM, 'ssm'],
  [ViaService.STEP_FUNCTIONS, 'states'],
])('a service has its name in kms:ViaService: %#', (service, name) => {
  expect(service.name).toBe(name);
});
