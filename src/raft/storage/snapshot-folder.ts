import type { SnapshotMeta } from '../core/snapshot-meta.ts';
import type { Disk, DiskError } from './disk.ts';
import type { LogStoreAlarm } from './log-store.ts';
import { isPartFileName, PartFile } from './part-file.ts';
import { isSnapshotFileName, snapshotFileName } from './snapshot-format.ts';
import { PieceReader } from './snapshot-reading.ts';
import { ReceivedSnapshot } from './snapshot-receiving.ts';
import type {
  SnapshotFile,
  SnapshotFileId,
  SnapshotReader,
  SnapshotReceiver,
  SnapshotStore,
  SnapshotWriter,
  StoredSnapshot,
} from './snapshot-store.ts';
import type { SnapshotEnd } from './snapshot-writing.ts';
import { VerifiedFile } from './verified-file.ts';
import { OwnSnapshot } from './snapshot-writing.ts';

/** Of a file that grows, or was left behind growing; 0 for any other. */
function partNumber(name: string): number {
  return isPartFileName(name) ? Number(/-(\d+)\.[a-z]+$/.exec(name)?.[1] ?? 0) : 0;
}

/** The snapshots of a folder, as files: one that counts, those before it that are still being read, and those that grow. */
export class SnapshotFolder implements SnapshotStore {
  readonly #disk: Disk;
  readonly #onAlarm: (alarm: LogStoreAlarm) => void;
  readonly #end: SnapshotEnd;
  /** How many read each file. */
  readonly #readers = new Map<string, number>();
  /** Files that go when their last reader does. */
  readonly #outdated = new Set<string>();
  #newest: StoredSnapshot | null;
  #writing: OwnSnapshot | null = null;
  #receiving: ReceivedSnapshot | null = null;
  #parts = 0;
  #isShort = false;

  /** `newest`: as it was found. All other snapshots, and what was never finished, are removed. */
  constructor(disk: Disk, newest: StoredSnapshot | null, onAlarm: (alarm: LogStoreAlarm) => void) {
    this.#disk = disk;
    this.#newest = newest;
    this.#onAlarm = onAlarm;
    this.#end = {
      published: (stored) => this.#published(stored),
      failed: (error) => this.#failed(error),
    };
    const kept = newest === null ? null : nameOf(newest);
    for (const name of disk.list()) {
      this.#parts = Math.max(this.#parts, partNumber(name));
      if (isPartFileName(name) || (isSnapshotFileName(name) && name !== kept)) disk.remove(name);
    }
  }

  get newest(): StoredSnapshot | null {
    return this.#newest;
  }

  write(meta: SnapshotMeta): SnapshotWriter {
    this.#writing?.abandon();
    this.#writing = new OwnSnapshot(meta, this.#part('snapshot-own'), this.#end);
    return this.#writing;
  }

  receive(file: SnapshotFileId): SnapshotReceiver {
    this.#receiving?.abandon();
    this.#receiving = new ReceivedSnapshot(file, this.#part('snapshot-received'), this.#end);
    return this.#receiving;
  }

  open(stored: StoredSnapshot): SnapshotFile {
    const name = nameOf(stored);
    return new VerifiedFile(this.#disk, name, stored, this.#hold(name));
  }

  read(stored: StoredSnapshot): SnapshotReader {
    const name = nameOf(stored);
    return new PieceReader(this.#disk, name, stored.bytes, this.#hold(name));
  }

  /** A name that no other file has, nor had when this process began: one that was abandoned, or left behind, may still be on its way out. */
  #part(name: string): PartFile {
    this.#parts += 1;
    return new PartFile(this.#disk, `${name}-${this.#parts}`);
  }

  #published(stored: StoredSnapshot): void {
    if (this.#isShort) this.#onAlarm('snapshot-written-again');
    this.#isShort = false;
    const before = this.#newest;
    if (before !== null && before.meta.index > stored.meta.index) {
      this.#retire(nameOf(stored));
      return;
    }
    this.#newest = stored;
    // It may have been here before, and be read since by somebody who is to remove it.
    this.#outdated.delete(nameOf(stored));
    if (before !== null && nameOf(before) !== nameOf(stored)) this.#retire(nameOf(before));
  }

  #failed({ code }: DiskError): void {
    if (code !== 'no-space' || this.#isShort) return;
    this.#isShort = true;
    this.#onAlarm('no-space-for-snapshot');
  }

  #retire(name: string): void {
    if (this.#readers.has(name)) this.#outdated.add(name);
    else this.#disk.remove(name);
  }

  /** Keeps a file until what is given back is called, once. */
  #hold(name: string): () => void {
    this.#readers.set(name, (this.#readers.get(name) ?? 0) + 1);
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      const left = (this.#readers.get(name) ?? 1) - 1;
      if (left > 0) this.#readers.set(name, left);
      else {
        this.#readers.delete(name);
        if (this.#outdated.delete(name)) this.#disk.remove(name);
      }
    };
  }
}

function nameOf({ meta, checksum }: StoredSnapshot): string {
  return snapshotFileName({ ...meta, checksum });
}
