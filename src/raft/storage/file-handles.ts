import { closeSync, openSync } from 'node:fs';

interface Handle {
  readonly descriptor: number;
  /** Operations on their way in the thread pool: closing now would let them reach another file that gets the same number. */
  inFlight: number;
  /** Another file has taken the name, or all is being closed: close as soon as nothing is on its way. */
  retired: boolean;
}

const KEPT_OPEN = 8;

/** Keeps the few files open that are being written to, and closes each only when nothing is on its way to it. */
export class FileHandles {
  readonly #handles = new Map<string, Handle>();
  #inFlight = 0;
  #whenIdle: (() => void) | null = null;
  #closing = false;

  /** Takes over an open descriptor under this path, in place of any that was open there. */
  adopt(path: string, descriptor: number): void {
    if (this.#closing) {
      closeSync(descriptor);
      return;
    }
    const replaced = this.#handles.get(path);
    this.#handles.delete(path);
    this.#handles.set(path, { descriptor, inFlight: 0, retired: false });
    if (replaced !== undefined) this.#retire(replaced);
    this.#closeOldest();
  }

  /** A descriptor for one synchronous operation. Throws what `openSync` throws. */
  descriptor(path: string): number {
    return this.#handle(path).descriptor;
  }

  /** A descriptor that stays open until `release` is called. */
  borrow(path: string): { readonly descriptor: number; readonly release: () => void } {
    const handle = this.#handle(path);
    handle.inFlight += 1;
    return { descriptor: handle.descriptor, release: this.#releaser(handle) };
  }

  /** Closes the file under this path once nothing is on its way to it: its name is about to mean another file, or none. */
  forget(path: string): void {
    const handle = this.#handles.get(path);
    this.#handles.delete(path);
    if (handle !== undefined) this.#retire(handle);
  }

  /** Counts an operation that opens its own file. */
  enter(): () => void {
    this.#inFlight += 1;
    return () => {
      this.#inFlight -= 1;
      this.#tellIfIdle();
    };
  }

  /** Closes every file, each once nothing is on its way to it; then calls back. */
  closeAll(closed: () => void): void {
    this.#closing = true;
    this.#whenIdle = closed;
    const handles = [...this.#handles.values()];
    this.#handles.clear();
    for (const handle of handles) this.#retire(handle);
    this.#tellIfIdle();
  }

  #handle(path: string): Handle {
    const open = this.#handles.get(path);
    if (open !== undefined) {
      this.#handles.delete(path);
      this.#handles.set(path, open);
      return open;
    }
    const handle: Handle = { descriptor: openSync(path, 'r+'), inFlight: 0, retired: false };
    this.#handles.set(path, handle);
    this.#closeOldest();
    return handle;
  }

  #releaser(handle: Handle): () => void {
    const leave = this.enter();
    return () => {
      handle.inFlight -= 1;
      if (handle.retired) this.#retire(handle);
      leave();
    };
  }

  #closeOldest(): void {
    for (const [path, handle] of this.#handles) {
      if (this.#handles.size <= KEPT_OPEN) return;
      if (handle.inFlight > 0) continue;
      this.#handles.delete(path);
      this.#retire(handle);
    }
  }

  #retire(handle: Handle): void {
    handle.retired = true;
    if (handle.inFlight === 0) closeSync(handle.descriptor);
  }

  #tellIfIdle(): void {
    if (this.#inFlight > 0 || this.#whenIdle === null) return;
    const tell = this.#whenIdle;
    this.#whenIdle = null;
    tell();
  }
}
