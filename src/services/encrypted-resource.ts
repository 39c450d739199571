/**
 * How a service uses grants on a key: not at all, as an AWS service, or for a principal who must be let create grants.
 *
 * @internal
 */
export type GrantUse = 'none' | 'service' | 'principal';

/**
 * A type of resource that is encrypted with a key, and what its users need of that key.
 *
 * @internal
 */
export interface EncryptedResource {
  /** The service, as AWS calls it. */
  readonly service: string;
  /** The CloudFormation type. */
  readonly type: string;
  /** The properties, as paths, that hold the key: its id, ARN or alias. `*` stands for every element of a list. */
  readonly keyProperties: readonly string[];
  /** Replicas in other Regions, each with a key of its own: where they stand, and the properties of each. */
  readonly replicas?: { readonly within: string; readonly key: string; readonly region: string };
  /** The property that holds a resource in whose Region the key has to be, where that is not the resource's own. */
  readonly regionFrom?: string;
  /** The name before the Region in `kms:ViaService` when its users reach the key through it; KMS does not list them all. */
  readonly viaService?: string;
  /** What who puts something in needs of the key. */
  readonly send: readonly string[];
  /** What who takes something out needs of the key. */
  readonly receive: readonly string[];
  /** The IAM actions with which somebody puts something in. */
  readonly sentBy?: readonly string[];
  /** The IAM actions with which somebody takes something out. */
  readonly receivedBy?: readonly string[];
  /** Whether who may do that gets what it needs of the key: constructs of the CDK grant the one without the other. */
  readonly completesUsers?: boolean;
  /** What who creates the resource needs of the key. */
  readonly create: readonly string[];
  /** Actions that AWS documents with a wildcard, which is expanded in full here. */
  readonly documentedAs?: string;
  /** The property, as a path, that holds where its contents move to, still encrypted with this key. */
  readonly movesTo?: string;
  /** Keys of the encryption context. */
  readonly context?: readonly string[];
  readonly grants: GrantUse;
  /** What saves requests to AWS KMS. */
  readonly costLever?: string;
  /** Why a symmetric customer managed key does not do, where the service wants another kind. */
  readonly unsuitable?: string;
  /** Why a multi-Region key does not do. */
  readonly multiRegionUnsupported?: string;
  /** The AWS page behind the row. */
  readonly see: string;
}
