import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DiskError } from './disk.ts';
import { isAlive, processStart } from './process-start.ts';

const LOCK = 'lock';
const ATTEMPTS = 5;

export interface FolderLock {
  /** Gives the folder free. */
  release(): void;
}

/** Who holds a lock. */
interface Holder {
  readonly pid: number;
  /** See `processStart`; null where the system does not tell. */
  readonly started: string | null;
}

/**
 * Keeps a second process out of a data folder, by a file that names the process which uses it. A lock whose process is
 * gone is taken over, even if another process has got its number since. Throws `DiskError` `locked`, naming the
 * folder and the process, or another `DiskError` if the lock cannot be written.
 *
 * It sees processes of the same machine and container only: one folder shared by several machines is not protected.
 */
export function lockFolder(folder: string): FolderLock {
  const path = join(resolve(folder), LOCK);
  const mine = JSON.stringify({ pid: process.pid, started: processStart(process.pid) } satisfies Holder);
  try {
    mkdirSync(folder, { recursive: true });
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      if (claim(path, mine)) return { release: () => release(path, mine) };
      const theirs = read(path);
      if (theirs === null) continue;
      const holder = parse(theirs);
      if (holder !== null && holds(holder)) throw locked(folder, path, `process ${holder.pid} uses`);
      removeStale(path, theirs);
    }
  } catch (cause) {
    if (cause instanceof DiskError) throw cause;
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'ENOSPC' || code === 'EDQUOT') throw full(folder, path, cause);
    const refused = code === 'EACCES' || code === 'EPERM' || code === 'EROFS';
    throw new DiskError(
      refused ? 'not-allowed' : 'io',
      path,
      `cannot lock the folder ${resolve(folder)}: ${message}`,
      { cause },
    );
  }
  throw locked(folder, path, 'other processes are just now starting on');
}

/** Makes the lock, complete at once, if there is none. */
function claim(path: string, mine: string): boolean {
  const aside = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(aside, mine, { mode: 0o600 });
    linkSync(aside, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    // There, but empty, if the disk is full.
    rmSync(aside, { force: true });
  }
}

/**
 * Removes a lock that was found stale. Another process may have done so first, and have made its own: what was moved away
 * is therefore looked at again, and put back if it is another.
 */
function removeStale(path: string, stale: string): void {
  const aside = `${path}.stale.${process.pid}.tmp`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if (read(aside) !== stale) linkSync(aside, path);
  unlinkSync(aside);
}

function release(path: string, mine: string): void {
  if (read(path) === mine) unlinkSync(path);
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Null for what is no lock of ours: a file that was cut short when the power failed. */
function parse(text: string): Holder | null {
  try {
    const { pid, started } = JSON.parse(text) as Partial<Holder>;
    return Number.isSafeInteger(pid) && pid !== undefined && pid > 0
      ? { pid, started: started ?? null }
      : null;
  } catch {
    return null;
  }
}

function holds({ pid, started }: Holder): boolean {
  if (!isAlive(pid)) return false;
  const startedNow = processStart(pid);
  return started === null || startedNow === null || started === startedNow;
}

function locked(folder: string, path: string, who: string): DiskError {
  return new DiskError(
    'locked',
    path,
    `${who} the data folder ${resolve(folder)} already. Stop it first, or give this node a folder of its own.`,
  );
}

function full(folder: string, path: string, cause: unknown): DiskError {
  return new DiskError(
    'no-space',
    path,
    `the disk of the data folder ${resolve(folder)} is full: there is no room even for its lock. Make room, then start this node again.`,
    { cause },
  );
}
