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
  /**
   * Whether the configuration names so many other nodes that they are a majority without this one: they bring back what it may have lost. It counts as
   * long as the folder itself knows no membership, or nobody can say whose it is. Where they are not, nothing is cut but a suspect end.
   */
  readonly othersConfigured: boolean;
  readonly onAlarm: (alarm: LogStoreAlarm) => void;
  /** The disk failed: the node must stop. Called once. */
  readonly onFailure: (error: DiskError) => void;
}
