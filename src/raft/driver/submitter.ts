import type { Incarnation, NodeId, SubmissionId, SubmitAnswer } from '../../ordered-log/index.ts';
import { submissionId } from '../../ordered-log/index.ts';
import type { BatchLimits } from './batch-pacing.ts';
import { BatchPacing } from './batch-pacing.ts';
import { Deque } from './deque.ts';
import type { KeptCommand } from './kept-commands.ts';
import { BatchPieces, bytesOf, CommandKeeper } from './kept-commands.ts';
import type { BatchFormat, CommandBatch } from './payloads.ts';
import { FIRST_BATCH_FORMAT } from './payloads.ts';

export interface SubmitterLimits extends BatchLimits {
  /** Commands that wait for a number. */
  readonly waitingCommands: number;
  /** Bytes of commands that wait for a number, and again of those that have one: above it no more are taken, or numbered. */
  readonly waitingBytes: number;
  /** Commands that have a number and are not applied yet. */
  readonly windowCommands: number;
}

/**
 * What this node wants in the log, in order. A command first waits without a number: it can be withdrawn, and is
 * then certainly not done. In the window it has a number, is never withdrawn, and is sent again after any doubt,
 * in order, from the first that has not been seen applied.
 */
export class Submitter {
  readonly #node: NodeId;
  readonly #limits: SubmitterLimits;
  readonly #keeper = new CommandKeeper();
  readonly #pacing: BatchPacing;
  /** Those that were withdrawn stay in their place until they come to the front. */
  readonly #waiting = new Deque<KeptCommand>();
  readonly #window = new Deque<KeptCommand>();
  #waitingBytes = 0;
  #windowBytes = 0;
  #nextId = 1;
  #incarnation: Incarnation | null = null;
  /** The number of the last command that was applied, or 0. The window begins one behind it. */
  #appliedSeq = 0;
  /** The number up to which batches have been handed out since the last doubt. */
  #sentSeq = 0;

  constructor(node: NodeId, limits: SubmitterLimits) {
    this.#node = node;
    this.#limits = limits;
    this.#pacing = new BatchPacing(limits);
  }

  get hasUnapplied(): boolean {
    return this.#window.length > 0;
  }

  get unsettled(): number {
    return this.#window.length + this.#waiting.length;
  }

  get appliedSeq(): number {
    return this.#appliedSeq;
  }

