import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { backoffMs } from '../../../src/transport/peers/backoff.ts';

it('the wait between two attempts is always between 50 ms and 1 s', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1e9 }),
      fc.double({ min: 0, max: 0.999_999, noNaN: true }),
      (failures, chance) => {
        expect(backoffMs(failures, chance)).toBeGreaterThanOrEqual(50);
        expect(backoffMs(failures, chance)).toBeLessThanOrEqual(1_000);
      },
    ),
  );
});

it('it grows with the failures, and chance shortens it by half at most', () => {
  expect([1, 2, 3, 4, 5, 6].map((failures) => backoffMs(failures, 0))).toEqual([
    100, 200, 400, 800, 1_000, 1_000,
  ]);
  expect(backoffMs(5, 0.999_999)).toBe(500);
});
