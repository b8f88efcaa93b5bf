/** Whether a sector that was written but not synced survives. Asked once for each, in order. */
export type KeepSector = (file: string, offset: number) => boolean;

const SECTOR_BYTES = 512;

interface UnsyncedWrite {
  readonly offset: number;
  readonly bytes: Uint8Array;
  completed: boolean;
}

/** A write on its way. */
export interface SimWrite {
  readonly bytes: Uint8Array;
  complete(): void;
}

/** One file of a simulated disk: what is durable, and the writes that are not yet, in the order in which they were issued. */
export class SimFile {
  readonly #name: string;
  #durable: Uint8Array;
  #seen: Uint8Array;
  #unsynced: UnsyncedWrite[] = [];

  constructor(name: string, bytes: Uint8Array) {
    this.#name = name;
    this.#durable = bytes;
    this.#seen = bytes.slice();
  }

  read(): Uint8Array {
    return this.#seen.slice();
  }

  get size(): number {
    return this.#seen.byteLength;
  }

  write(offset: number, chunks: readonly Uint8Array[]): SimWrite {
    const write: UnsyncedWrite = { offset, bytes: joined(chunks), completed: false };
    this.#unsynced.push(write);
    this.#seen = put(this.#seen, offset, write.bytes);
    return {
      bytes: write.bytes,
      complete: () => {
        write.completed = true;
      },
    };
  }

  completedWrites(): ReadonlySet<object> {
    return new Set(this.#unsynced.filter(({ completed }) => completed));
  }

  makeDurable(writes: ReadonlySet<object>): void {
    for (const write of this.#unsynced) {
      if (writes.has(write)) this.#durable = put(this.#durable, write.offset, write.bytes);
    }
    this.#unsynced = this.#unsynced.filter((write) => !writes.has(write));
  }

  writeDurably(offset: number, bytes: Uint8Array): void {
    this.makeDurable(new Set(this.#unsynced));
    this.#durable = put(this.#durable, offset, bytes);
    this.#seen = this.#durable.slice();
  }

  /** What `writeDurably` leaves if the power fails while it writes: all from before, and of these bytes the sectors that are kept. */
  writeTorn(offset: number, bytes: Uint8Array, keep: KeepSector): void {
    this.makeDurable(new Set(this.#unsynced));
    for (const piece of this.#kept({ offset, bytes, completed: false }, keep)) {
      this.#durable = put(this.#durable, piece.offset, piece.bytes);
    }
    this.#seen = this.#durable.slice();
  }

  /** A write that failed for lack of room: it is as if it had never been. */
  dropWrite(bytes: Uint8Array): void {
    this.#unsynced = this.#unsynced.filter((write) => write.bytes !== bytes);
    this.#seen = this.#durable.slice();
    for (const write of this.#unsynced) this.#seen = put(this.#seen, write.offset, write.bytes);
  }

  losePower(keep: KeepSector): void {
    for (const write of this.#unsynced) {
      for (const piece of this.#kept(write, keep))
        this.#durable = put(this.#durable, piece.offset, piece.bytes);
    }
    this.#unsynced = [];
    this.#seen = this.#durable.slice();
  }

  loseUnfinished(keep: KeepSector): void {
    this.#unsynced = this.#unsynced.flatMap((write) => (write.completed ? [write] : this.#kept(write, keep)));
    this.#seen = this.#durable.slice();
    for (const { offset, bytes } of this.#unsynced) this.#seen = put(this.#seen, offset, bytes);
  }

  /** The parts of a write that survive, cut at the boundaries of the disk's sectors. */
  #kept(write: UnsyncedWrite, keep: KeepSector): UnsyncedWrite[] {
    const pieces: UnsyncedWrite[] = [];
    const end = write.offset + write.bytes.byteLength;
    for (let from = write.offset; from < end;) {
      const to = Math.min(end, (Math.floor(from / SECTOR_BYTES) + 1) * SECTOR_BYTES);
      if (keep(this.#name, from)) {
        pieces.push({
          offset: from,
          bytes: write.bytes.subarray(from - write.offset, to - write.offset),
          completed: true,
        });
      }
      from = to;
    }
    return pieces;
  }
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}

/** Changes the bytes in place, or grows the file if the write goes past its end. */
function put(file: Uint8Array, offset: number, bytes: Uint8Array): Uint8Array {
  const end = offset + bytes.byteLength;
  let target = file;
  if (end > file.byteLength) {
    target = new Uint8Array(end);
    target.set(file);
  }
  target.set(bytes, offset);
  return target;
}
