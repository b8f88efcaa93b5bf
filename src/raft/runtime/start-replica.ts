import { randomBytes, randomInt } from 'node:crypto';
import { nodeId } from '../../ordered-log/index.ts';
import { seededRandom } from '../core/random.ts';
import type { ClusterNodeParts, RaftSettings } from '../driver/cluster-node.ts';
import { ClusterNode } from '../driver/cluster-node.ts';
import type { NodeSnapshot } from '../driver/node-snapshot.ts';
import type { PeerNetwork } from '../driver/peer-network.ts';
import { MAX_CHUNK_BYTES } from '../driver/snapshot-frames.ts';
import { PromisedLog } from './promised-log.ts';
import type { RaftFolder } from './raft-folder.ts';
import { openRaftFolder } from './raft-folder.ts';
import type { ReplicaOptions } from './replica-options.ts';
import { assertReplicaOptions } from './replica-options.ts';
import { Ticker } from './ticker.ts';
import { Turns } from './turns.ts';

/** A replica that runs in this process. */
export interface RunningReplica<Result> {
  /**
   * Resolves with what applying the command came to, here. Rejects with `ProposalError`: not done, or in doubt. It waits as long as
   * there is no majority: whoever would rather know sets a time of its own, and then counts the command as in doubt.
   */
  propose(command: Uint8Array): Promise<Result>;
  /** Resolves once the local state may be read linearizably. Rejects with `ProposalError` if nobody can promise that now: ask again. */
  read(): Promise<void>;
  /** How this replica is at this moment. */
  snapshot(): NodeSnapshot;
  /** Hands leadership over, lets commands settle, and closes the folder. Takes 300 ticks at the most, and what the disk takes. */
  stop(): Promise<void>;
  /** Ends at once, as if the process had died, and closes the folder. */
  kill(): Promise<void>;
  /**
   * Settles when the replica had to stop: its disk failed, a promise of Raft was broken, or the state machine threw. What waited has
   * been answered then. `stop` or `kill` gives the folder free.
   */
  readonly failed: Promise<Error>;
}

const SNAPSHOT_EVERY_BYTES = 64 * 1024 * 1024;

const settingsFor = (snapshotEveryBytes: number): RaftSettings => ({
  electionTicks: 30,
  heartbeatTicks: 5,
  silenceTicks: 300,
  stopPhaseTicks: 100,
  maxUncommittedBytes: 64 * 1024 * 1024,
  maxAppendBytes: 256 * 1024,
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
    batchBytes: 64 * 1024,
  },
});
const SEGMENT_BYTES = 16 * 1024 * 1024;

/** Why a replica had to stop, and who is to know at once. It may happen before anybody asks. */
class Failure {
  readonly happened: Promise<Error>;
  #resolve: (error: Error) => void = () => undefined;
  #error: Error | null = null;
  #onFailure: () => void = () => undefined;

  constructor() {
    this.happened = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  get hasHappened(): boolean {
    return this.#error !== null;
  }

  whenItHappens(onFailure: () => void): void {
    this.#onFailure = onFailure;
    if (this.hasHappened) onFailure();
  }

  /** The first reason counts. */
  because(error: Error): void {
    if (this.hasHappened) return;
    this.#error = error;
    this.#onFailure();
    this.#resolve(error);
  }
}

/**
 * Starts one replica of a state machine. Each command that any replica proposes is applied by all of them, once, in one
 * order. Throws `ReplicaOptionsError`, `VersionError`, and what `openRaftFolder` throws.
 */
export async function startReplica<Result>(options: ReplicaOptions<Result>): Promise<RunningReplica<Result>> {
  assertReplicaOptions(options);
  const failure = new Failure();
  const { folder: path, id } = options;
  const folder = await openRaftFolder({
    path,
    nodeId: id,
    segmentBytes: SEGMENT_BYTES,
    configured: options.nodes,
    onAlarm: () => undefined,
    onFailure: (error) => failure.because(error),
  });
  try {
    return run(options, folder, failure);
  } catch (error) {
    failure.because(asError(error));
    await folder.close();
    throw error;
  }
}

const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)));

function partsOf<Result>(
  options: ReplicaOptions<Result>,
  folder: RaftFolder,
  network: PeerNetwork,
  { schedule, scheduleLater }: Turns,
): ClusterNodeParts<Result> {
  const { recovered, doubt, clusterId, store, snapshots, folderId, formerFolderIds, forgotCluster } = folder;
  return {
    self: {
      id: nodeId(options.id),
      folderId,
      formerFolderIds,
      nodes: options.nodes.map((id) => ({ id: nodeId(id), peer: '', client: '', http: '' })),
      joining: false,
      forgotCluster,
    },
    recovered,
    doubt,
    clusterId,
    store,
    snapshots,
    machine: options.machine,
    genesis: options.genesis ?? new Uint8Array(),
    network,
    observer: options.observer ?? (() => undefined),
    settings: settingsFor(options.snapshotEveryBytes ?? SNAPSHOT_EVERY_BYTES),
    random: seededRandom(randomInt(2 ** 31)),
    randomBytes,
    rememberCluster: (id) => folder.rememberCluster(id),
    settledMembersIndex: folder.settledMembersIndex,
    rememberSettledMembers: (index) => folder.rememberSettledMembers(index),
    schedule,
    scheduleLater,
    nowMs: () => performance.now(),
  };
}

function run<Result>(
  options: ReplicaOptions<Result>,
  folder: RaftFolder,
  failure: Failure,
): RunningReplica<Result> {
  let onStopped: () => void = () => undefined;
  const stopped = new Promise<void>((resolve) => {
    onStopped = resolve;
  });
  const turns = new Turns(() => {
    if (failure.hasHappened) return;
    try {
      node.turn();
      if (node.stopped) onStopped();
    } catch (error) {
      failure.because(asError(error));
    }
  });
  let network: PeerNetwork | null = null;
  let log: PromisedLog<Result> | undefined;
  // The node is the network's listener, so it is made before there is one.
  const lateNetwork: PeerNetwork = {
    send: (to, frames) => network?.send(to, frames),
    setPeers: (peers) => network?.setPeers(peers),
  };
  const node = new ClusterNode<Result>(
    partsOf(options, folder, lateNetwork, turns),
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
  // Nothing happens here any more: who waits for something would wait for ever.
  const end = (): void => {
    ticker.stop();
    turns.stop();
    promised.end();
    onStopped();
  };
  failure.whenItHappens(end);
  let closed: Promise<void> | null = null;
  const kill = (): Promise<void> => {
    end();
    return (closed ??= folder.close());
  };
  return {
    propose: (command) => promised.propose(command),
    read: () => promised.read(),
    snapshot: () => node.snapshot(),
    stop: async () => {
      node.stop();
      await stopped;
      await kill();
    },
    kill,
    failed: failure.happened,
  };
}
