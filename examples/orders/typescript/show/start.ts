import { formatFor } from './page';
import { report, type ReportProps } from './report';

/** Where a program writes to. */
export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Prints the report, or one paragraph about what went wrong. Returns the exit code. */
export async function start(props: Omit<ReportProps, 'format'>, stdout: Output, stderr: Output): Promise<number> {
  try {
    const { page, unexplained } = await report({ ...props, format: formatFor(stdout, process.env) });
    stdout.write(page);
    if (unexplained.length === 0) {
      return 0;
    }
    const rules = [...new Set(unexplained.map(({ rule, path }) => `${rule} at ${path}`))].join(', ');
    stderr.write(`\nFindings without an explanation: ${rules}. Design them away, or acknowledge them with a reason in acknowledged-findings.ts.\n`);
  } catch (error) {
    stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
  }
  return 1;
}
