import type { Incarnation, NodeId, ReadId } from '../../ordered-log/index.ts';
import type { LogIndex } from '../core/ids.ts';
import { logIndex } from '../core/ids.ts';
import type { ApplyVisitor } from './applier.ts';
import type { CoreRunner } from './core-runner.ts';
import type { OwnDesk } from './own-desk.ts';
import type { Nonce } from './payloads.ts';
import type { ReplicaParts } from './replica-parts.ts';
import type { LoadedSnapshot } from './snapshot-loader.ts';
import type { TurnTime } from './turn-time.ts';
import type { Versions } from './version-payload.ts';

/** Bytes of entries applied in one turn, a large one alone; then heartbeats and sockets get their turn too. */
const APPLY_BYTES_PER_TURN = 256 * 1024;

/** It may be served once this index has been applied here. */
interface ReadyRead {
  readonly id: ReadId;
  readonly index: LogIndex;
  waitedTicks: number;
}

/** What is committed becomes state: entries one after another, or a whole snapshot; and reads that waited for it are let go. */
export class Applying<Result> implements ApplyVisitor<Result> {
  readonly #parts: ReplicaParts<Result>;
  readonly #own: OwnDesk<Result>;
  readonly #runner: CoreRunner;
  readonly #time: TurnTime;
  #readsReady: ReadyRead[] = [];

  constructor(parts: ReplicaParts<Result>, own: OwnDesk<Result>, runner: CoreRunner, time: TurnTime) {
    this.#parts = parts;
    this.#own = own;
    this.#runner = runner;
    this.#time = time;
  }

  /** A command of some node was applied: it waits to learn of that. */
  command(node: NodeId, incarnation: Incarnation, seq: number, index: LogIndex, result: Result): void {
    this.#runner.concern(node);
    this.#own.command(node, incarnation, seq, index, result);
  }

  incarnationChanged(node: NodeId, incarnation: Incarnation, nonce: Nonce): void {
    this.#own.incarnationChanged(node, incarnation, nonce);
  }

  versionRaised(versions: Versions): void {
    this.#own.versionRaised(versions);
  }

  /** The read may be served once this index has been applied here. */
  readReady(id: ReadId, index: LogIndex): void {
    this.#readsReady.push({ id, index, waitedTicks: 0 });
  }

  /** A node whose disk is full follows on and gets no further: nobody shall wait there for ever. */
  tick(): void {
    const { listener, timings } = this.#parts;
    for (const read of this.#readsReady) read.waitedTicks += 1;
    const isOver = ({ waitedTicks }: ReadyRead): boolean => waitedTicks >= timings.silenceTicks;
    if (!this.#readsReady.some(isOver)) return;
    const over = this.#readsReady.filter(isOver);
    this.#readsReady = this.#readsReady.filter((read) => !isOver(read));
    for (const { id } of over) listener.readFailed(id, 'timed-out');
  }

  /** A log that ends earlier may lead now, and never reach what was promised: such reads are asked for again. */
  failReads(): void {
    for (const { id } of this.#readsReady.splice(0)) this.#parts.listener.readFailed(id, 'leadership-lost');
  }

  /** One turn's share of what is committed. */
  applyCommitted(): void {
    const { core, applier, observer, listener, schedule } = this.#parts;
    const from = logIndex(applier.appliedIndex + 1);
    const entries = core.log.slice(from, core.commitIndex, APPLY_BYTES_PER_TURN);
    if (entries.length === 0) return;
    for (const entry of entries) {
      applier.apply(entry, this);
      if (!this.#time.mayDoMore) break;
    }
    for (const node of applier.takeConcerned()) this.#runner.concern(node);
    const to = applier.appliedIndex;
    observer({ kind: 'applied', from, to });
    listener.caughtUp(to);
    // More to apply, a further batch to submit, an incarnation to ask for: there is a next turn.
    if (to < core.commitIndex || !this.#own.settled || this.#own.incarnation === null) schedule();
  }

  /** The replica jumps to a snapshot (Figure 13, rule 8): all of it at once, and whoever waits for what lies behind is told. */
  jumpTo(loaded: LoadedSnapshot): void {
    const { applier, observer, listener, schedule } = this.#parts;
    const { meta, bytes } = loaded.stored;
    applier.install(loaded);
    observer({ kind: 'snapshot-installed', index: meta.index, bytes, tookMs: loaded.tookMs });
    this.#own.jumped();
    listener.caughtUp(meta.index);
    schedule();
  }

  finishReads(): void {
    if (this.#readsReady.length === 0) return;
    const { appliedIndex } = this.#parts.applier;
    const waiting = this.#readsReady;
    this.#readsReady = [];
    for (const read of waiting) {
      if (read.index <= appliedIndex) this.#parts.listener.readSafe(read.id);
      else this.#readsReady.push(read);
    }
  }
}
