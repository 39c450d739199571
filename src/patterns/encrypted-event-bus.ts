import { Archive, EventBus, type CfnArchive, type CfnEventBus, type EventPattern } from 'aws-cdk-lib/aws-events';
import { AccountPrincipal, Grant, PolicyStatement, ServicePrincipal, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Queue, QueueEncryption, RedrivePermission } from 'aws-cdk-lib/aws-sqs';
import { Aws, Duration, Names, Stack, Token, TokenComparison } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { KeyRetention } from '../keys/key-retention';
import { Problems } from '../private/errors';
import { encryptedResource } from '../services/service-table';
import { EVENT_BUS_STANDARD } from '../standard/event-bus-standard';
import { QUEUE_STANDARD } from '../standard/queue-standard';
import { isWiredKey } from '../wiring/wired-key';
import { checkEncryption, encryptionKeyOf, keepPolicies, retentionOf } from './pattern-encryption';
import { allOf, grantOnResource } from './pattern-grants';

const PUT_EVENTS = ['events:PutEvents'];
const QUEUE_KEY_USE = encryptedResource('AWS::SQS::Queue')!;

/**
 * Properties of an `EncryptedEventBus`.
 */
export interface EncryptedEventBusProps {
  /**
   * The key that the events, the dead-letter queue and the archive are encrypted with.
   *
   * @default - a `CustomerManagedKey` of the event bus's own
   */
  readonly encryptionKey?: IKey;

  /**
   * What happens to the event bus, its dead-letter queue, its archive, and to a key of their own, when they leave the
   * template. Data may not outlive its key.
   *
   * @default - that of the key if it is a `CustomerManagedKey`, otherwise KeyRetention.retain()
   */
  readonly retention?: KeyRetention;

  /**
   * The name of the event bus, of at most 256 letters, digits, `.`, `-` and `_`, and not `default`.
   *
   * @default - a unique name from the construct path; the dead-letter queue must know it to take events from this bus only
   */
  readonly eventBusName?: string;

  /**
   * What the event bus is for, in at most 512 characters.
   *
   * @default - none
   */
  readonly description?: string;

  /**
   * Whether the events are archived, so that they can be replayed.
   *
   * @default false
   */
  readonly archived?: boolean;

  /**
   * Which events are archived.
   *
   * @default - all of them
   */
  readonly archiveEventPattern?: EventPattern;

  /**
   * How long the archive keeps an event, in whole days.
   *
   * @default - for ever
   */
  readonly archiveRetentionPeriod?: Duration;
}

/**
 * An event bus with a dead-letter queue, and with an archive if it is asked for, all encrypted with one customer managed
 * key. The dead-letter queue takes events from this bus only.
 *
 * Amazon EventBridge encrypts for whoever puts events, so that they need nothing of the key; who puts rules on the bus, or
 * reads its dead letters, does. Events of AWS services stay encrypted with a key of AWS, and schema discovery does not
 * work on the bus.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-encryption-event-bus-cmkey.html
 */
export class EncryptedEventBus extends Construct {
  /** The event bus. */
  public readonly eventBus: EventBus;

  /** The queue that takes events which Amazon EventBridge could not encrypt or decrypt. */
  public readonly deadLetterQueue: Queue;

  /** The archive, if there is one. */
  public readonly archive?: Archive;

  /** The key that all of them are encrypted with. */
  public readonly encryptionKey: IKey;

  private readonly accounts = new Map<string, Grant>();

  constructor(scope: Construct, id: string, props: EncryptedEventBusProps = {}) {
    checkProps(scope, id, props);
    super(scope, id);

    const retention = retentionOf(props);
    this.encryptionKey = encryptionKeyOf(this, props);
    this.deadLetterQueue = new Queue(this, 'DeadLetterQueue', {
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: this.encryptionKey,
      dataKeyReuse: Duration.seconds(QUEUE_STANDARD.dataKeyReuseSeconds.default),
      retentionPeriod: Duration.days(QUEUE_STANDARD.deadLetterRetentionDays),
      enforceSSL: true,
      // No queue moves its messages here.
      redriveAllowPolicy: { redrivePermission: RedrivePermission.DENY_ALL },
      removalPolicy: retention.removalPolicy,
    });
    const eventBusName = props.eventBusName ?? Names.uniqueResourceName(this, { maxLength: EVENT_BUS_STANDARD.nameLength, separator: '-' });
    const eventBusArn = `arn:${Aws.PARTITION}:events:${Stack.of(this).region}:${Stack.of(this).account}:event-bus/${eventBusName}`;
    this.eventBus = new EventBus(this, 'Resource', {
      eventBusName,
      description: props.description,
      deadLetterQueue: this.deadLetterQueue,
      kmsKey: this.foreignKey(),
    });
    const resource = this.eventBus.node.defaultChild as CfnEventBus;
    resource.kmsKeyIdentifier = this.encryptionKey.keyArn;
    resource.applyRemovalPolicy(retention.removalPolicy);
    this.allowDeadLettersFrom(eventBusArn);
    this.archive = props.archived ? this.makeArchive(eventBusArn, props) : undefined;
    keepPolicies(this, retention);
  }

