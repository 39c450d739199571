import { awscdk, javascript } from 'projen';

/** What is kept in git, what is shipped to npm, and how dependencies are locked. */
export function addPackaging(project: awscdk.AwsCdkConstructLibrary): void {
  // Lock files must not name a registry.
  new javascript.NpmConfig(project, { omitEmpty: true }).addConfig('omit-lockfile-registry-resolved', 'true');
  // Some registries lack bindings of 1.13.0 for other platforms; npm leaves those out of the lock and `npm ci` then refuses it.
  project.package.addPackageResolutions('unrs-resolver@1.12.2');

  project.gitignore.exclude('cdk.out', '/reports/', '/.bindings/', '/.rosetta/', '.jsii.tabl.json', '.jsii.tabl.json.gz');

  // The package is lib/, .jsii, and the documents at the top level.
  project.npmignore!.exclude(
    '/.*', '/*.json', '/*.ts', '/*.tgz', '/CONTRIBUTING.md', '/SECURITY.md',
    '/docs/', '/examples/', '/projenrc/', '/reports/', '/rosetta/', '/tools/', 'cdk.out',
  );
  project.npmignore!.include('/.jsii', '/package.json');
}
