import { measure, merged, type Measurement } from './measurement';
import { expectationOf, type Placement, type Scenario } from './scenario';
import { scoreboard, type Figures } from './scoreboard';

/** Proves that every scenario comes to exactly what it states, with the key in one place, and prints the figures. */
export function provesEveryScenario(placement: Placement, scenarios: readonly Scenario[], figures: Figures): void {
  const board = scoreboard(placement, 'customer managed key');
  const named = scenarios.map((scenario) => [scenario.name, scenario] as const);
  const isPending = ({ pending = [] }: Scenario) => pending.includes(placement);

  const prove = (_: string, scenario: Scenario) => {
    const measured = measure(scenario, placement);

    board.add(scenario, measured);
    expect(measured).toEqual(expectedOf(scenario, placement, measured));
  };

  describe(placement, () => {
    test.each(named.filter(([, scenario]) => !isPending(scenario)))('%s', prove);
    if (named.some(([, scenario]) => isPending(scenario))) {
      test.failing.each(named.filter(([, scenario]) => isPending(scenario)))('%s', prove);
    }
  });

  test('the figures', () => {
    expect(board.figures()).toEqual(figures);
    expect(board.lists().unbound).toEqual(scenarios.filter(({ unbound }) => unbound).map(({ name }) => name));
  });

  afterAll(() => board.print());
}

function expectedOf(scenario: Scenario, placement: Placement, { statementsForOwner }: Measurement): Measurement {
  const { services = [], roles = {}, conditionedRoles = {}, warnings = [], error } = expectationOf(scenario, placement);
  return {
    cycles: [],
    services: merged(services),
    roles,
    conditionedRoles,
    // The owner is told each statement, and that there is one for each.
    warnings: [...warnings, ...Array.from({ length: statementsForOwner }, () => 'statementForOwner')].sort(),
    changed: [],
    repeated: [],
    statementsForOwner,
    ...(error ? { error } : {}),
  };
}
