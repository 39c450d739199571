import { COMPUTE } from './compute';
import { DATABASES } from './databases';
import { DELIVERY } from './delivery';
import { ENCRYPTED } from './encrypted-resources';
import { EVENTS } from './events';
import { FUNCTIONS } from './functions';
import { NOTIFICATIONS } from './notifications';
import { OBSERVABILITY } from './observability';
import type { Scenario } from './scenario';
import { STORAGE } from './storage';

/** Every wiring that the suites prove. */
export const SCENARIOS: readonly Scenario[] = [
  ...NOTIFICATIONS,
  ...EVENTS,
  ...OBSERVABILITY,
  ...FUNCTIONS,
  ...STORAGE,
  ...DATABASES,
  ...COMPUTE,
  ...DELIVERY,
  ...ENCRYPTED,
];
