import { Node, type IConstruct } from 'constructs';

/**
 * An error that a person can act on: a stable code, the construct's path and one clear sentence.
 *
 * Not exported from the package, because jsii cannot carry errors; the code is the contract.
 *
 * @internal
 */
export class KeyConstructError extends Error {
  constructor(readonly code: string, path: string, message: string) {
    super(`[cdk-kms-constructs:${code}] ${path}: ${message}`);
    this.name = 'KeyConstructError';
  }
}

/**
 * Throws for a misuse that cannot wait for the others of the same construct.
 *
 * @internal
 */
export function fail(scope: IConstruct, code: string, message: string): never {
  throw new KeyConstructError(code, scope.node.path || 'App', message);
}

/**
 * What is wrong, under a stable code.
 *
 * @internal
 */
export interface Problem {
  readonly code: string;
  readonly message: string;
}

/**
 * Collects all problems of one construct, so that its author sees them at once.
 *
 * The scope and id are taken instead of the construct itself, so that props are checked before anything is built.
 *
 * @internal
 */
export class Problems {
  private readonly found: Problem[] = [];

  constructor(private readonly scope: IConstruct, private readonly id: string) {}

  public add(code: string, message: string): void {
    this.found.push({ code, message });
  }

  /** Adds the problem unless the condition holds. */
  public expect(condition: boolean, code: string, message: () => string): void {
    if (!condition) {
      this.add(code, message());
    }
  }

  public throwIfAny(): void {
    if (this.found.length === 0) {
      return;
    }
    const path = [this.scope.node.path, this.id].filter(Boolean).join(Node.PATH_SEP);
    const [first, ...rest] = this.found;
    throw new KeyConstructError(
      first.code,
      path,
      [first.message, ...rest.map((problem) => `  also [${problem.code}] ${problem.message}`)].join('\n'),
    );
  }
}
