import * as fs from 'node:fs';
import { dirname, resolve, sep } from 'node:path';
import { uncountedBytes } from '../../memory/uncounted.ts';
import { DiskError } from './disk.ts';
import type { Disk, DiskDone, DiskErrorCode, DiskReadDone } from './disk.ts';
import { FileHandles } from './file-handles.ts';
import { fillWithZeros, syncFolder, syncFolderLater } from './reserve-file.ts';

const ASIDE = '.tmp';

/** A folder of the real file system. */
export class NodeDisk implements Disk {
  readonly #folder: string;
  readonly #handles = new FileHandles();
  #closing: Promise<void> | null = null;

  constructor(folder: string) {
    this.#folder = resolve(folder);
  }

  list(): readonly string[] {
    return this.#told('list', this.#folder, () => {
      this.#makeFolder();
      syncFolder(this.#folder);
      const names = fs.readdirSync(this.#folder, { withFileTypes: true });
      return names
        .filter((entry) => entry.isFile() && !entry.name.endsWith(ASIDE))
        .map(({ name }) => name)
        .sort();
    });
  }

  pathOf(name: string): string {
    return this.#folder + sep + name;
  }

  readFile(name: string): Uint8Array {
    const path = this.pathOf(name);
    return this.#told('read', path, () => {
      const file = fs.openSync(path, 'r');
      try {
        return readAll(file, 0, uncountedBytes(fs.fstatSync(file).size));
      } finally {
        fs.closeSync(file);
      }
    });
  }

  readRange(name: string, offset: number, into: Uint8Array): Uint8Array {
    const path = this.pathOf(name);
    return this.#told('read', path, () => readAll(this.#handles.descriptor(path), offset, into));
  }

  rename(from: string, to: string): void {
    const path = this.pathOf(from);
    this.#told('rename', path, () => {
      this.#handles.forget(path);
      this.#handles.forget(this.pathOf(to));
      fs.renameSync(path, this.pathOf(to));
      syncFolder(this.#folder);
    });
  }

  replaceFile(name: string, bytes: Uint8Array): void {
    const path = this.pathOf(name);
    const aside = `${path}${ASIDE}`;
    this.#told('write', path, () => {
      const file = fs.openSync(aside, 'w', 0o600);
      try {
        writeWhole(file, bytes, 0);
        fs.fsyncSync(file);
      } finally {
        fs.closeSync(file);
      }
      fs.renameSync(aside, path);
      syncFolder(this.#folder);
    });
  }

  writeDurably(name: string, offset: number, bytes: Uint8Array): void {
    const path = this.pathOf(name);
    this.#told('write', path, () => {
      const file = this.#handles.descriptor(path);
      fs.fdatasyncSync(file);
      writeWhole(file, bytes, offset);
      fs.fdatasyncSync(file);
    });
  }

  write(name: string, offset: number, chunks: readonly Uint8Array[], done: DiskDone): void {
    // Into the system's cache, which takes microseconds: less than a trip through the thread pool. The sync makes that trip.
    this.#run('write', name, done, (file, finish) => {
      const error = writeChunks(file, offset, chunks);
      process.nextTick(finish, error);
    });
  }

  sync(name: string, done: DiskDone): void {
    this.#run('sync', name, done, (file, finish) => fs.fdatasync(file, finish));
  }

  read(name: string, offset: number, into: Uint8Array, done: DiskReadDone): void {
    let length = 0;
    this.#run(
      'read',
      name,
      (error) => (error === null ? done(null, into.subarray(0, length)) : done(error, null)),
      (file, finish) =>
        readInto(into, 0, file, offset, (error, read) => {
          length = read;
          finish(error);
        }),
    );
  }

  create(name: string, done: DiskDone): void {
    const path = this.pathOf(name);
    this.#enter('create', path, done, (finish) =>
      fs.open(path, 'w+', 0o600, (error, descriptor) => {
        if (error === null) this.#handles.adopt(path, descriptor);
        finish(error);
      }),
    );
  }

  publish(from: string, to: string, done: DiskDone): void {
    const path = this.pathOf(from);
    this.#enter('rename', path, done, (finish) => {
      this.#handles.forget(path);
      this.#handles.forget(this.pathOf(to));
      fs.rename(path, this.pathOf(to), (error) => {
        if (error === null) syncFolderLater(this.#folder, finish);
        else finish(error);
      });
    });
  }

  remove(name: string): void {
    if (this.#closing !== null) return;
    const path = this.pathOf(name);
    this.#handles.forget(path);
    fs.unlink(path, this.#handles.enter());
  }

  reserve(name: string, bytes: number, done: DiskDone): void {
    const path = this.pathOf(name);
    const aside = `${path}${ASIDE}`;
    this.#enter('reserve', path, done, (finish) =>
      fillWithZeros(aside, path, bytes, (error, descriptor) => {
        if (descriptor !== null) this.#handles.adopt(path, descriptor);
        finish(error);
      }),
    );
  }

  /**
   * Closes all files once what is on its way to them has ended. Whatever is asked of the disk from now on that does not block is refused:
   * another may have the folder.
   */
  close(): Promise<void> {
    return (this.#closing ??= new Promise((resolve) => this.#handles.closeAll(resolve)));
  }

  /** Whether it is being closed; then `done` is told so. */
  #refuses(verb: string, path: string, done: DiskDone): boolean {
    if (this.#closing === null) return false;
    const why = `cannot ${verb} ${path}: the disk has been closed`;
    setImmediate(done, new DiskError('closed', path, why));
    return true;
  }

  /** For what opens its own file. */
  #enter(
    verb: string,
    path: string,
    done: DiskDone,
    operate: (finish: (error: Error | null) => void) => void,
  ): void {
    if (this.#refuses(verb, path, done)) return;
    const leave = this.#handles.enter();
    operate((error) => {
      leave();
      done(error === null ? null : diskError(verb, path, error));
    });
  }

  #run(
    verb: string,
    name: string,
    done: DiskDone,
    operate: (file: number, finish: (error: Error | null) => void) => void,
  ): void {
    const path = this.pathOf(name);
    if (this.#refuses(verb, path, done)) return;
    try {
      const { descriptor, release } = this.#handles.borrow(path);
      operate(descriptor, (error) => {
        release();
        done(error === null ? null : diskError(verb, path, error));
      });
    } catch (error) {
      setImmediate(done, diskError(verb, path, error));
    }
  }

  /** Makes the folder, and its name durable in every folder above that had to be made as well. */
  #makeFolder(): void {
    const first = fs.mkdirSync(this.#folder, { recursive: true });
    if (first === undefined) return;
    for (let made = this.#folder; ; made = dirname(made)) {
      syncFolder(dirname(made));
      if (made === first) return;
    }
  }

  #told<T>(verb: string, path: string, operate: () => T): T {
    try {
      return operate();
    } catch (error) {
      throw diskError(verb, path, error);
    }
  }
}

