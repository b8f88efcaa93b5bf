import type { Disk, DiskDone, DiskReadDone } from '../../../src/raft/storage/disk.ts';
import type { DiskCondition } from '../invariants/node-record.ts';
import type { SimDisk } from '../sim-disk.ts';
import type { Stream } from './dice.ts';

export interface DiskTiming {
  nowUs(): number;
  /** Plans what completes an operation: after so long, unless its process has died. */
  later(afterUs: number, complete: () => void): void;
  /** An operation was issued, or has completed. */
  noticed(what: 'write-issued' | 'write-done' | 'sync-issued' | 'sync-done' | 'reserve-done'): void;
}

/** A simulated disk whose operations take their time: each its own, so that they overtake one another. */
export class TimedDisk implements Disk {
  readonly sim: SimDisk;
  slowness = 1;
  hangsUntilUs = 0;
  /** What it was asked for while it was slow takes so long, though it is slow no more. */
  #lateUntilUs = 0;
  readonly #timing: DiskTiming;
  readonly #stream: Stream;

  constructor(sim: SimDisk, timing: DiskTiming, stream: Stream) {
    this.sim = sim;
    this.#timing = timing;
    this.#stream = stream;
  }

  conditionAt(nowUs: number): DiskCondition {
    return {
      room: this.sim.freeBytes > 0 ? 'enough' : 'none',
      pace: this.slowness > 1 || Math.max(this.hangsUntilUs, this.#lateUntilUs) > nowUs ? 'late' : 'usual',
    };
  }

  list(): readonly string[] {
    return this.sim.list();
  }

  pathOf(name: string): string {
    return this.sim.pathOf(name);
  }

  readFile(name: string): Uint8Array {
    return this.sim.readFile(name);
  }

  readRange(name: string, offset: number, into: Uint8Array): Uint8Array {
    return this.sim.readRange(name, offset, into);
  }

  replaceFile(name: string, bytes: Uint8Array): void {
    this.sim.replaceFile(name, bytes);
  }

  writeDurably(name: string, offset: number, bytes: Uint8Array): void {
    this.sim.writeDurably(name, offset, bytes);
  }

  rename(from: string, to: string): void {
    this.sim.rename(from, to);
  }

  read(name: string, offset: number, into: Uint8Array, done: DiskReadDone): void {
    this.sim.read(name, offset, into, done);
    this.#plan(20, 400);
  }

  create(name: string, done: DiskDone): void {
    this.sim.create(name, done);
    this.#plan(50, 500);
  }

  publish(from: string, to: string, done: DiskDone): void {
    this.sim.publish(from, to, done);
    this.#plan(200, 2_000);
  }

  remove(name: string): void {
    this.sim.remove(name);
    this.#plan(20, 4_000);
  }

  write(name: string, offset: number, chunks: readonly Uint8Array[], done: DiskDone): void {
    this.sim.write(name, offset, chunks, (error) => {
      this.#timing.noticed('write-done');
      done(error);
    });
    this.#timing.noticed('write-issued');
    this.#plan(20, 120);
  }

  sync(name: string, done: DiskDone): void {
    this.sim.sync(name, (error) => {
      this.#timing.noticed('sync-done');
      done(error);
    });
    this.#timing.noticed('sync-issued');
    this.#plan(100, 1_500);
  }

  reserve(name: string, bytes: number, done: DiskDone): void {
    this.sim.reserve(name, bytes, (error) => {
      this.#timing.noticed('reserve-done');
      done(error);
    });
    this.#plan(200, 4_000);
  }

  #plan(fromUs: number, toUs: number): void {
    const id = this.sim.pending.at(-1)?.id;
    const afterUs = this.#stream.between(fromUs, toUs) * this.slowness;
    if (this.slowness > 1) this.#lateUntilUs = Math.max(this.#lateUntilUs, this.#timing.nowUs() + afterUs);
    this.#later(afterUs, () => {
      const place = this.sim.pending.findIndex((operation) => operation.id === id);
      if (place >= 0) this.sim.complete(place);
    });
  }

  #later(afterUs: number, complete: () => void): void {
    this.#timing.later(afterUs, () => {
      const hangsForUs = this.hangsUntilUs - this.#timing.nowUs();
      if (hangsForUs > 0) this.#later(hangsForUs, complete);
      else complete();
    });
  }
}
