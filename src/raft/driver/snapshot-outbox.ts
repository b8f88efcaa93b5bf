import type { NodeId } from '../../ordered-log/index.ts';
import type { Term } from '../core/ids.ts';
import type { Raft } from '../core/raft.ts';
import type { SnapshotMeta } from '../core/snapshot-meta.ts';
import type { SnapshotFile, SnapshotStore, StoredSnapshot } from '../storage/snapshot-store.ts';
import type { Observer } from './observer.ts';
import type { SnapshotChunk, SnapshotProgress } from './snapshot-frames.ts';
import { idOf } from './snapshot-receiver.ts';
import { SnapshotSender } from './snapshot-sender.ts';
import type { SnapshotSettings } from './snapshot-settings.ts';

interface Transfer {
  readonly sender: SnapshotSender;
  readonly file: SnapshotFile;
  readonly startedMs: number;
  /** Bytes are on their way from the disk. */
  reading: boolean;
}

export interface SnapshotOutboxParts {
  readonly store: SnapshotStore;
  readonly settings: SnapshotSettings;
  readonly observer: Observer;
  readonly nowMs: () => number;
  readonly schedule: () => void;
  readonly send: (to: NodeId, chunk: SnapshotChunk) => void;
  /** This one did not get through. */
  readonly gaveUp: (to: NodeId) => void;
  /** The file cannot be relied on any more. Nobody is sent it again. */
  readonly damaged: (stored: StoredSnapshot, why: string) => void;
  /** Whether that was said of it. */
  readonly isDamaged: (stored: StoredSnapshot) => boolean;
}

/** A leader's snapshots on their way to followers (§7): one a follower, read from the disk as the follower takes them. */
export class SnapshotOutbox {
  readonly #parts: SnapshotOutboxParts;
  readonly #transfers = new Map<NodeId, Transfer>();
  /** Followers whose snapshot has arrived, and for how many ticks more the log stays for them to catch up with. */
  readonly #arrived = new Map<NodeId, number>();

  constructor(parts: SnapshotOutboxParts) {
    this.#parts = parts;
  }

  /** Begins to send the newest snapshot to a follower, in place of one that was on its way to it. */
  begin(to: NodeId, term: Term, meta: SnapshotMeta): void {
    this.#end(to);
    const { store, settings, nowMs, schedule, gaveUp, isDamaged } = this.#parts;
    const { newest } = store;
    if (newest === null || newest.meta.index < meta.index || isDamaged(newest)) {
      gaveUp(to);
      return;
    }
    const sender = new SnapshotSender(to, term, { ...idOf(newest), index: newest.meta.index }, settings);
    this.#transfers.set(to, { sender, file: store.open(newest), startedMs: nowMs(), reading: false });
    schedule();
  }

  /**
   * Up to where the log may be dropped, at most `wanted`: what follows a snapshot that is on its way is needed, and for a while what
   * follows one that has arrived. Otherwise a follower under load would be sent one snapshot after the other.
   */
  mayDropUpTo(wanted: number, peers: Raft['peers']): number {
    const sent = [...this.#transfers.values()].map(({ sender }) => sender.index);
    const matched = peers.filter(({ id }) => this.#arrived.has(id)).map(({ matchIndex }) => matchIndex);
    return Math.min(wanted, ...sent, ...matched);
  }

  progress(from: NodeId, progress: SnapshotProgress): void {
    const sender = this.#transfers.get(from)?.sender;
    // An answer of a later term is for the core to hear, in its own words.
    if (sender === undefined || progress.term !== sender.term) return;
    sender.progress(progress);
    this.#parts.schedule();
  }

  /** What was on its way over an older connection is lost. */
  reconnected(peer: NodeId): void {
    this.#transfers.get(peer)?.sender.resend();
    this.#parts.schedule();
  }

  /** `caughtUp`: followers that have everything committed. */
  tick(caughtUp: (peer: NodeId) => boolean): void {
    for (const { sender } of this.#transfers.values()) sender.tick();
    for (const [peer, ticks] of this.#arrived) {
      if (ticks > 1 && !caughtUp(peer)) this.#arrived.set(peer, ticks - 1);
      else this.#arrived.delete(peer);
    }
    this.#parts.schedule();
  }

  /** Goes on with every transfer, except those that the core no longer waits for. */
  turn(wanted: (peer: NodeId) => boolean): void {
    for (const [to, transfer] of this.#transfers) {
      if (!wanted(to)) {
        this.#tellSent(to, transfer);
        this.#end(to);
      } else if (transfer.sender.isOverdue) {
        this.#end(to);
        this.#parts.observer({ kind: 'snapshot-failed', why: `${to} did not take it in time` });
        this.#parts.gaveUp(to);
      } else this.#read(to, transfer);
    }
  }

  /** This node leads no longer. */
  endAll(): void {
    for (const to of this.#transfers.keys()) this.#end(to);
    this.#arrived.clear();
  }

  #read(to: NodeId, transfer: Transfer): void {
    if (transfer.reading) return;
    const wish = transfer.sender.next();
    if (wish === null) return;
    transfer.reading = true;
    transfer.file.read(wish.offset, wish.bytes, (error, bytes) => {
      transfer.reading = false;
      if (this.#transfers.get(to) !== transfer) return;
      if (error !== null || bytes === null) {
        this.#end(to);
        this.#parts.damaged(transfer.file.stored, error?.message ?? 'it cannot be read');
        this.#parts.gaveUp(to);
        return;
      }
      const { term, file } = transfer.sender;
      this.#parts.send(to, { term, file, offset: wish.offset, bytes });
      this.#parts.schedule();
    });
  }

  #tellSent(to: NodeId, { sender, startedMs }: Transfer): void {
    if (!sender.arrived) return;
    this.#arrived.set(to, this.#parts.settings.stallTicks);
    const tookMs = this.#parts.nowMs() - startedMs;
    this.#parts.observer({
      kind: 'snapshot-sent',
      to,
      index: sender.index,
      bytes: sender.file.bytes,
      tookMs,
    });
  }

  #end(to: NodeId): void {
    this.#transfers.get(to)?.file.close();
    this.#transfers.delete(to);
  }
}
