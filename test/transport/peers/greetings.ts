import { nodeId } from '../../../src/ordered-log/ids.ts';
import type { Greeting } from '../../../src/raft/driver/peer-network.ts';

/** What a node of a living cluster says of itself. */
export function greetingOf(from: string, to: string): Greeting {
  return {
    versions: { lowest: 1, highest: 1 },
    reads: { lowest: 1, highest: 1 },
    from: nodeId(from),
    to: nodeId(to),
    folderId: 'ab'.repeat(16),
    clusterId: 'cd'.repeat(16),
    address: null,
  };
}
