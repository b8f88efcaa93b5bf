import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Latencies } from '../../../src/cli/bench/latencies.ts';

describe('latencies', () => {
  it('has no quantile of nothing', () => {
    expect(new Latencies().quantile(0.5)).toBeNaN();
  });

  it('gives the time that a share of the operations did not exceed', () => {
    const latencies = new Latencies();
    for (let ms = 100; ms >= 1; ms -= 1) latencies.add(ms);
    expect([0.01, 0.5, 0.99, 1].map((q) => latencies.quantile(q))).toEqual([1, 50, 99, 100]);
  });

  it('keeps every time, however many there are and whenever it is asked', () => {
    const times = fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(times, times, (before, after) => {
        const latencies = new Latencies();
        for (const ms of before) latencies.add(ms);
        latencies.quantile(0.5);
        for (const ms of after) latencies.add(ms);
        const all = [...before, ...after].toSorted((a, b) => a - b);
        expect(latencies.count).toBe(all.length);
        expect(latencies.quantile(0)).toBe(all[0]);
        expect(latencies.quantile(1)).toBe(all.at(-1));
      }),
    );
  });
});
