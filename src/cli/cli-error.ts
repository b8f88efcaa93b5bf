/** A command cannot do what it was asked for. The message is one sentence for the person who typed it. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly code = 'CLI';
}

/** What the process ends with. */
export const EXIT = { ok: 0, failed: 1, unusable: 2 } as const;

export interface Explanation {
  readonly sentence: string;
  readonly exitCode: number;
}

/**
 * What to print of an error, and what to exit with. An error with a stable `code` of ours is one of the expected
 * kinds, and its message is a sentence; anything else is a fault of this program, and is shown whole.
 */
export function explain(error: unknown): Explanation {
  if (
    error instanceof Error &&
    typeof (error as { code?: unknown }).code === 'string' &&
    !isSystemError(error)
  ) {
    return { sentence: error.message, exitCode: EXIT.unusable };
  }
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { sentence: `unexpected error: ${trace}`, exitCode: EXIT.failed };
}

function isSystemError(error: Error): boolean {
  return (error as NodeJS.ErrnoException).errno !== undefined;
}
