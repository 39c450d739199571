import { formatFor, Page } from '../../../examples/orders/typescript/show/page';

const PLAIN = { width: 40, colour: false };

test('rows are aligned, and the last column wraps under itself', () => {
  const page = new Page(PLAIN).rows([['Key', 'one two three four five six seven eight'], ['Longer', ['first', 'second']]]);

  expect(page.toString()).toBe([
    '  Key     one two three four five six',
    '          seven eight',
    '  Longer  first',
    '          second',
    '',
  ].join('\n'));
});

test('sections are set apart', () => {
  const page = new Page(PLAIN).section('One').paragraph('Text.').section('Two').rows([['a', 'b']]);

  expect(page.toString()).toBe('One\n\n  Text.\n\nTwo\n\n  a  b\n');
});

test('a name that is longer than a line breaks after a dot or a slash', () => {
  const page = new Page(PLAIN).paragraph('at BucketEncryption.ServerSideEncryptionConfiguration.KMSMasterKeyID');

  expect(page.toString()).toBe('  at\n  BucketEncryption.\n  ServerSideEncryptionConfiguration.\n  KMSMasterKeyID\n');
});

test('colour is used where it is wanted only', () => {
  const show = (colour: boolean) => new Page({ width: 40, colour }).section('One').good('fine').bad('not fine').toString();

  expect(show(true)).toBe('\u001b[1mOne\u001b[22m\n\n  \u001b[32mfine\u001b[39m\n  \u001b[31mnot fine\u001b[39m\n');
  expect(show(false)).toBe('One\n\n  fine\n  not fine\n');
});

test.each([
  ['a pipe', {}, {}, { width: 100, colour: false }],
  ['a terminal', { isTTY: true, columns: 132 }, {}, { width: 132, colour: true }],
  ['a terminal without colour', { isTTY: true, columns: 80 }, { NO_COLOR: '1' }, { width: 80, colour: false }],
  ['a terminal where NO_COLOR is empty', { isTTY: true, columns: 80 }, { NO_COLOR: '' }, { width: 80, colour: true }],
  ['a terminal of unknown width', { isTTY: true }, {}, { width: 100, colour: true }],
  ['a very narrow terminal', { isTTY: true, columns: 20 }, {}, { width: 60, colour: true }],
])('%s', (_, stream, environment, expected) => {
  expect(formatFor(stream, environment)).toEqual(expected);
});
