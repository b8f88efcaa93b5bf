import type { Incarnation, LogListener, NodeId, ReadId } from '../../ordered-log/index.ts';
import { CodecError } from '../codec/codec-error.ts';
import type { Effect } from '../core/effect.ts';
import type { Input } from '../core/input.ts';
import type { LogIndex, Ticket } from '../core/ids.ts';
import { logIndex } from '../core/ids.ts';
import type { Raft } from '../core/raft.ts';
import type { LogStore } from '../storage/log-store.ts';
import type { Applier, ApplyVisitor } from './applier.ts';
import type { Frame, Refusal } from './frames.ts';
import { decodeFrameOf } from './frames.ts';
import { Leading } from './leading.ts';
import type { Observer } from './observer.ts';
import { Outbox } from './outbox.ts';
import { OwnCommands } from './own-commands.ts';
import type { CommandBatch, IncarnationPayload, Nonce } from './payloads.ts';
import { ENDED } from './payloads.ts';
import type { PeerNetwork } from './peer-network.ts';
import { PersistGathering } from './persistence.ts';
import { Silence } from './silence.ts';
import { Stopping } from './stopping.ts';
import type { Submitter } from './submitter.ts';

/** Times in ticks. */
export interface ReplicaTimings {
  readonly electionTicks: number;
  /** After this long without a word the leader has a node's incarnation ended. */
  readonly silenceTicks: number;
  /** How long each step of a graceful stop may take. */
  readonly stopPhaseTicks: number;
}

export interface ReplicaParts<Result> {
  readonly id: NodeId;
  readonly members: readonly NodeId[];
  readonly core: Raft;
  readonly store: LogStore;
  readonly applier: Applier<Result>;
  readonly submitter: Submitter;
  readonly network: PeerNetwork;
  readonly listener: LogListener<Result>;
  readonly observer: Observer;
  readonly timings: ReplicaTimings;
  readonly newNonce: () => Nonce;
  /** Asks for a turn soon. May be called any number of times before it comes. */
  readonly schedule: () => void;
  /** A monotonic clock in milliseconds; only for stamps and for what the observer is told. */
  readonly nowMs: () => number;
}

export type ReplicaInput =
  | { readonly kind: 'tick' }
  | { readonly kind: 'frame'; readonly from: NodeId; readonly bytes: Uint8Array }
  | { readonly kind: 'peer-connected'; readonly peer: NodeId }
  | { readonly kind: 'persisted'; readonly ticket: Ticket }
  | { readonly kind: 'read'; readonly id: ReadId }
  | { readonly kind: 'transfer'; readonly to: NodeId | null };

/** Bytes of entries applied in one turn, a large one alone; then heartbeats and sockets get their turn too. */
const APPLY_BYTES_PER_TURN = 256 * 1024;

/**
 * One node's Raft, running: carries out what the core asks and feeds it what happens. One turn drains the inputs,
 * steps them all, and merges the effects: one batch to the disk, one write a peer, one pass of applying.
 * A machine without I/O of its own: the disk, the network and the clock are handed in.
 */
export class Replica<Result> implements ApplyVisitor<Result> {
  readonly #parts: ReplicaParts<Result>;
  readonly #core: Raft;
  readonly #applier: Applier<Result>;
  readonly #own: OwnCommands;
  readonly #silence: Silence;
  readonly #outbox = new Outbox();
  readonly #gathering = new PersistGathering();
  #inbox: ReplicaInput[] = [];
  #leading: Leading | null = null;
  #readsReady: { readonly id: ReadId; readonly index: LogIndex }[] = [];
  #leader: NodeId | null = null;
  #stopping: Stopping | null = null;
  #proposalsRefused = false;