  /** Copies the command: its bytes are the caller's again. */
  submit(command: Uint8Array): SubmitAnswer {
    if (
      this.#waiting.length >= this.#limits.waitingCommands ||
      this.#waitingBytes >= this.#limits.waitingBytes
    ) {
      return { kind: 'refused', reason: 'full' };
    }
    const id = submissionId(this.#nextId);
    this.#nextId += 1;
    this.#waiting.push(this.#keeper.keep(id, command));
    this.#waitingBytes += command.length;
    return { kind: 'accepted', id };
  }

  withdraw(id: SubmissionId): 'withdrawn' | 'in-doubt' {
    const first = this.#waiting.at(0);
    // IDs in the queue follow one another without a gap, so the place is known.
    const item = first === undefined ? undefined : this.#waiting.at(id - first.id);
    if (item === undefined || item.standing === 'withdrawn') return 'in-doubt';
    item.standing = 'withdrawn';
    this.#waitingBytes -= bytesOf(item);
    this.#dropWithdrawn();
    return 'withdrawn';
  }

  /** From now on commands are numbered under this incarnation, from 1. */
  begin(incarnation: Incarnation): void {
    this.#incarnation = incarnation;
    this.#appliedSeq = 0;
    this.#sentSeq = 0;
    this.#pacing.resendAfter(0);
  }

  /** The incarnation is over: nothing that was not applied ever will be. Returns all of it, in order. */
  end(): readonly SubmissionId[] {
    const waiting = this.#waiting.items().filter(({ standing }) => standing === 'kept');
    const voided = [...this.numbered, ...waiting.map(({ id }) => id)];
    this.#window.clear();
    this.#waiting.clear();
    this.#waitingBytes = 0;
    this.#windowBytes = 0;
    this.#pacing.resendAfter(0);
    this.#incarnation = null;
    return voided;
  }

  /** This node's replica has applied its command of this number. Returns whose it was. */
  applied(seq: number): SubmissionId {
    const item = this.#window.at(0);
    if (item === undefined || seq !== this.#appliedSeq + 1) {
      throw new Error(
        `command ${seq} of ${this.#node} was applied, but the window stands at ${this.#appliedSeq} with ${this.#window.length} in it`,
      );
    }
    this.#window.shift();
    this.#windowBytes -= bytesOf(item);
    this.#appliedSeq = seq;
    if (this.#sentSeq < seq) this.#sentSeq = seq;
    this.#pacing.applied(seq, this.#waiting.length);
    return item.id;
  }

  /** Something may have been lost on the way: everything not yet applied is handed out again. */
  doubt(): void {
    this.#sentSeq = this.#appliedSeq;
    this.#pacing.resendAfter(this.#sentSeq);
  }

  /** The leader has everything below `expected` and misses what follows. */
  resendFrom(expected: number): void {
    this.#sentSeq = Math.max(this.#appliedSeq, Math.min(this.#sentSeq, expected - 1));
    this.#pacing.resendAfter(this.#sentSeq);
  }

  /**
   * This node's replica jumped over its commands up to this number: they were applied, and nobody here saw how. Returns whose
   * they were, in order.
   */
  jumpedTo(seq: number): readonly SubmissionId[] {
    const unseen: SubmissionId[] = [];
    while (this.#appliedSeq < seq) unseen.push(this.applied(this.#appliedSeq + 1));
    return unseen;
  }

  /** Those that have a number and have not been seen applied, in order. */
  get numbered(): readonly SubmissionId[] {
    return this.#window.items().map(({ id }) => id);
  }

  /**
   * The next batch to send to the leader, or null, in the format that is written now; `next-input` if it leaves with whatever comes
   * in next. Gives numbers to waiting commands as far as the window has room.
   */
  nextBatch(format: BatchFormat = FIRST_BATCH_FORMAT): CommandBatch | 'next-input' | null {
    if (this.#incarnation === null) return null;
    const pace = this.#pacing.next(this.#waiting.length, this.#waitingBytes);
    if (pace !== 'go') return pace === 'gather' ? null : pace;
    const firstSeq = this.#sentSeq + 1;
    const pieces = new BatchPieces();
    let bytes = 0;
    while (
      pieces.commands < this.#limits.batchCommands &&
      (bytes < this.#limits.batchBytes || pieces.commands === 0)
    ) {
      const place = this.#sentSeq - this.#appliedSeq;
      const item = this.#window.at(place) ?? this.#number();
      if (item === undefined) break;
      if (pieces.commands > 0 && bytes + bytesOf(item) > this.#limits.batchBytes) break;
      pieces.add(item);
      bytes += bytesOf(item);
      this.#sentSeq += 1;
    }
    if (pieces.commands === 0) return null;
    this.#pacing.sent(this.#sentSeq, pieces.commands);
    return format.encode(this.#node, this.#incarnation, firstSeq, pieces.commands, pieces.finish());
  }

  #number(): KeptCommand | undefined {
    if (this.#window.length >= this.#limits.windowCommands) return undefined;
    if (this.#windowBytes >= this.#limits.waitingBytes) return undefined;
    this.#dropWithdrawn();
    const item = this.#waiting.shift();
    if (item === undefined) return undefined;
    this.#waitingBytes -= bytesOf(item);
    this.#windowBytes += bytesOf(item);
    this.#window.push(item);
    return item;
  }

  /** Whoever gave up first stood in front: without a leader nobody else would make the room free again. */
  #dropWithdrawn(): void {
    while (this.#waiting.at(0)?.standing === 'withdrawn') this.#waiting.shift();
  }
}
