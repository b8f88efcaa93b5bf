import { randomBytes } from 'node:crypto';
import type { MembersPayload } from '../driver/members-payload.ts';
import { decodeMembers } from '../driver/members-payload.ts';
import type { AsideFiles } from '../storage/aside-files.ts';
import { asideFilesIn } from '../storage/aside-files.ts';
import type { DiskError } from '../storage/disk.ts';
import { lockFolder } from '../storage/folder-lock.ts';
import { NodeDisk } from '../storage/node-disk.ts';
import type { FolderOptions } from '../storage/folder-options.ts';
import type { OpenedFolder } from '../storage/open-folder.ts';
import { openFolder } from '../storage/open-folder.ts';

/** A node's data folder, opened: locked against a second process, known by its identity, its log and snapshot recovered. */
export interface RaftFolder extends OpenedFolder {
  /** The newest membership that the folder knows, committed or not; null if it knows none. */
  readonly members: MembersPayload | null;
  /** What was set aside in it, as it is now. */
  aside(): AsideFiles;
  /** Closes the files and gives the folder free. What the log still asks of them is refused, and is no failure. */
  close(): Promise<void>;
}

export interface RaftFolderOptions extends Omit<FolderOptions, 'disk' | 'randomBytes' | 'readMembership'> {
  readonly path: string;
}

/**
 * Opens a folder, making it if it is missing. Throws `DiskError` if another process uses it, and what `openFolder` throws, each with
 * a sentence for an operator.
 */
export async function openRaftFolder(options: RaftFolderOptions): Promise<RaftFolder> {
  const lock = lockFolder(options.path);
  const disk = new NodeDisk(options.path);
  const aside = (): AsideFiles => asideFilesIn(options.path);
  const close = async (): Promise<void> => {
    await disk.close();
    lock.release();
  };
  const onFailure = (error: DiskError): void => {
    if (error.code !== 'closed') options.onFailure(error);
  };
  try {
    const folder = openFolder({ ...options, onFailure, disk, randomBytes, readMembership: decodeMembers });
    const members = membersOf(folder);
    // The process died between the log's first entry and this note.
    if (members !== null && folder.clusterId === null) folder.rememberCluster(members.clusterId);
    return { ...folder, clusterId: folder.clusterId ?? members?.clusterId ?? null, members, aside, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function membersOf({ recovered, snapshots }: OpenedFolder): MembersPayload | null {
  const payload =
    recovered.entries.findLast(({ kind }) => kind === 'members')?.payload ?? snapshots.newest?.meta.members;
  return payload === undefined ? null : decodeMembers(payload);
}
