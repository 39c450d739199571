import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { authorPath } from './synthesized-stacks';

/** What cdk-kms-constructs says about a construct. */
export interface LibraryNotice {
  readonly level: string;
  readonly code: string;
  readonly path: string;
  readonly message: string;
}

/** A notice ends with the statement that it is about, in JSON. */
const QUOTATION = /; written: \{.*$/s;

/** The library's own notices, without the statements that they quote. */
export function noticesOf(assembly: CloudAssembly): LibraryNotice[] {
  return assembly.stacks.flatMap(({ messages }) =>
    messages.flatMap(({ level, id, entry }) => {
      const [, message, code] = /^(.*) \[ack: cdk-kms-constructs:(\w+)\]$/s.exec(String(entry.data)) ?? [];
      return code ? [{ level, code, path: authorPath(id.replace(/^\//, '')), message: message.replace(QUOTATION, '') }] : [];
    }));
}