/** Reads until the memory is full, or the file ends. */
function readAll(file: number, offset: number, into: Uint8Array): Uint8Array {
  let read = 0;
  for (let more = 1; more > 0 && read < into.byteLength; read += more) {
    more = fs.readSync(file, into, read, into.byteLength - read, offset + read);
  }
  return into.subarray(0, read);
}

function writeWhole(file: number, bytes: Uint8Array, offset: number): void {
  for (let written = 0; written < bytes.byteLength;) {
    written += fs.writeSync(file, bytes, written, bytes.byteLength - written, offset + written);
  }
}

/** The kernel may give less than was asked for: then the rest is read after it, unless the file ends there. */
function readInto(
  target: Uint8Array,
  from: number,
  file: number,
  offset: number,
  finish: (error: Error | null, read: number) => void,
): void {
  fs.read(file, target, from, target.byteLength - from, offset + from, (error, read) => {
    const length = from + read;
    if (error !== null || read === 0 || length === target.byteLength) finish(error, length);
    else readInto(target, length, file, offset, finish);
  });
}

/** The kernel may take less than it was given: then the rest is written after it. */
function writeChunks(file: number, offset: number, chunks: readonly Uint8Array[]): Error | null {
  let rest = chunks;
  let at = offset;
  try {
    while (rest.length > 0) {
      const written = fs.writevSync(file, rest, at);
      if (written === 0) return new Error('the system wrote nothing');
      rest = after(rest, written);
      at += written;
    }
    return null;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function after(chunks: readonly Uint8Array[], written: number): readonly Uint8Array[] {
  let left = written;
  let at = 0;
  for (const chunk of chunks) {
    if (left < chunk.byteLength) return [chunk.subarray(left), ...chunks.slice(at + 1)];
    left -= chunk.byteLength;
    at += 1;
  }
  return [];
}

const codes: ReadonlyMap<string, DiskErrorCode> = new Map([
  ['ENOSPC', 'no-space'],
  ['EDQUOT', 'no-space'],
  ['ENOENT', 'not-found'],
  ['EACCES', 'not-allowed'],
  ['EPERM', 'not-allowed'],
  ['EROFS', 'not-allowed'],
]);

function diskError(verb: string, path: string, cause: unknown): DiskError {
  const { code = '', message } = cause as NodeJS.ErrnoException;
  return new DiskError(codes.get(code) ?? 'io', path, `cannot ${verb} ${path}: ${message}`, { cause });
}
