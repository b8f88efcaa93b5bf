import type { NodeId, ReadId, SubmissionId } from './ids.ts';

/**
 * A log of commands on which several nodes agree. Submit a command; be told every committed command in
 * order; wait until a read is safe. Nothing here knows Raft, and nothing here knows chat: Raft's driver
 * implements `OrderedLog`, chat implements `StateMachine`, its service implements `LogListener`.
 */
export interface OrderedLog {
  /**
   * Takes a copy of a command. It is applied at most once, after all that this node submitted before it.
   * What becomes of it is told to the listener, unless `withdraw` got it back.
   */
  submit(command: Uint8Array): SubmitAnswer;
  /**
   * Takes a command back if it has not been numbered yet: then it is certainly not done, and the answer is
   * `withdrawn`. Otherwise the answer is `in-doubt`: it may still be applied, and the listener is told if it is.
   */
  withdraw(id: SubmissionId): 'withdrawn' | 'in-doubt';
  /** Asks when the local replica may be read so that the read is linearizable (ReadIndex). Answered by `readSafe` or `readFailed`. */
  read(): ReadId;
  /** Which node orders commands at the moment, as far as this node knows. */
  leader(): NodeId | null;
}

export type SubmitAnswer =
  | { readonly kind: 'accepted'; readonly id: SubmissionId }
  /**
   * `full`: too many commands wait already. `stopping`: this node is on its way out. `no-room`: the disks of so many nodes are full
   * that nothing new can be agreed on. Certainly not done.
   */
  | { readonly kind: 'refused'; readonly reason: 'full' | 'stopping' | 'no-room' };

/** A node's process, from its start to its end. The ordinal grows by one with each; a new one ends the old one. */
export type Incarnation = number;

/** One committed command, as every replica sees it. Good during the call that it is handed to: the next command may come in the same object. */
export interface CommittedCommand {
  /** Position of the entry in the log. Several commands may share one. */
  readonly index: number;
  /** The node and incarnation that submitted it. */
  readonly node: NodeId;
  readonly incarnation: Incarnation;
  /** Cluster time in milliseconds: never falls, the same on every replica. For what decides (expiry, limits). */
  readonly clusterTimeMs: number;
  /** What the command's bytes lie in, from `start` to before `end`; never to be changed, nor kept: more may lie there. */
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/** The command's own bytes, as a view. */
export const bodyOf = ({ bytes, start, end }: CommittedCommand): Uint8Array => bytes.subarray(start, end);

/** A node's incarnation was replaced or ended: whatever belonged to an earlier one is over. */
export interface IncarnationChange {
  readonly index: number;
  readonly node: NodeId;
  /** The incarnation that holds from here on. Everything of a lower one has ended. */
  readonly incarnation: Incarnation;
  readonly clusterTimeMs: number;
}

/** Applies committed commands. Deterministic and total: the same calls give the same state and results on any machine, and none throws. */
export interface StateMachine<Result> {
  /** Called once, before anything else, with the bytes that the cluster was founded with. */
  genesis(body: Uint8Array): void;
  apply(command: CommittedCommand): Result;
  incarnationChanged(change: IncarnationChange): void;
  /** A hash of the whole state, maintained and not recomputed; equal on replicas that have applied the same log. */
  stateHash(): string;
  /**
   * From here on commands behave as this version of the program's rules says. Versions begin at 1, without a call, and only grow; each
   * change is an entry of the log, so every replica changes its behaviour at the same place.
   */
  behaviourChanged(version: number): void;
  /**
   * The state as it is at this moment, in pieces of at most 64 KiB, for `beginRestore` of any replica. Freezing it takes a few
   * milliseconds at most, and so does each piece; what is applied meanwhile does not show in it. A piece is
   * good until the next one is asked for. Equal states may give different pieces.
   */
  takeSnapshot(): Iterator<Uint8Array, undefined>;
  /** Begins to build another state aside, from the pieces of a snapshot. The machine itself goes on unchanged until `finish`. */
  beginRestore(): StateRestore;
  /**
   * Nodes that have something to tell their connections because of what was applied since the last call. A hint: they
   * learn of it at once, others of what is committed a moment later. A machine that has no such nodes leaves it out.
   */
  takeConcerned?(): Iterable<NodeId>;
}

/** A state on its way back from a snapshot. */
export interface StateRestore {
  /** Takes the next piece, as `takeSnapshot` gave it; it is good during the call only. A few milliseconds at most. Throws if it cannot be one. */
  add(piece: Uint8Array): void;
  /** The machine is in the restored state from here on. Throws, and changes nothing, if the pieces are not a whole state. */
  finish(): void;
}

/** What a node is told about its own submissions and reads. Called between turns of the log, never from within a call to `OrderedLog`. */
export interface LogListener<Result> {
  /** The command was applied, on this replica, with this result. In order of submission. */
  applied(id: SubmissionId, index: number, result: Result): void;
  /** The command was never applied and never will be. */
  voided(id: SubmissionId): void;
  /** The command may have been applied, but this node did not see it (its replica jumped ahead). Only ever after a snapshot. */
  lost(id: SubmissionId): void;
  readSafe(id: ReadId): void;
  /** No such promise can be given now; ask again. */
  readFailed(id: ReadId, reason: string): void;
  /** This node has an incarnation from now on: what it submits is numbered under it. */
  incarnationBegan(incarnation: Incarnation): void;
  /** This node's incarnation was ended by the others, who had not heard of it for too long. Its connections are over. */
  incarnationEnded(): void;
  /** Committed commands were applied, up to this index. Called once a turn, after the calls to `applied` of that turn. */
  caughtUp(index: number): void;
  /** The leader changed, as far as this node knows. */
  leaderChanged(leader: NodeId | null): void;
}
