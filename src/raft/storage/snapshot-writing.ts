import type { SnapshotMeta } from '../core/snapshot-meta.ts';
import type { DiskDone, DiskError } from './disk.ts';
import type { PartFile } from './part-file.ts';
import { continueChecksum } from './running-checksum.ts';
import { encodeHead, encodePieceHeader, encodeTrailer, snapshotFileName } from './snapshot-format.ts';
import type { SnapshotWriter, StoredSnapshot } from './snapshot-store.ts';

/** Told of each snapshot that is durable, though it may have been abandoned in its last moment, and of each that failed. */
export interface SnapshotEnd {
  published(stored: StoredSnapshot): void;
  failed(error: DiskError): void;
}

/** Writes a snapshot of this node's own. */
export class OwnSnapshot implements SnapshotWriter {
  readonly #meta: SnapshotMeta;
  readonly #part: PartFile;
  readonly #end: SnapshotEnd;
  #head: readonly Uint8Array[];
  /** What one write takes to the disk, and then the next. */
  #gathered = new Uint8Array(0);
  #pieces = 0;
  #bytes = 0;
  #checksum = 0;
  #isAbandoned = false;

  constructor(meta: SnapshotMeta, part: PartFile, end: SnapshotEnd) {
    this.#meta = meta;
    this.#part = part;
    this.#end = end;
    this.#head = [encodeHead(meta)];
  }

  add(pieces: Iterable<Uint8Array>, done: DiskDone): void {
    let bytes = 0;
    for (const piece of pieces) {
      bytes = this.#gather(bytes, encodePieceHeader(piece));
      bytes = this.#gather(bytes, piece);
      this.#pieces += 1;
    }
    this.#append(this.#gathered.subarray(0, bytes), done);
  }

  finish(done: (error: DiskError | null, stored: StoredSnapshot | null) => void): void {
    for (const chunk of this.#head) this.#count(chunk);
    const { bytes, checksum } = encodeTrailer(this.#pieces, this.#bytes, this.#checksum);
    const stored = { meta: this.#meta, bytes: this.#bytes + bytes.byteLength, checksum };
    const failed = (error: DiskError): void => {
      this.#end.failed(error);
      if (!this.#isAbandoned) done(error, null);
    };
    this.#part.append([...this.#head, bytes], (error) => {
      if (error !== null) return failed(error);
      this.#part.publish(snapshotFileName({ ...this.#meta, checksum }), (error) => {
        if (error !== null) return failed(error);
        this.#end.published(stored);
        if (!this.#isAbandoned) done(null, stored);
      });
    });
  }

  abandon(): void {
    this.#isAbandoned = true;
    this.#part.abandon();
  }

  /** Puts these bytes behind those that are there. Returns where they end. */
  #gather(at: number, bytes: Uint8Array): number {
    const end = at + bytes.byteLength;
    if (end > this.#gathered.byteLength) {
      const larger = new Uint8Array(2 * end);
      larger.set(this.#gathered.subarray(0, at));
      this.#gathered = larger;
    }
    this.#gathered.set(bytes, at);
    return end;
  }

  #append(chunk: Uint8Array, done: DiskDone): void {
    const all = [...this.#head, chunk];
    this.#head = [];
    for (const chunk of all) this.#count(chunk);
    this.#part.append(all, (error) => {
      if (error !== null) this.#end.failed(error);
      done(error);
    });
  }

  #count(chunk: Uint8Array): void {
    this.#bytes += chunk.byteLength;
    this.#checksum = continueChecksum(this.#checksum, chunk);
  }
}
