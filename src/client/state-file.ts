import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { ClientError } from './client-error.ts';
import type { SavedState } from './saved-state.ts';
import { formatSavedState, parseSavedState } from './saved-state.ts';

/** The file holds a secret, and perhaps passwords: only its owner may read it. */
const OWNER_ONLY = 0o600;

/**
 * Reads what an earlier run left; null if there was none.
 * @throws {ClientError} `STATE_FILE` if it cannot be read or is none of ours.
 */
export function readStateFile(path: string): SavedState | null {
  if (!existsSync(path)) return null;
  const text = attempt(path, 'read', () => readFileSync(path, 'utf8'));
  const state = parseSavedState(text);
  if (state !== undefined) return state;
  throw new ClientError(
    'STATE_FILE',
    `${path} is not a client's state file, or was changed by hand. Name another file, or move this one away: what it held unanswered is then not sent again.`,
  );
}

/**
 * Replaces the file as a whole: after a crash it holds the old state or the new one. On disk when it returns.
 * @throws {ClientError} `STATE_FILE` if it cannot be written.
 */
export function writeStateFile(path: string, state: SavedState): void {
  attempt(path, 'written', () => {
    const draft = `${path}.new`;
    rmSync(draft, { force: true });
    withFile(draft, 'wx', (file) => {
      const bytes = Buffer.from(formatSavedState(state));
      for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
      fsyncSync(file);
    });
    renameSync(draft, path);
    withFile(dirname(path), 'r', fsyncSync);
  });
}

function withFile(path: string, flags: string, work: (file: number) => void): void {
  const file = openSync(path, flags, OWNER_ONLY);
  try {
    work(file);
  } finally {
    closeSync(file);
  }
}

function attempt<T>(path: string, what: 'read' | 'written', work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new ClientError('STATE_FILE', `The client's state file ${path} cannot be ${what} (${code}).`, {
      cause,
    });
  }
}
