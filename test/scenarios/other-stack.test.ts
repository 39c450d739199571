import { SCENARIOS } from './all';
import { provesEveryScenario } from './suite';

provesEveryScenario('key in another stack', SCENARIOS, {
  scenarios: 140,
  cycles: 0,
  silentGaps: 0,
  toldGaps: 0,
  unbound: 3,
  documentedErrors: 2,
  otherErrors: 0,
});
