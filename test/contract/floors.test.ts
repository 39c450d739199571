import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadESLint } from 'eslint';
import { FLOORS, forbiddenFolders, ISLAND } from '../../projenrc/floors';

const ROOT = join(__dirname, '..', '..');

/** Lints a file that exists only here, by the floor rules of the repository alone. */
async function complaints(file: string, code: string): Promise<string[]> {
  const { parser, overrides } = JSON.parse(readFileSync(join(ROOT, '.eslintrc.json'), 'utf8').replace(/^\/\/.*\n/, ''));
  const LegacyESLint = await loadESLint({ useFlatConfig: false }) as any;
  const eslint = new LegacyESLint({
    cwd: ROOT,
    useEslintrc: false,
    overrideConfig: {
      root: true,
      parser,
      parserOptions: { sourceType: 'module' },
      overrides: overrides.filter((override: any) => override.rules['no-restricted-syntax']),
    },
  });
  const [result] = await eslint.lintText(code, { filePath: join(ROOT, file) });
  return result.messages.map((message: any) => message.message);
}

const importing = (folder: string, module: string) => complaints(`src/${folder}/planted.ts`, `import { x } from '${module}';\n\nx();\n`);

describe('imports only go down', () => {
  test.each([
    ['policy', '../keys/customer-managed-key'],
    ['services', '../standard/key-standard'],
    ['standard', '../services/via-service'],
    ['rules', '../mixins/bucket'],
    ['mixins', '../report/access-report'],
    ['keys', '../patterns/encrypted-bucket'],
    ['patterns', '../governance/golden-standard'],
    ...FLOORS.filter(({ folder }) => folder !== 'private').map(({ folder }) => ['private', `../${folder}/anything`]),
    ['policy/engine', '../../keys/customer-managed-key'],
    ['private', `../${ISLAND.folder}/rotation-function`],
    ['keys', `../${ISLAND.folder}/rotation.lambda`],
    [ISLAND.folder, '../private/arns'],
  ])('%s may not import %s', async (folder, module) => {
    expect(await importing(folder, module)).toHaveLength(1);
  });

  test.each([
    ['keys', '../policy/key-policy'],
    ['policy', '../private/arns'],
    ['policy', './key-statement'],
    ['policy/engine', '../key-statement'],
    ['wiring', '../services/via-service'],
    ['patterns', '../keys/customer-managed-key'],
    ['governance', '../rules/rule'],
    ['keys', `../${ISLAND.folder}/rotation-function`],
    ['private', 'aws-cdk-lib/core'],
    ['keys', 'aws-cdk-lib/aws-kms'],
    ['keys', 'constructs'],
  ])('%s may import %s', async (folder, module) => {
    expect(await importing(folder, module)).toEqual([]);
  });

  test.each([
    "export { x } from '../keys/x';",
    "export * from '../keys/x';",
    "import type { X } from '../keys/x';",
    "import x = require('../keys/x');",
    "const x = require('../keys/x');",
    "const x = import('../keys/x');",
    "let x: import('../keys/x').X;",
    "import '../keys/x';",
  ])('in whatever form: %s', async (code) => {
    expect(await complaints('src/policy/planted.ts', code)).toEqual(['Imports only go down: src/policy is on floor 2 (projenrc/floors.ts).']);
  });

  test('the list knows every folder of src/', () => {
    const folders = readdirSync(join(ROOT, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name);
    expect([...FLOORS.map(({ folder }) => folder), ISLAND.folder]).toEqual(expect.arrayContaining(folders));
  });

  test('folders on one floor do not see each other', () => {
    expect(forbiddenFolders('mixins')).toEqual(['rules', 'monitoring', 'report', 'patterns', 'governance']);
    expect(forbiddenFolders('governance')).toEqual([]);
  });
});

describe('no index of a folder is imported', () => {
  test.each(['..', '.', './', './index', '../index', '../policy', '../policy/', '../policy/index'])('%s', async (module) => {
    expect(await importing('keys', module)).toEqual(['Import the file itself, not the index of a folder.']);
  });
});

describe('the library stays light and offline', () => {
  test.each([
    ['aws-cdk-lib', /submodule/],
    ['aws-cdk-lib/core/lib/errors', /internal to aws-cdk-lib/],
    ['aws-cdk-lib/core/lib/helpers-internal', /internal to aws-cdk-lib/],
    ['aws-cdk-lib/aws-kms/lib', /internal to aws-cdk-lib/],
    ['cdk-nag', /must not depend/],
    ['cdk-kms-constructs', /must not depend/],
    ['fs', /outside the process/],
    ['node:fs/promises', /outside the process/],
    ['child_process', /outside the process/],
    ['https', /outside the process/],
    ['node:net', /outside the process/],
  ])('keys may not import %s', async (module, why) => {
    expect(await importing('keys', module)).toEqual([expect.stringMatching(why)]);
  });

  test('a report may be written to a file', async () => {
    expect(await importing('report', 'node:fs')).toEqual([]);
    expect(await importing('report', 'node:https')).toHaveLength(1);
  });

  test('a handler may reach out', async () => {
    expect(await importing(ISLAND.folder, 'node:https')).toEqual([]);
  });
});

test('cycles are forbidden', () => {
  const { rules } = JSON.parse(readFileSync(join(ROOT, '.eslintrc.json'), 'utf8').replace(/^\/\/.*\n/, ''));
  expect(rules['import/no-cycle']).toEqual(['error']);
});
