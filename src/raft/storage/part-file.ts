import type { Disk, DiskDone, DiskError } from './disk.ts';
import { SYNC_EVERY_BYTES } from './sync-every.ts';

const PART = '.part';

/** A file that grows aside until it is whole. One call at a time. */
export class PartFile {
  readonly #disk: Disk;
  readonly #name: string;
  #state: 'not-made' | 'open' | 'busy' | 'publishing' | 'gone' = 'not-made';
  #bytes = 0;
  #unsynced = 0;

  constructor(disk: Disk, name: string) {
    this.#disk = disk;
    this.#name = `${name}${PART}`;
  }

  /** Bytes that the disk has taken. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Appends, and makes the file first if it is not there. */
  append(chunks: readonly Uint8Array[], done: DiskDone): void {
    if (this.#state === 'not-made') this.#create(() => this.#write(chunks, done), done);
    else if (this.#state === 'open') this.#write(chunks, done);
  }

  /** Makes it durable under its lasting name. */
  publish(name: string, done: DiskDone): void {
    if (this.#state !== 'open') return;
    this.#state = 'busy';
    this.#sync(done, () => {
      this.#state = 'publishing';
      this.#disk.publish(this.#name, name, (error) =>
        this.#settle(error, done, () => {
          this.#state = 'gone';
          done(null);
        }),
      );
    });
  }

  /** Removes it, as soon as nothing is on its way to it; too late once it gets its name, which is told as ever. */
  abandon(): void {
    const before = this.#state;
    if (before === 'publishing') return;
    this.#state = 'gone';
    if (before === 'open') this.#disk.remove(this.#name);
  }

  #create(next: () => void, done: DiskDone): void {
    this.#state = 'busy';
    this.#disk.create(this.#name, (error) => this.#settle(error, done, next));
  }

  #write(chunks: readonly Uint8Array[], done: DiskDone): void {
    this.#state = 'busy';
    const bytes = chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
    this.#disk.write(this.#name, this.#bytes, chunks, (error) =>
      this.#settle(error, done, () => {
        this.#bytes += bytes;
        this.#unsynced += bytes;
        const finish = (): void => {
          this.#state = 'open';
          done(null);
        };
        if (this.#unsynced < SYNC_EVERY_BYTES) finish();
        else this.#sync(done, finish);
      }),
    );
  }

  #sync(done: DiskDone, next: () => void): void {
    this.#disk.sync(this.#name, (error) =>
      this.#settle(error, done, () => {
        this.#unsynced = 0;
        next();
      }),
    );
  }

  /** Goes on, unless it failed, or was abandoned meanwhile. */
  #settle(error: DiskError | null, done: DiskDone, next: () => void): void {
    const abandoned = this.#state === 'gone';
    if (abandoned || error !== null) {
      this.#state = 'gone';
      this.#disk.remove(this.#name);
    }
    if (abandoned) return;
    if (error === null) next();
    else done(error);
  }
}

/** Whether this file was left behind by a process that died while it grew. */
export function isPartFileName(name: string): boolean {
  return name.endsWith(PART);
}
