import type { LogPosition } from '../core/snapshot-meta.ts';
import type { Disk, DiskError } from './disk.ts';
import type { LogStoreAlarm } from './log-store.ts';

/** What a log on disk needs. */
export interface LogOptions {
  readonly disk: Disk;
  /** Identity of the data folder, 32 hex digits. */
  readonly folderId: string;
  /** Identities that the folder had before: segments of those days are read. */
  readonly pastFolderIds: readonly string[];
  /** Where the newest snapshot ends, if there is one. */
  readonly snapshot: LogPosition | null;
  /** Bytes of a segment file; a batch that is larger gets a segment of its own size. More than 4096. */
  readonly segmentBytes: number;
  /** So many random bytes, for the identities of segments. */
  readonly randomBytes: (count: number) => Uint8Array;
  readonly onAlarm: (alarm: LogStoreAlarm) => void;
  /** A write or sync failed. Called once; nothing is acknowledged after it, and the node must stop. */
  readonly onFailure: (error: DiskError) => void;
}
