import type { Input } from '../../../src/raft/core/input.ts';
import type { Raft } from '../../../src/raft/core/raft.ts';
import type { Message } from '../../../src/raft/core/messages.ts';
import type { Frame } from '../../../src/raft/driver/frames.ts';
import type { RaftEvent } from '../../../src/raft/driver/observer.ts';
import type { LogBatch, RecoveredLog } from '../../../src/raft/storage/log-store.ts';
import type { NodeId } from '../../../src/ordered-log/index.ts';
import type { History } from './history.ts';
import type { NodeRecord } from './node-record.ts';

/** A promise was broken in a run. `invariant` is its name in the literature. */
export class BrokenInvariant extends Error {
  override readonly name = 'BrokenInvariant';
  readonly invariant: string;

  constructor(invariant: string, what: string, options?: ErrorOptions) {
    super(`${invariant}: ${what}`, options);
    this.invariant = invariant;
  }
}

/**
 * One thing that must always hold. Each method is called at its moment, and looks only at what has changed by it. What
 * `record` tells is still of before, for it is brought up to date after all invariants have looked.
 */
export interface Invariant {
  readonly name: string;
  /** A process has recovered its log, and has done nothing yet. */
  started?(history: History, record: NodeRecord, recovered: RecoveredLog): void;
  /** The driver asks for this to be made durable. */
  issued?(history: History, record: NodeRecord, batch: LogBatch): void;
  sent?(history: History, record: NodeRecord, to: NodeId, message: Message): void;
  /** A frame leaves a node, or comes to it: what the drivers say to each other. */
  frameSent?(history: History, record: NodeRecord, to: NodeId, frame: Frame): void;
  frameHeard?(history: History, record: NodeRecord, from: NodeId, frame: Frame): void;
  /** A node's core is about to take a message. */
  hears?(history: History, record: NodeRecord, from: NodeId, message: Message): void;
  /** A node's core is about to take an input. */
  takes?(history: History, record: NodeRecord, input: Input): void;
  /** A node's driver tells of something. */
  told?(history: History, record: NodeRecord, event: RaftEvent): void;
  /** A node's core has a message to send. */
  says?(history: History, record: NodeRecord, message: Message, to: NodeId): void;
  /** A tick has come to a node. */
  ticked?(history: History, record: NodeRecord): void;
  /** A node has taken one event. */
  stepped?(history: History, record: NodeRecord, core: Raft): void;
  /** An entry is known to be committed, the first time that any node knows it. */
  committed?(history: History, index: number): void;
}
