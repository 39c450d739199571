import type { EncryptedResource } from './encrypted-resource';
import { ANALYTICS } from './rows/analytics';
import { COMPUTE } from './rows/compute';
import { DATABASES } from './rows/databases';
import { DELIVERY } from './rows/delivery';
import { DEVELOPER_TOOLS } from './rows/developer-tools';
import { EVENTS } from './rows/events';
import { MESSAGING } from './rows/messaging';
import { OBSERVABILITY } from './rows/observability';
import { SECURITY } from './rows/security';
import { STORAGE } from './rows/storage';
import type { ServiceCaller } from './service-caller';

const PARTS = [STORAGE, DATABASES, MESSAGING, EVENTS, OBSERVABILITY, COMPUTE, ANALYTICS, SECURITY, DEVELOPER_TOOLS, DELIVERY];

/**
 * Every type of resource that is encrypted with a key: one row per type.
 *
 * @internal
 */
export const ENCRYPTED_RESOURCES: readonly EncryptedResource[] = PARTS.flatMap(({ resources }) => resources);

/**
 * Every wiring in which somebody calls KMS: one row per wiring.
 *
 * @internal
 */
export const SERVICE_CALLERS: readonly ServiceCaller[] = PARTS.flatMap(({ callers }) => callers);

const RESOURCE_BY_TYPE = new Map(ENCRYPTED_RESOURCES.map((row) => [row.type, row]));
const CALLERS_BY_TYPE = SERVICE_CALLERS.reduce(
  (byType, row) => byType.set(row.type, [...(byType.get(row.type) ?? []), row]),
  new Map<string, ServiceCaller[]>(),
);

/** @internal */
export function encryptedResource(type: string): EncryptedResource | undefined {
  return RESOURCE_BY_TYPE.get(type);
}

/**
 * The wirings that a type of resource declares.
 *
 * @internal
 */
export function callersOf(type: string): readonly ServiceCaller[] {
  return CALLERS_BY_TYPE.get(type) ?? [];
}

/**
 * Types of resources that stand for another, by the property that holds it.
 *
 * @internal
 */
export const STANDS_FOR: Readonly<Record<string, string>> = {
  'AWS::Lambda::Alias': 'FunctionName',
  'AWS::Lambda::Version': 'FunctionName',
};
