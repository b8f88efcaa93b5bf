import { viewOf } from '../codec/u64.ts';
import type { Disk, DiskReadDone } from './disk.ts';
import { DiskError } from './disk.ts';
import { continueChecksum } from './running-checksum.ts';
import { CHECKSUM_BYTES } from './snapshot-format.ts';
import type { SnapshotFile, StoredSnapshot } from './snapshot-store.ts';

/**
 * A snapshot's file, read for a follower, and summed as it is read: it was whole when it was stored or last opened, and may have rotted
 * since. Whoever reads it from its beginning to its end is told instead of given the last bytes. Bytes that were read before may be
 * read again; who begins further on, because the follower has the rest, gets them unsummed, and the follower looks at the whole.
 */
export class VerifiedFile implements SnapshotFile {
  readonly stored: StoredSnapshot;
  readonly #disk: Disk;
  readonly #name: string;
  readonly #closed: () => void;
  /** What `#checksum` stands for: so many bytes from the beginning. */
  #summedBytes = 0;
  #checksum = 0;

  /** `closed`: called once, when the file is of no more use. */
  constructor(disk: Disk, name: string, stored: StoredSnapshot, closed: () => void) {
    this.stored = stored;
    this.#disk = disk;
    this.#name = name;
    this.#closed = closed;
  }

  read(offset: number, bytes: number, done: DiskReadDone): void {
    this.#disk.read(this.#name, offset, new Uint8Array(bytes), (error, found) => {
      if (error !== null || found === null) done(error, found);
      else if (found.byteLength < bytes)
        done(this.#damaged(`it ends at byte ${offset + found.byteLength}`), null);
      else if (this.#isWhole(offset, found)) done(null, found);
      else done(this.#damaged('it does not match its checksum any more'), null);
    });
  }

  close(): void {
    this.#closed();
  }

  /** Goes on summing if the bytes go on from what was summed. False once all were, and their sum is another than it was. */
  #isWhole(offset: number, bytes: Uint8Array): boolean {
    if (offset === 0) {
      this.#summedBytes = 0;
      this.#checksum = 0;
    }
    if (offset !== this.#summedBytes) return true;
    const sumEnd = this.stored.bytes - CHECKSUM_BYTES;
    const summed = Math.max(0, Math.min(bytes.byteLength, sumEnd - offset));
    this.#checksum = continueChecksum(this.#checksum, bytes.subarray(0, summed));
    this.#summedBytes += bytes.byteLength;
    if (this.#summedBytes < sumEnd) return true;
    // The last bytes hold the sum of the rest.
    const held = new Uint8Array(CHECKSUM_BYTES);
    viewOf(held).setUint32(0, this.stored.checksum, true);
    const holds = bytes.subarray(summed).every((byte, at) => byte === held[offset + summed + at - sumEnd]);
    return holds && this.#checksum === this.stored.checksum;
  }

  #damaged(what: string): DiskError {
    const path = this.#disk.pathOf(this.#name);
    return new DiskError('io', path, `the snapshot ${path} is damaged: ${what}`);
  }
}
