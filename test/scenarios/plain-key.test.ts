import { version } from 'aws-cdk-lib/package.json';
import { SCENARIOS } from './all';
import { measure } from './measurement';
import { PLACEMENTS, type Placement } from './scenario';
import { scoreboard, type Figures } from './scoreboard';

// A control experiment: the same scenarios with `kms.Key`, counted the same way. The figures are those of the lowest
// version of the CDK that is supported; later ones may have others.

const FIGURES: Record<Placement, Figures> = {
  'key in the same stack': { scenarios: 140, cycles: 3, silentGaps: 56, toldGaps: 0, unbound: 9, documentedErrors: 0, otherErrors: 0 },
  'key in another stack': { scenarios: 140, cycles: 7, silentGaps: 55, toldGaps: 0, unbound: 7, documentedErrors: 0, otherErrors: 0 },
  'key in another account': { scenarios: 140, cycles: 1, silentGaps: 59, toldGaps: 0, unbound: 7, documentedErrors: 0, otherErrors: 37 },
  'imported key': { scenarios: 140, cycles: 0, silentGaps: 72, toldGaps: 3, unbound: 0, documentedErrors: 0, otherErrors: 0 },
};
const FLOOR = '2.258.0';

const some = expect.any(Number);
const anyDefects = { cycles: some, silentGaps: some, toldGaps: some, unbound: some, otherErrors: some };

test.each(PLACEMENTS)('with kms.Key, %s', (placement) => {
  const board = scoreboard(placement, 'plain key');

  SCENARIOS.forEach((scenario) => board.add(scenario, measure(scenario, placement, 'plain key')));

  board.print();
  expect(board.figures()).toEqual(version === FLOOR ? FIGURES[placement] : { ...FIGURES[placement], ...anyDefects });

}, 120_000);
