import { randomBytes } from 'node:crypto';
import type { ClusterConfig } from '../config/cluster-config.ts';
import { nodeDataDir } from '../config/cluster-config.ts';
import type { NodeId } from '../ordered-log/index.ts';
import { decodeMembers } from '../raft/driver/payloads.ts';
import type { DiskError } from '../raft/storage/disk.ts';
import { lockFolder } from '../raft/storage/folder-lock.ts';
import type { FolderLock } from '../raft/storage/folder-lock.ts';
import { assertLogIsThere, openIdentity, writeIdentity } from '../raft/storage/identity.ts';
import type { Identity } from '../raft/storage/identity.ts';
import type { DiskLogStore, LogStoreAlarm, RecoveredLog } from '../raft/storage/log-store.ts';
import { NodeDisk } from '../raft/storage/node-disk.ts';
import { openLog } from '../raft/storage/open-log.ts';
import { StartError } from './start-error.ts';

/** A node's data folder, opened: locked, known by its identity, its log recovered and checked against the configuration. */
export interface NodeFolder {
  readonly path: string;
  readonly folderId: string;
  readonly recovered: RecoveredLog;
  readonly store: DiskLogStore;
  /** Notes durably which cluster the folder belongs to. */
  rememberCluster(clusterId: string): void;
  /** Closes the files and gives the folder free. */
  close(): Promise<void>;
}

export interface FolderEvents {
  readonly onAlarm: (alarm: LogStoreAlarm) => void;
  readonly onFailure: (error: DiskError) => void;
}

/**
 * Opens the folder of a node, making it if it is new. Throws `DiskError`, `IdentityError`, what `recoverLog` throws,
 * or `StartError` if the configuration lists other nodes than the cluster was founded with.
 */
export async function openNodeFolder(
  config: ClusterConfig,
  node: NodeId,
  events: FolderEvents,
): Promise<NodeFolder> {
  const path = nodeDataDir(config, node);
  const lock = lockFolder(path);
  const disk = new NodeDisk(path);
  try {
    return await openLocked(config, node, events, { path, lock, disk });
  } catch (error) {
    await disk.close();
    lock.release();
    throw error;
  }
}

interface LockedFolder {
  readonly path: string;
  readonly lock: FolderLock;
  readonly disk: NodeDisk;
}

async function openLocked(
  config: ClusterConfig,
  node: NodeId,
  events: FolderEvents,
  { path, lock, disk }: LockedFolder,
): Promise<NodeFolder> {
  const identity = openIdentity(disk, node, randomBytes);
  const { recovered, store } = openLog({
    ...events,
    disk,
    folderId: identity.folderId,
    segmentBytes: config.storage.segmentBytes,
    randomBytes,
  });
  assertLogIsThere(disk, identity, recovered);
  const rememberCluster = (clusterId: string): void => writeIdentity(disk, { ...identity, clusterId });
  checkMembers(config, path, identity, recovered, rememberCluster);
  return {
    path,
    folderId: identity.folderId,
    recovered,
    store,
    rememberCluster,
    close: async () => {
      await disk.close();
      lock.release();
    },
  };
}

/** The log says which cluster this is; the file must not disagree. */
function checkMembers(
  config: ClusterConfig,
  path: string,
  identity: Identity,
  { entries }: RecoveredLog,
  rememberCluster: (clusterId: string) => void,
): void {
  const birth = entries[0];
  if (birth === undefined) return;
  const { clusterId, members } = decodeMembers(birth.payload);
  const founded = members.map(({ id }) => id).toSorted();
  const configured = config.nodes.map(({ id }) => id).toSorted();
  if (founded.join() !== configured.join()) {
    throw new StartError(
      'MEMBERS_DIFFER',
      `${config.file}: nodes: lists ${configured.join(', ')}, but the cluster in ${path} was founded with ${founded.join(', ')}; ` +
        'use the nodes that it was founded with, or another dataDir.',
    );
  }
  // The process died between the log's first entry and this note.
  if (identity.clusterId === null) rememberCluster(clusterId);
}
