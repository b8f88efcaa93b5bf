import { DiskError } from '../../src/raft/storage/disk.ts';
import type { Disk, DiskDone, DiskErrorCode, DiskReadDone } from '../../src/raft/storage/disk.ts';
import { SimFile } from './sim-file.ts';
import type { KeepSector } from './sim-file.ts';

export type { KeepSector } from './sim-file.ts';
export type PendingKind = 'write' | 'sync' | 'reserve' | 'read' | 'create' | 'publish' | 'remove';

/** The power failed while a blocking call was at work: thrown out of it, so that nothing of the process goes on. */
export class SimPowerCut extends Error {
  override readonly name = 'SimPowerCut';
}

/** One call whose completion waits for the simulator. */
export interface PendingOperation {
  /** Counts the calls of this disk's life, from 1. */
  readonly id: number;
  readonly kind: PendingKind;
  readonly file: string;
  /** Bytes written, read or reserved; 0 for the rest. */
  readonly bytes: number;
}

interface Operation extends PendingOperation {
  /** Bytes of room that it takes of the disk. */
  readonly takes: number;
  /** Carries it out, at its completion. */
  readonly finish: () => void;
  /** What is left of it if there was no room. */
  readonly fail: () => void;
  /** What may be left of it if its process dies before its completion: called if a choice function says so. */
  readonly half: (() => void) | null;
  readonly done: DiskDone;
}

type Half = Pick<Operation, 'takes' | 'fail' | 'half'>;

const NONE: Half = { takes: 0, fail: () => undefined, half: null };

/**
 * A disk in memory that loses what a real one may lose. Nothing completes by itself: the simulator completes what is
 * `pending`, in any order it likes, so slowness is a matter of waiting. What is written is seen by reads at once, and
 * durable after the next sync; a crash keeps or loses each unsynced sector as a choice function says. Names are in
 * doubt too: of a file that was created and never published, or removed lately, a crash may leave either. Deterministic.
 */
export class SimDisk implements Disk {
  /** Bytes that may still be taken. Set it low, and later high, to run out of space and get it back. */
  freeBytes = Number.MAX_SAFE_INTEGER;
  /** Blocking calls that have changed something, in this disk's life. */
  blockingCalls = 0;
  readonly #folder: string;
  readonly #files = new Map<string, SimFile>();
  /** Created, and not published: the power may take them with it. */
  readonly #unpublished = new Set<string>();
  /** Removed, and the folder was not synced since: the power may bring them back. */
  readonly #removed = new Map<string, SimFile>();
  readonly #failures: { readonly kind: PendingKind; readonly code: DiskErrorCode }[] = [];
  #pending: Operation[] = [];
  #calls = 0;
  #cut: { readonly call: number; readonly keep: KeepSector } | null = null;

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
    if (code === null) {
      this.#take(operation.takes);
      operation.finish();
    } else if (code === 'no-space') operation.fail();
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
    for (const name of this.#unpublished) if (!keep(name, 0)) this.#files.delete(name);
    for (const [name, file] of this.#removed) {
      if (!this.#files.has(name) && keep(name, 0)) this.#files.set(name, file);
    }
    this.#syncFolder();
  }

  /** The process is killed: completed writes stay, in the page cache; those on their way are kept or lost by sectors. */
  kill(keep: KeepSector): void {
    this.#dropPending(keep);
    for (const file of this.#files.values()) file.loseUnfinished(keep);
  }

  /**
   * The power fails at the blocking call of this number, counted from now, 1 being the next that changes something: of a
   * write the sectors that `keep` says are there, anything else is done or not. It throws `SimPowerCut`; `crash` is to follow.
   */
  cutPowerAt(call: number, keep: KeepSector): void {
    this.#cut = { call: this.blockingCalls + call, keep };
  }

  /** The cut that was announced does not come. */
  noPowerCut(): void {
    this.#cut = null;
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

  readRange(name: string, offset: number, into: Uint8Array): Uint8Array {
    const found = this.readFile(name).subarray(offset, offset + into.byteLength);
    into.set(found);
    return into.subarray(0, found.byteLength);
  }

  replaceFile(name: string, bytes: Uint8Array): void {
    const replace = (): void => {
      this.#files.set(name, new SimFile(name, bytes.slice()));
      this.#unpublished.delete(name);
      this.#syncFolder();
    };
    this.#block(replace, (keep) => {
      if (keep(name, 0)) replace();
    });
  }

  writeDurably(name: string, offset: number, bytes: Uint8Array): void {
    const file = this.#file(name);
    this.#block(
      () => file.writeDurably(offset, bytes),
      (keep) => file.writeTorn(offset, bytes, keep),
    );
  }

