import type { EncryptedResource } from './encrypted-resource';

/**
 * How far the identity of a service's call can be bound, in the words of the AWS page behind the row.
 *
 * Texts may hold `{partition}`, `{region}` and `{account}` of the acting resource.
 *
 * @internal
 */
export interface SourceBinding {
  /** `aws:SourceAccount` is sent: the account of the acting resource. */
  readonly sourceAccount?: boolean;
  /** The pattern of `aws:SourceArn`; absent where the ARN says no more than the account does. */
  readonly sourceArn?: string;
  /** Values of the encryption context that is sent, by its keys. */
  readonly context?: Readonly<Record<string, string>>;
  /** The name before the Region of the only service through which it is done. */
  readonly viaService?: string;
  /** Why there is no binding, where AWS documents that none is sent. */
  readonly unsupported?: string;
}

/**
 * What a caller may do under one binding.
 *
 * @internal
 */
export interface CallerStatement {
  readonly actions: readonly string[];
  readonly binding: SourceBinding;
  /** Conditions that AWS documents besides: operator, condition key, values. */
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

/**
 * A property that decides whether a wiring exists: it is there, it is not, or it has a value, which may be its default.
 *
 * @internal
 */
export interface Precondition {
  readonly property: string;
  readonly is: 'present' | 'absent' | { readonly value: string | boolean; readonly isDefault?: boolean };
}

/**
 * A wiring declared by a resource: somebody acts on a target, and so calls KMS for the key of that target; or calls KMS
 * for a key that the resource names itself.
 *
 * Properties are paths, where `*` stands for every element of a list and `>` follows a reference to the resource that has
 * the rest.
 *
 * @internal
 */
export interface ServiceCaller {
  /** Stable: the name of the wiring by which a service is trusted by hand. Only where a service principal acts. */
  readonly id?: string;
  /** The service, as AWS calls it. */
  readonly service: string;
  /** What happens, for people: `an alarm publishes to a topic`. */
  readonly what: string;
  /** The CloudFormation type that declares the wiring. */
  readonly type: string;
  /** The element that declares it, where a resource has several; every other path starts there. */
  readonly within?: string;
  /** What has to hold of the element. */
  readonly where?: readonly Precondition[];
  /** The properties that hold what is acted on. */
  readonly targets?: readonly string[];
  /** The types that are acted on; whatever else the properties hold is none of this row's. */
  readonly targetTypes?: readonly string[];
  /** The properties that hold the key itself. */
  readonly keys?: readonly string[];
  /** Acts on whatever the policies of its role allow, as a state machine does. */
  readonly byPermission?: boolean;
  /** What is done there: put something in, or take something out. */
  readonly purpose?: 'send' | 'receive';
  /** What is needed of the key, where that is not what the target's row says of the purpose. */
  readonly actions?: readonly string[];
  /** Actions that AWS documents with a wildcard, which is expanded in full here. */
  readonly documentedAs?: string;
  /** The service principal that acts, with `{region}` and `{urlSuffix}` of the acting resource; absent where a role does. */
  readonly principal?: string;
  /** The service principal that constructs of the CDK write for it, where that is another. */
  readonly cdkPrincipal?: string;
  /** The role that acts. */
  readonly role?: string;
  /** The name, with its service, of the service-linked role that acts, which cannot get a permission from IAM. */
  readonly serviceLinkedRole?: string;
  /** The property that holds the ARN of a service-linked role with another name. */
  readonly serviceLinkedRoleProperty?: string;
  /** The property that holds the acting resource, where it is not the declaring one. */
  readonly source?: string;
  /** Only for a service principal. */
  readonly binding?: SourceBinding;
  /** What the caller needs besides, under conditions of its own. */
  readonly further?: readonly CallerStatement[];
  /**
   * The name before `.<region>.amazonaws.com` of the principal that acts from a Region that is disabled by default,
   * on a target in another Region.
   */
  readonly optInPrincipal?: string;
  /** Why AWS does not do it at all, with a customer managed key. */
  readonly undelivered?: string;
  /** The AWS page behind the row. */
  readonly see: string;
}

/**
 * What a part of AWS does with keys.
 *
 * @internal
 */
export interface ServiceRows {
  readonly resources: readonly EncryptedResource[];
  readonly callers: readonly ServiceCaller[];
}
