import type { NodeId } from '../../ordered-log/index.ts';
import type { LogIndex, Term } from '../core/ids.ts';
import { logIndex } from '../core/ids.ts';
import type { LogView } from '../core/log-view.ts';
import type { SnapshotMeta } from '../core/snapshot-meta.ts';
import type { StoredSnapshot } from '../storage/snapshot-store.ts';
import type { AdminDone } from './admin.ts';
import type { CoreRunner } from './core-runner.ts';
import type { CoreInput, ReplicaParts } from './replica-parts.ts';
import type { SnapshotChunk, SnapshotProgress } from './snapshot-frames.ts';
import type { LoadedSnapshot } from './snapshot-loader.ts';
import { SnapshotLoader } from './snapshot-loader.ts';
import { SnapshotOutbox } from './snapshot-outbox.ts';
import { SnapshotReceiver } from './snapshot-receiver.ts';
import { SnapshotTaker } from './snapshot-taker.ts';
import type { TurnTime } from './turn-time.ts';

/** More than so many committed entries are not applied: this replica catches up. */
const CATCHING_UP_ENTRIES = 64;
/** While it does, a snapshot is due after so many times as much log. */
const PATIENCE = 2;

/** A replica's snapshots: taken here, sent to followers, received of the leader, and loaded (§7). */
export class Snapshots<Result> {
  readonly #parts: ReplicaParts<Result>;
  readonly #give: (input: CoreInput) => void;
  readonly #taker: SnapshotTaker;
  readonly #receiver: SnapshotReceiver;
  readonly #outbox: SnapshotOutbox;
  readonly #loader: SnapshotLoader<Result>;
  #asked: AdminDone[] = [];
  /** A stored snapshot that was found damaged since; of no interest once there is another. */
  #damaged: StoredSnapshot | null = null;
  /** One could not be taken: in how many ticks the next one is tried, without waiting until it would be due. */
  #ticksToRetry: number | null = null;

