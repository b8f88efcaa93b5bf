import { DiskError } from '../../src/raft/storage/disk.ts';
import type { Disk, DiskDone, DiskErrorCode } from '../../src/raft/storage/disk.ts';
import { SimFile } from './sim-file.ts';
import type { KeepSector } from './sim-file.ts';

export type { KeepSector } from './sim-file.ts';
export type PendingKind = 'write' | 'sync' | 'reserve';

/** One call whose completion waits for the simulator. */
export interface PendingOperation {
  /** Counts the calls of this disk's life, from 1. */
  readonly id: number;
  readonly kind: PendingKind;
  readonly file: string;
  /** Bytes written or reserved; 0 for a sync. */
  readonly bytes: number;
}

interface Operation extends PendingOperation {
  /** Carries it out, at its completion. */
  readonly finish: () => void;
  readonly done: DiskDone;
}

/**
 * A disk in memory that loses what a real one may lose. Nothing completes by itself: the simulator completes what is
 * `pending`, in any order it likes, so slowness is a matter of waiting. What is written is seen by reads at once, and
 * durable after the next sync; a crash keeps or loses each unsynced sector as a choice function says. Deterministic.
 */
export class SimDisk implements Disk {
  /** Bytes that may still be reserved. Set it low, and later high, to run out of space and get it back. */
  freeBytes = Number.MAX_SAFE_INTEGER;
  readonly #folder: string;
  readonly #files = new Map<string, SimFile>();
  readonly #failures: { readonly kind: PendingKind; readonly code: DiskErrorCode }[] = [];
  #pending: Operation[] = [];
  #calls = 0;

  constructor(folder = '/sim') {
    this.#folder = folder;
  }

  /** What waits for its completion, oldest first. */
  get pending(): readonly PendingOperation[] {
    return this.#pending;
  }

  /** Completes the oldest waiting call. False if none waits. */
  completeNext(): boolean {
    return this.complete(0);
  }

  /** Completes one waiting call by its place in `pending`. False if there is none. */
  complete(place: number): boolean {
    const [operation] = this.#pending.splice(place, 1);
    if (operation === undefined) return false;
    const code = this.#failureFor(operation);
    if (code === null) operation.finish();
    operation.done(
      code === null ? null : this.#error(code, operation.file, `simulated failure of a ${operation.kind}`),
    );
    return true;
  }

  /** Completes all that waits, and all that follows from it. */
  completeAll(): void {
    while (this.completeNext());
  }

  /** The next completion of this kind fails instead. A failed write or sync leaves its bytes in doubt, as a real one does. */
  failNext(kind: PendingKind, code: DiskErrorCode = 'io'): void {
    this.#failures.push({ kind, code });
  }

  /** The power fails: of everything unsynced, sectors are kept or lost as `keep` says. Calls that waited are never answered. */
  crash(keep: KeepSector): void {
    this.#dropPending(keep);
    for (const file of this.#files.values()) file.losePower(keep);
  }

  /** The process is killed: completed writes stay, in the page cache; those on their way are kept or lost by sectors. */
  kill(keep: KeepSector): void {
    this.#dropPending(keep);
    for (const file of this.#files.values()) file.loseUnfinished(keep);
  }

  list(): readonly string[] {
    return [...this.#files.keys()].sort();
  }

  pathOf(name: string): string {
    return `${this.#folder}/${name}`;
  }

  readFile(name: string): Uint8Array {
    return this.#file(name).read();
  }

  replaceFile(name: string, bytes: Uint8Array): void {
    this.#files.set(name, new SimFile(name, bytes.slice()));
  }

  writeDurably(name: string, offset: number, bytes: Uint8Array): void {
    this.#file(name).writeDurably(offset, bytes);
  }

  write(name: string, offset: number, chunks: readonly Uint8Array[], done: DiskDone): void {
    const write = this.#file(name).write(offset, chunks);
    this.#enqueue('write', name, write.bytes.byteLength, () => write.complete(), done);
  }

  sync(name: string, done: DiskDone): void {
    const file = this.#file(name);
    const covered = file.completedWrites();
    this.#enqueue('sync', name, 0, () => file.makeDurable(covered), done);
  }

  reserve(name: string, bytes: number, done: DiskDone): void {
    this.#enqueue(
      'reserve',
      name,
      bytes,
      () => {
        this.freeBytes -= bytes;
        this.#files.set(name, new SimFile(name, new Uint8Array(bytes)));
      },
      done,
    );
  }

  /** Damages a file behind everybody's back: for tests of what is noticed. */
  overwrite(name: string, offset: number, bytes: Uint8Array): void {
    this.#file(name).writeDurably(offset, bytes);
  }

  /** Removes a file behind everybody's back. */
  remove(name: string): void {
    this.#files.delete(name);
  }

  #enqueue(kind: PendingKind, file: string, bytes: number, finish: () => void, done: DiskDone): void {
    this.#calls += 1;
    this.#pending.push({ id: this.#calls, kind, file, bytes, finish, done });
  }

  /** A file that was being reserved is there, complete, or not at all. */
  #dropPending(keep: KeepSector): void {
    for (const { kind, file, bytes, finish } of this.#pending) {
      if (kind === 'reserve' && bytes <= this.freeBytes && keep(file, 0)) finish();
    }
    this.#pending = [];
  }

  #failureFor(operation: Operation): DiskErrorCode | null {
    if (operation.kind === 'reserve' && operation.bytes > this.freeBytes) return 'no-space';
    const at = this.#failures.findIndex(({ kind }) => kind === operation.kind);
    return at < 0 ? null : (this.#failures.splice(at, 1)[0]?.code ?? null);
  }

  #file(name: string): SimFile {
    const file = this.#files.get(name);
    if (file === undefined) throw this.#error('not-found', name, 'there is no such file');
    return file;
  }

  #error(code: DiskErrorCode, name: string, what: string): DiskError {
    const path = this.pathOf(name);
    return new DiskError(code, path, `${path}: ${what} (${code})`);
  }
}
