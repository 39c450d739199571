import { PolicyDocument, PolicyStatement, ResourceWithPolicies, type AddToResourcePolicyResult, type Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { Alias, CfnKey, Key, type IKey, type KeyGrants, type KeyProps } from 'aws-cdk-lib/aws-kms';
import { CrossStackReferences, Duration, Lazy, ReferenceStrength, Stack, Token, Tokenization, type CfnResource, type Reference } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { KeyPrincipal } from '../policy/key-principal';
import { asList } from '../policy/key-statement';
import { Problems, fail } from '../private/errors';
import type { TrustedService } from '../services/trusted-service';
import type { ViaService } from '../services/via-service';
import { KeyWiring } from '../wiring/key-wiring';
import { warnRoleNotFound } from '../wiring/role-policies';
import { markWiredKey, type KeyDiscovery } from '../wiring/wired-key';
import { aliasName, checkAliasNames } from './alias-name';
import { checkOrganization, checkProps, checkTrustedAccount } from './customer-managed-key-checks';
import { exactGrants } from './customer-managed-key-grants';
import { CustomerManagedKeyPolicy } from './customer-managed-key-policy';
import { GrantCreation } from './grant-creation';
import { ImportedKey } from './imported-key';
import type { Permission } from './key-permission';
import { KeyReference } from './key-reference';
import { KeyRetention } from './key-retention';
import { KeyRotation } from './key-rotation';
import { serviceTrust, trustedPrincipals, type TrustAccountOptions, type TrustServiceOptions } from './key-trust';
import { ServiceWiring } from './service-wiring';

/**
 * Properties of a `CustomerManagedKey`.
 */
export interface CustomerManagedKeyProps {
  /**
   * Names of the key's aliases, with or without `alias/` before them: at most 50, of letters, digits, `/`, `_` and `-`,
   * unique in their account and Region.
   *
   * @see https://docs.aws.amazon.com/kms/latest/developerguide/alias-about.html
   * @default - no alias
   */
  readonly aliases?: string[];

  /**
   * What the key is for, in at most 8192 characters.
   *
   * @default - names the stack and the construct path
   */
  readonly description?: string;

  /**
   * Who administers the key. They get every administrative action and no cryptographic one; nobody else but the
   * deployers and the account's root user administers it.
   *
   * Who may put the key policy can give themselves more: let somebody who does not use the data hold that.
   *
   * @default - whoever an IAM policy of the account allows to
   */
  readonly administrators?: KeyPrincipal[];

  /**
   * Roles that deploy the key beside the role of the stack's synthesizer: StackSets roles, roles given by `--role-arn`,
   * and the deploying roles of other Regions that replicate the key. They keep administration and use.
   *
   * @default - the CloudFormation execution role of the stack's synthesizer only
   */
  readonly deployers?: KeyPrincipal[];

  /**
   * How AWS KMS rotates the key material.
   *
   * @default KeyRotation.automatic()
   */
  readonly rotation?: KeyRotation;

  /**
   * What happens to the key and its aliases when they leave the template.
   *
   * @default KeyRetention.retain()
   */
  readonly retention?: KeyRetention;

  /**
   * The services through which the key may be used, by people and roles; a scope for `kms:ViaService`. Services that
   * act as themselves, such as Amazon S3 for its notifications, do not need to be named.
   *
   * @default - used directly and through any service
   */
  readonly viaServices?: ViaService[];

  /**
   * Other accounts, by their twelve digits, whose IAM policies may let their principals use the key.
   *
   * @default - none
   */
  readonly trustedAccounts?: string[];

  /**
   * Organizations, by their ids such as `o-a1b2c3d4e5`, whose accounts may let their principals use the key.
   *
   * @default - none
   */
  readonly trustedOrganizations?: string[];

  /**
   * Who may create grants on the key.
   *
   * @default GrantCreation.servicesOnly()
   */
  readonly grantCreation?: GrantCreation;

  /**
   * Whether services and roles that need the key get their permission by themselves.
   *
   * @default ServiceWiring.automatic()
   */
  readonly wiring?: ServiceWiring;

  /**
   * Whether the key can be used. A disabled key keeps its policy and costs the same.
   *
   * @default true
   */
  readonly enabled?: boolean;

  /**
   * Whether the key is the primary of a multi-Region key. It cannot be changed later: CloudFormation fails the update.
   *
   * @default false
   */
  readonly multiRegion?: boolean;
}

/**
 * A symmetric customer managed key with a key policy that says who can do what.
 *
 * The policy refers to nobody who uses the key, so that one key can serve any number of resources, in its own stack and
 * in others, without a circular dependency. Statements that the CDK's constructs and you add are brought in line when
 * the policy is rendered; services and roles that need the key get their permission by themselves.
 *
 * A `CustomerManagedKey` is a `kms.Key`: pass it wherever the CDK asks for one.
 *
 * Errors that show in the props are thrown at once, with a code; those that only the finished tree shows fail the
 * synthesis, all together.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#customer-mgn-key
 */
export class CustomerManagedKey extends Key {
  /**
   * A key that this app did not make: the same as `ImportedKey.fromKeyArn`, which takes options too.
   *
   * @param scope the scope
   * @param id the id
   * @param keyArn the ARN of the key
   */
  public static fromKeyArn(scope: Construct, id: string, keyArn: string): IKey {
    return ImportedKey.fromKeyArn(scope, id, keyArn);
  }

  /** How AWS KMS rotates the key material. */
  public readonly rotation: KeyRotation;

  /** What happens to the key, its aliases and its data when they leave the template. */
  public readonly retention: KeyRetention;

  /** The ARN of the key. */
  public readonly keyArn: string;

  /** The id of the key. */
  public readonly keyId: string;

  // Written by the constructor of `kms.Key` too, through the methods below, and so not to be initialized here.
  private declare writtenStatements?: PolicyStatement[];
  private declare ownGrants?: KeyGrants;
  private declare aliasNames?: string[];

  private readonly keyPolicy: CustomerManagedKeyPolicy;

  constructor(scope: Construct, id: string, props: CustomerManagedKeyProps = {}) {
    const rotation = props.rotation ?? KeyRotation.automatic();
    const retention = props.retention ?? KeyRetention.retain();
    const grantCreation = props.grantCreation ?? GrantCreation.servicesOnly();
    const wiringChoice = props.wiring ?? ServiceWiring.automatic();
    checkProps(scope, id, { ...props, rotation, retention, grantCreation, wiring: wiringChoice });
    super(scope, id, keyProps(scope, id, props, rotation, retention));
    this.rotation = rotation;
    this.retention = retention;

    const resource = this._keyResource;
    this.keyArn = Token.asString(new KeyReference(Tokenization.reverse(resource.attrArn) as Reference));
    this.keyId = Token.asString(new KeyReference(Tokenization.reverse(resource.ref) as Reference));
    // Facades of L1 resources look for the key by these very texts.
    Object.defineProperties(resource, { attrArn: { value: this.keyArn }, ref: { value: this.keyId } });
    CrossStackReferences.of(this).produce(ReferenceStrength.STRONG);
    // Without it, grants made through the L1 would write a key policy of their own.
    ResourceWithPolicies.register(this, 'AWS::KMS::Key', { forResource: () => this });
    for (const [choice, { reason }] of Object.entries({ rotation, grantCreation, wiring: wiringChoice })) {
      if (reason) {
        resource.addMetadata(`cdk-kms-constructs:${choice}`, reason);
      }
    }

    // What others inject into every key's policy is reviewed like everything that others write.
    asList<object>(this.policy?.toJSON()?.Statement).forEach((statement) => this.addToResourcePolicy(PolicyStatement.fromJson(statement)));

    markWiredKey(this);
    const policyProps = { ...props, retention, grantCreation, wiring: wiringChoice };
    this.keyPolicy = new CustomerManagedKeyPolicy(this, policyProps, () => this.writtenStatements ?? []);
    const wiring = KeyWiring.of(this);
    resource.keyPolicy = Lazy.any({
      produce: () => {
        wiring.refresh();
        return this.keyPolicy.render();
      },
    });
    this.node.addValidation({ validate: () => this.keyPolicy.validate() });
    props.aliases?.forEach((name) => this.addAlias(name));
  }

  /**
   * Grants on the key, with exact actions, on its own ARN. A grant that cannot land warns with the statement to add.
   */
  public get grants(): KeyGrants {
    this.ownGrants ??= exactGrants(this);
    return this.ownGrants;
  }

  /**
   * Lets a principal administer the key: every administrative action and the reads, no cryptographic action and no
   * `kms:CreateGrant`.
   *
   * Throws `AdministrationWidened` on a key with `administrators`, which is administered by those only.
   *
   * @param grantee who administers
   */
  public grantAdmin(grantee: IGrantable): Grant {
    if (this.keyPolicy?.isAdministrationNarrowed) {
      fail(this, 'AdministrationWidened', "'grantAdmin' would give nothing, since 'administrators' narrow administration; name the principal there");
    }
    return this.grants.admin(grantee);
  }

  /**
   * Adds an alias, whose fate is the key's.
   *
   * @param name the name, with or without `alias/` before it
   */
  public addAlias(name: string): Alias {
    const names = [...(this.aliasNames ?? []), name];
    const problems = new Problems(this.node.scope!, this.node.id);
    checkAliasNames(names, problems);
    problems.throwIfAny();
    this.aliasNames = names;
    // By name, not by position: another order of the same names must not replace them.
    const id = Token.isUnresolved(name) ? `Alias${names.length}` : `Alias-${aliasName(name).slice('alias/'.length).replaceAll('/', '.')}`;
    const alias = new Alias(this, id, { aliasName: aliasName(name), targetKey: this });
    alias.applyRemovalPolicy((this.retention ?? KeyRetention.retain()).removalPolicy);
    return alias;
  }

  /**
   * Lets an AWS service use the key as itself, for what the wiring cannot see: a resource of another app, say. The statement
   * has exactly the actions and the binding that AWS documents, and merges with what the wiring adds.
   *
   * Throws `SourceNotSent` for exact sources of a service that sends none, `SourceArnInvalid`, `SourceAccountInvalid` and
   * `SourceRefersToUser`.
   *
   * @param service the service, and what it does
   * @param options for whom it may act; for the key's account and Region if they are not given
   */
  public trustService(service: TrustedService, options: TrustServiceOptions = {}): void {
    this.keyPolicy.trustService(serviceTrust(this, service, options));
  }

  /**
   * Lets another account use the key: what works from another account, as far as its IAM policies allow it.
   *
   * Throws the errors of `trustedAccounts`, and `TrustedPrincipalIsConstruct` for a role construct.
   *
   * @param account the account's twelve digits
   * @param options which of its principals; all of them if they are not given
   */
  public trustAccount(account: string, options: TrustAccountOptions = {}): void {
    const problems = new Problems(this.node.scope!, this.node.id);
    checkTrustedAccount(account, Stack.of(this).account, problems, 'account');
    problems.throwIfAny();
    if (options.principals) {
      this.keyPolicy.trustPrincipals(trustedPrincipals(this, account, options.principals));
    } else {
      this.keyPolicy.trustAccount(account);
    }
  }

  /**
   * Lets the accounts of an organization use the key: what works from another account, as far as their IAM policies allow.
   *
   * Throws `OrganizationInvalid`.
   *
   * @param organization the organization's id, such as `o-a1b2c3d4e5`
   */
  public trustOrganization(organization: string): void {
    const problems = new Problems(this.node.scope!, this.node.id);
    checkOrganization(organization, problems, 'organization');
    problems.throwIfAny();
    this.keyPolicy.trustOrganization(organization);
  }

  /**
   * Adds a statement to the key policy. It is brought in line with the rest when the policy is rendered: bound, freed of
   * references to users of the key, merged; what cannot be kept fails the synthesis with the reason.
   *
   * @param statement the statement
   * @param allowNoOp has no effect: the policy of this key can always be added to
   */
  public addToResourcePolicy(statement: PolicyStatement, allowNoOp?: boolean): AddToResourcePolicyResult {
    void allowNoOp;
    this.writtenStatements ??= [];
    // The object and not a copy: constructs of the CDK add conditions to it later.
    if (!this.writtenStatements.includes(statement)) {
      this.writtenStatements.push(statement);
    }
    return { statementAdded: true, policyDependable: this };
  }

  /** @internal */
  public get _keyResource(): CfnKey {
    return this.node.defaultChild as CfnKey;
  }

  /** @internal */
  public get _isPolicyManaged(): boolean {
    return true;
  }

  /** @internal */
  public get _isSymmetric(): boolean {
    return true;
  }

  /** @internal */
  public _permission(actions: readonly string[], conditions?: Permission['conditions']): Permission {
    return { actions: [...actions], resourceArns: [this.keyArn], conditions };
  }

  /** @internal */
  public get _names(): readonly string[] {
    return [this.keyId];
  }

  /** @internal */
  public _discovered(discovery: KeyDiscovery): void {
    this.keyPolicy.discovered(discovery);
  }

  /** @internal */
  public _usedBy(role: IGrantable, actions: readonly string[], evenConditioned: boolean = false): void {
    this.keyPolicy.usedBy(role, actions, evenConditioned);
  }

  /** @internal */
  public _usedByUnknown(declaredBy: CfnResource, actions: readonly string[]): void {
    warnRoleNotFound(declaredBy, new PolicyStatement({ actions: [...actions], resources: [this.keyArn] }));
  }

  /** @internal */
  public _settle(): void {
    this.keyPolicy.settle();
  }
}

function keyProps(scope: Construct, id: string, props: CustomerManagedKeyProps, rotation: KeyRotation, retention: KeyRetention): KeyProps {
  return {
    description: props.description ?? defaultDescription(scope, id),
    enabled: props.enabled,
    multiRegion: props.multiRegion,
    enableKeyRotation: rotation.enabled,
    rotationPeriod: rotation.periodInDays === undefined ? undefined : Duration.days(rotation.periodInDays),
    removalPolicy: retention.removalPolicy,
    pendingWindow: retention.pendingWindow,
    // Never used: it keeps `kms.Key` from writing the default one. The policy is rendered by CustomerManagedKeyPolicy.
    policy: new PolicyDocument(),
  };
}

function defaultDescription(scope: Construct, id: string): string {
  const stack = Stack.of(scope);
  const path = [...scope.node.scopes.slice(stack.node.scopes.length).map((parent) => parent.node.id), id].join('/');
  return Token.isUnresolved(stack.stackName) ? `Customer managed key ${path}` : `Customer managed key ${path} of stack ${stack.stackName}`;
}
