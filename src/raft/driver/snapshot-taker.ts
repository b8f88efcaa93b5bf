import type { SnapshotMeta } from '../core/snapshot-meta.ts';
import type { DiskDone } from '../storage/disk.ts';
import type { SnapshotStore, SnapshotWriter, StoredSnapshot } from '../storage/snapshot-store.ts';
import type { TurnTime } from './turn-time.ts';

/** Made for the disk in one turn, as far as there is time. A turn for each piece would cost more than the pieces: it does little of everything else. */
const WRITE_BYTES = 256 * 1024;

/** The replicated state as it was at one moment, in pieces: the driver's own head first. */
export interface FrozenReplica {
  readonly meta: SnapshotMeta;
  readonly pieces: Iterator<Uint8Array, undefined>;
}

export interface SnapshotTakerParts {
  readonly store: SnapshotStore;
  readonly time: TurnTime;
  readonly nowMs: () => number;
  readonly taken: (stored: StoredSnapshot, tookMs: number) => void;
  readonly failed: (why: string) => void;
  /** The disk has taken what it was given: there is more to do. */
  readonly schedule: () => void;
}

interface Taking extends FrozenReplica {
  readonly writer: SnapshotWriter;
  readonly startedMs: number;
  /** The disk has pieces, or the closing, in its hands. */
  busy: boolean;
}

/**
 * Writes a snapshot of this node's own state, while commands go on: it stands for the moment at which it was frozen. A few pieces
 * at a time, and the next only when the disk has taken them, so neither the turns nor the disk are kept from their work for long.
 */
export class SnapshotTaker {
  readonly #parts: SnapshotTakerParts;
  #taking: Taking | null = null;

  constructor(parts: SnapshotTakerParts) {
    this.#parts = parts;
  }

  get isBusy(): boolean {
    return this.#taking !== null;
  }

  /** Begins, unless one is being taken: there are never two at once. `freeze` is called only if this one is. */
  begin(freeze: () => FrozenReplica): void {
    if (this.#taking !== null) return;
    const { meta, pieces } = freeze();
    const writer = this.#parts.store.write(meta);
    this.#taking = { meta, pieces, writer, startedMs: this.#parts.nowMs(), busy: false };
    this.#parts.schedule();
  }

  /** The next pieces, if the disk is ready for them. */
  turn(): void {
    const taking = this.#taking;
    if (taking === null || taking.busy) return;
    taking.busy = true;
    const { value } = taking.pieces.next();
    if (value === undefined) this.#finish(taking);
    else
      taking.writer.add(this.#piecesFrom(value, taking), (error) => {
        taking.busy = false;
        if (taking !== this.#taking) return;
        if (error === null) this.#parts.schedule();
        else this.#fail(error);
      });
  }

  /** What was begun is of no use: a leader's snapshot, which reaches further, is on its way. */
  abandon(): void {
    this.#taking?.writer.abandon();
    this.#taking = null;
  }

  /** This piece and those that follow, as many as one write takes and there is time for. */
  *#piecesFrom(first: Uint8Array, { pieces }: Taking): Generator<Uint8Array> {
    let bytes = 0;
    for (let piece: Uint8Array | undefined = first; piece !== undefined; piece = pieces.next().value) {
      bytes += piece.byteLength;
      yield piece;
      if (bytes >= WRITE_BYTES || !this.#parts.time.mayDoMore) return;
    }
  }

  #finish(taking: Taking): void {
    taking.writer.finish((error, stored) => {
      if (taking !== this.#taking) return;
      this.#taking = null;
      if (error !== null) this.#parts.failed(error.message);
      else if (stored !== null) this.#parts.taken(stored, this.#parts.nowMs() - taking.startedMs);
    });
  }

  #fail(error: NonNullable<Parameters<DiskDone>[0]>): void {
    this.abandon();
    this.#parts.failed(error.message);
  }
}
