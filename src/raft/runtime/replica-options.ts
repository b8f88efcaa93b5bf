import type { StateMachine } from '../../ordered-log/index.ts';
import type { Observer } from '../driver/observer.ts';
import type { PeerNetwork, PeerNetworkListener } from '../driver/peer-network.ts';

const MAX_NODES = 7;
/** A vote is written with the name of the node that it is for, of which the log reads back 1,024 bytes. */
const MAX_ID_CHARACTERS = 256;

export interface ReplicaOptions<Result> {
  /** The name of this node: one of `nodes`. */
  readonly id: string;
  /**
   * All nodes of the cluster, 1 to 7, the same list on each, in names of 1 to 256 characters. They found it; afterwards its log says who
   * belongs to it, and a replica with another list of the others takes part all the same.
   */
  readonly nodes: readonly string[];
  /** The folder in which this node keeps all that it owns. Made if it is missing. */
  readonly folder: string;
  readonly machine: StateMachine<Result>;
  /** What the state machine of a new cluster starts from: that of the first node by name is everybody's. Nothing unless given. */
  readonly genesis?: Uint8Array;
  /** Makes the network, given whom to tell of what comes in. Whoever made it ends it, once the replica has stopped. */
  readonly network: (listener: PeerNetworkListener) => PeerNetwork;
  /** Told of everything that happens, while it happens: it must neither throw nor call the replica. */
  readonly observer?: Observer;
  /** At least 1; 10 unless given. Elections take from 30 ticks, heartbeats go out every 5. The same on all nodes. */
  readonly tickMs?: number;
  /**
   * Bytes of log after which a snapshot is taken, or a quarter of the bytes of the last one if that is more; at least 1, 64 MiB unless
   * given. A quarter of it stays in the log behind each.
   */
  readonly snapshotEveryBytes?: number;
}

/** Options with which no replica can run. Nothing was opened or changed. */
export class ReplicaOptionsError extends Error {
  override readonly name = 'ReplicaOptionsError';
  readonly code = 'BAD_OPTIONS';
}

/** Throws `ReplicaOptionsError`. */
export function assertReplicaOptions<Result>(options: ReplicaOptions<Result>): void {
  const { id, nodes, tickMs = 1, snapshotEveryBytes = 1 } = options;
  if (nodes.length < 1 || nodes.length > MAX_NODES)
    throw new ReplicaOptionsError(`nodes must name 1 to ${MAX_NODES} nodes, not ${nodes.length}.`);
  if (new Set(nodes).size < nodes.length)
    throw new ReplicaOptionsError(`nodes names one of them twice: ${nodes.join(', ')}.`);
  const misnamed = nodes.find((name) => name.length < 1 || name.length > MAX_ID_CHARACTERS);
  if (misnamed !== undefined)
    throw new ReplicaOptionsError(
      `The name of a node must have 1 to ${MAX_ID_CHARACTERS} characters, not ${misnamed.length}.`,
    );
  if (!nodes.includes(id))
    throw new ReplicaOptionsError(`id must be one of nodes (${nodes.join(', ')}), not ${id}.`);
  // Not what is below 1, and no NaN.
  if (!(tickMs >= 1)) throw new ReplicaOptionsError(`tickMs must be at least 1, not ${tickMs}.`);
  if (!(snapshotEveryBytes >= 1))
    throw new ReplicaOptionsError(`snapshotEveryBytes must be at least 1, not ${snapshotEveryBytes}.`);
}
