import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, type LogGroupClass, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Stack, Token, TokenComparison } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { KeyRetention } from '../keys/key-retention';
import { Problems, fail } from '../private/errors';
import { encryptedResource } from '../services/service-table';
import { LOG_GROUP_STANDARD } from '../standard/log-group-standard';
import { checkEncryption, encryptionKeyOf, retentionOf } from './pattern-encryption';
import { grantOnResource, grantWithKeys } from './pattern-grants';

const KEY_USE = encryptedResource('AWS::Logs::LogGroup')!;

const WRITE = ['logs:CreateLogStream', 'logs:PutLogEvents'];
const READ = ['logs:DescribeLogStreams', 'logs:FilterLogEvents', 'logs:GetLogEvents', 'logs:GetLogGroupFields'];

/**
 * Properties of an `EncryptedLogGroup`.
 */
export interface EncryptedLogGroupProps {
  /**
   * The key that the log events are encrypted with.
   *
   * @default - a `CustomerManagedKey` of the log group's own
   */
  readonly encryptionKey?: IKey;

  /**
   * What happens to the log group, and to a key of its own, when they leave the template. Data may not outlive its key.
   *
   * How long a log event is kept, is `logRetention`.
   *
   * @default - that of the key if it is a `CustomerManagedKey`, otherwise KeyRetention.retain()
   */
  readonly retention?: KeyRetention;

  /**
   * How long a log event is kept, after which Amazon CloudWatch Logs deletes it; RetentionDays.INFINITE keeps it forever.
   *
   * A year is what AWS Control Tower asks for at least.
   *
   * @see https://docs.aws.amazon.com/controltower/latest/controlreference/cloudwatch-rules.html
   * @default RetentionDays.ONE_YEAR
   */
  readonly logRetention?: RetentionDays;

  /**
   * The name of the log group, of at most 512 letters, digits, `-`, `_`, `/`, `.` and `#`, which does not begin with `aws/`.
   *
   * @default - named by CloudFormation
   */
  readonly logGroupName?: string;

  /**
   * The class of the log group. It cannot be changed later.
   *
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch_Logs_Log_Classes.html
   * @default LogGroupClass.STANDARD
   */
  readonly logGroupClass?: LogGroupClass;
}

/**
 * A log group whose log events are encrypted with a customer managed key and kept for a year.
 *
 * Amazon CloudWatch Logs itself uses the key, as a service of the Region, so that who writes and reads log events needs
 * nothing of it. The key policy of a `CustomerManagedKey` lets the service in for the log groups of the account; for any other
 * key, a warning has the statement to add.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
 */
export class EncryptedLogGroup extends Construct {
  /** The log group. */
  public readonly logGroup: LogGroup;

  /** The key that the log events are encrypted with. */
  public readonly encryptionKey: IKey;

  constructor(scope: Construct, id: string, props: EncryptedLogGroupProps = {}) {
    checkProps(scope, id, props);
    super(scope, id);

    this.encryptionKey = encryptionKeyOf(this, props);
    this.logGroup = new LogGroup(this, 'Resource', {
      encryptionKey: this.encryptionKey,
      logGroupName: props.logGroupName,
      logGroupClass: props.logGroupClass,
      retention: props.logRetention ?? LOG_GROUP_STANDARD.retentionDays,
      removalPolicy: retentionOf(props).removalPolicy,
    });
  }

  /**
   * Lets a principal write log events, and make the log streams that they go to. Nothing of the key is needed.
   *
   * An AWS service is let in by a resource policy of Amazon CloudWatch Logs, of which an account has at most ten in a Region.
   *
   * Throws `LogGroupNotShared` for a principal of another account.
   *
   * @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutResourcePolicy.html
   * @param grantee who writes
   */
  public grantWrite(grantee: IGrantable): Grant {
    this.checkAccount('grantWrite', grantee);
    // Amazon CloudWatch Logs heeds a resource policy for services only, and for writing only.
    const resource = isService(grantee) ? this.logGroup : undefined;
    const grant = grantOnResource(this, { grantee, actions: WRITE, resourceArns: [this.logGroup.logGroupArn], resource });
    return grantWithKeys(this, [grant], grantee, KEY_USE.send, this.encryptionKey);
  }

  /**
   * Lets a principal read log events and list the log streams. Nothing of the key is needed.
   *
   * Throws `LogGroupNotShared` for a principal of another account.
   *
   * @param grantee who reads
   */
  public grantRead(grantee: IGrantable): Grant {
    this.checkAccount('grantRead', grantee);
    const grant = grantOnResource(this, { grantee, actions: READ, resourceArns: [this.logGroup.logGroupArn] });
    return grantWithKeys(this, [grant], grantee, KEY_USE.receive, this.encryptionKey);
  }

  private checkAccount(verb: string, { grantPrincipal }: IGrantable): void {
    const { account } = Stack.of(this);
    const { principalAccount = account } = grantPrincipal;
    if (Token.compareStrings(principalAccount, account) === TokenComparison.DIFFERENT) {
      const fix = `let it assume a role of ${account}, and grant that`;
      fail(this, 'LogGroupNotShared', `'${verb}' must be for a principal of the log group's account, got one of ${principalAccount}; ${fix}`);
    }
  }
}

function isService({ grantPrincipal }: IGrantable): boolean {
  return 'Service' in grantPrincipal.policyFragment.principalJson;
}

function checkProps(scope: Construct, id: string, props: EncryptedLogGroupProps): void {
  const problems = new Problems(scope, id);
  checkEncryption(scope, props, problems);
  const { nameLength } = LOG_GROUP_STANDARD;
  const { logGroupName: name } = props;
  const isName = name === undefined || Token.isUnresolved(name) || (/^(?!aws\/)[\w\-/.#]+$/.test(name) && name.length <= nameLength);
  problems.expect(isName, 'LogGroupNameInvalid', () =>
    `'logGroupName' must have at most ${nameLength} letters, digits, '-', '_', '/', '.' and '#', and not begin with 'aws/', got '${name}'`);
  problems.throwIfAny();
}
