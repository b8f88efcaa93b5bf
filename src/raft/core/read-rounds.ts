import type { ReadId } from '../../ordered-log/ids.ts';
import { broken } from './errors.ts';
import type { LogIndex, NodeId } from './ids.ts';

/** Who asked a leader for a ReadIndex: its own driver, or a follower under that follower's number. */
export type Reader =
  | { readonly kind: 'local'; readonly id: ReadId }
  | { readonly kind: 'remote'; readonly peer: NodeId; readonly id: number };

export interface PendingRead {
  readonly reader: Reader;
  readonly readIndex: LogIndex;
  /** Served once a majority has confirmed this round, or a later one. */
  readonly seq: number;
}

/** Reads above this number are refused: memory is bounded even while nobody confirms. */
const MAX_PENDING_READS = 10_000;

/**
 * The read rounds of one leader's term (dissertation §6.4). The leader numbers its rounds itself and uses a number
 * once, so an answer to an earlier round confirms nothing that was asked after it. At most one round is under
 * way; reads that arrive meanwhile share the next.
 */
export class ReadRounds {
  #newestSeq = 0;
  #confirmedSeq = 0;
  #pending: PendingRead[] = [];

  /** The newest round: what every heartbeat carries. 0 before the first. */
  get newestSeq(): number {
    return this.#newestSeq;
  }

  get isFull(): boolean {
    return this.#pending.length >= MAX_PENDING_READS;
  }

  /** A round has begun and is not confirmed. */
  get isUnderWay(): boolean {
    return this.#newestSeq > this.#confirmedSeq;
  }

  /** Reads wait for a round that has not begun: the one under way, if any, began before they came. */
  get wantsNext(): boolean {
    return (this.#pending.at(-1)?.seq ?? 0) > this.#newestSeq;
  }

  add(reader: Reader, readIndex: LogIndex): void {
    this.#pending.push({ reader, readIndex, seq: this.#newestSeq + 1 });
  }

  begin(): void {
    this.#newestSeq += 1;
  }

  /** A majority has confirmed this round: the reads that may now be served. */
  confirm(seq: number): readonly PendingRead[] {
    if (seq > this.#newestSeq)
      broken(`read round ${seq} was confirmed, but the newest is ${this.#newestSeq}`);
    if (seq <= this.#confirmedSeq) return [];
    this.#confirmedSeq = seq;
    const waiting = this.#pending.findIndex((read) => read.seq > seq);
    return this.#pending.splice(0, waiting === -1 ? this.#pending.length : waiting);
  }

  /** Everything that waits, on the leader's way out. */
  abandon(): readonly PendingRead[] {
    return this.#pending.splice(0);
  }
}
