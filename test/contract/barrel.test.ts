import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { publicApi, renderBarrel } from '../../projenrc/barrel';

const SRC = join(__dirname, '..', '..', 'src');

test('src/index.ts is current: if not, run npx projen', () => {
  expect(readFileSync(join(SRC, 'index.ts'), 'utf8').trimEnd().split('\n')).toEqual(renderBarrel(SRC));
});

test.each([
  ['a class', 'export class A {}', ['A'], []],
  ['an abstract class', 'export abstract class A {}', ['A'], []],
  ['an enum', 'export enum A {}', ['A'], []],
  ['an interface', '/**\n * Props.\n */\nexport interface A {}', [], ['A']],
  ['a class and its props', '/** Props. */\nexport interface AProps {}\n\n/** The thing. */\nexport class A {}', ['A'], ['AProps']],
  ['an internal class', '/**\n * Ours.\n * @internal\n */\nexport class A {}', [], []],
  ['an internal class on one line', '/** @internal */\nexport class A {}', [], []],
  ['an internal class before a public one', '/** @internal */\nexport class A {}\n\n/** Theirs. */\nexport class B {}', ['B'], []],
  ['a public class with an internal method', 'export class A {\n  /** @internal */\n  public _b() {}\n}', ['A'], []],
  ['functions and constants', 'export const A = 1;\nexport function b() {}', [], []],
  ['nothing exported', 'class A {}', [], []],
])('%s', (_, source, values, types) => {
  expect(publicApi(source)).toEqual({ values, types });
});
