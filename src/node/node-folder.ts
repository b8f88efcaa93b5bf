import type { ClusterConfig } from '../config/cluster-config.ts';
import { nodeDataDir } from '../config/cluster-config.ts';
import type { NodeId } from '../ordered-log/index.ts';
import type { RaftFolder, RaftFolderOptions } from '../raft/runtime/raft-folder.ts';
import { openRaftFolder } from '../raft/runtime/raft-folder.ts';

/** Opens the folder of a node. Throws what `openRaftFolder` throws. */
export function openNodeFolder(
  config: ClusterConfig,
  node: NodeId,
  events: Pick<RaftFolderOptions, 'onAlarm' | 'onFailure'>,
): Promise<RaftFolder> {
  return openRaftFolder({
    ...events,
    path: nodeDataDir(config, node),
    nodeId: node,
    segmentBytes: config.storage.segmentBytes,
    configured: config.nodes.map(({ id }) => id),
  });
}
