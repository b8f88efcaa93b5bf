import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readId } from '../../../src/ordered-log/ids.ts';
import type { NodeId } from '../../../src/raft/core/ids.ts';
import { Cluster } from './support/cluster.ts';
import { BYTES_PER_COMMAND } from './support/entries.ts';
import { Promises } from './support/promises.ts';
import { FIVE, THREE } from './support/server.ts';

/**
 * A schedule is a list of small numbers, each read as a choice among what is possible at that moment, so that every
 * shortened list is a schedule too.
 */
class Schedule {
  readonly cluster: Cluster;
  readonly promises: Promises;
  readonly #ids: readonly NodeId[];
  #reads = 0;
  #commands = 0;

  constructor(ids: readonly NodeId[]) {
    this.#ids = ids;
    this.cluster = new Cluster(ids, () => ({
      options: { maxAppendBytes: 2 * BYTES_PER_COMMAND, maxInflightBytes: 5 * BYTES_PER_COMMAND },
    }));
    this.cluster.disksAnswer = false;
    this.promises = new Promises(this.cluster);
  }

  play(choices: readonly number[]): void {
    for (const choice of choices) {
      this.#choose(choice);
      this.promises.check();
    }
  }

  /** Everything works again: a leader is found, a new command commits everywhere, and a read is served. */
  heal(): void {
    for (const id of this.#ids) if (!this.cluster.isUp(id)) this.cluster.restart(id);
    for (const id of this.#ids) this.cluster.save(id);
    this.cluster.disksAnswer = true;
    this.#pass(150);
    const [leader] = this.cluster.leaders;
    if (leader === undefined) throw new Error('no leader after healing');
    this.cluster.propose(leader);
    this.#reads += 1;
    this.promises.readBegan(this.#reads);
    this.cluster.step(this.#node(0), { kind: 'read', id: readId(this.#reads) });
    this.#pass(20);
    const last = this.cluster.core(leader).log.lastIndex;
    expect(this.#ids.map((id) => this.cluster.core(id).commitIndex)).toEqual(this.#ids.map(() => last));
    expect(this.promises.served).toBeGreaterThan(0);
  }

  #pass(ticks: number): void {
    for (let n = 0; n < ticks; n += 1) {
      this.cluster.pass(1);
      this.promises.check();
    }
  }

  #choose(choice: number): void {
    const what = choice % 64;
    const which = Math.floor(choice / 64);
    const node = this.#node(which);
    if (what < 34) this.#post(which, what);
    else if (what < 46) this.cluster.save(node, what === 34 ? 1 : undefined);
    else if (what < 52) this.cluster.tick(node, 2);
    else if (what < 54) this.cluster.tick(node, 12);
    else if (what < 58) this.cluster.propose(node, (this.#commands += 1) % 256);
    else if (what < 60) this.#read(node);
    else if (what === 60) this.cluster.step(node, { kind: 'transfer', to: null });
    else if (what === 61) this.cluster.crash(node);
    else if (!this.cluster.isUp(node)) this.cluster.restart(node);
  }

  /** A letter, any of them, arrives; now and then it is lost, or arrives and comes again later. */
  #post(which: number, what: number): void {
    const { letters } = this.cluster;
    for (let count = what < 24 ? 3 : 1; count > 0 && letters.length > 0; count -= 1) {
      const [letter] = letters.splice(what < 24 ? 0 : which % letters.length, 1);
      if (letter === undefined || what === 33) return;
      if (what === 32) letters.push(letter);
      this.cluster.deliver(letter);
    }
  }

  #read(node: NodeId): void {
    if (!this.cluster.isUp(node)) return;
    this.#reads += 1;
    this.promises.readBegan(this.#reads);
    this.cluster.step(node, { kind: 'read', id: readId(this.#reads) });
  }

  #node(which: number): NodeId {
    return this.#ids[which % this.#ids.length] ?? this.#ids[0]!;
  }
}

const RUNS = 60;

const choices = fc.array(fc.noBias(fc.nat(64 * 1000)), { minLength: 300, maxLength: 1500, size: 'max' });

describe('random schedules of loss, repetition, disorder, crashes and slow disks', () => {
  it.each([
    ['three', THREE],
    ['five', FIVE],
  ] as const)('with %s nodes no promise is broken, and after healing everything goes on', (_, ids) => {
    let elections = 0;
    let commits = 0;
    const check = (list: readonly number[]): void => {
      const schedule = new Schedule(ids);
      schedule.play(list);
      elections += schedule.promises.leaderCount;
      commits += schedule.promises.committedCount;
      schedule.heal();
    };
    fc.assert(fc.property(choices, check), { numRuns: RUNS });
    // A schedule in which nothing happens breaks no promise either: see that things happen.
    expect([elections > RUNS, commits > RUNS]).toEqual([true, true]);
  });
});
