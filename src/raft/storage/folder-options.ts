import type { ReadMembership } from '../core/membership.ts';
import type { Disk, DiskError } from './disk.ts';
import type { LogStoreAlarm } from './log-store.ts';

/** What a node's data folder needs. */
export interface FolderOptions {
  readonly disk: Disk;
  readonly nodeId: string;
  /** Bytes of one preallocated file of the log; more than 4,096. */
  readonly segmentBytes: number;
  readonly randomBytes: (count: number) => Uint8Array;
  readonly readMembership: ReadMembership;
  /** The nodes that the configuration names. They count as the voters as long as the folder itself knows none, or nobody can say whose it is. */
  readonly configured: readonly string[];
  readonly onAlarm: (alarm: LogStoreAlarm) => void;
  /** The disk failed: the node must stop. Called once. */
  readonly onFailure: (error: DiskError) => void;
}