  /**
   * Lets a principal put events. Nothing of the key is needed. Another account is let in by the policy of the event bus,
   * as a whole: its own policies decide who of it puts events.
   *
   * @param grantee who puts events
   */
  public grantPutEventsTo(grantee: IGrantable): Grant {
    const options = { grantee, actions: PUT_EVENTS, resourceArns: [this.eventBus.eventBusArn] };
    const { account } = Stack.of(this);
    const { principalAccount = account } = grantee.grantPrincipal;
    if (Token.compareStrings(principalAccount, account) !== TokenComparison.DIFFERENT) {
      return grantOnResource(this, options);
    }
    const inPolicy = this.accounts.get(principalAccount) ?? this.grantToAccount(principalAccount);
    this.accounts.set(principalAccount, inPolicy);
    return grantee.grantPrincipal instanceof AccountPrincipal ? inPolicy : allOf([grantOnResource(this, options), inPolicy], grantee);
  }

  private grantToAccount(account: string): Grant {
    const grantee = new AccountPrincipal(account);
    const resourceArns = [this.eventBus.eventBusArn];
    const statement = new PolicyStatement({ sid: `PutEvents-${account}`, principals: [grantee], actions: PUT_EVENTS, resources: resourceArns });
    return Grant.addStatementToResourcePolicy({ grantee, actions: PUT_EVENTS, resourceArns, resource: this.eventBus, statement });
  }

  /** By name and not by reference: bus and queue policy would otherwise need each other first. */
  private allowDeadLettersFrom(eventBusArn: string): void {
    const principals = [new ServicePrincipal('events.amazonaws.com')];
    this.deadLetterQueue.addToResourcePolicy(
      new PolicyStatement({
        principals,
        actions: ['sqs:SendMessage'],
        resources: [this.deadLetterQueue.queueArn],
        conditions: { ArnEquals: { 'aws:SourceArn': eventBusArn } },
      }),
    );
    // The CDK forgets the key of the queue.
    this.foreignKey()?.addToResourcePolicy(
      new PolicyStatement({
        principals,
        actions: [...QUEUE_KEY_USE.send],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
  }

  /** By name again: the CDK lets the archive's service in on a key by the ARN of its bus, which has the key. */
  private makeArchive(eventBusArn: string, props: EncryptedEventBusProps): Archive {
    const archive = new Archive(this, 'Archive', {
      sourceEventBus: EventBus.fromEventBusArn(this, 'ArchivedEventBus', eventBusArn),
      eventPattern: props.archiveEventPattern ?? {},
      retention: props.archiveRetentionPeriod,
      kmsKey: this.foreignKey(),
    });
    const resource = archive.node.defaultChild as CfnArchive;
    resource.kmsKeyIdentifier = this.encryptionKey.keyArn;
    resource.applyRemovalPolicy(retentionOf(props).removalPolicy);
    resource.node.addDependency(this.eventBus);
    return archive;
  }

  /** On keys of ours the wiring lets the service in; on others the CDK does. */
  private foreignKey(): IKey | undefined {
    return isWiredKey(this.encryptionKey) ? undefined : this.encryptionKey;
  }
}

function checkProps(scope: Construct, id: string, props: EncryptedEventBusProps): void {
  const problems = new Problems(scope, id);
  const { eventBusName, archived, archiveEventPattern, archiveRetentionPeriod } = props;
  checkEncryption(scope, props, problems);
  const { nameLength, reservedName } = EVENT_BUS_STANDARD;
  const isValid = eventBusName === undefined || Token.isUnresolved(eventBusName) ||
    (/^[\w.-]+$/.test(eventBusName) && eventBusName.length <= nameLength && eventBusName !== reservedName);
  problems.expect(isValid, 'EventBusNameInvalid', () =>
    `'eventBusName' must have at most ${nameLength} letters, digits, '.', '-' and '_', and not be '${reservedName}', got '${eventBusName}'`);
  problems.expect(Boolean(archived) || (!archiveEventPattern && !archiveRetentionPeriod), 'ArchiveNotAsked', () =>
    "'archiveEventPattern' and 'archiveRetentionPeriod' are about an archive, and there is none; set 'archived'");
  problems.throwIfAny();
}
