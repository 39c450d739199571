/**
 * The house: one folder of `src/` a row, from the ground up.
 *
 * A file may import from its own folder and from lower floors, never from a folder on the same floor or a higher one.
 * This list is the only place where that is said: the lint rules come from it, and the tests read it.
 */
export interface Floor {
  /** The folder under `src/`. */
  readonly folder: string;
  /** Its height. Imports only go down. */
  readonly floor: number;
  /** Whether the public API may come from here, i.e. `src/index.ts` looks into it. */
  readonly public: boolean;
  /** Node modules of `SIDE_EFFECTS` that are allowed here nevertheless. */
  readonly allows?: readonly string[];
}

export const FLOORS: readonly Floor[] = [
  { folder: 'private', floor: 0, public: false },
  { folder: 'standard', floor: 1, public: true },
  { folder: 'services', floor: 1, public: true },
  { folder: 'policy', floor: 2, public: true },
  { folder: 'wiring', floor: 3, public: true },
  { folder: 'keys', floor: 4, public: true },
  { folder: 'rules', floor: 5, public: true },
  { folder: 'mixins', floor: 5, public: true },
  { folder: 'monitoring', floor: 5, public: true },
  { folder: 'report', floor: 5, public: true, allows: ['fs'] },
  { folder: 'patterns', floor: 6, public: true },
  { folder: 'governance', floor: 7, public: true },
];

/** Runs in AWS, not at synth: imports nothing of `src/`. Its `*-function.ts` files are constructs; nothing else is imported. */
export const ISLAND = { folder: 'handlers', seenFrom: 4 };

/** What reaches outside the process. Synthesis must not depend on it. */
export const SIDE_EFFECTS: readonly string[] = [
  'child_process', 'cluster', 'dgram', 'dns', 'fs', 'http', 'http2', 'https', 'inspector', 'net', 'os', 'tls', 'worker_threads',
];

/** The folders a file in `folder` must not import from. */
export function forbiddenFolders(folder: string): string[] {
  const here = FLOORS.find((candidate) => candidate.folder === folder);
  if (!here) throw new Error(`'${folder}' is not on the list of floors`);
  return FLOORS
    .filter((there) => there.folder !== folder && there.floor >= here.floor)
    .map((there) => there.folder);
}
