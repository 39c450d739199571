import type { ServiceRows } from '../../../src/services/service-caller';

/**
 * What rows say, by the type of the resource, or by type and what happens: `AWS::SQS::Queue: a queue ...`. Not the words
 * for people, nor the page of AWS.
 */
export type RowFacts = ReadonlyArray<readonly [row: string, facts: object]>;

/** Each row of a part says what is written in its test, and no row is missing there. */
export function rowTests({ resources, callers }: ServiceRows, expectedResources: RowFacts, expectedCallers: RowFacts): void {
  describe('resources', () => {
    compare(resources.map(({ service, type, costLever, see, ...facts }) => [type, facts]), expectedResources);
  });

  describe('wirings', () => {
    compare(callers.map(({ service, type, what, see, ...facts }) => [`${type}: ${what}`, facts]), expectedCallers);
  });
}

function compare(actual: RowFacts, expected: RowFacts): void {
  test('none is missing', () => {
    expect(actual.map(([row]) => row)).toEqual(expected.map(([row]) => row));
  });

  for (const [row, facts] of expected) {
    test(row, () => {
      expect(new Map(actual).get(row)).toEqual(facts);
    });
  }
}
