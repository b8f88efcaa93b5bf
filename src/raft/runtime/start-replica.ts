import { randomBytes, randomInt } from 'node:crypto';
import type { StateMachine } from '../../ordered-log/index.ts';
import { nodeId } from '../../ordered-log/index.ts';
import { seededRandom } from '../core/random.ts';
import type { RaftSettings } from '../driver/cluster-node.ts';
import { ClusterNode } from '../driver/cluster-node.ts';
import type { NodeSnapshot } from '../driver/node-snapshot.ts';
import type { Observer } from '../driver/observer.ts';
import type { PeerNetwork, PeerNetworkListener } from '../driver/peer-network.ts';
import { MAX_CHUNK_BYTES } from '../driver/snapshot-frames.ts';
import { PromisedLog } from './promised-log.ts';
import type { RaftFolder } from './raft-folder.ts';
import { openRaftFolder } from './raft-folder.ts';
import { Ticker } from './ticker.ts';
import { Turns } from './turns.ts';

export interface ReplicaOptions<Result> {
  /** The name of this node: one of `nodes`. */
  readonly id: string;
  /** All nodes of the cluster, 1 to 7, the same list on each. */
  readonly nodes: readonly string[];
  /** The folder in which this node keeps all that it owns. */
  readonly folder: string;
  readonly machine: StateMachine<Result>;
  /** What the state machine of a new cluster starts from. */
  readonly genesis?: Uint8Array;
  /** Makes the network, given whom to tell of what comes in. */
  readonly network: (listener: PeerNetworkListener) => PeerNetwork;
  readonly observer?: Observer;
  /** 10 unless given. Elections take from 30 ticks, heartbeats go out every 5. */
  readonly tickMs?: number;
  /**
   * Bytes of log after which a snapshot is taken, or a quarter of the bytes of the last one if that is more; 64 MiB unless given. A
   * quarter of it stays in the log behind each.
   */
  readonly snapshotEveryBytes?: number;
}

/** A replica that runs in this process. */
export interface RunningReplica<Result> {
  /** Resolves with what applying the command came to, here. Rejects with `ProposalError`: not done, or in doubt. */
  propose(command: Uint8Array): Promise<Result>;
  /** Resolves once the local state may be read linearizably. */
  read(): Promise<void>;
  snapshot(): NodeSnapshot;
  /** Hands leadership over, lets commands settle, and closes the folder. */
  stop(): Promise<void>;
  /** Ends at once, as if the process had died, and closes the folder. */
  kill(): Promise<void>;
  /** Settles when the replica had to stop: its disk failed, or a promise of Raft was broken. */
  readonly failed: Promise<Error>;
}

const SNAPSHOT_EVERY_BYTES = 64 * 1024 * 1024;

const settingsFor = (snapshotEveryBytes: number): RaftSettings => ({
  electionTicks: 30,
  heartbeatTicks: 5,
  silenceTicks: 300,
  stopPhaseTicks: 100,
  maxUncommittedBytes: 64 * 1024 * 1024,
  maxAppendBytes: 1024 * 1024,
  maxInflightBytes: 8 * 1024 * 1024,
  snapshots: {
    everyLogBytes: snapshotEveryBytes,
    logPerSnapshotByte: 1 / 4,
    trailingBytes: Math.floor(snapshotEveryBytes / 4),
    chunkBytes: MAX_CHUNK_BYTES,
    windowBytes: 512 * 1024,
    resendTicks: 60,
    stallTicks: 600,
    transferTicks: 60_000,
  },
  submitter: {
    waitingCommands: 100_000,
    waitingBytes: 64 * 1024 * 1024,
    windowCommands: 16_384,
    batchCommands: 4_096,
    batchBytes: 256 * 1024,
  },
});
const SEGMENT_BYTES = 16 * 1024 * 1024;

/**
 * Starts one replica of a state machine. Each command that any replica proposes is applied by all of them, once, in one
 * order. Throws what `openRaftFolder` throws.
 */
export async function startReplica<Result>(options: ReplicaOptions<Result>): Promise<RunningReplica<Result>> {
  let fail: (error: Error) => void = () => undefined;
  const failed = new Promise<Error>((resolve) => {
    fail = resolve;
  });
  const { folder: path, id } = options;
  const folder = await openRaftFolder({
    path,
    nodeId: id,
    segmentBytes: SEGMENT_BYTES,
    // Alone it is repaired by nobody: then damage in the middle of the log must stop it.
    mayBeRepaired: options.nodes.length > 1,
    onAlarm: () => undefined,
    onFailure: fail,
  });
  return run(options, folder, failed, fail);
}

function run<Result>(
  options: ReplicaOptions<Result>,
  folder: RaftFolder,
  failed: Promise<Error>,
  fail: (error: Error) => void,
): RunningReplica<Result> {
  let onStopped: () => void = () => undefined;
  const stopped = new Promise<void>((resolve) => {
    onStopped = resolve;
  });
  const turns = new Turns(() => {
    try {
      node.turn();
      if (node.stopped) onStopped();
    } catch (error) {
      turns.stop();
      fail(error instanceof Error ? error : new Error(String(error)));
    }
  });
  let network: PeerNetwork | null = null;
  let log: PromisedLog<Result> | undefined;
  const node = new ClusterNode<Result>(
    {
      self: {
        id: nodeId(options.id),
        folderId: folder.folderId,
        formerFolderIds: folder.formerFolderIds,
        nodes: options.nodes.map((id) => ({ id: nodeId(id), peer: '', client: '', http: '' })),
        joining: false,
      },
      recovered: folder.recovered,
      doubt: folder.doubt,
      clusterId: folder.clusterId,
      store: folder.store,
      snapshots: folder.snapshots,
      machine: options.machine,
      genesis: options.genesis ?? new Uint8Array(),
      network: {
        send: (to, frames) => network?.send(to, frames),
        setPeers: (peers) => network?.setPeers(peers),
      },
      observer: options.observer ?? (() => undefined),
      settings: settingsFor(options.snapshotEveryBytes ?? SNAPSHOT_EVERY_BYTES),
      random: seededRandom(randomInt(2 ** 31)),
      randomBytes,
      rememberCluster: (clusterId) => folder.rememberCluster(clusterId),
      settledMembersIndex: folder.settledMembersIndex,
      rememberSettledMembers: (index) => folder.rememberSettledMembers(index),
      schedule: turns.schedule,
      scheduleLater: turns.scheduleLater,
      nowMs: () => performance.now(),
    },
    (orderedLog) => (log = new PromisedLog<Result>(orderedLog)),
  );
  const promised = log ?? new PromisedLog<Result>(node);
  network = options.network(node);
  let ticks = 0;
  const ticker = new Ticker(options.tickMs ?? 10, () => {
    node.tick();
    turns.runNow();
    ticks += 1;
    if (ticks % 100 === 0) folder.store.retryReserve();
  });
  const kill = async (): Promise<void> => {
    ticker.stop();
    turns.stop();
    promised.abandon();
    await folder.close();
  };
  return {
    propose: (command) => promised.propose(command),
    read: () => promised.read(),
    snapshot: () => node.snapshot(),
    stop: async () => {
      node.stop();
      await Promise.race([stopped, failed]);
      await kill();
    },
    kill,
    failed,
  };
}
