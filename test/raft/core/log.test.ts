import { describe, expect, it } from 'vitest';
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
