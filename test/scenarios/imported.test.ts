import { SCENARIOS } from './all';
import { provesEveryScenario } from './suite';

provesEveryScenario('imported key', SCENARIOS, {
  scenarios: 140,
  cycles: 0,
  silentGaps: 0,
  toldGaps: 0,
  unbound: 3,
  documentedErrors: 0,
  otherErrors: 0,
});
