import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/raft/core/random.ts';
import type { LogPosition } from '../../../src/raft/core/snapshot-meta.ts';
import { LogDamagedError } from '../../../src/raft/storage/errors.ts';
import { logIndex } from '../../../src/raft/core/ids.ts';
import { at, batchOf, contentsOf, entryOf, LogLab, votes } from './log-lab.ts';

const SECOND = 'log-0000000002.seg';
const THIRD = 'log-0000000003.seg';

/** A log of eight entries, two in each segment. */
const long = (): LogLab => {
  const lab = new LogLab();
  lab.open();
  for (let index = 1; index <= 8; index += 1) {
    lab.appendDurably(batchOf({ hardState: votes(1, 'n1'), entries: [entryOf(index, 1, 'x'.repeat(1500))] }));
  }
  return lab;
};

const segments = (lab: LogLab): number[] =>
  lab.disk.list().map((name) => Number(/^log-(\d+)\.seg$/.exec(name)?.[1]));

const drop = (lab: LogLab, index: number): void => {
  lab.store.dropUpTo(logIndex(index));
  lab.disk.completeAll();
};

const indexesOf = (lab: LogLab): number[] => lab.recovered?.entries.map(({ index }) => index) ?? [];

describe('a log of which a snapshot covers the beginning', () => {
  it('loses whole segments from its front, and no entry that is not covered', () => {
    const lab = long();
    drop(lab, 3);
    expect(segments(lab)).toEqual([2, 3, 4, 5]);
    drop(lab, 5);
    expect(segments(lab)).toEqual([3, 4, 5]);
    lab.open(at(5, 1));
    expect(lab.recovered?.base).toEqual(at(4, 1));
    expect(indexesOf(lab)).toEqual([5, 6, 7, 8]);
    expect(lab.recovered?.hardState).toEqual(votes(1, 'n1'));
  });

  it('never loses the segment that is in use', () => {
    const lab = long();
    drop(lab, 8);
    expect(segments(lab)).toEqual([4, 5]);
    lab.open(at(8, 1));
    lab.appendDurably(batchOf({ entries: [entryOf(9, 1)] }));
    lab.open(at(8, 1));
    expect(indexesOf(lab)).toEqual([7, 8, 9]);
  });

  it('keeps the term and vote when a segment has been begun and holds nothing yet', () => {
    const lab = long();
    lab.append(batchOf({ entries: [entryOf(9, 1, 'x'.repeat(3000))] }));
    lab.append(batchOf({ entries: [entryOf(10, 1, 'x'.repeat(3000))] }));
    while (lab.acknowledged < 9) lab.disk.completeNext();
    while (!lab.disk.pending.some(({ kind, file }) => kind === 'write' && file.includes('6')))
      lab.disk.completeNext();
    drop(lab, 9);
    lab.disk.crash(() => false);
    expect(lab.open(at(9, 1)).hardState).toEqual(votes(1, 'n1'));
  });

  it('may begin above entry 1, but not above what the snapshot covers', () => {
    const lab = long();
    drop(lab, 4);
    expect(() => lab.open(at(3, 1))).toThrow(LogDamagedError);
    expect(() => lab.open()).toThrow(
      /log-0000000002\.seg at byte 0: the file is missing, though .*newest snapshot reaches entry 0/,
    );
    lab.open(at(4, 1));
    expect(indexesOf(lab)).toEqual([5, 6, 7, 8]);
  });

  it('still misses a segment in the middle', () => {
    const lab = long();
    drop(lab, 2);
    lab.disk.destroy(THIRD);
    expect(() => lab.open(at(3, 1))).toThrow(/log-0000000003\.seg at byte 0: the file is missing/);
  });

  it('does not mind segments that a crash has brought back', () => {
    const lab = long();
    const [, second] = lab.disk.list();
    lab.store.dropUpTo(logIndex(5));
    lab.disk.completeAll();
    lab.disk.crash((file) => file !== second);
    expect(segments(lab)).toEqual([1, 3, 4, 5]);
    lab.open(at(5, 1));
    expect(indexesOf(lab)).toEqual([5, 6, 7, 8]);
    drop(lab, 5);
    expect(segments(lab)).toEqual([3, 4, 5]);
  });

  it('does not mind damage in what is covered', () => {
    const lab = long();
    const byte = lab.disk.readFile(SECOND)[4400] ?? 0;
    lab.disk.overwrite(SECOND, 4400, Uint8Array.of(byte ^ 1));
    expect(() => lab.open()).toThrow(LogDamagedError);
    lab.open(at(5, 1));
    expect(indexesOf(lab)).toEqual([5, 6, 7, 8]);
  });

  it('is read from one segment before the first that is needed: a follower may lack its entries', () => {
    const lab = long();
    lab.open(at(7, 1));
    expect(lab.recovered?.base).toEqual(at(4, 1));
  });

  it('survives a truncation that reaches into what was dropped', () => {
    const lab = new LogLab();
    lab.open();
    const payload = 'x'.repeat(1500);
    for (let index = 1; index <= 6; index += 1)
      lab.appendDurably(batchOf({ entries: [entryOf(index, 1, payload)] }));
    // Entries 4 to 6 were never committed, and another leader's take their place.
    lab.appendDurably(
      batchOf({
        hardState: votes(2, null),
        truncateFrom: 4,
        entries: [entryOf(4, 2, payload), entryOf(5, 2)],
      }),
    );
    drop(lab, 4);
    expect(lab.disk.list()).not.toContain(SECOND);
    const expected = lab.states.at(-1)?.entries.slice(3);
    const { base } = lab.open(at(4, 2));
    expect(base).toEqual(at(3, 1));
    expect(contentsOf(lab.recovered ?? lab.open()).entries).toEqual(expected);
  });
});