  rename(from: string, to: string): void {
    const file = this.#file(from);
    const rename = (): void => this.#rename(from, to, file);
    this.#block(rename, (keep) => {
      if (keep(to, 0)) rename();
    });
  }

  write(name: string, offset: number, chunks: readonly Uint8Array[], done: DiskDone): void {
    const file = this.#file(name);
    const before = file.size;
    const write = file.write(offset, chunks);
    this.#enqueue('write', name, write.bytes.byteLength, () => write.complete(), done, {
      takes: file.size - before,
      fail: () => file.dropWrite(write.bytes),
      half: null,
    });
  }

  sync(name: string, done: DiskDone): void {
    const file = this.#file(name);
    const covered = file.completedWrites();
    this.#enqueue('sync', name, 0, () => file.makeDurable(covered), done);
  }

  /** A file that was being reserved is there, complete, or not at all. */
  reserve(name: string, bytes: number, done: DiskDone): void {
    const finish = (): void => {
      this.#files.set(name, new SimFile(name, new Uint8Array(bytes)));
      this.#syncFolder();
    };
    const half = (): void => {
      if (bytes > this.freeBytes) return;
      this.#take(bytes);
      finish();
    };
    this.#enqueue('reserve', name, bytes, finish, done, { ...NONE, takes: bytes, half });
  }

  read(name: string, offset: number, into: Uint8Array, done: DiskReadDone): void {
    let read: Uint8Array | null = null;
    // Until then it is the disk's, and anything may stand in it.
    into.fill(0xff);
    const finish = (): void => {
      if (this.#files.has(name)) read = this.readRange(name, offset, into);
    };
    this.#enqueue('read', name, into.byteLength, finish, (error) => {
      if (error !== null) done(error, null);
      else if (read === null) done(this.#error('not-found', name, 'there is no such file'), null);
      else done(null, read);
    });
  }

  create(name: string, done: DiskDone): void {
    const finish = (): void => {
      this.#files.set(name, new SimFile(name, new Uint8Array()));
      this.#unpublished.add(name);
    };
    this.#enqueue('create', name, 0, finish, done, { ...NONE, half: finish });
  }

  publish(from: string, to: string, done: DiskDone): void {
    const file = this.#file(from);
    const finish = (): void => this.#rename(from, to, file);
    this.#enqueue('publish', from, 0, finish, done, { ...NONE, half: finish });
  }

  remove(name: string): void {
    const finish = (): void => {
      const file = this.#files.get(name);
      if (file === undefined) return;
      this.#files.delete(name);
      this.#unpublished.delete(name);
      this.#removed.set(name, file);
      this.#take(-file.size);
    };
    this.#enqueue('remove', name, 0, finish, () => undefined, { ...NONE, half: finish });
  }

  /** Damages a file behind everybody's back: for tests of what is noticed. */
  overwrite(name: string, offset: number, bytes: Uint8Array): void {
    this.#file(name).writeDurably(offset, bytes);
  }

  /** Puts a whole file there, behind everybody's back. */
  plant(name: string, bytes: Uint8Array): void {
    this.#files.set(name, new SimFile(name, bytes.slice()));
  }

  /** Whatever was made, named or removed is so for good: nothing of it is in doubt any more. */
  settleNames(): void {
    this.#removed.clear();
    this.#unpublished.clear();
  }

  /** Destroys a file behind everybody's back, for good. */
  destroy(name: string): void {
    this.#files.delete(name);
  }

  #enqueue(
    kind: PendingKind,
    file: string,
    bytes: number,
    finish: () => void,
    done: DiskDone,
    half: Half = NONE,
  ): void {
    this.#calls += 1;
    this.#pending.push({ id: this.#calls, kind, file, bytes, finish, done, ...half });
  }

  #dropPending(keep: KeepSector): void {
    for (const { file, half } of this.#pending) if (half !== null && keep(file, 0)) half();
    this.#pending = [];
  }

  #block(carryOut: () => void, cut: (keep: KeepSector) => void): void {
    this.blockingCalls += 1;
    if (this.#cut?.call !== this.blockingCalls) {
      carryOut();
      return;
    }
    const { keep } = this.#cut;
    this.#cut = null;
    cut(keep);
    throw new SimPowerCut('the power failed in the middle of a blocking call');
  }

  #rename(from: string, to: string, file: SimFile): void {
    this.#files.delete(from);
    this.#unpublished.delete(from);
    this.#files.set(to, file);
    this.#syncFolder();
  }

  #syncFolder(): void {
    this.#removed.clear();
  }

  #take(bytes: number): void {
    this.freeBytes = Math.min(Number.MAX_SAFE_INTEGER, this.freeBytes - bytes);
  }

  #failureFor(operation: Operation): DiskErrorCode | null {
    if (operation.takes > this.freeBytes) return 'no-space';
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
