import type { NodeId } from '../../ordered-log/index.ts';
import type { Term } from '../core/ids.ts';
import type { DiskDone } from '../storage/disk.ts';
import type {
  SnapshotFileId,
  SnapshotReceiver as PartialFile,
  SnapshotStore,
  StoredSnapshot,
} from '../storage/snapshot-store.ts';
import type { SnapshotChunk, SnapshotProgress } from './snapshot-frames.ts';
import { isSameFile } from './snapshot-frames.ts';

/** Bytes that may wait for the disk; a leader that sends more is told again where this node stands. */
const MAX_QUEUED_BYTES = 2 * 1024 * 1024;

export interface SnapshotReceiverParts {
  readonly store: SnapshotStore;
  /** Something new of this node's own making must not be begun or go on meanwhile. */
  readonly begun: () => void;
  readonly answer: (to: NodeId, progress: SnapshotProgress) => void;
  /** A whole snapshot is durable. */
  readonly received: (from: NodeId, term: Term, stored: StoredSnapshot, bytes: number) => void;
  readonly failed: (why: string) => void;
}

/** Who leads, as this node's core knows it. */
export interface Office {
  readonly term: Term;
  readonly leader: NodeId | null;
}

interface Partial {
  readonly file: SnapshotFileId;
  readonly disk: PartialFile;
  readonly queue: Uint8Array[];
  queuedBytes: number;
  /** Where the next chunk begins: what the disk has, and what waits for it. */
  takenBytes: number;
  busy: boolean;
}

/**
 * Takes in a leader's snapshot (InstallSnapshot RPC, Figure 13): chunks of one file at a time, in order, written aside. What of
 * it is here outlives a lost connection, and another leader's sending of the very same file.
 */
export class SnapshotReceiver {
  readonly #parts: SnapshotReceiverParts;
  #partial: Partial | null = null;
  #from: NodeId | null = null;
  #term: Term | null = null;
  /** The last one that came whole: its chunks may come again. */
  #whole: StoredSnapshot | null = null;
  #idleTicks = 0;

  constructor(parts: SnapshotReceiverParts) {
    this.#parts = parts;
  }

  get isBusy(): boolean {
    return this.#partial !== null;
  }

  chunk(from: NodeId, chunk: SnapshotChunk, office: Office): void {
    const { file } = chunk;
    // Rule 1: reply immediately if term < currentTerm; the leader learns from it that it leads no longer.
    if (chunk.term < office.term) {
      this.#parts.answer(from, { term: office.term, file, received: 0 });
      return;
    }
    // Nobody else's chunks count, and a term is entered by the core's messages alone: these will come again.
    if (chunk.term > office.term || from !== office.leader) return;
    this.#from = from;
    this.#term = chunk.term;
    this.#idleTicks = 0;
    if (this.#whole !== null && isSameFile(file, idOf(this.#whole))) {
      this.#complete(this.#whole);
      return;
    }
    const partial = this.#fileFor(chunk);
    if (partial === null) {
      this.#parts.answer(from, { term: office.term, file, received: 0 });
      return;
    }
    // Rule 3: write data into the snapshot file at the given offset; only where the file ends, so that no gap can be.
    const fits = chunk.offset === partial.takenBytes;
    if (fits && partial.queuedBytes < MAX_QUEUED_BYTES) {
      // A copy: the frame that it came in is a view of the socket's buffer.
      partial.queue.push(new Uint8Array(chunk.bytes));
      partial.queuedBytes += chunk.bytes.length;
      partial.takenBytes += chunk.bytes.length;
      this.#write(partial);
    } else this.#tellProgress(partial);
  }

  /** One tick has passed. A leader that sends nothing any more must not keep this node from its own snapshots. */
  tick(stallTicks: number): void {
    this.#idleTicks += 1;
    if (this.#idleTicks >= stallTicks && this.#partial?.busy === false) this.abandon();
  }

  /** What was received so far is of no use any more. */
  abandon(): void {
    this.#partial?.disk.abandon();
    this.#partial = null;
  }

  /** Rule 2: create a new snapshot file on the first chunk (offset is 0). Chunks of another file never go into this one. */
  #fileFor({ file, offset }: SnapshotChunk): Partial | null {
    if (this.#partial !== null && isSameFile(this.#partial.file, file)) return this.#partial;
    if (offset !== 0) return null;
    this.abandon();
    this.#parts.begun();
    const disk = this.#parts.store.receive(file);
    this.#partial = { file, disk, queue: [], queuedBytes: 0, takenBytes: 0, busy: false };
    return this.#partial;
  }

  #write(partial: Partial): void {
    if (partial.busy) return;
    const bytes = partial.queue.shift();
    if (bytes === undefined) return;
    partial.busy = true;
    partial.disk.add(bytes, (error) => {
      partial.busy = false;
      partial.queuedBytes -= bytes.length;
      if (partial !== this.#partial) return;
      if (error !== null) {
        this.#fail(error);
        return;
      }
      if (partial.disk.received === partial.file.bytes) {
        this.#finish(partial);
        return;
      }
      // Rule 4: reply, and wait for more data chunks if done is false.
      this.#tellProgress(partial);
      this.#write(partial);
    });
  }

  /** Rule 5: save the snapshot file, discard any existing or partial snapshot with a smaller index. */
  #finish(partial: Partial): void {
    partial.busy = true;
    partial.disk.finish((error, stored) => {
      if (partial !== this.#partial) return;
      this.#partial = null;
      if (error !== null) this.#fail(error);
      else if (stored === null) {
        this.#parts.failed(
          'the snapshot that came is not the file that was announced; it is asked for again',
        );
        this.#answer(partial.file, 0);
      } else {
        this.#whole = stored;
        this.#complete(stored);
      }
    });
  }

  #complete(stored: StoredSnapshot): void {
    this.#answer(idOf(stored), stored.bytes);
    if (this.#from !== null && this.#term !== null)
      this.#parts.received(this.#from, this.#term, stored, stored.bytes);
  }

  #fail(error: NonNullable<Parameters<DiskDone>[0]>): void {
    this.abandon();
    this.#parts.failed(error.message);
  }

  #tellProgress(partial: Partial): void {
    this.#answer(partial.file, partial.disk.received);
  }

  #answer(file: SnapshotFileId, received: number): void {
    if (this.#from !== null && this.#term !== null)
      this.#parts.answer(this.#from, { term: this.#term, file, received });
  }
}

/** How a stored snapshot is announced. */
export function idOf({ meta, bytes, checksum }: StoredSnapshot): SnapshotFileId {
  return { index: meta.index, term: meta.term, bytes, checksum };
}
