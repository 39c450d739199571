import { awscdk } from 'projen';

/** The commands of the repository. */
export function addTasks(project: awscdk.AwsCdkConstructLibrary): void {
  // jsii warns loudly about Node 20, on which everything here runs.
  project.tasks.addEnvironment('JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION', '20');

  const typecheck = project.addTask('typecheck', {
    description: 'Type-check the sources, tests, examples and tools',
    exec: 'tsgo --noEmit -p tsconfig.dev.json',
  });

  const check = project.addTask('check', { description: 'The inner loop, in seconds: type-check, then the unit and contract tests' });
  check.spawn(typecheck);
  // What takes many syntheses, or another program, waits for `npm test`.
  check.exec("jest --ci --coverage=false --testPathIgnorePatterns '/test/(examples|laws|property|scanners)/'", { receiveArgs: true });

  const rosetta = project.addTask('rosetta', { description: 'Compile every ts block of README.md, docs/ and the API comments' });
  rosetta.exec('tsx tools/docs-assembly.ts');
  rosetta.exec('jsii-rosetta extract --strict . .rosetta');
  project.postCompileTask.spawn(rosetta);

  const floor = project.addTask('test:floor', {
    description: 'Run the tests against the lowest CDK supported, with coverage',
    steps: [
      { exec: 'mkdir -p reports' },
      { exec: 'jest --ci --json --outputFile=reports/jest-floor.json', receiveArgs: true },
    ],
  });
  const latest = project.addTask('test:latest', {
    description: 'Run the same tests against the newest CDK',
    steps: [
      { exec: 'mkdir -p reports' },
      { exec: 'jest --ci -c jest.latest.json --json --outputFile=reports/jest-latest.json', receiveArgs: true },
    ],
  });

  // The whole suite, with its own set-up: the contract tests read what the compiler writes.
  project.testTask.reset();
  project.testTask.description = 'Everything a change must pass: compile, documents, types, lint, tests at the lowest and the newest CDK';
  project.testTask.spawn(project.preCompileTask);
  project.testTask.spawn(project.compileTask);
  project.testTask.spawn(project.postCompileTask);
  project.testTask.spawn(typecheck);
  project.testTask.spawn(project.tasks.tryFind('eslint')!);
  project.testTask.spawn(floor);
  project.testTask.spawn(latest);

  // Packaging every language needs Maven, PyPI, Go and .NET; `package-all` is there for who has them.
  project.packageTask.reset();
  project.packageTask.spawn(project.tasks.tryFind('package:js')!);
  project.addTask('package:sources', {
    description: 'Generate the sources of all languages without building them',
    exec: 'jsii-pacmak --code-only --force --target python --target java --target go --target dotnet --outdir .bindings',
  });

  // projen's own would compile a second time, since `test` does it already.
  project.tasks.removeTask('build');
  const build = project.addTask('build', { description: 'Generate the project files, run the whole suite, package' });
  build.spawn(project.defaultTask!);
  build.spawn(project.testTask);
  build.spawn(project.packageTask);

  project.addTask('start', {
    description: 'Run the orders example',
    exec: 'tsx --tsconfig tsconfig.dev.json examples/orders/typescript/main.ts',
    receiveArgs: true,
  });
}
