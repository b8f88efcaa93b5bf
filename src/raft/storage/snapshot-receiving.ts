import { CodecError } from '../codec/codec-error.ts';
import { viewOf } from '../codec/u64.ts';
import type { SnapshotMeta } from '../core/snapshot-meta.ts';
import type { DiskDone, DiskError } from './disk.ts';
import type { PartFile } from './part-file.ts';
import { continueChecksum } from './running-checksum.ts';
import { CHECKSUM_BYTES, HEAD_START, readHead, readStart, snapshotFileName } from './snapshot-format.ts';
import type { SnapshotFileId, SnapshotReceiver, StoredSnapshot } from './snapshot-store.ts';
import type { SnapshotEnd } from './snapshot-writing.ts';

/** Writes a leader's file as its bytes come, and looks at the whole before it counts. */
export class ReceivedSnapshot implements SnapshotReceiver {
  readonly file: SnapshotFileId;
  readonly #part: PartFile;
  readonly #end: SnapshotEnd;
  /** Of all before the last 4 bytes. */
  #checksum = 0;
  /** The file's beginning, as much as its head needs; and its last 4 bytes. */
  #start: Uint8Array = new Uint8Array();
  #last: Uint8Array = new Uint8Array();
  #tooLong = false;
  #isAbandoned = false;

  constructor(file: SnapshotFileId, part: PartFile, end: SnapshotEnd) {
    this.file = file;
    this.#part = part;
    this.#end = end;
  }

  get received(): number {
    return this.#part.bytes;
  }

  add(bytes: Uint8Array, done: DiskDone): void {
    this.#lookAt(bytes);
    this.#part.append([bytes], (error) => {
      if (error !== null) this.#end.failed(error);
      done(error);
    });
  }

  finish(done: (error: DiskError | null, stored: StoredSnapshot | null) => void): void {
    const meta = this.#verified();
    if (meta === null) {
      // An answer must not come from within the call: one more write, of nothing, is on its way before it.
      this.#part.append([new Uint8Array()], (error) => {
        this.#part.abandon();
        done(error, null);
      });
      return;
    }
    const stored = { meta, bytes: this.file.bytes, checksum: this.file.checksum };
    this.#part.publish(snapshotFileName(this.file), (error) => {
      if (error === null) this.#end.published(stored);
      else this.#end.failed(error);
      if (!this.#isAbandoned) done(error, error === null ? stored : null);
    });
  }

  abandon(): void {
    this.#isAbandoned = true;
    this.#part.abandon();
  }

  #lookAt(bytes: Uint8Array): void {
    const at = this.received;
    this.#tooLong ||= at + bytes.byteLength > this.file.bytes;
    if (this.#tooLong) return;
    const summed = Math.max(0, Math.min(bytes.byteLength, this.file.bytes - CHECKSUM_BYTES - at));
    this.#checksum = continueChecksum(this.#checksum, bytes.subarray(0, summed));
    this.#last = Buffer.concat([this.#last, bytes.subarray(summed)]);
    const wanted = this.#headEnd() - this.#start.byteLength;
    if (wanted > 0) this.#start = Buffer.concat([this.#start, bytes.subarray(0, wanted)]);
    const more = this.#headEnd() - this.#start.byteLength;
    if (wanted > 0 && more > 0)
      this.#start = Buffer.concat([this.#start, bytes.subarray(wanted, wanted + more)]);
  }

  /** Where the head ends, as far as is known. */
  #headEnd(): number {
    const start = readStart(this.#start);
    return start.kind === 'start' ? HEAD_START + start.headBytes : HEAD_START;
  }

  /** Null if the bytes are not the file that was announced. */
  #verified(): SnapshotMeta | null {
    const { index, term, bytes, checksum } = this.file;
    if (this.#tooLong || this.received !== bytes || this.#checksum !== checksum) return null;
    if (this.#last.byteLength !== CHECKSUM_BYTES || viewOf(this.#last).getUint32(0, true) !== checksum)
      return null;
    const start = readStart(this.#start);
    if (start.kind !== 'start') return null;
    try {
      const meta = readHead(this.#start.subarray(HEAD_START), start.headChecksum);
      return meta.index === index && meta.term === term ? meta : null;
    } catch (error) {
      if (error instanceof CodecError) return null;
      throw error;
    }
  }
}
