import type { SnapshotMeta } from '../core/snapshot-meta.ts';
import type { DiskDone } from './disk.ts';

/** A snapshot that is whole, verified and durable in the folder. */
export interface StoredSnapshot {
  readonly meta: SnapshotMeta;
  /** Of the file, in which all of it lies: what a leader sends, as it is. */
  readonly bytes: number;
  /** CRC-32 of all of the file before the last 4 bytes, which hold it: with index and term it tells one snapshot from another. */
  readonly checksum: number;
}

/** Says which bytes a chunk belongs to: a leader's file, as it was announced. */
export interface SnapshotFileId {
  readonly index: number;
  readonly term: number;
  readonly bytes: number;
  readonly checksum: number;
}

/**
 * A snapshot on its way to the disk, written aside. Calls wait for the `done` of the one before. An error abandons it; one of code
 * `no-space` has raised an alarm, and the next snapshot may find room. Nothing is called any more after `abandon`.
 */
export interface SnapshotWriter {
  /**
   * Appends pieces of at most 64 KiB each, which are given back as they are when the snapshot is read. Copies each before it asks for the
   * next. Throws `RangeError` for a larger one. Calls wait for the `done` of the one before.
   */
  add(pieces: Iterable<Uint8Array>, done: DiskDone): void;
  /** Makes all of it durable under its name; from then on it is the newest. The one before goes only after that. */
  finish(done: (error: DiskFailure, stored: StoredSnapshot | null) => void): void;
  abandon(): void;
}

/** A leader's file on its way here, byte for byte, written aside. It survives a lost connection, not a restart. Errors are as a writer's. */
export interface SnapshotReceiver {
  readonly file: SnapshotFileId;
  /** How many bytes of it are here: where to go on. */
  readonly received: number;
  /** Appends the bytes that follow `received`. Calls wait for the `done` of the one before. */
  add(bytes: Uint8Array, done: DiskDone): void;
  /** Once all bytes are here: verifies the whole, and makes it durable under its name. `null` without an error: the bytes are not the file that was announced; all are dropped. */
  finish(done: (error: DiskFailure, stored: StoredSnapshot | null) => void): void;
  abandon(): void;
}

/** Exactly one of the two is null, or both after the last piece. */
export type PiecesDone = (error: DiskFailure, pieces: readonly Uint8Array[] | null) => void;

type DiskFailure = Parameters<DiskDone>[0];

/** The snapshots of a folder: the newest, and one on its way in either manner. */
export interface SnapshotStore {
  readonly newest: StoredSnapshot | null;
  /** Begins to write a snapshot of this node's own. Abandons one that was begun before. */
  write(meta: SnapshotMeta): SnapshotWriter;
  /** Begins to receive a leader's. Abandons one that was begun before. */
  receive(file: SnapshotFileId): SnapshotReceiver;
  /** Reads the newest snapshot's file for a follower. An error says that the file cannot be relied on any more, and why: it is missing, cannot be read, or has rotted. */
  open(stored: StoredSnapshot): SnapshotFile;
  /** Gives the pieces of a stored snapshot, a few at a time, in order, each verified. */
  read(stored: StoredSnapshot): SnapshotReader;
}

/** A stored file, open for sending: it is not removed before `close`, even if a newer one takes its place. */
export interface SnapshotFile {
  readonly stored: StoredSnapshot;
  read(offset: number, bytes: number, done: (error: DiskFailure, bytes: Uint8Array | null) => void): void;
  close(): void;
}

export interface SnapshotReader {
  /**
   * The next pieces, at least one, or null after the last. Calls wait for the `done` of the one before. Pieces are good until the
   * second call from then, so that the disk may read the next ones while they are looked at.
   */
  next(done: PiecesDone): void;
  close(): void;
}
