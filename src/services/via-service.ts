/**
 * Services that call AWS KMS with the credentials of their caller and so send `kms:ViaService`, by the name that
 * stands before the Region in its value. EKS and CloudTrail do not appear in KMS's list: a scope cannot name them.
 * `logs` stands in the guide of Amazon CloudWatch Logs instead.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
 * @internal
 */
export const VIA_SERVICE_NAMES: readonly string[] = [
  'aiops', 'airflow', 'aoss', 'appfabric', 'appflow', 'apprunner', 'apptest', 'ards', 'athena', 'auditmanager',
  'backup', 'backup-gateway', 'bedrock', 'cassandra', 'chimevoiceconnector', 'cleanrooms-ml', 'codeartifact',
  'codeguru-reviewer', 'comprehend', 'connect', 'custom-packages', 'dax', 'deepracer', 'directoryservice', 'dms',
  'docdb-elastic', 'dynamodb', 'ec2', 'ecr', 'elasticache', 'elasticfilesystem', 'entityresolution', 'es', 'events',
  'finspace', 'firehose', 'forecast', 'fsx', 'geo', 'glue', 'groundstation', 'healthlake', 'importexport',
  'iotsitewise', 'kafka', 'kendra', 'kinesis', 'kinesisvideo', 'lambda', 'lex', 'license-manager', 'logs',
  'lookoutequipment', 'lookoutmetrics', 'lookoutvision', 'm2', 'macie', 'malware-protection', 'managedblockchain',
  'mediatailor', 'memorydb', 'mgn', 'monitron', 'mq', 'nimble', 'omics', 'profile', 'proton', 'qldb', 'rds',
  'redshift', 'redshift-serverless', 'rekognition', 's3', 's3tables', 'sagemaker', 'secretsmanager', 'securitylake',
  'ses', 'sns', 'sqlworkbench', 'sqs', 'ssm', 'ssm-contacts', 'ssm-incidents', 'states', 'storagegateway',
  'thinclient', 'timestream', 'translate', 'verified-access', 'wisdom', 'workmail', 'workspaces', 'workspaces-web',
  'xray',
];

/**
 * Services that also call KMS from another Region, for replicas of their own.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
 */
const CROSS_REGION_NAMES: readonly string[] = ['dynamodb'];

/**
 * An AWS service through which a key may be used: the scope of `kms:ViaService`.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
 */
export class ViaService {
  /** Amazon DynamoDB. Its value covers every Region, since global tables call KMS across Regions. */
  public static readonly DYNAMODB = new ViaService('dynamodb');
  /** Amazon EBS, through Amazon EC2. */
  public static readonly EBS = new ViaService('ec2');
  /** Amazon Elastic Container Registry. */
  public static readonly ECR = new ViaService('ecr');
  /** Amazon Elastic File System. */
  public static readonly EFS = new ViaService('elasticfilesystem');
  /** Amazon EventBridge. */
  public static readonly EVENTBRIDGE = new ViaService('events');
  /** Amazon Data Firehose. */
  public static readonly FIREHOSE = new ViaService('firehose');
  /** Amazon Kinesis Data Streams. */
  public static readonly KINESIS = new ViaService('kinesis');
  /** AWS Lambda. */
  public static readonly LAMBDA = new ViaService('lambda');
  /** Amazon CloudWatch Logs. */
  public static readonly LOGS = new ViaService('logs');
  /** Amazon RDS, Amazon Aurora and Amazon Neptune. */
  public static readonly RDS = new ViaService('rds');
  /** Amazon S3. */
  public static readonly S3 = new ViaService('s3');
  /** AWS Secrets Manager. */
  public static readonly SECRETS_MANAGER = new ViaService('secretsmanager');
  /** Amazon SNS. */
  public static readonly SNS = new ViaService('sns');
  /** Amazon SQS. */
  public static readonly SQS = new ViaService('sqs');
  /** AWS Systems Manager Parameter Store. */
  public static readonly SSM = new ViaService('ssm');
  /** AWS Step Functions. */
  public static readonly STEP_FUNCTIONS = new ViaService('states');

  /**
   * Any other service, by the name that stands before the Region in the value of `kms:ViaService`, such as `athena`.
   *
   * A name that KMS does not list is an error of the key that it is given to.
   *
   * @param name the name without Region and domain
   */
  public static of(name: string): ViaService {
    return new ViaService(name);
  }

  private constructor(
    /** The name that stands before the Region, such as `s3`. */
    public readonly name: string,
  ) {}

  /**
   * Whether KMS lists the service for `kms:ViaService`.
   *
   * @internal
   */
  public get _isKnown(): boolean {
    return VIA_SERVICE_NAMES.includes(this.name);
  }

  /**
   * The value of `kms:ViaService`. The suffix is `amazonaws.com` in every partition.
   *
   * @internal
   */
  public _value(region: string): string {
    return `${this.name}.${CROSS_REGION_NAMES.includes(this.name) ? '*' : region}.amazonaws.com`;
  }
}
