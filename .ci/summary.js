// Prints `N passed, N failed` over the reports of both test runs. The argument is the exit code of what ran before.
const { readFileSync } = require('node:fs');
const { join } = require('node:path');

let passed = 0;
let failed = 0;
for (const name of ['jest-floor.json', 'jest-latest.json']) {
  try {
    const report = JSON.parse(readFileSync(join(__dirname, '..', 'reports', name), 'utf8'));
    passed += report.numPassedTests;
    // A test file that does not load has no tests in it to fail.
    failed += report.numFailedTests + report.numRuntimeErrorTestSuites;
  } catch {
    // That run was not reached: something before it failed, and the exit code says so.
  }
}
// Not only tests can fail: the compiler, the linter, the coverage threshold, a file not committed.
if (process.argv[2] !== '0' && failed === 0) failed = 1;

console.log(`${passed} passed, ${failed} failed`);
