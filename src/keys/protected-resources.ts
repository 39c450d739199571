import { Token } from 'aws-cdk-lib/core';
import { arnText } from '../private/arn-text';
import type { Problem } from '../private/errors';
import { warning, type Notice } from '../private/notices';
import type { KeyDiscovery, ProtectedResource } from '../wiring/wired-key';

/**
 * What of a key decides which resources it can encrypt.
 *
 * @internal
 */
export interface KeyTraits {
  readonly region: string;
  /** Whether it is known to be a symmetric encryption key. */
  readonly isSymmetric: boolean;
  readonly multiRegion: boolean;
  /** Whether grants are for AWS services only. */
  readonly grantsForServicesOnly: boolean;
  /** The names of the services that the key's use is limited to; none if it is not. */
  readonly viaServices: readonly string[];
}

/**
 * What is wrong with the resources that a key encrypts: they would not deploy, or not work.
 *
 * @internal
 */
export function resourceProblems(key: KeyTraits, resources: readonly ProtectedResource[]): Problem[] {
  return resources.flatMap((protectedResource) => CHECKS.flatMap((check) => check(key, protectedResource) ?? []));
}

/**
 * What AWS does not do with resources that a key encrypts, though it deploys.
 *
 * @internal
 */
export function undeliveredNotices({ undelivered }: Pick<KeyDiscovery, 'undelivered'>): Notice[] {
  return undelivered.map(({ row, declaredBy, target }) =>
    warning('deliveryUnsupported', `${declaredBy.node.path} delivers to ${target?.node.path}, which is encrypted with this key, and will not: ${row.undelivered}`));
}

type Check = (key: KeyTraits, protectedResource: ProtectedResource) => Problem | undefined;

const outOfScope: Check = ({ viaServices }, { row: { viaService }, resource }) => {
  const isOutside = viaServices.length > 0 && viaService !== undefined && !viaServices.includes(viaService);
  const scope = viaServices.join(', ');
  const message = `${resource.node.path} uses the key through '${viaService}', which 'viaServices' leave out: ${scope}`;
  return isOutside ? { code: 'ViaServiceOutOfScope', message } : undefined;
};

const inOtherRegion: Check = (key, { resource, region }) => {
  const needed = arnText(region);
  const isElsewhere = !Token.isUnresolved(key.region) && !needed.includes('<') && needed !== key.region;
  const message = `${resource.node.path} needs a key in ${needed}, and this one is in ${key.region}; use a key, or a replica key, of that Region`;
  return isElsewhere ? { code: 'KeyInOtherRegion', message } : undefined;
};

const unsuitable: Check = ({ isSymmetric }, { row, resource }) => {
  const message = `${resource.node.path} cannot use a symmetric encryption key: ${row.unsuitable}`;
  return isSymmetric && row.unsuitable !== undefined ? { code: 'KeyUnsuitable', message } : undefined;
};

const multiRegionUnsupported: Check = ({ multiRegion }, { row, resource }) => {
  const message = `${resource.node.path} cannot use a multi-Region key: ${row.multiRegionUnsupported}`;
  return multiRegion && row.multiRegionUnsupported !== undefined ? { code: 'MultiRegionUnsupported', message } : undefined;
};

const grantsRefused: Check = ({ grantsForServicesOnly }, { row, resource }) => {
  const why = `${resource.node.path} needs a grant that its creator makes, which ${row.service} does not mark as an AWS service's`;
  const message = `${why}; set 'grantCreation' to GrantCreation.principals()`;
  return grantsForServicesOnly && row.grants === 'principal' ? { code: 'GrantsByPrincipalsNeeded', message } : undefined;
};

const CHECKS: readonly Check[] = [outOfScope, inOtherRegion, unsuitable, multiRegionUnsupported, grantsRefused];
