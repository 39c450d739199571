import { COMPUTE } from '../../../src/services/rows/compute';
import { rowTests, type RowFacts } from './row-tests';

const RESOURCES: RowFacts = [
  ['AWS::Lambda::Function', {
    keyProperties: ['KmsKeyArn', 'Code.SourceKMSKeyArn'],
    viaService: 'lambda',
    send: [],
    receive: [],
    create: ['kms:CreateGrant', 'kms:Decrypt', 'kms:Encrypt'],
    context: ['aws:lambda:FunctionArn'],
    grants: 'service',
  }],
  ['AWS::StepFunctions::StateMachine', {
    keyProperties: ['EncryptionConfiguration.KmsKeyId'],
    viaService: 'states',
    send: [],
    receive: ['kms:Decrypt'],
    receivedBy: [
      'states:DescribeExecution',
      'states:DescribeStateMachine',
      'states:DescribeStateMachineForExecution',
      'states:GetExecutionHistory',
      'states:StartSyncExecution',
    ],
    completesUsers: true,
    create: ['kms:DescribeKey', 'kms:GenerateDataKey'],
    context: ['aws:states:stateMachineArn'],
    grants: 'none',
  }],
  ['AWS::StepFunctions::Activity', {
    keyProperties: ['EncryptionConfiguration.KmsKeyId'],
    viaService: 'states',
    send: [],
    receive: ['kms:Decrypt'],
    receivedBy: ['states:GetActivityTask'],
    completesUsers: true,
    create: ['kms:DescribeKey'],
    context: ['aws:states:activityArn'],
    grants: 'none',
  }],
  ['AWS::ECS::Cluster', {
    keyProperties: ['Configuration.ManagedStorageConfiguration.FargateEphemeralStorageKmsKeyId'],
    send: [],
    receive: [],
    create: ['kms:DescribeKey'],
    context: ['aws:ecs:clusterAccount', 'aws:ecs:clusterName'],
    grants: 'service',
    multiRegionUnsupported: 'AWS Fargate takes single-Region keys for ephemeral storage only',
  }],
  ['AWS::ECR::Repository', {
    keyProperties: ['EncryptionConfiguration.KmsKey'],
    viaService: 'ecr',
    send: [],
    receive: [],
    create: ['kms:CreateGrant', 'kms:DescribeKey', 'kms:RetireGrant'],
    grants: 'service',
  }],
  ['AWS::EKS::Cluster', {
    keyProperties: ['EncryptionConfig.*.Provider.KeyArn'],
    send: [],
    receive: [],
    create: ['kms:CreateGrant', 'kms:DescribeKey'],
    grants: 'principal',
  }],
];

const CALLERS: RowFacts = [
  ['AWS::Lambda::Function: a function leaves events that it could not process in a dead-letter queue or topic', {
    targets: ['DeadLetterConfig.TargetArn'], purpose: 'send', role: 'Role',
  }],
  ['AWS::Lambda::EventInvokeConfig: a function sends the record of an invocation to a destination', {
    targets: ['DestinationConfig.OnFailure.Destination', 'DestinationConfig.OnSuccess.Destination'],
    purpose: 'send',
    role: 'FunctionName>Role',
  }],
  ['AWS::Lambda::EventSourceMapping: a function reads a queue or a stream as its event source', {
    targets: ['EventSourceArn'], purpose: 'receive', role: 'FunctionName>Role',
  }],
  ['AWS::Lambda::EventSourceMapping: an event source mapping sends records that it could not process to a destination', {
    targets: ['DestinationConfig.OnFailure.Destination'], purpose: 'send', role: 'FunctionName>Role',
  }],
  ['AWS::Lambda::Function: the code package of a function is encrypted', {
    id: 'lambda-code',
    keys: ['Code.SourceKMSKeyArn'],
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    principal: 'lambda.amazonaws.com',
    binding: { context: { 'aws:lambda:FunctionArn': 'arn:{partition}:lambda:{region}:{account}:function:*' } },
  }],
  ['AWS::Lambda::EventSourceMapping: the filter criteria of an event source mapping are encrypted', {
    id: 'lambda-filter-criteria',
    keys: ['KmsKeyArn'],
    actions: ['kms:Decrypt'],
    // The page of AWS has the regional name: lambda.{region}.amazonaws.com.
    principal: 'lambda.{region}.amazonaws.com',
    cdkPrincipal: 'lambda.amazonaws.com',
    binding: { context: { 'aws:lambda:FunctionArn': 'arn:{partition}:lambda:{region}:{account}:function:*' } },
  }],
  ['AWS::StepFunctions::StateMachine: the tasks of a state machine act on resources', { byPermission: true, role: 'RoleArn' }],
  ['AWS::StepFunctions::StateMachine: the data of a state machine is encrypted', {
    keys: ['EncryptionConfiguration.KmsKeyId'], actions: ['kms:Decrypt', 'kms:GenerateDataKey'], role: 'RoleArn',
  }],
  ['AWS::StepFunctions::StateMachine: the log of an encrypted state machine is delivered', {
    id: 'state-machine-logs',
    where: [{ property: 'LoggingConfiguration.Destinations', is: 'present' }],
    keys: ['EncryptionConfiguration.KmsKeyId'],
    actions: ['kms:Decrypt'],
    principal: 'delivery.logs.amazonaws.com',
    binding: { context: { SourceArn: 'arn:{partition}:logs:{region}:{account}:*' } },
  }],
  ['AWS::ECS::Cluster: the ephemeral storage of tasks is encrypted', {
    id: 'fargate-ephemeral-storage',
    keys: ['Configuration.ManagedStorageConfiguration.FargateEphemeralStorageKmsKeyId'],
    actions: ['kms:GenerateDataKeyWithoutPlaintext'],
    principal: 'fargate.amazonaws.com',
    binding: { context: { 'aws:ecs:clusterAccount': '{account}' } },
    further: [
      {
        actions: ['kms:CreateGrant'],
        binding: { context: { 'aws:ecs:clusterAccount': '{account}' } },
        conditions: { 'ForAllValues:StringEquals': { 'kms:GrantOperations': ['Decrypt'] } },
      },
    ],
  }],
  ['AWS::ECS::Service: a session of ECS Exec is encrypted', {
    where: [{ property: 'EnableExecuteCommand', is: { value: true } }],
    keys: ['Cluster>Configuration.ExecuteCommandConfiguration.KmsKeyId'],
    actions: ['kms:Decrypt'],
    role: 'TaskDefinition>TaskRoleArn',
  }],
];

rowTests(COMPUTE, RESOURCES, CALLERS);
