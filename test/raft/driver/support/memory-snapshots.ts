import { crc32 } from 'node:zlib';
import type { SnapshotMeta } from '../../../../src/raft/core/snapshot-meta.ts';
import { DiskError } from '../../../../src/raft/storage/disk.ts';
import type {
  SnapshotFile,
  SnapshotFileId,
  SnapshotReader,
  SnapshotReceiver,
  SnapshotStore,
  SnapshotWriter,
  StoredSnapshot,
} from '../../../../src/raft/storage/snapshot-store.ts';

interface Kept {
  readonly stored: StoredSnapshot;
  readonly file: Uint8Array;
}

const FULL = new DiskError('no-space', 'snapshot', 'no room for a snapshot');
const ROTTEN = new DiskError('io', 'snapshot', 'the snapshot is damaged');

/** Snapshots in memory: a file is its meta as JSON, then its pieces, each behind its length. They outlive their node's processes. */
export class MemorySnapshots implements SnapshotStore {
  readonly #owe: (answer: () => void) => void;
  #kept: Kept | null = null;
  /** Files that have rotted since they were stored. */
  readonly #rotten = new Set<StoredSnapshot>();
  hasRoom = true;
  /** Of each write: its bytes. */
  readonly writes: number[] = [];
  /** How often a file was begun by a leader's first chunk. */
  receptions = 0;

  constructor(owe: (answer: () => void) => void) {
    this.#owe = owe;
  }

  get newest(): StoredSnapshot | null {
    return this.#kept?.stored ?? null;
  }

  /** The newest one rots: whoever reads it is told. */
  rot(): void {
    if (this.newest !== null) this.#rotten.add(this.newest);
  }

  write(meta: SnapshotMeta): SnapshotWriter {
    const head = Buffer.from(JSON.stringify({ ...meta, members: Buffer.from(meta.members).toString('hex') }));
    const parts = [framed(head)];
    let abandoned = false;
    return {
      add: (pieces, done) => {
        let bytes = 0;
        for (const piece of pieces) {
          if (piece.length > 64 * 1024) throw new Error('a piece is too large');
          parts.push(framed(piece));
          bytes += piece.length;
        }
        this.writes.push(bytes);
        this.#owe(() => (abandoned ? undefined : done(this.hasRoom ? null : FULL)));
      },
      finish: (done) =>
        this.#owe(() => (abandoned ? undefined : done(null, this.#keep(Buffer.concat(parts))))),
      abandon: () => {
        abandoned = true;
      },
    };
  }

  receive(file: SnapshotFileId): SnapshotReceiver {
    this.receptions += 1;
    const bytes = Buffer.alloc(file.bytes);
    let received = 0;
    let abandoned = false;
    return {
      file,
      get received() {
        return received;
      },
      add: (chunk, done) =>
        this.#owe(() => {
          if (abandoned) return;
          bytes.set(chunk, received);
          received += chunk.length;
          done(null);
        }),
      finish: (done) =>
        this.#owe(() => {
          if (!abandoned) done(null, crc32(bytes) === file.checksum ? this.#keep(bytes) : null);
        }),
      abandon: () => {
        abandoned = true;
      },
    };
  }

  open(stored: StoredSnapshot): SnapshotFile {
    const { file } = this.#find(stored);
    return {
      stored,
      read: (offset, bytes, done) =>
        this.#owe(() =>
          this.#rotten.has(stored) ? done(ROTTEN, null) : done(null, file.subarray(offset, offset + bytes)),
        ),
      close: () => undefined,
    };
  }

  read(stored: StoredSnapshot): SnapshotReader {
    const { file } = this.#find(stored);
    let at = 4 + new DataView(file.buffer, file.byteOffset).getUint32(0, true);
    let [lookedAt, before] = [new Uint8Array(), new Uint8Array()];
    return {
      next: (done) =>
        this.#owe(() => {
          if (at === file.length) {
            done(null, null);
            return;
          }
          const length = new DataView(file.buffer, file.byteOffset + at).getUint32(0, true);
          // Its memory is used again for the next but one.
          before.fill(0xff);
          before = lookedAt;
          lookedAt = Uint8Array.from(file.subarray(at + 4, at + 4 + length));
          at += 4 + length;
          done(null, [lookedAt]);
        }),
      close: () => undefined,
    };
  }

  #find(stored: StoredSnapshot): Kept {
    if (this.#kept?.stored !== stored) throw new Error('that snapshot is gone');
    return this.#kept;
  }

  #keep(file: Uint8Array): StoredSnapshot {
    const length = new DataView(file.buffer, file.byteOffset).getUint32(0, true);
    const { members, ...meta } = JSON.parse(Buffer.from(file.subarray(4, 4 + length)).toString('utf8'));
    const stored = {
      meta: { ...meta, members: Uint8Array.from(Buffer.from(members, 'hex')) },
      bytes: file.length,
      checksum: crc32(file),
    };
    this.#kept = { stored, file };
    return stored;
  }
}

function framed(piece: Uint8Array): Uint8Array {
  const out = Buffer.alloc(4 + piece.length);
  out.writeUInt32LE(piece.length, 0);
  out.set(piece, 4);
  return out;
}
