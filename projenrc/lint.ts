import { awscdk, JsonFile } from 'projen';
import { FLOORS, forbiddenFolders, ISLAND, SIDE_EFFECTS } from './floors';

/** Imports in all their forms: static, re-export, dynamic, `require`, `require.resolve`, and in a type. */
const IMPORT = [
  'ImportDeclaration',
  'ExportNamedDeclaration',
  'ExportAllDeclaration',
  'ImportExpression',
  'TSImportType',
  'TSImportType > TSLiteralType',
  'TSExternalModuleReference',
  'CallExpression[callee.name="require"]',
  'CallExpression[callee.object.name="require"]',
];

interface Ban {
  readonly what: RegExp;
  readonly message: string;
}

/** `no-restricted-syntax`, since `no-restricted-imports` does not see `require` and `import()`. */
function restrict(bans: readonly Ban[]): unknown {
  return ['error', ...bans.map(({ what, message }) => ({
    // A slash would end the regular expression of a selector early.
    selector: `:matches(${IMPORT.join(', ')}) > Literal[value=/${what.source.replace(/\\\//g, '\\u002F')}/]`,
    message,
  }))];
}

const anyOf = (words: readonly string[]) => `(?:${words.join('|')})`;

const EVERYWHERE: readonly Ban[] = [
  {
    what: /^aws-cdk-lib$/,
    message: "Import a submodule such as 'aws-cdk-lib/aws-kms' or 'aws-cdk-lib/core', not all of aws-cdk-lib.",
  },
  {
    what: /^aws-cdk-lib\/(?:.*\/)?(?:lib|helpers-internal|private)(?:\/|$)/,
    message: 'This is internal to aws-cdk-lib and may change in any version.',
  },
  {
    what: /^(?:cdk-nag|aws-cdk-lib-latest|cdk-kms-constructs)(?:\/|$)/,
    message: 'This is for tests and examples; the library must not depend on it.',
  },
  {
    what: new RegExp(`^\\.{1,2}(?:\\/\\.\\.)*\\/?$|\\/index(?:\\.[jt]s)?$|\\.\\.\\/${anyOf([...FLOORS.map((f) => f.folder), ISLAND.folder])}\\/?$`),
    message: 'Import the file itself, not the index of a folder.',
  },
];

function sideEffects(allowed: readonly string[] = []): Ban {
  return {
    what: new RegExp(`^(?:node:)?${anyOf(SIDE_EFFECTS.filter((name) => !allowed.includes(name)))}(?:\\/|$)`),
    message: 'Synthesis must not reach outside the process.',
  };
}

/** ESLint: the floors, the house style, and where the type information of each folder comes from. */
export function addLint(project: awscdk.AwsCdkConstructLibrary): void {
  const eslint = project.eslint!;

  eslint.addRules({
    'import/order': ['error', {
      groups: ['builtin', 'external', 'internal', 'parent', 'sibling'], alphabetize: { order: 'asc', caseInsensitive: true },
    }],
    'import/no-cycle': ['error'],
    '@stylistic/max-len': ['error', {
      code: 140, ignoreUrls: true, ignoreStrings: true, ignoreTemplateLiterals: true, ignoreComments: true, ignoreRegExpLiterals: true,
    }],
  });

  for (const { folder, floor, allows } of FLOORS) {
    const bans: Ban[] = [
      ...EVERYWHERE,
      sideEffects(allows),
      {
        what: new RegExp(`^\\.\\.\\/(?:.*\\/)?${ISLAND.folder}\\/${floor < ISLAND.seenFrom ? '' : '(?!.*-function$)'}`),
        message: `Handlers run in AWS; only their generated *-function files may be imported, from floor ${ISLAND.seenFrom} up.`,
      },
    ];
    const above = forbiddenFolders(folder);
    if (above.length > 0) {
      bans.push({
        what: new RegExp(`^\\.\\.\\/(?:.*\\/)?${anyOf(above)}(?:\\/|$)`),
        message: `Imports only go down: src/${folder} is on floor ${floor} (projenrc/floors.ts).`,
      });
    }
    eslint.addOverride({ files: [`src/${folder}/**/*.ts`], rules: { 'no-restricted-syntax': restrict(bans) as any } });
  }

  eslint.addOverride({
    files: [`src/${ISLAND.folder}/**/*.ts`],
    rules: {
      'no-restricted-syntax': restrict([...EVERYWHERE, {
        what: new RegExp(`^\\.\\.\\/(?:.*\\/)?${anyOf(FLOORS.map((f) => f.folder))}(?:\\/|$)`),
        message: 'Handlers are an island: they import nothing of src/.',
      }]) as any,
    },
  });

  // The one that knows where 'cdk-kms-constructs' is.
  eslint.config.settings['import/resolver'].typescript.project = './tsconfig.dev.json';

  // Editors and ESLint look for the nearest tsconfig.json.
  for (const dir of ['test', 'examples', 'tools']) {
    new JsonFile(project, `${dir}/tsconfig.json`, {
      obj: { extends: '../tsconfig.dev.json', include: ['**/*.ts'] },
      marker: false,
    });
  }
}
