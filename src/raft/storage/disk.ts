/**
 * One folder on a disk, as the log sees it: small, so that a simulator can stand in for it and tear what was
 * not synced. Names are plain file names within the folder.
 *
 * What is said to be for the start blocks, and is used when nothing else runs. Everything else is asynchronous: `done` is
 * called exactly once, never from within the call that it was handed to. Calls on one file may be issued without
 * waiting; they may complete, and reach the disk, in any order until `sync`.
 */
export interface Disk {
  /** Names of the files in the folder, sorted; they are durable once shown. Creates the folder if it is missing. */
  list(): readonly string[];
  /** The full path of a file, for messages to people. */
  pathOf(name: string): string;
  /** For the start: the whole file. Throws `DiskError`, `not-found` among others. */
  readFile(name: string): Uint8Array;
  /** For the start: reads bytes of the file into this memory, as many as fit, fewer if it ends before. Gives back the part that they fill. Throws `DiskError`. */
  readRange(name: string, offset: number, into: Uint8Array): Uint8Array;
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
  /** For the start, and blocking: gives a file another name, durably, in place of any that has it. Throws `DiskError`. */
  rename(from: string, to: string): void;
  /** The same at any time: until `done`, which is given the part that they fill, the memory is the disk's. */
  read(name: string, offset: number, into: Uint8Array, done: DiskReadDone): void;
  /** Makes an empty file that grows as it is written, in place of any that has the name. It may be gone after a crash until it is published. */
  create(name: string, done: DiskDone): void;
  /** Gives a file that was created, and synced since, its lasting name, durably, in place of any that has it. */
  publish(from: string, to: string, done: DiskDone): void;
  /**
   * Removes a file, in the background. Nobody waits for it and nobody is told: after a crash the file may be back, and that
   * it was gone before, or could not be removed, is no failure.
   */
  remove(name: string): void;
  /** Writes the chunks one after another at the offset. Durable only after `sync`. A file that was created may fail with `no-space`. */
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
/** Exactly one of the two is null. */
export type DiskReadDone = (error: DiskError | null, bytes: Uint8Array | null) => void;

/** `closed`: the disk was closed before it was asked. */
export type DiskErrorCode = 'no-space' | 'not-found' | 'not-allowed' | 'locked' | 'closed' | 'io';

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
