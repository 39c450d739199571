import fc from 'fast-check';
import { arnLike, parseArn, wildcardMatch } from '../../src/private/arns';

/** Matches without a regular expression: by trying every length that a star can take. */
function naiveMatch(pattern: string, text: string): boolean {
  if (pattern === '') {
    return text === '';
  }
  const [first, rest] = [pattern[0], pattern.slice(1)];
  if (first === '*') {
    return naiveMatch(rest, text) || (text !== '' && naiveMatch(pattern, text.slice(1)));
  }
  return text !== '' && (first === '?' || first === text[0]) && naiveMatch(rest, text.slice(1));
}

/** Cuts at the first five colons, one after the other. */
function segments(arn: string): string[] {
  const found: string[] = [];
  let rest = arn;
  for (let colon = rest.indexOf(':'); colon >= 0 && found.length < 5; colon = rest.indexOf(':')) {
    found.push(rest.slice(0, colon));
    rest = rest.slice(colon + 1);
  }
  return [...found, rest];
}

function naiveArnLike(pattern: string, arn: string): boolean {
  const [patterns, texts] = [segments(pattern), segments(arn)];
  return patterns.length === texts.length && patterns.every((part, index) => naiveMatch(part, texts[index]));
}

// Few characters, so that matches are common, and those that mean something in a regular expression.
const text = fc.string({ unit: fc.constantFrom('a', 'b', '.', '$', '(', '\\', '/'), maxLength: 6 });
const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '.', '$', '(', '\\', '/', '*', '?'), maxLength: 5 });
const arnOf = (part: fc.Arbitrary<string>) => fc.array(part, { minLength: 1, maxLength: 8 }).map((parts) => parts.join(':'));

test('a pattern matches what a naive matcher says', () => {
  fc.assert(
    fc.property(pattern, text, (like, value) => {
      expect(wildcardMatch(like, value)).toBe(naiveMatch(like, value));
    }),
    { numRuns: 2000 },
  );
});

test('an ARN matches segment by segment what a naive matcher says', () => {
  fc.assert(
    fc.property(arnOf(pattern), arnOf(text), (like, arn) => {
      expect(arnLike(like, arn)).toBe(naiveArnLike(like, arn));
    }),
    { numRuns: 2000 },
  );
});

test('an ARN matches a pattern that was made from it', () => {
  const both = fc
    .array(fc.tuple(text, fc.constantFrom('same', 'star', 'prefix', 'marks')), { minLength: 6, maxLength: 8 })
    .map((parts) => ({
      arn: parts.map(([part]) => part).join(':'),
      like: parts.map(([part, how]) => ({ same: part, star: '*', prefix: `${part.slice(0, 1)}*`, marks: '?'.repeat(part.length) })[how]).join(':'),
    }));

  fc.assert(
    fc.property(both, ({ arn, like }) => {
      expect(arnLike(like, arn)).toBe(true);
    }),
  );
});

test('an ARN is the same when its parts are put together again', () => {
  fc.assert(
    fc.property(fc.tuple(text, text, text, text), arnOf(text), ([partition, service, region, account], resource) => {
      const arn = `arn:${partition}:${service}:${region}:${account}:${resource}`;

      expect(parseArn(arn)).toEqual({ partition, service, region, account, resource });
    }),
  );
});
