import { join } from 'node:path';
import { start } from './show/start';

// The CDK's TableV2 uses what the CDK itself deprecates, and would warn of it here.
process.env.JSII_DEPRECATED ??= 'quiet';

void start({ outdir: join(__dirname, 'cdk.out') }, process.stdout, process.stderr).then((exitCode) => {
  process.exitCode = exitCode;
});
