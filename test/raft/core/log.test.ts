import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EntryChunks } from '../../../src/raft/core/entry-chunks.ts';
import { RaftInvariantError } from '../../../src/raft/core/errors.ts';
import { logIndex, NO_INDEX, term } from '../../../src/raft/core/ids.ts';
import { Log } from '../../../src/raft/core/log.ts';
import { majorityOf, reachedByMajority } from '../../../src/raft/core/quorum.ts';
import { BYTES_PER_COMMAND, entryOf, logOf } from './support/entries.ts';

describe('the log in memory', () => {
  it('an empty log ends at 0, in term 0', () => {
    const log = new Log([]);
    expect([log.lastIndex, log.lastTerm, log.termAt(NO_INDEX), log.termAt(logIndex(1))]).toEqual([
      0,
      0,
      0,
      undefined,
    ]);
  });

  it('slices by bytes, and never to nothing', () => {
    const log = new Log(logOf(1, 1, 1, 1));
    const indexes = (maxBytes: number): readonly number[] =>
      log.slice(logIndex(2), logIndex(4), maxBytes).map(({ index }) => index);
    expect(indexes(1)).toEqual([2]);
    expect(indexes(2 * BYTES_PER_COMMAND)).toEqual([2, 3]);
    expect(indexes(1000)).toEqual([2, 3, 4]);
    expect(() => log.slice(logIndex(4), logIndex(5), 1000)).toThrow(RaftInvariantError);
  });

  it('counts bytes over any stretch, also after a truncation', () => {
    const log = new Log(logOf(1, 1, 1));
    log.truncateFrom(logIndex(2), NO_INDEX);
    log.append([entryOf(2, 2)]);
    expect(log.bytesBetween(NO_INDEX, logIndex(2))).toBe(2 * BYTES_PER_COMMAND);
    expect(log.bytesBetween(logIndex(2), logIndex(2))).toBe(0);
    expect(log.bytesBetween(logIndex(2), logIndex(1))).toBe(0);
  });

  it('finds the first conflict, or the first entry that is new', () => {
    const log = new Log(logOf(1, 2, 2));
    expect(log.findConflict(logOf(1, 2))).toBeNull();
    expect(log.findConflict(logOf(1, 3))).toBe(2);
    expect(log.findConflict(logOf(1, 2, 2, 2))).toBe(4);
  });

  it('finds where a term begins and ends', () => {
    const log = new Log(logOf(1, 1, 3, 3, 3, 7));
    expect([1, 2, 3, 7, 8].map((t) => log.firstIndexFromTerm(term(t)))).toEqual([1, 3, 3, 6, 7]);
    expect([0, 1, 2, 3, 7, 8].map((t) => log.lastIndexOfTerm(term(t)))).toEqual([null, 2, null, 5, 6, null]);
  });

  it('refuses gaps and falling terms', () => {
    expect(() => new Log([entryOf(1, 2)])).toThrow(RaftInvariantError);
    expect(() => new Log(logOf(2, 1))).toThrow(RaftInvariantError);
  });
});