  /** `give`: brings an input to the core, in a turn of its own. */
  constructor(
    parts: ReplicaParts<Result>,
    runner: CoreRunner,
    time: TurnTime,
    give: (input: CoreInput) => void,
  ) {
    this.#parts = parts;
    this.#give = give;
    const { snapshots: store, machine, program, observer, nowMs, schedule, snapshotting: settings } = parts;
    const failed = (why: string): void => observer({ kind: 'snapshot-failed', why });
    this.#taker = new SnapshotTaker({
      store,
      time,
      nowMs,
      schedule,
      taken: (stored, tookMs) => this.#taken(stored, tookMs),
      failed: (why) => {
        this.#ticksToRetry = settings.stallTicks;
        this.#notTaken(why);
      },
    });
    this.#receiver = new SnapshotReceiver({
      store,
      failed,
      begun: () => this.#abandonTaking(),
      answer: (to, progress) => {
        runner.send(to, { kind: 'snapshot-progress', progress });
        schedule();
      },
      received: (from, term, { meta }) => give({ kind: 'snapshot-received', from, term, meta }),
    });
    this.#outbox = new SnapshotOutbox({
      store,
      settings,
      observer,
      nowMs,
      schedule,
      send: (to, chunk) => runner.send(to, { kind: 'snapshot-chunk', chunk }),
      gaveUp: (to) => give({ kind: 'snapshot-not-sent', to }),
      damaged: (stored, why) => this.#noteDamage(stored, why),
      isDamaged: (stored) => stored === this.#damaged,
    });
    this.#loader = new SnapshotLoader({ store, machine, program, time, nowMs, schedule });
    if (store.newest !== null) this.#loader.begin(store.newest);
  }

  /** The state machine is being replaced: nothing is applied and nothing read until it has been. */
  get isLoading(): boolean {
    return this.#loader.isBusy;
  }

  /** The newest snapshot is damaged on this disk, up to this index, and no other has taken its place yet. */
  get damagedAt(): LogIndex | null {
    const damaged = this.#damaged;
    return damaged !== null && damaged === this.#parts.snapshots.newest ? damaged.meta.index : null;
  }

  /** An operator wants one now. */
  ask(done: AdminDone): void {
    if (this.#loader.isBusy || this.#receiver.isBusy)
      done({ kind: 'refused', why: 'this node is taking in a snapshot of the leader; ask again later' });
    else this.#asked.push(done);
  }

  tick(): void {
    const { peers, commitIndex } = this.#parts.core;
    this.#outbox.tick((peer) => peers.some(({ id, matchIndex }) => id === peer && matchIndex >= commitIndex));
    this.#receiver.tick(this.#parts.snapshotting.stallTicks);
    if (this.#ticksToRetry !== null) this.#ticksToRetry = Math.max(0, this.#ticksToRetry - 1);
  }

  /** Takes, sends and loads a little further. Returns a state that is whole now. Throws if a stored snapshot cannot be read. */
  turn(): LoadedSnapshot | null {
    const { core } = this.#parts;
    if (this.#isDue) {
      this.#ticksToRetry = null;
      this.#taker.begin(() => this.#parts.applier.freeze());
    }
    this.#taker.turn();
    this.#outbox.turn((to) => core.peers.some(({ id, progress }) => id === to && progress === 'snapshot'));
    return this.#loader.turn();
  }

  /** The core wants this follower to have it. */
  send(to: NodeId, term: Term, meta: SnapshotMeta): void {
    this.#outbox.begin(to, term, meta);
  }

  /** The core wants the state machine replaced by the snapshot that has just come. */
  install({ index }: SnapshotMeta): void {
    const { newest } = this.#parts.snapshots;
    if (newest === null || newest.meta.index !== index)
      throw new Error(
        `the snapshot at ${index} is to be installed, but the newest is at ${newest?.meta.index}`,
      );
    this.#abandonTaking();
    this.#loader.begin(newest);
  }

  chunk(from: NodeId, chunk: SnapshotChunk): void {
    const { term, leader } = this.#parts.core;
    this.#receiver.chunk(from, chunk, { term, leader });
  }

  progress(from: NodeId, progress: SnapshotProgress): void {
    this.#outbox.progress(from, progress);
  }

  reconnected(peer: NodeId): void {
    this.#outbox.reconnected(peer);
  }

  leadershipEnded(): void {
    this.#outbox.endAll();
  }

  /**
   * Enough has been applied since the last one, the last one failed or is damaged, or somebody asks; never while another is under way
   * in either direction.
   */
  get #isDue(): boolean {
    const { applier, snapshots } = this.#parts;
    if (this.#taker.isBusy || this.#receiver.isBusy || this.#loader.isBusy) return false;
    const isDamaged = this.damagedAt !== null;
    if (applier.appliedIndex <= (snapshots.newest?.meta.index ?? 0) && !isDamaged) {
      this.#tellAsked('there is nothing new since the last snapshot');
      return false;
    }
    if (this.#asked.length > 0) return true;
    if (this.#ticksToRetry !== null) return this.#ticksToRetry === 0;
    return isDamaged || applier.bytesSinceSnapshot >= this.#logBytesWanted * (this.#catchesUp ? PATIENCE : 1);
  }

  /** It has just started, as a rule: a snapshot would hold it up, and cover less than one that is taken when it is done. */
  get #catchesUp(): boolean {
    return this.#parts.core.commitIndex - this.#parts.applier.appliedIndex > CATCHING_UP_ENTRIES;
  }

  /** In proportion to what the next one will cost, as far as the last one tells; that may be a leader's. */
  get #logBytesWanted(): number {
    const { snapshots, snapshotting } = this.#parts;
    const { everyLogBytes, logPerSnapshotByte } = snapshotting;
    return Math.max(everyLogBytes, logPerSnapshotByte * (snapshots.newest?.bytes ?? 0));
  }

  /** What it stands for is in this node's memory: another one takes its place at once. */
  #noteDamage(stored: StoredSnapshot, why: string): void {
    const { observer, schedule } = this.#parts;
    if (stored === this.#damaged) return;
    this.#damaged = stored;
    observer({ kind: 'snapshot-damaged', index: stored.meta.index, why });
    schedule();
  }

  #taken(stored: StoredSnapshot, tookMs: number): void {
    const { meta, bytes } = stored;
    this.#parts.observer({ kind: 'snapshot-taken', index: meta.index, bytes, tookMs });
    const { log, peers } = this.#parts.core;
    const trailing = trailingFrom(log, meta.index, this.#parts.snapshotting.trailingBytes);
    const dropUpTo = Math.max(log.baseIndex, this.#outbox.mayDropUpTo(trailing, peers));
    this.#give({ kind: 'snapshot-taken', meta, dropUpTo: logIndex(dropUpTo) });
    this.#tellAsked(`a snapshot of ${bytes} bytes was taken, of everything up to entry ${meta.index}`);
  }

  /** What the core no longer has, the disk need not keep either. */
  dropFromDisk(): void {
    this.#parts.store.dropUpTo(this.#parts.core.log.baseIndex);
  }

  #notTaken(why: string): void {
    this.#parts.observer({ kind: 'snapshot-failed', why });
    for (const done of this.#asked.splice(0)) done({ kind: 'refused', why: `no snapshot was taken: ${why}` });
  }

  #abandonTaking(): void {
    if (!this.#taker.isBusy) return;
    this.#taker.abandon();
    this.#notTaken('the leader is sending a later one');
  }

  #tellAsked(what: string): void {
    for (const done of this.#asked.splice(0)) done({ kind: 'done', what });
  }
}

/** Up to where the log may be dropped so that so many bytes of entries stay behind `index`. */
function trailingFrom(log: LogView, index: LogIndex, trailingBytes: number): number {
  let bytes = 0;
  let last: number = index;
  while (last > log.baseIndex) {
    bytes += log.entryAt(logIndex(last)).bytes.byteLength;
    if (bytes > trailingBytes) break;
    last -= 1;
  }
  return last;
}
