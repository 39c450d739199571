import { awscdk, javascript, JsonFile } from 'projen';

const SUITE = {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  setupFiles: ['<rootDir>/test/setup.ts'],
  // Every core: the suite waits for nothing else.
  maxWorkers: '100%',
  // What is generated holds copies of package.json.
  modulePathIgnorePatterns: ['<rootDir>/.rosetta/', '<rootDir>/.bindings/', '<rootDir>/dist/'],
};

// Examples import the package by its name.
const OURSELVES = { '^cdk-kms-constructs$': '<rootDir>/src/index.ts' };

/** The suite against the lowest CDK, with coverage. */
export function floorJestOptions(): javascript.JestOptions {
  return {
    updateSnapshot: javascript.UpdateSnapshot.NEVER,
    junitReporting: false,
    jestConfig: {
      ...SUITE,
      moduleNameMapper: OURSELVES,
      collectCoverageFrom: ['src/**/*.ts', '!src/index.ts'],
      coverageThreshold: { branches: 85, functions: 90, lines: 90, statements: 90 },
    },
  };
}

/** The same suite against the newest CDK, and the types of both. */
export function addTesting(project: awscdk.AwsCdkConstructLibrary): void {
  new JsonFile(project, 'jest.latest.json', {
    marker: false,
    obj: {
      ...SUITE,
      rootDir: '.',
      clearMocks: true,
      testPathIgnorePatterns: ['/node_modules/'],
      watchPathIgnorePatterns: ['/node_modules/'],
      moduleNameMapper: {
        ...OURSELVES,
        '^aws-cdk-lib$': '<rootDir>/node_modules/aws-cdk-lib-latest',
        '^aws-cdk-lib/(.*)$': '<rootDir>/node_modules/aws-cdk-lib-latest/$1',
      },
      transform: { '^.+\\.[t]sx?$': ['ts-jest', { tsconfig: 'tsconfig.dev.json' }] },
    },
  });

  // projen would look for tests in src/ too.
  Object.assign(project.jest!.config, { testMatch: SUITE.testMatch, coverageReporters: ['text', 'lcov'] });

  const dev = project.tsconfigDev.file;
  // Without this it would take in lib/, dist/ and cdk.out/.
  dev.addOverride('include', ['src/**/*.ts', 'test/**/*.ts', 'examples/**/*.ts', 'tools/**/*.ts', 'projenrc/**/*.ts', '.projenrc.ts']);
  dev.addOverride('exclude', ['node_modules', '**/cdk.out', '**/node_modules']);
  dev.addOverride('compilerOptions.paths', { 'cdk-kms-constructs': ['./src/index.ts'] });
}
