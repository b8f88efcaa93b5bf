import { describe, expect, it } from 'vitest';
import { isClean, longestGap, settle } from '../../../src/cli/demo/ledger.ts';

const texts = (...all: string[]): ReadonlySet<string> => new Set(all);

describe('the reckoning', () => {
  it('is clean if everything acknowledged is there once', () => {
    const account = settle(texts('a', 'b'), texts('a', 'b'), [
      { id: 1, text: 'a' },
      { id: 2, text: 'b' },
    ]);
    expect(account).toEqual({ lost: [], doubled: [], invented: [], received: 2 });
    expect(isClean(account)).toBe(true);
  });

  it('finds what was acknowledged and is not there', () => {
    const account = settle(texts('a', 'b'), texts('a', 'b'), [{ id: 1, text: 'a' }]);
    expect(account.lost).toEqual(['b']);
    expect(isClean(account)).toBe(false);
  });

  it('finds what is there as two messages, but not what was pushed twice as one', () => {
    const account = settle(texts('a', 'b'), texts('a', 'b'), [
      { id: 1, text: 'a' },
      { id: 2, text: 'a' },
      { id: 3, text: 'b' },
      { id: 3, text: 'b' },
    ]);
    expect(account.doubled).toEqual(['a']);
    expect(isClean(account)).toBe(false);
  });

  it('takes what was sent and never acknowledged as it comes: there or not there', () => {
    expect(isClean(settle(texts('a'), texts(), []))).toBe(true);
    expect(isClean(settle(texts('a'), texts(), [{ id: 1, text: 'a' }]))).toBe(true);
  });

  it('finds what nobody sent', () => {
    expect(settle(texts(), texts(), [{ id: 1, text: 'x' }]).invented).toEqual(['x']);
  });
});

describe('the longest gap from a moment on', () => {
  it.each<[string, number[], number, number]>([
    ['counts from the moment itself', [1, 2, 50], 10, 40],
    ['counts between two that follow', [11, 12, 90, 91], 10, 78],
    ['does not need them in order', [90, 12, 91, 11], 10, 78],
    ['is endless if nothing follows', [1, 2], 10, Infinity],
  ])('%s', (_, times, from, gap) => {
    expect(longestGap(times, from)).toBe(gap);
  });
});
