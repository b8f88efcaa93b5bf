import type { LogListener, NodeId, StateMachine } from '../../ordered-log/index.ts';
import type { Ticket } from '../core/ids.ts';
import type { Input } from '../core/input.ts';
import type { Raft } from '../core/raft.ts';
import type { DiskLogStore } from '../storage/log-store.ts';
import type { SnapshotStore } from '../storage/snapshot-store.ts';
import type { AdminDone, AdminWish } from './admin.ts';
import type { Applier } from './applier.ts';
import type { Observer } from './observer.ts';
import type { Nonce } from './payloads.ts';
import type { PeerNetwork } from './peer-network.ts';
import type { Peers } from './peers.ts';
import type { Program } from './program.ts';
import type { SnapshotSettings } from './snapshot-settings.ts';
import type { Submitter } from './submitter.ts';

/** Times in ticks. */
export interface ReplicaTimings {
  readonly electionTicks: number;
  /** After this long without a word the leader has a node's incarnation ended. */
  readonly silenceTicks: number;
  /** How long each step of a graceful stop may take. */
  readonly stopPhaseTicks: number;
}

/** The log on disk as a replica uses it. */
export type ReplicaStore = Pick<DiskLogStore, 'append' | 'dropUpTo' | 'roomBytes' | 'reserveBytes'>;

export interface ReplicaParts<Result> {
  readonly id: NodeId;
  readonly folderId: string;
  readonly core: Raft;
  readonly store: ReplicaStore;
  readonly snapshots: SnapshotStore;
  readonly machine: StateMachine<Result>;
  readonly applier: Applier<Result>;
  readonly submitter: Submitter;
  readonly peers: Peers;
  readonly network: PeerNetwork;
  readonly listener: LogListener<Result>;
  readonly observer: Observer;
  readonly program: Program;
  readonly timings: ReplicaTimings;
  readonly snapshotting: SnapshotSettings;
  /** Bytes of entries that a leader takes in while they are not committed. */
  readonly maxUncommittedBytes: number;
  /** A disk with less room for commands than this is full. */
  readonly roomNeededBytes: number;
  readonly newNonce: () => Nonce;
  /** Notes in the folder that the membership at this index is committed. */
  readonly rememberSettledMembers: (index: number) => void;
  /** Asks for a turn soon. May be called any number of times before it comes. */
  readonly schedule: () => void;
  /** Asks for a turn with the next input, or shortly after if there is none. */
  readonly scheduleLater: () => void;
  /** A monotonic clock in milliseconds; only for stamps, for what the observer is told, and for how much a turn does. */
  readonly nowMs: () => number;
}

/** What is the core's business alone. */
export type CoreInput = Extract<
  Input,
  {
    kind:
      | 'read'
      | 'peer-replaced'
      | 'leader-suspected'
      | 'snapshot-taken'
      | 'snapshot-received'
      | 'snapshot-not-sent';
  }
>;

export type ReplicaInput =
  | { readonly kind: 'tick' }
  | { readonly kind: 'frame'; readonly from: NodeId; readonly bytes: Uint8Array }
  | { readonly kind: 'peer-connected'; readonly peer: NodeId }
  | { readonly kind: 'persisted'; readonly ticket: Ticket }
  | { readonly kind: 'transfer'; readonly to: NodeId | null }
  | { readonly kind: 'administer'; readonly wish: AdminWish; readonly done: AdminDone }
  | CoreInput;
