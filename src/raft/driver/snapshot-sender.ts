import type { NodeId } from '../../ordered-log/index.ts';
import type { LogIndex, Term } from '../core/ids.ts';
import type { SnapshotFileId } from '../storage/snapshot-store.ts';
import type { SnapshotProgress } from './snapshot-frames.ts';
import { isSameFile } from './snapshot-frames.ts';
import type { SnapshotSettings } from './snapshot-settings.ts';

/** Bytes of the file to send next. */
export interface ChunkWish {
  readonly offset: number;
  readonly bytes: number;
}

/**
 * One snapshot on its way from a leader to one follower (§7): which bytes to send, and when to give up. It keeps one file for its
 * whole life, so chunks of two files never mix; a newer snapshot is another transfer. Without I/O.
 */
export class SnapshotSender {
  readonly to: NodeId;
  readonly term: Term;
  readonly index: LogIndex;
  readonly file: SnapshotFileId;
  readonly #settings: SnapshotSettings;
  /** The follower has everything before this. */
  #received = 0;
  /** Everything before this was sent. */
  #sent = 0;
  #ticks = 0;
  #ticksStanding = 0;
  #ticksSinceResend = 0;

  constructor(
    to: NodeId,
    term: Term,
    file: SnapshotFileId & { readonly index: LogIndex },
    settings: SnapshotSettings,
  ) {
    this.to = to;
    this.term = term;
    this.index = file.index;
    this.file = file;
    this.#settings = settings;
  }

  /** What to send now, or null: all is sent, or so much is on its way that an answer must come first. */
  next(): ChunkWish | null {
    const room = this.#settings.windowBytes - (this.#sent - this.#received);
    const bytes = Math.min(this.#settings.chunkBytes, this.file.bytes - this.#sent);
    // At least one chunk is on its way, however small the window.
    if (bytes <= 0 || (room < bytes && this.#sent > this.#received)) return null;
    const wish = { offset: this.#sent, bytes };
    this.#sent += bytes;
    return wish;
  }

  /** The follower says how far it has come. Less than before: it began anew, and so does this. */
  progress({ file, received }: SnapshotProgress): void {
    if (!isSameFile(file, this.file)) return;
    if (received > this.#received) {
      this.#ticksStanding = 0;
      this.#ticksSinceResend = 0;
    }
    if (received < this.#received) this.#sent = received;
    this.#received = received;
    this.#sent = Math.max(this.#sent, received);
  }

  /** What was on its way may be lost: it goes out again from where the follower is known to stand. */
  resend(): void {
    this.#sent = this.#received;
    this.#ticksSinceResend = 0;
  }

  tick(): void {
    this.#ticks += 1;
    this.#ticksStanding += 1;
    this.#ticksSinceResend += 1;
    if (this.#ticksSinceResend >= this.#settings.resendTicks) this.resend();
  }

  /** The follower has it all: what remains is between the cores. */
  get arrived(): boolean {
    return this.#received === this.file.bytes;
  }

  /** It does not get through: better to begin anew, with the newest snapshot, and not to hold the log back any longer. */
  get isOverdue(): boolean {
    return this.#ticksStanding >= this.#settings.stallTicks || this.#ticks >= this.#settings.transferTicks;
  }
}
