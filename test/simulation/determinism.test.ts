import { describe, expect, it } from 'vitest';
import { drawPlan } from './faults/draw-plan.ts';
import type { Told } from './report/story.ts';
import { run } from './run.ts';
import { Dice } from './world/dice.ts';

const plan = (seed: number) => drawPlan(seed, { nodes: null, steps: 2_000, budget: null });

describe('a simulated run', () => {
  it('is the same to the last byte whenever it is run, and whether or not somebody listens', () => {
    for (const seed of [1, 2, 3]) {
      const told: Told[] = [];
      const [first, again, heard] = [
        run(plan(seed)),
        run(plan(seed)),
        run(plan(seed), (it) => told.push(it)),
      ];
      expect(again.digest).toBe(first.digest);
      expect(heard.digest).toBe(first.digest);
      expect(again.events).toBe(first.events);
      expect(told.length).toBeGreaterThan(1_000);
    }
  });

  it('is another one with another seed', () => {
    expect(run(plan(4)).digest).not.toBe(run(plan(5)).digest);
  });
});

describe('chance by name', () => {
  const draws = (dice: Dice, ...purpose: string[]): readonly number[] => {
    const stream = dice.of(...purpose);
    return Array.from({ length: 5 }, () => stream.below(1_000_000));
  };

  it('draws the same for one purpose whatever else is drawn', () => {
    const [dice, other] = [new Dice(7), new Dice(7)];
    draws(other, 'something', 'else');
    expect(draws(other, 'delay', 'n1')).toEqual(draws(dice, 'delay', 'n1'));
  });

  it('draws differently for every purpose and seed', () => {
    const dice = new Dice(7);
    const all = [
      draws(dice, 'delay', 'n1'),
      draws(dice, 'delay', 'n2'),
      draws(dice, 'loss', 'n1'),
      draws(new Dice(8), 'delay', 'n1'),
    ];
    expect(new Set(all.flat()).size).toBe(20);
  });

  it('spreads evenly', () => {
    const stream = new Dice(1).of('spread');
    const buckets = Array.from({ length: 10 }, () => 0);
    for (let n = 0; n < 10_000; n += 1) buckets[stream.below(10)]! += 1;
    for (const bucket of buckets) expect(Math.abs(bucket - 1_000)).toBeLessThan(150);
  });
});
