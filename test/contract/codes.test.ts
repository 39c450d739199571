import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const PAGE = readFileSync(join(ROOT, 'docs', 'errors-and-notices.md'), 'utf8');

/** The codes in the first column of the tables below a heading that contains a word. */
function documented(...headings: string[]): string[] {
  return PAGE.split(/^## /m)
    .filter((section) => headings.some((heading) => section.startsWith(heading)))
    .flatMap((section) => [...section.matchAll(/^\| `(\w+)` \|/gm)].map(([, code]) => code))
    .sort();
}

/** The codes that the sources use, by the shape of the call that they stand in. */
function used(...patterns: RegExp[]): string[] {
  const files = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const sources = files.map((file) => readFileSync(join(ROOT, 'src', file), 'utf8'));
  const codes = patterns.flatMap((pattern) => sources.flatMap((source) => [...source.matchAll(pattern)].map(([, code]) => code)));
  return [...new Set(codes)].sort();
}

const ERROR_CODES = [/(?:\bfail\([\w.]+, |\.add\(|\.problem\(|code: )'([A-Z]\w+)'/g, /, '([A-Z]\w+)', \(\) =>/g];
const WARNING_CODE = /\bwarn(?:ing)?\('(\w+)'/g;
const INFORMATION_CODE = /\binform(?:ation)?\('(\w+)'/g;

describe('codes are a contract', () => {
  test('every error code stands in the page, and no other', () => {
    expect(documented('Errors')).toEqual(used(...ERROR_CODES));
  });

  test('every warning stands in the page, and no other', () => {
    expect(documented('Warnings')).toEqual(used(WARNING_CODE));
  });

  test('every piece of information stands in the page, and no other', () => {
    expect(documented('Information')).toEqual(used(INFORMATION_CODE));
  });

  test('the page is found', () => {
    expect(documented('Errors').length).toBe(91);
  });
});