describe('the log after its front was dropped (§7)', () => {
  const MANY = 5000;
  const long = (): Log =>
    new Log(logOf(...Array.from({ length: MANY }, (_, at) => 1 + Math.floor(at / 100))));

  it('still knows index, term and time of the last entry that was dropped, and nothing before it', () => {
    const log = new Log(logOf(1, 1, 2, 2));
    log.dropUpTo(logIndex(3));
    expect([log.baseIndex, log.baseTerm, log.firstIndex, log.lastIndex]).toEqual([3, 2, 4, 4]);
    expect([2, 3, 4, 5].map((index) => log.termAt(logIndex(index)))).toEqual([undefined, 2, 2, undefined]);
    expect(() => log.entryAt(logIndex(3))).toThrow(RaftInvariantError);
    expect(() => log.slice(logIndex(3), logIndex(4), 1000)).toThrow(RaftInvariantError);
  });

  it('drops nothing twice, and nothing that it does not have', () => {
    const log = new Log(logOf(1, 1, 1));
    log.dropUpTo(logIndex(2));
    log.dropUpTo(logIndex(1));
    expect(log.baseIndex).toBe(2);
    expect(() => {
      log.dropUpTo(logIndex(4));
    }).toThrow(RaftInvariantError);
  });

  it('is the same log wherever its front is dropped, its end cut and more appended', () => {
    const step = fc.record({ kind: fc.constantFrom('drop', 'cut', 'append'), by: fc.nat({ max: 2500 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const log = long();
        const model = Array.from(log.slice(logIndex(1), logIndex(MANY), Infinity));
        for (const { kind, by } of steps) {
          if (kind === 'drop') log.dropUpTo(logIndex(Math.min(log.lastIndex, log.baseIndex + by)));
          if (kind === 'cut')
            log.truncateFrom(logIndex(Math.max(log.firstIndex, log.lastIndex - by)), log.baseIndex);
          if (kind === 'append')
            log.append(Array.from({ length: by }, (_, at) => entryOf(60, log.lastIndex + 1 + at)));
          model.length = Math.min(model.length, log.lastIndex);
          for (let index = model.length + 1; index <= log.lastIndex; index += 1)
            model.push(log.entryAt(logIndex(index)));
        }
        const entries = log.slice(log.firstIndex, log.lastIndex, Infinity);
        expect(entries.length).toBe(log.lastIndex - log.baseIndex);
        expect(entries.every((entry, at) => entry === model[log.baseIndex + at])).toBe(true);
        expect(log.bytesBetween(log.baseIndex, log.lastIndex)).toBe(
          (log.lastIndex - log.baseIndex) * BYTES_PER_COMMAND,
        );
      }),
      { numRuns: 60 },
    );
  });

  it('lets go of the entries that it dropped', () => {
    const chunks = new EntryChunks(0);
    for (const entry of logOf(...Array.from({ length: 3000 }, () => 1))) chunks.push(entry);
    chunks.dropUpTo(2500);
    expect([chunks.at(2500), chunks.at(2501)?.index, chunks.last]).toEqual([undefined, 2501, 3000]);
    chunks.dropUpTo(3000);
    expect([chunks.base, chunks.last, chunks.at(3000)]).toEqual([3000, 3000, undefined]);
    chunks.push(entryOf(1, 3001));
    expect(chunks.at(3001)?.index).toBe(3001);
  });

  it('what is covered conflicts with nothing: it is committed, and every leader has the same', () => {
    const log = new Log(logOf(1, 2, 2));
    log.dropUpTo(logIndex(2));
    expect(log.findConflict(logOf(9, 9, 2))).toBeNull();
    expect(log.findConflict(logOf(1, 2, 3))).toBe(3);
  });

  it('finds where a term begins and ends, as far as it knows', () => {
    const log = new Log(logOf(1, 1, 3, 3, 7));
    log.dropUpTo(logIndex(3));
    expect([1, 3, 7, 8].map((t) => log.firstIndexFromTerm(term(t)))).toEqual([4, 4, 5, 6]);
    expect([1, 3, 7].map((t) => log.lastIndexOfTerm(term(t)))).toEqual([null, 4, 5]);
    log.dropUpTo(logIndex(4));
    expect(log.lastIndexOfTerm(term(3))).toBe(4);
  });

  it('begins anew after a snapshot, empty', () => {
    const log = new Log(logOf(1, 1, 1));
    log.reset({ index: logIndex(9), term: term(4) }, 77);
    expect([log.firstIndex, log.lastIndex, log.lastTerm, log.lastClusterTimeMs]).toEqual([10, 9, 4, 77]);
    log.append([entryOf(4, 10)]);
    expect(log.bytesBetween(logIndex(9), logIndex(10))).toBe(BYTES_PER_COMMAND);
  });
});

describe('majorities', () => {
  it('of one to seven members', () => {
    expect([1, 2, 3, 4, 5, 6, 7].map(majorityOf)).toEqual([1, 2, 2, 3, 3, 4, 4]);
  });

  it('what a majority has reached, in any order', () => {
    expect(reachedByMajority([5])).toBe(5);
    expect(reachedByMajority([5, 1, 3])).toBe(3);
    expect(reachedByMajority([4, 1, 2, 3])).toBe(2);
    expect(reachedByMajority([100, 9, 80, 7, 10])).toBe(10);
  });
});