  constructor(parts: ReplicaParts<Result>) {
    this.#parts = parts;
    this.#core = parts.core;
    this.#applier = parts.applier;
    this.#own = new OwnCommands(parts.id, parts.submitter, parts.timings.electionTicks, parts.newNonce);
    this.#silence = new Silence(
      parts.members.filter((member) => member !== parts.id),
      parts.timings.silenceTicks,
    );
  }

  get core(): Raft {
    return this.#core;
  }

  get incarnation(): Incarnation | null {
    return this.#own.incarnation;
  }

  get stopped(): boolean {
    return this.#stopping?.stopped === true;
  }

  ticksSinceHeard(peer: NodeId): number | null {
    return this.#silence.ticksSince(peer);
  }

  give(input: ReplicaInput): void {
    this.#inbox.push(input);
    this.#parts.schedule();
  }

  /** Begins to leave. `stopped` turns true some turns later, at the latest when every step's time is up. */
  stop(): void {
    this.#stopping ??= new Stopping(this.#parts.timings.stopPhaseTicks);
    this.#parts.schedule();
  }

  /** Throws `RaftInvariantError` if a promise of Raft is broken: the node must stop then. */
  turn(): void {
    const inbox = this.#inbox;
    this.#inbox = [];
    for (const input of inbox) this.#take(input);
    this.#advanceStop();
    this.#submitOwn();
    this.#proposeTaken();
    this.#outbox.flush(this.#parts.network);
    this.#persist();
    this.#applyCommitted();
    this.#outbox.tellConcerned(this.#parts.network);
    this.#finishReads();
    this.#tellLeader();
  }

  /** A command of some node was applied; if it is ours, whoever waits for it is told. */
  command(node: NodeId, incarnation: Incarnation, seq: number, index: LogIndex, result: Result): void {
    if (node !== this.#parts.id) this.#outbox.concern(node);
    if (node !== this.#parts.id || incarnation !== this.#own.incarnation) return;
    this.#parts.listener.applied(this.#own.applied(seq), index, result);
  }

  #take(input: ReplicaInput): void {
    switch (input.kind) {
      case 'tick':
        this.#tick();
        return;
      case 'frame':
        this.#takeFrame(input.from, input.bytes);
        return;
      case 'peer-connected':
        // What was on its way over the old connection may be gone.
        if (input.peer === this.#core.leader) this.#own.doubt();
        return;
      case 'persisted':
      case 'read':
      case 'transfer':
        this.#step(input);
        return;
      default:
        input satisfies never;
    }
  }

  #tick(): void {
    this.#outbox.tick();
    this.#step({ kind: 'tick' });
    this.#own.tick();
    this.#stopping?.tick();
    this.#silence.tick();
    if (this.#leading === null) return;
    for (const node of this.#silence.silent()) this.#endSilent(node, this.#leading);
  }

  #endSilent(node: NodeId, leading: Leading): void {
    const session = leading.session(node);
    if (session.nonce === ENDED) return;
    const answer = leading.incarnation(this.#parts.id, { node, replaces: session.incarnation, nonce: ENDED });
    if (answer.kind === 'take') this.#parts.observer({ kind: 'node-silent', node });
  }

  #takeFrame(from: NodeId, bytes: Uint8Array): void {
    let frame: Frame;
    try {
      frame = decodeFrameOf(from, bytes);
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      this.#parts.observer({ kind: 'bad-frame', from, why: error.message });
      return;
    }
    this.#silence.heard(from);
    switch (frame.kind) {
      case 'raft':
        this.#parts.observer({ kind: 'received', from, message: frame.message });
        this.#step({ kind: 'receive', from, message: frame.message });
        return;
      case 'commands':
        this.#takeCommands(from, frame.batch);
        return;
      case 'incarnation':
        this.#leading?.incarnation(from, frame.payload);
        return;
      case 'refusal':
        this.#takeRefusal(from, frame.refusal);
        return;
      case 'birth':
        // A node that is born already has nothing to learn from it.
        return;
      default:
        frame satisfies never;
    }
  }

  #takeCommands(from: NodeId, batch: CommandBatch): void {
    if (this.#leading === null) {
      this.#refuse(from, { reason: 'not-leader', incarnation: batch.incarnation, expected: 0 });
      return;
    }
    const answer = this.#leading.commands(from, batch);
    if (answer.kind === 'gap')
      this.#refuse(from, { reason: 'gap', incarnation: batch.incarnation, expected: answer.expected });
  }

  #refuse(to: NodeId, refusal: Refusal): void {
    if (to === this.#parts.id) this.#takeRefusal(to, refusal);
    else this.#outbox.add(to, { kind: 'refusal', refusal });
  }

  #takeRefusal(from: NodeId, refusal: Refusal): void {
    if (from === this.#core.leader) this.#own.refused(refusal);
  }

  /** Brings what this node wants in the log to the leader, be it this very node. */
  #submitOwn(): void {
    const { leader } = this.#core;
    // A replica that lags would name an incarnation long replaced; and nothing can be its own before it has one.
    const lags = this.#applier.appliedIndex < this.#core.commitIndex || this.#core.commitIndex === 0;
    if (leader === null || (this.#own.incarnation === null && (lags || this.#stopping !== null))) return;
    const { incarnation } = this.#applier.sessions.get(this.#parts.id);
    for (let word = this.#own.nextWord(incarnation); word !== null; word = this.#own.nextWord(incarnation)) {
      if (word.kind === 'incarnation') this.#sendIncarnation(leader, word.payload);
      else if (leader === this.#parts.id) this.#takeCommands(leader, word.batch);
      else this.#outbox.add(leader, word);
    }
  }

  #sendIncarnation(leader: NodeId, payload: IncarnationPayload): void {
    if (leader === this.#parts.id) this.#leading?.incarnation(leader, payload);
    else this.#outbox.add(leader, { kind: 'incarnation', payload });
  }

  #proposeTaken(): void {
    if (this.#leading === null) return;
    const { proposals, from } = this.#leading.take(this.#parts.nowMs());
    if (proposals.length === 0) return;
    this.#proposalsRefused = false;
    this.#step({ kind: 'propose', proposals });
    if (!this.#proposalsRefused) return this.#leading?.appended();
    this.#leading?.forget();
    for (const node of from) {
      const { incarnation } = this.#applier.sessions.get(node);
      this.#refuse(node, { reason: 'busy', incarnation, expected: 0 });
    }
  }

  #step(input: Input): void {
    for (const effect of this.#core.step(input)) this.#carryOut(effect);
  }

  #carryOut(effect: Effect): void {
    switch (effect.kind) {
      case 'send':
        this.#parts.observer({ kind: 'sent', to: effect.to, message: effect.message });
        this.#outbox.add(effect.to, { kind: 'raft', message: effect.message });
        return;
      case 'persist':
        this.#parts.observer(effect);
        this.#gathering.add(effect);
        return;
      case 'commit':
        // Applied in this turn's one pass.
        this.#parts.observer(effect);
        return;
      case 'read-ready':
        this.#readsReady.push({ id: effect.id, index: effect.index });
        return;
      case 'read-failed':
        this.#parts.listener.readFailed(effect.id, effect.reason);
        return;
      case 'proposal-refused':
        this.#proposalsRefused = true;
        return;
      case 'role-changed':
        this.#roleChanged(effect);
        return;
      default:
        effect satisfies never;
    }
  }

  #roleChanged(effect: Extract<Effect, { kind: 'role-changed' }>): void {
    this.#parts.observer(effect);
    this.#own.doubt();
    // A log that ends earlier may lead now, and never reach what was promised: such reads are asked for again.
    for (const { id } of this.#readsReady.splice(0)) this.#parts.listener.readFailed(id, 'leadership-lost');
    if (effect.role !== 'leader') {
      this.#leading = null;
      return;
    }
    this.#leading = new Leading(
      this.#applier.sessions,
      this.#applier.appliedIndex,
      this.#core.log,
      this.#parts.nowMs(),
    );
    this.#silence.restart();
  }

  #persist(): void {
    const gathered = this.#gathering.take();
    if (gathered === null) return;
    const { batch, ticket } = gathered;
    const startedMs = this.#parts.nowMs();
    this.#parts.store.append(batch, () => {
      this.#parts.observer({
        kind: 'persisted',
        entries: batch.entries.length,
        tookMs: this.#parts.nowMs() - startedMs,
      });
      this.give({ kind: 'persisted', ticket });
    });
  }

  #applyCommitted(): void {
    const from = logIndex(this.#applier.appliedIndex + 1);
    const entries = this.#core.log.slice(from, this.#core.commitIndex, APPLY_BYTES_PER_TURN);
    if (entries.length === 0) return;
    for (const entry of entries) this.#applier.apply(entry, this);
    for (const node of this.#applier.takeConcerned()) this.#outbox.concern(node);
    const to = this.#applier.appliedIndex;
    this.#parts.observer({ kind: 'applied', from, to });
    this.#parts.listener.caughtUp(to);
    // More to apply, a further batch to submit, an incarnation to ask for: there is a next turn.
    if (to < this.#core.commitIndex || !this.#own.settled || this.#own.incarnation === null)
      this.#parts.schedule();
  }

  #finishReads(): void {
    if (this.#readsReady.length === 0) return;
    const { appliedIndex } = this.#applier;
    const waiting = this.#readsReady;
    this.#readsReady = [];
    for (const read of waiting) {
      if (read.index <= appliedIndex) this.#parts.listener.readSafe(read.id);
      else this.#readsReady.push(read);
    }
  }

  #tellLeader(): void {
    const { leader } = this.#core;
    if (leader === this.#leader) return;
    this.#leader = leader;
    this.#parts.listener.leaderChanged(leader);
  }

  #advanceStop(): void {
    const wish = this.#stopping?.advance({
      leadsOthers: this.#core.role === 'leader' && this.#parts.members.length > 1,
      settled: this.#own.settled,
      ended: this.#own.incarnation === null,
    });
    if (wish === 'transfer' && this.#core.transferTarget === null) this.#step({ kind: 'transfer', to: null });
    const farewell = wish === 'farewell' ? this.#own.farewell() : null;
    if (farewell !== null && this.#core.leader !== null) this.#sendIncarnation(this.#core.leader, farewell);
  }

  /** The log says that a node's incarnation changed. */
  incarnationChanged(node: NodeId, incarnation: Incarnation, nonce: Nonce): void {
    if (nonce === ENDED) this.#parts.observer({ kind: 'incarnation-ended', node, incarnation });
    if (node !== this.#parts.id) return;
    const { change, voided } = this.#own.changed(incarnation, nonce);
    switch (change) {
      case 'began':
        this.#parts.observer({ kind: 'incarnation-began', incarnation });
        this.#parts.listener.incarnationBegan(incarnation);
        return;
      case 'ended':
        for (const id of voided) this.#parts.listener.voided(id);
        this.#parts.listener.incarnationEnded();
        return;
      case 'not-ours':
        return;
      default:
        change satisfies never;
    }
  }
}
