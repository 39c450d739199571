import { Aws, Stack } from 'aws-cdk-lib/core';
import fc from 'fast-check';
import { aliasName, checkAliasNames } from '../../src/keys/alias-name';
import { Problems } from '../../src/private/errors';

/** By the API reference of CreateAlias, in one expression of its own: `alias/`, not `alias/aws/`, at most 256 characters. */
const ACCEPTED = /^(?=.{7,256}$)alias\/(?!aws\/)[0-9A-Za-z_/-]+$/;

const STACK = new Stack();

function accepts(...names: string[]): boolean {
  const problems = new Problems(STACK, 'Key');
  checkAliasNames(names, problems);
  try {
    problems.throwIfAny();
  } catch {
    return false;
  }
  return true;
}

const valid = fc.string({ unit: fc.constantFrom(...'abzAZ019_-/'), minLength: 1, maxLength: 20 });
const anything = fc.oneof(
  valid,
  fc.string({ unit: fc.constantFrom(...'aZ0_-/:. $\n*'), maxLength: 10 }),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  valid.map((name) => `aws/${name}`),
  valid.map((name) => `aws${name}`),
  fc.integer({ min: 248, max: 258 }).map((length) => 'a'.repeat(length)),
);

test('a name is accepted exactly where AWS KMS takes it, with and without its prefix', () => {
  fc.assert(
    fc.property(anything, (name) => {
      const expected = ACCEPTED.test(`alias/${name}`);

      expect(accepts(`alias/${name}`)).toBe(expected);
      expect(accepts(name)).toBe(name.startsWith('alias/') ? ACCEPTED.test(name) : expected);
    }),
    { numRuns: 1000, examples: [[''], ['a'.repeat(250)], ['a'.repeat(251)], ['aws/x'], ['aws'], ['/'], ['a\n'], ['alias/x']] },
  );
});

test('the prefix is put before a name once', () => {
  fc.assert(
    fc.property(valid, (name) => {
      expect(aliasName(aliasName(name))).toBe(aliasName(name));
      expect(aliasName(name).startsWith('alias/')).toBe(true);
      expect(aliasName(name).endsWith(name)).toBe(true);
    }),
  );
});

test('names are accepted exactly where none is repeated and there are at most 50, whatever tokens stand among them', () => {
  const names = fc.uniqueArray(valid.filter((name) => !name.startsWith('aws/') && !name.startsWith('alias/')), { maxLength: 60 });

  fc.assert(
    fc.property(names, fc.boolean(), fc.nat(), fc.boolean(), (distinct, withToken, at, repeat) => {
      const index = at % (distinct.length + 1);
      const given = [...distinct.slice(0, index), ...(withToken ? [`app-${Aws.STACK_NAME}`] : []), ...distinct.slice(index)];
      const repeated = repeat && distinct.length > 0 ? [`alias/${distinct[0]}`] : [];
      const all = [...given, ...repeated];

      expect(accepts(...all)).toBe(repeated.length === 0 && all.length <= 50);
    }),
  );
});