describe('a log that is reset to a snapshot', () => {
  it('goes on after it, with the same term and vote', () => {
    const lab = long();
    lab.appendDurably(batchOf({ reset: at(20, 3), hardState: votes(3, 'n2'), entries: [entryOf(21, 3)] }));
    const expected = lab.states.at(-1);
    expect(contentsOf(lab.open(at(20, 3)))).toEqual(expected);
    drop(lab, 20);
    expect(contentsOf(lab.open(at(20, 3)))).toEqual(expected);
  });

  it('needs none of its earlier segments any more', () => {
    const lab = long();
    lab.appendDurably(batchOf({ reset: at(3, 3), hardState: votes(3, 'n2') }));
    drop(lab, 3);
    expect(segments(lab).at(0)).toBeGreaterThan(3);
    lab.open(at(3, 3));
    expect(indexesOf(lab)).toEqual([]);
  });

  it('is damaged if that snapshot is gone', () => {
    const lab = long();
    lab.appendDurably(batchOf({ reset: at(20, 3), hardState: votes(3, 'n2') }));
    expect(() => lab.open(at(7, 1))).toThrow(LogDamagedError);
  });

  it.each([
    ['ends before it', at(9, 2)],
    ['has another entry in its place', at(7, 2)],
  ])('is reset when it is opened and %s', (_why, snapshot) => {
    const lab = long();
    expect(lab.open(snapshot)).toMatchObject({ base: snapshot, entries: [], hardState: votes(2, null) });
    lab.disk.crash(() => false);
    lab.open(snapshot);
    lab.appendDurably(batchOf({ entries: [entryOf(snapshot.index + 1, 2)] }));
    expect(lab.open(snapshot)).toMatchObject({ base: snapshot, hardState: votes(2, null) });
    expect(indexesOf(lab)).toEqual([snapshot.index + 1]);
  });
});

describe('a log that is written, reset, dropped, and whose process dies, at any moment', () => {
  it('is found again with all that was acknowledged and is not covered', () => {
    const step = fc.constantFrom('append', 'append', 'complete', 'complete', 'complete', 'snapshot', 'reset');
    const life = fc.record({ steps: fc.array(step, { maxLength: 60 }), survivors: fc.nat({ max: 8 }) });
    fc.assert(
      fc.property(fc.nat(), fc.array(life, { minLength: 1, maxLength: 6 }), (seed, lives) => {
        const random = seededRandom(seed);
        const lab = new LogLab(8192, seed);
        let snapshot: LogPosition | null = null;
        /** Indexes and terms as they are in the log, when it is durable up to the last. */
        const durableEnd = (): { index: number; term: number } => {
          const state = lab.states[lab.acknowledged];
          const [index = 0, inTerm = 0] = (state?.entries.at(-1) ?? state?.base ?? '')
            .split(/[@ ]/)
            .map(Number);
          return { index, term: inTerm };
        };
        lab.open();
        for (const { steps, survivors } of lives) {
          for (const step of steps) {
            if (step === 'append') {
              const batch = lab.randomBatch(random, 2000);
              if (batch.truncateFrom === null || batch.truncateFrom > (snapshot?.index ?? 0))
                lab.append(batch);
            } else if (step === 'complete') {
              if (lab.disk.pending.length > 0) lab.disk.complete(random.below(lab.disk.pending.length));
            } else if (step === 'reset') {
              lab.disk.completeAll();
              const end = durableEnd();
              const inTerm = Math.max(end.term, lab.states.at(-1)?.hardState.term ?? 0);
              snapshot = at(end.index + 1 + random.below(20), inTerm);
              lab.append(batchOf({ reset: snapshot }));
            } else {
              lab.disk.completeAll();
              const end = durableEnd();
              if (end.index > (snapshot?.index ?? 0)) {
                snapshot = at(end.index, end.term);
                lab.store.dropUpTo(logIndex(Math.max(0, end.index - random.below(4))));
              }
            }
          }
          const { states, acknowledged } = lab;
          const keep = (): boolean => random.below(8) < survivors;
          lab.disk.kill(keep);
          const found = contentsOf(lab.open(snapshot));
          const covered = snapshot?.index ?? 0;
          const after = (entries: readonly string[]): string[] =>
            entries.filter((entry) => Number.parseInt(entry, 10) > covered);
          const wanted = states.slice(acknowledged).map(({ entries }) => after(entries).join('\n'));
          expect(wanted).toContain(after(found.entries).join('\n'));
          expect(Number(found.base.split('@')[0])).toBeLessThanOrEqual(covered);
          expect(lab.failures).toEqual([]);
        }
      }),
      {
        numRuns: 300,
        examples: [
          // Of two segments that were dropped the later one was gone when the process died; the log after it begins with a truncation.
          [
            2059641513,
            [
              { steps: ['complete', 'append', 'complete', 'complete'], survivors: 0 },
              { steps: ['append', 'append'], survivors: 0 },
              { steps: ['append', 'append', 'append', 'complete', 'snapshot'], survivors: 2 },
              { steps: [], survivors: 0 },
            ],
          ],
        ],
      },
    );
  });
});
