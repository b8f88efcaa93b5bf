import { randomBytes } from 'node:crypto';
import type { MembersPayload } from '../driver/payloads.ts';
import { decodeMembers } from '../driver/payloads.ts';
import type { DiskError } from '../storage/disk.ts';
import { lockFolder } from '../storage/folder-lock.ts';
import { assertLogIsThere, openIdentity, writeIdentity } from '../storage/identity.ts';
import type { DiskLogStore, LogStoreAlarm, RecoveredLog } from '../storage/log-store.ts';
import { NodeDisk } from '../storage/node-disk.ts';
import { openLog } from '../storage/open-log.ts';

/** A node's data folder, opened: locked against a second process, known by its identity, its log recovered. */
export interface RaftFolder {
  readonly folderId: string;
  readonly recovered: RecoveredLog;
  readonly store: DiskLogStore;
  /** Who founded the cluster that this folder belongs to; null while the folder is empty. */
  readonly members: MembersPayload | null;
  /** Notes durably which cluster the folder belongs to. */
  rememberCluster(clusterId: string): void;
  /** Closes the files and gives the folder free. */
  close(): Promise<void>;
}

export interface RaftFolderOptions {
  readonly path: string;
  readonly nodeId: string;
  /** Bytes of one preallocated file of the log; more than 4,096. */
  readonly segmentBytes: number;
  readonly onAlarm: (alarm: LogStoreAlarm) => void;
  /** The disk failed: the node must stop. Called once. */
  readonly onFailure: (error: DiskError) => void;
}

/**
 * Opens a folder, making it if it is missing. Throws `DiskError`, `IdentityError`, `LogDamagedError`, `LogSuspectError`,
 * `LogFormatError` or `LogForeignError`, each with a sentence for an operator; nothing was changed then.
 */
export async function openRaftFolder(options: RaftFolderOptions): Promise<RaftFolder> {
  const lock = lockFolder(options.path);
  const disk = new NodeDisk(options.path);
  const close = async (): Promise<void> => {
    await disk.close();
    lock.release();
  };
  try {
    return { ...openLocked(options, disk), close };
  } catch (error) {
    await close();
    throw error;
  }
}

function openLocked(options: RaftFolderOptions, disk: NodeDisk): Omit<RaftFolder, 'close'> {
  const identity = openIdentity(disk, options.nodeId, randomBytes);
  const { recovered, store } = openLog({ ...options, disk, folderId: identity.folderId, randomBytes });
  assertLogIsThere(disk, identity, recovered);
  const rememberCluster = (clusterId: string): void => writeIdentity(disk, { ...identity, clusterId });
  const birth = recovered.entries[0];
  const members = birth === undefined ? null : decodeMembers(birth.payload);
  // The process died between the log's first entry and this note.
  if (members !== null && identity.clusterId === null) rememberCluster(members.clusterId);
  return { folderId: identity.folderId, recovered, store, members, rememberCluster };
}
