import { PolicyStatement, type AddToResourcePolicyResult, type Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { Alias, Key, type IKey, type KeyGrants, type KeyLookupOptions, type KeyReference } from 'aws-cdk-lib/aws-kms';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { ArnFormat, Aws, CfnOutput, Lazy, Resource, Stack, Token, type CfnResource } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { parseArn } from '../private/arns';
import { Problems, fail } from '../private/errors';
import { KeyWiring } from '../wiring/key-wiring';
import { warnRoleNotFound } from '../wiring/role-policies';
import { markWiredKey, type KeyDiscovery } from '../wiring/wired-key';
import { aliasName, checkAliasNames } from './alias-name';
import { exactGrants } from './customer-managed-key-grants';
import { ImportedKeyStatements } from './imported-key-statements';
import type { Permission } from './key-permission';
import { KeyPolicyManagement } from './key-policy-management';

/**
 * How a key is imported.
 */
export interface ImportedKeyOptions {
  /**
   * Who sees to the policy of the key.
   *
   * @default KeyPolicyManagement.reported()
   */
  readonly keyPolicy?: KeyPolicyManagement;

  /**
   * The account of the key, where its ARN is not known at synthesis.
   *
   * @default - the account in the ARN, or else that of the stack
   */
  readonly account?: string;

  /**
   * The Region of the key, where its ARN is not known at synthesis.
   *
   * @default - the Region in the ARN, or else that of the stack
   */
  readonly region?: string;
}

/**
 * A key that this app did not make: of another stack, app or account.
 *
 * Grants and wirings put the IAM side in place, with exact actions, on this key and no other. Every statement that the key's
 * policy needs besides is recorded for the owner of the key: in `statementsForOwner`, in a warning for each, and in a stack
 * output on request. A grant that needs one has no success until the owner is said to manage the policy.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html
 */
export class ImportedKey extends Resource implements IKey {
  /**
   * A key by its ARN.
   *
   * Throws `KeyArnInvalid` if it is the ARN of something else, and `AliasAsKey` if it is that of an alias.
   *
   * @param scope the scope
   * @param id the id
   * @param keyArn the ARN of the key
   * @param options how it is imported; by ARN, `account` and `region` are needed for tokens only
   */
  public static fromKeyArn(scope: Construct, id: string, keyArn: string, options: ImportedKeyOptions = {}): ImportedKey {
    const arn = Token.isUnresolved(keyArn) ? undefined : parseArn(keyArn);
    const problems = new Problems(scope, id);
    problems.expect(!arn?.resource.startsWith('alias/'), 'AliasAsKey', () =>
      `'keyArn' must be that of a key, got the alias '${keyArn}'; use ImportedKey.fromAliasName()`);
    problems.expect(Token.isUnresolved(keyArn) || (arn?.service === 'kms' && /^(key|alias)\/./.test(arn.resource)), 'KeyArnInvalid', () =>
      `'keyArn' must be the ARN of a key, as in 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab', got '${keyArn}'`);
    options.keyPolicy?._check(problems);
    problems.throwIfAny();
    const { resourceName: keyId } = Stack.of(scope).splitArn(keyArn, ArnFormat.SLASH_RESOURCE_NAME);
    return new ImportedKey(scope, id, { keyArn, keyId: keyId!, account: arn?.account, region: arn?.region }, options);
  }

  /**
   * A key by the name of its alias. IAM policies name every key of the account and Region on condition that it has the alias.
   *
   * Who uses the key through Amazon S3 from another account needs its ARN: an alias is looked up in the caller's account.
   *
   * @param scope the scope
   * @param id the id
   * @param alias the name, with or without `alias/` before it
   * @param options how it is imported
   */
  public static fromAliasName(scope: Construct, id: string, alias: string, options: ImportedKeyOptions = {}): ImportedKey {
    const problems = new Problems(scope, id);
    checkAliasNames([alias], problems);
    options.keyPolicy?._check(problems);
    problems.throwIfAny();
    const name = aliasName(alias);
    const { account = Stack.of(scope).account, region = Stack.of(scope).region } = options;
    const [keyArn, anyKey] = [name, 'key/*'].map((resource) => `arn:${Aws.PARTITION}:kms:${region}:${account}:${resource}`);
    return new ImportedKey(scope, id, { keyArn, keyId: name, alias: { name, anyKey }, account, region }, options);
  }

  /**
   * A key that the CDK looks up by its alias when it synthesizes; the stack has to name its account and Region.
   *
   * @param scope the scope
   * @param id the id
   * @param lookup the alias, with `alias/` before it
   * @param options how it is imported
   */
  public static fromKeyLookup(scope: Construct, id: string, lookup: KeyLookupOptions, options: ImportedKeyOptions = {}): ImportedKey {
    return ImportedKey.fromKeyArn(scope, id, Key.fromLookup(scope, `${id}Lookup`, lookup).keyArn, options);
  }

  /**
   * A key whose ARN is in a parameter of AWS Systems Manager, read at deployment.
   *
   * @param scope the scope
   * @param id the id
   * @param parameterName the name of the parameter
   * @param options how it is imported
   */
  public static fromParameter(scope: Construct, id: string, parameterName: string, options: ImportedKeyOptions = {}): ImportedKey {
    return ImportedKey.fromKeyArn(scope, id, StringParameter.valueForStringParameter(scope, parameterName), options);
  }

  /** The ARN of the key, or of its alias if it was imported by that. */
  public readonly keyArn: string;

  /** The id of the key, or the name of its alias if it was imported by that. */
  public readonly keyId: string;

  private readonly alias?: ImportedAlias;
  private readonly statements: ImportedKeyStatements;
  private readonly wiring: KeyWiring;
  private readonly ownGrants: KeyGrants;

  private constructor(scope: Construct, id: string, source: KeySource, options: ImportedKeyOptions) {
    super(scope, id, { account: options.account ?? source.account, region: options.region ?? source.region });
    this.keyArn = source.keyArn;
    this.keyId = source.keyId;
    this.alias = source.alias;
    this.statements = new ImportedKeyStatements(this, options.keyPolicy ?? KeyPolicyManagement.reported());
    this.ownGrants = exactGrants(this);
    markWiredKey(this);
    this.wiring = KeyWiring.of(this);
    this.node.addValidation({ validate: () => this.statements.validate() });
  }

  /** The key by its ARN and id, for L1 resources. */
  public get keyRef(): KeyReference {
    return { keyArn: this.keyArn, keyId: this.keyId };
  }

  /** Grants on the key, with exact actions. What its policy needs besides is recorded for its owner. */
  public get grants(): KeyGrants {
    return this.ownGrants;
  }

  /**
   * The statements that the owner of the key has to add to its policy, for the app as it is when this is read.
   */
  public get statementsForOwner(): PolicyStatement[] {
    this.wiring.update();
    return this.statements.rendered().map((statement) => PolicyStatement.fromJson(statement));
  }

  /**
   * Adds an output to the stack with the statements that the owner of the key has to add to its policy, as a JSON list.
   *
   * @param id the id of the output; `StatementsForOwner` if it is not given
   */
  public outputStatementsForOwner(id: string = 'StatementsForOwner'): CfnOutput {
    const value = Lazy.string({ produce: () => this.statements.asText() });
    return new CfnOutput(this, id, { value, description: 'Statements for the owner of the key to add to its policy' });
  }

  /**
   * Adds an alias to the key, which has to be of the stack's account and Region.
   *
   * @param alias the name, with or without `alias/` before it
   */
  public addAlias(alias: string): Alias {
    return new Alias(this, `Alias${this.node.children.length}`, { aliasName: aliasName(alias), targetKey: this });
  }

  /**
   * Records a statement for the owner of the key. It is not added, and the result says so.
   *
   * Throws `KeyPolicyNotOurs` if that is not allowed.
   *
   * @param statement the statement
   * @param allowNoOp whether it may be left to the owner; it may if it is not given
   */
  public addToResourcePolicy(statement: PolicyStatement, allowNoOp: boolean = true): AddToResourcePolicyResult {
    if (!allowNoOp) {
      fail(this, 'KeyPolicyNotOurs', 'the policy of an imported key cannot be added to; leave the statement to its owner, who finds it in statementsForOwner');
    }
    this.statements.add(statement);
    return { statementAdded: false };
  }

  /**
   * @param grantee who is given the actions
   * @param actions actions of AWS KMS
   */
  public grant(grantee: IGrantable, ...actions: string[]): Grant {
    return this.grants.actions(grantee, ...actions);
  }

  /** @param grantee who decrypts */
  public grantDecrypt(grantee: IGrantable): Grant {
    return this.grants.decrypt(grantee);
  }

  /** @param grantee who encrypts */
  public grantEncrypt(grantee: IGrantable): Grant {
    return this.grants.encrypt(grantee);
  }

  /** @param grantee who encrypts and decrypts */
  public grantEncryptDecrypt(grantee: IGrantable): Grant {
    return this.grants.encryptDecrypt(grantee);
  }

  /** @param grantee who signs */
  public grantSign(grantee: IGrantable): Grant {
    return this.grants.sign(grantee);
  }

  /** @param grantee who verifies */
  public grantVerify(grantee: IGrantable): Grant {
    return this.grants.verify(grantee);
  }

  /** @param grantee who signs and verifies */
  public grantSignVerify(grantee: IGrantable): Grant {
    return this.grants.signVerify(grantee);
  }

  /** @param grantee who makes message authentication codes */
  public grantGenerateMac(grantee: IGrantable): Grant {
    return this.grants.generateMac(grantee);
  }

  /** @param grantee who verifies message authentication codes */
  public grantVerifyMac(grantee: IGrantable): Grant {
    return this.grants.verifyMac(grantee);
  }

  /** @internal */
  public get _names(): readonly string[] {
    return [this.keyId];
  }

  /** @internal */
  public get _isPolicyManaged(): boolean {
    return this.statements.isManagedByOwner;
  }

  /** @internal */
  public get _isSymmetric(): boolean {
    return false;
  }

  /** @internal */
  public _permission(actions: readonly string[], conditions: Permission['conditions'] = {}): Permission {
    return this.alias === undefined
      ? { actions: [...actions], resourceArns: [this.keyArn], conditions }
      : {
        actions: [...actions],
        resourceArns: [this.alias.anyKey],
        conditions: { ...conditions, 'ForAnyValue:StringEquals': { ...conditions['ForAnyValue:StringEquals'], 'kms:ResourceAliases': this.alias.name } },
      };
  }

  /** @internal */
  public _discovered(discovery: KeyDiscovery): void {
    this.statements.discovered(discovery);
  }

  /** @internal */
  public _usedBy(role: IGrantable, actions: readonly string[], evenConditioned: boolean = false): void {
    this.statements.usedBy(role, actions, evenConditioned);
  }

  /** @internal */
  public _usedByUnknown(declaredBy: CfnResource, actions: readonly string[]): void {
    const { resourceArns: resources, conditions } = this._permission(actions);
    warnRoleNotFound(declaredBy, new PolicyStatement({ actions: [...actions], resources, conditions }));
  }

  /** @internal */
  public _settle(): void {
    this.statements.settle();
  }
}

interface ImportedAlias {
  readonly name: string;
  /** The ARN of every key of the alias' account and Region. */
  readonly anyKey: string;
}

interface KeySource {
  readonly keyArn: string;
  readonly keyId: string;
  readonly alias?: ImportedAlias;
  readonly account?: string;
  readonly region?: string;
}
