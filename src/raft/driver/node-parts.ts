import type { StateMachine } from '../../ordered-log/index.ts';
import type { Random } from '../core/random.ts';
import type { Doubt } from '../storage/doubt.ts';
import type { RecoveredLog } from '../storage/log-store.ts';
import type { SnapshotStore } from '../storage/snapshot-store.ts';
import type { NodeSelf } from './founding.ts';
import type { Observer } from './observer.ts';
import type { PeerNetwork } from './peer-network.ts';
import type { Program } from './program.ts';
import type { ReplicaStore, ReplicaTimings } from './replica-parts.ts';
import type { SnapshotSettings } from './snapshot-settings.ts';
import type { SubmitterLimits } from './submitter.ts';

/** Times in ticks, sizes in bytes. */
export interface RaftSettings extends ReplicaTimings {
  readonly heartbeatTicks: number;
  readonly maxUncommittedBytes: number;
  readonly maxAppendBytes: number;
  readonly maxInflightBytes: number;
  readonly submitter: SubmitterLimits;
  readonly snapshots: SnapshotSettings;
}

export interface ClusterNodeParts<Result> {
  readonly self: NodeSelf;
  readonly recovered: RecoveredLog;
  /** What was found wrong with the folder, if anything was. */
  readonly doubt: Doubt | null;
  /** The cluster that the folder belongs to, as it notes; null for an empty one. */
  readonly clusterId: string | null;
  readonly store: ReplicaStore;
  readonly snapshots: SnapshotStore;
  readonly machine: StateMachine<Result>;
  /** What the state machine of a new cluster starts from; used only by the node that founds one. */
  readonly genesis: Uint8Array;
  readonly network: PeerNetwork;
  readonly observer: Observer;
  readonly settings: RaftSettings;
  /** This program, unless a test plays another one. */
  readonly program?: Program;
  readonly random: Random;
  readonly randomBytes: (count: number) => Uint8Array;
  /** Notes in the folder, durably, which cluster it belongs to. Called once the log's first record of it is durable. */
  readonly rememberCluster: (clusterId: string) => void;
  /** Up to here the folder notes the memberships of its log as committed. */
  readonly settledMembersIndex: number;
  /** Notes in the folder that the membership at this index is committed. */
  readonly rememberSettledMembers: (index: number) => void;
  readonly schedule: () => void;
  /** Asks for a turn with the next input, or shortly after if there is none. */
  readonly scheduleLater: () => void;
  /** A monotonic clock in milliseconds. */
  readonly nowMs: () => number;
}
