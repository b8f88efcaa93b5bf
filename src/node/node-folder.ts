import type { ClusterConfig } from '../config/cluster-config.ts';
import { nodeDataDir } from '../config/cluster-config.ts';
import type { NodeId } from '../ordered-log/index.ts';
import type { RaftFolder, RaftFolderOptions } from '../raft/runtime/raft-folder.ts';
import { openRaftFolder } from '../raft/runtime/raft-folder.ts';
import { StartError } from './start-error.ts';

/**
 * Opens the folder of a node. Throws what `openRaftFolder` throws, or `StartError` if the configuration lists other
 * nodes than the cluster was founded with.
 */
export async function openNodeFolder(
  config: ClusterConfig,
  node: NodeId,
  events: Pick<RaftFolderOptions, 'onAlarm' | 'onFailure'>,
): Promise<RaftFolder> {
  const path = nodeDataDir(config, node);
  const { segmentBytes } = config.storage;
  const folder = await openRaftFolder({ ...events, path, nodeId: node, segmentBytes });
  try {
    checkMembers(config, path, folder);
    return folder;
  } catch (error) {
    await folder.close();
    throw error;
  }
}

/** The log says which cluster this is; the file must not disagree. */
function checkMembers(config: ClusterConfig, path: string, { members }: RaftFolder): void {
  if (members === null) return;
  const founded = members.members.map(({ id }) => id).toSorted();
  const configured = config.nodes.map(({ id }) => id).toSorted();
  if (founded.join() === configured.join()) return;
  throw new StartError(
    'MEMBERS_DIFFER',
    `nodes in ${config.file}: lists ${configured.join(', ')}, but the cluster in ${path} was founded with ${founded.join(', ')}; ` +
      'use the nodes that it was founded with, or another dataDir.',
  );
}
