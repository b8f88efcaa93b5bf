/**
 * One folder on a disk, as the log sees it: small, so that a simulator can stand in for it and tear what was
 * not synced. Names are plain file names within the folder.
 *
 * Reading happens at the start only, when nothing else runs, and is synchronous. Everything after that is
 * asynchronous: `done` is called exactly once, never from within the call that it was handed to. Calls on one
 * file may be issued without waiting; they may complete, and reach the disk, in any order until `sync`.
 */
export interface Disk {
  /** Names of the files in the folder, sorted; they are durable once shown. Creates the folder if it is missing. */
  list(): readonly string[];
  /** The full path of a file, for messages to people. */
  pathOf(name: string): string;
  /** The whole file. Throws `DiskError`, `not-found` among others. */
  readFile(name: string): Uint8Array;
  /**
   * Makes or replaces a small file, atomically and durably (written aside, synced, renamed, folder synced). Blocks: for
   * the start, and for the one moment in which a cluster is born.
   */
  replaceFile(name: string, bytes: Uint8Array): void;
  /**
   * At the start only, and blocking: makes all that `readFile` shows of the file durable (a killed process may have left
   * it unsynced), then writes these bytes over it, then makes those durable too.
   */
  writeDurably(name: string, offset: number, bytes: Uint8Array): void;
  /** Writes the chunks one after another at the offset. Durable only after `sync`. */
  write(name: string, offset: number, chunks: readonly Uint8Array[], done: DiskDone): void;
  /** fdatasync: all completed writes to this file are durable when it is done. */
  sync(name: string, done: DiskDone): void;
  /**
   * Makes a file of this many zero bytes with room reserved on the disk, durable under its name, in place of any that
   * has the name. Complete or not there at all, whenever the process dies. Fails with `no-space`, leaving nothing behind.
   */
  reserve(name: string, bytes: number, done: DiskDone): void;
}

export type DiskDone = (error: DiskError | null) => void;

export type DiskErrorCode = 'no-space' | 'not-found' | 'not-allowed' | 'locked' | 'io';

/** A disk said no. `file` is the full path where there is one. */
export class DiskError extends Error {
  override readonly name = 'DiskError';
  readonly code: DiskErrorCode;
  readonly file: string;
  constructor(code: DiskErrorCode, file: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.file = file;
  }
}
