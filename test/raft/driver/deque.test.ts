import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Deque } from '../../../src/raft/driver/deque.ts';

describe('a deque', () => {
  it('behaves like an array that is pushed to and shifted from (property)', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -3, max: 2000 }), { maxLength: 40 }), (steps) => {
        const deque = new Deque<number>();
        const array: number[] = [];
        let next = 0;
        for (const step of steps) {
          // A large step pushes many; a negative one shifts many: far enough for the queue to tidy itself.
          if (step >= 0) for (let n = 0; n < step; n += 1) array.push((deque.push(next), next++));
          else for (let n = 0; n < 900; n += 1) expect(deque.shift()).toBe(array.shift());
          expect(deque.length).toBe(array.length);
          expect(deque.at(array.length - 1)).toBe(array.at(-1));
          expect(deque.at(-1)).toBeUndefined();
        }
      }),
      { numRuns: 30 },
    );
  });

  it('gives all of it in order, wherever its ring begins', () => {
    const deque = new Deque<number>();
    for (let n = 0; n < 60; n += 1) deque.push(n);
    for (let n = 0; n < 50; n += 1) deque.shift();
    for (let n = 60; n < 100; n += 1) deque.push(n);
    expect(deque.items()).toEqual(Array.from({ length: 50 }, (_, place) => place + 50));
    deque.clear();
    expect([deque.length, deque.shift(), deque.items()]).toEqual([0, undefined, []]);
  });
});
