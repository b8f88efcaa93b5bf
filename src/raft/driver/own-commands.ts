import type { Incarnation, NodeId, SubmissionId } from '../../ordered-log/index.ts';
import type { Refusal } from './frames.ts';
import type { OwnChange } from './own-incarnation.ts';
import { OwnIncarnation } from './own-incarnation.ts';
import type { BatchFormat, CommandBatch, IncarnationPayload, Nonce } from './payloads.ts';
import { ENDED } from './payloads.ts';
import type { Session } from './sessions.ts';
import type { Submitter } from './submitter.ts';

/** What this node has to say to whoever leads. */
export type OwnWord =
  | { readonly kind: 'commands'; readonly batch: CommandBatch }
  | { readonly kind: 'incarnation'; readonly payload: IncarnationPayload };

/** What a jump of the replica means to this node's commands: `lost` may have been applied, `voided` were not and never will be. */
export interface Jump {
  readonly change: OwnChange | 'still-ours';
  readonly lost: readonly SubmissionId[];
  readonly voided: readonly SubmissionId[];
}

/** How many ticks to leave a leader alone that could not take our commands: at first so many, then twice as many each time. */
const FIRST_HOLD_TICKS = 2;

/**
 * One node's commands on their way into the log: under which incarnation, what to send next, and when to send
 * again. Every doubt leads to the same thing: from the first command that was not seen applied, in order.
 */
export class OwnCommands {
  readonly #node: NodeId;
  readonly #submitter: Submitter;
  readonly #own: OwnIncarnation;
  readonly #doubtTicks: number;
  #holdTicks = 0;
  #nextHoldTicks = FIRST_HOLD_TICKS;
  #ticksWithoutProgress = 0;
  #progressSeq = 0;
  /** The gap that was filled last: late refusals of the same one say nothing new. */
  #filledGap: number | null = null;

  /** `doubtTicks`: without progress for so long, what was sent may have been lost. */
  constructor(node: NodeId, submitter: Submitter, doubtTicks: number, newNonce: () => Nonce) {
    this.#node = node;
    this.#submitter = submitter;
    this.#doubtTicks = doubtTicks;
    this.#own = new OwnIncarnation(doubtTicks, newNonce);
  }

  get incarnation(): Incarnation | null {
    return this.#own.current;
  }

  /** Nothing waits, nothing is on its way. */
  get settled(): boolean {
    return this.#submitter.unsettled === 0;
  }

  tick(): void {
    this.#own.tick();
    if (this.#holdTicks > 0) this.#holdTicks -= 1;
    const { appliedSeq } = this.#submitter;
    const stands = this.#submitter.hasUnapplied && appliedSeq === this.#progressSeq;
    this.#ticksWithoutProgress = stands ? this.#ticksWithoutProgress + 1 : 0;
    if (!stands) this.#nextHoldTicks = FIRST_HOLD_TICKS;
    this.#progressSeq = appliedSeq;
    if (this.#ticksWithoutProgress >= this.#doubtTicks) this.doubt();
  }

  /** A new leader, a new connection, silence: what was sent may be lost. */
  doubt(): void {
    this.#submitter.doubt();
    this.#holdTicks = 0;
    this.#ticksWithoutProgress = 0;
    this.#filledGap = null;
  }

  refused(refusal: Refusal): void {
    if (refusal.incarnation !== this.#own.current) return;
    if (refusal.reason === 'gap') {
      if (refusal.expected === this.#filledGap) return;
      this.#filledGap = refusal.expected;
      this.#submitter.resendFrom(refusal.expected);
      return;
    }
    this.#submitter.doubt();
    this.#holdTicks = this.#nextHoldTicks;
    this.#nextHoldTicks = Math.min(this.#doubtTicks, this.#nextHoldTicks * 2);
  }

  /**
   * The next thing to say to the leader, or null; `next-input` if it goes with whatever comes in next. `replaces`: this node's
   * incarnation as the log has it. `format`: in which batches are written now.
   */
  nextWord(replaces: Incarnation, format?: BatchFormat): OwnWord | 'next-input' | null {
    const nonce = this.#own.ask();
    if (nonce !== null) return { kind: 'incarnation', payload: { node: this.#node, replaces, nonce } };
    const batch = this.#holdTicks > 0 ? null : this.#submitter.nextBatch(format);
    return batch === null || batch === 'next-input' ? batch : { kind: 'commands', batch };
  }

  /** What ends this process's own incarnation, or null if it has none. */
  farewell(): IncarnationPayload | null {
    const { current } = this.#own;
    return current === null ? null : { node: this.#node, replaces: current, nonce: ENDED };
  }

  applied(seq: number): SubmissionId {
    return this.#submitter.applied(seq);
  }

  /** This node's incarnation changed in the log. `voided`: what was submitted under ours and never will be applied. */
  changed(
    incarnation: Incarnation,
    nonce: Nonce,
  ): { readonly change: OwnChange; readonly voided: readonly SubmissionId[] } {
    const change = this.#own.changed(incarnation, nonce);
    if (change === 'began') this.#submitter.begin(incarnation);
    return { change, voided: change === 'ended' ? this.#submitter.end() : [] };
  }

  /** This node's replica jumped ahead to a snapshot, in which its session is this one. */
  jumped({ incarnation, nonce, lastSeq }: Session): Jump {
    const change = this.#own.jumpedTo(incarnation, nonce);
    switch (change) {
      case 'still-ours':
        return { change, lost: this.#submitter.jumpedTo(lastSeq), voided: [] };
      case 'began':
        this.#submitter.begin(incarnation);
        return { change, lost: [], voided: [] };
      case 'ended': {
        // What had a number may have been applied before the end; the rest had not even been handed out.
        const lost = this.#submitter.numbered;
        return { change, lost, voided: this.#submitter.end().slice(lost.length) };
      }
      case 'not-ours':
        return { change, lost: [], voided: [] };
      default:
        return change satisfies never;
    }
  }
}
