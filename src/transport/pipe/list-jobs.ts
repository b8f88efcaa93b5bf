import { invalidReply, nothingDone } from '../../chat/pipe/failures.ts';
import { compilePattern } from '../../chat/pipe/name-pattern.ts';
import type { NamePattern } from '../../chat/pipe/name-pattern.ts';
import { noMatchReply } from '../../chat/pipe/replies.ts';
import type { ReadId } from '../../ordered-log/ids.ts';
import type { Connection } from './connection.ts';
import { NameWalk } from './name-walk.ts';
import type { PendingRequest } from './pending-request.ts';
import type { PipeContext } from './pipe-context.ts';
import { listTookTooLong } from './why.ts';
import type { Writes } from './writes.ts';

/** Work in one call, in the steps of `NameWalk`: a few milliseconds at worst. */
const STEPS_PER_TURN = 20_000;

interface ListJob {
  readonly connection: Connection;
  readonly item: PendingRequest;
  /** As it was written; null for all names. */
  readonly source: string | null;
  pattern: NamePattern | null;
  walk: NameWalk | null;
}

/**
 * Makes the lists: compiles the pattern, waits until the local replica may be read (ReadIndex), freezes the names, and
 * writes them in slices, as fast as the socket takes them. Neither a costly pattern nor a million names stall the node.
 */
export class ListJobs {
  readonly #context: PipeContext;
  readonly #writes: Writes;
  readonly #onProgress: (connection: Connection) => void;
  readonly #reading = new Map<ReadId, ListJob>();
  /** Patterns that wait to be compiled. */
  #uncompiled: ListJob[] = [];
  /** Reads that failed: asked again at the next tick. */
  #readAgain: ListJob[] = [];
  #runnable: ListJob[] = [];
  /** Made faster than their socket takes them. */
  readonly #heldBack = new Map<Connection, ListJob>();
  readonly #withPattern = new Set<ListJob>();

  /** `onProgress`: the list's names are frozen, or it is settled; its connection may go on. */
  constructor(context: PipeContext, writes: Writes, onProgress: (connection: Connection) => void) {
    this.#context = context;
    this.#writes = writes;
    this.#onProgress = onProgress;
  }

  start(connection: Connection, item: PendingRequest, source: string | null): void {
    const job: ListJob = { connection, item, source, pattern: null, walk: null };
    if (source === null) {
      this.#read(job);
      return;
    }
    item.progress = { kind: 'preparing' };
    this.#uncompiled.push(job);
    this.#writes.wake();
  }

  readSafe(read: ReadId): void {
    const job = this.#takeRead(read);
    if (job === undefined) return;
    job.walk = new NameWalk(this.#context.views.freezeNames(), job.pattern);
    job.item.progress = { kind: 'listing' };
    this.#runnable.push(job);
    this.#writes.wake();
    this.#onProgress(job.connection);
  }

  readFailed(read: ReadId): void {
    const job = this.#takeRead(read);
    if (job !== undefined) this.#readAgain.push(job);
  }

  tick(): void {
    const jobs = this.#readAgain;
    this.#readAgain = [];
    for (const job of jobs) if (!this.#isDropped(job)) this.#read(job);
  }

  /** The connection's socket has taken bytes. */
  roomAgain(connection: Connection): void {
    const job = this.#heldBack.get(connection);
    if (job === undefined || this.#isFull(connection)) return;
    this.#heldBack.delete(connection);
    this.#runnable.push(job);
    this.#writes.wake();
  }

  forget(connection: Connection): void {
    this.#heldBack.delete(connection);
  }

  /** Time is up for a list that has not begun to be written. */
  expire(item: PendingRequest): void {
    item.answer(nothingDone(listTookTooLong(this.#context.options.commandTimeoutMs)));
  }

  /** Does one slice of work. Says whether more remains that could be done at once. */
  work(): 'more' | 'idle' {
    this.#compileOne();
    let steps = STEPS_PER_TURN;
    for (let job = this.#runnable.shift(); job !== undefined; job = this.#runnable.shift()) {
      steps -= this.#slice(job, steps);
      if (steps <= 0) break;
    }
    return this.#runnable.length > 0 || this.#mayCompile() ? 'more' : 'idle';
  }

  #compileOne(): void {
    if (!this.#mayCompile()) return;
    const job = this.#uncompiled.shift();
    if (job === undefined || job.source === null || this.#isDropped(job)) return;
    const answer = compilePattern(job.source);
    if (answer.kind === 'refused') {
      job.item.answer(invalidReply(answer.why));
      this.#onProgress(job.connection);
      return;
    }
    job.pattern = answer.pattern;
    this.#withPattern.add(job);
    this.#read(job);
  }

  #mayCompile(): boolean {
    if (this.#uncompiled.length === 0) return false;
    for (const job of this.#withPattern) this.#isDropped(job);
    return this.#withPattern.size < this.#context.options.maxActivePatterns;
  }

  #read(job: ListJob): void {
    const read = this.#context.log.read();
    job.item.progress = { kind: 'reading', read };
    this.#reading.set(read, job);
  }

  #takeRead(read: ReadId): ListJob | undefined {
    const job = this.#reading.get(read);
    this.#reading.delete(read);
    return job === undefined || this.#isDropped(job) ? undefined : job;
  }

  /** Works on one list; gives the steps that it took. */
  #slice(job: ListJob, steps: number): number {
    const { connection, item, walk } = job;
    if (walk === null || this.#isDropped(job)) return 0;
    const slice = walk.slice(steps);
    if (slice.text !== '') {
      const tag = item.progress.kind === 'listing' && item.tag !== null ? `#${item.tag}|ok|` : '';
      item.progress = { kind: 'streaming' };
      this.#writes.write(connection, `${tag}${slice.text}`);
    }
    if (walk.isOver) this.#finish(job, walk);
    else if (this.#isFull(connection)) this.#heldBack.set(connection, job);
    else this.#runnable.push(job);
    return slice.steps + 1;
  }

  #finish(job: ListJob, walk: NameWalk): void {
    const { connection, item, source } = job;
    this.#withPattern.delete(job);
    if (source !== null && walk.found === 0) {
      item.answer(noMatchReply(source));
    } else {
      this.#writes.write(connection, '\n');
      item.progress = { kind: 'written' };
    }
    this.#onProgress(connection);
  }

  #isFull(connection: Connection): boolean {
    return connection.outbox.bufferedBytes >= this.#context.options.maxBufferedBytes;
  }

  /** Is there nobody left who waits for this list? */
  #isDropped(job: ListJob): boolean {
    if (!job.item.isSettled && job.connection.phase.kind !== 'gone' && !job.connection.outbox.isAbandoned)
      return false;
    this.#withPattern.delete(job);
    this.#heldBack.delete(job.connection);
    return true;
  }
}
