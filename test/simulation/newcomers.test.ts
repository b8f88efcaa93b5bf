import { describe, expect, it } from 'vitest';
import { calmBut, live } from './calm.ts';

const SEEDS = [1];

describe('two newcomers in calm weather', () => {
  it.each(SEEDS)('vote one after the other when they are ready at the same moment, seed %i', (seed) => {
    const come = { id: 1, atMs: 300, kind: 'newcomers', forMs: 60, fate: 'together' } as const;
    const counts = live(calmBut(seed, 'within', [come], 2));
    expect(counts['promoted']).toBeGreaterThan(0);
  });

  it.each(SEEDS)('help to elect another leader though they do not know that they vote, seed %i', (seed) => {
    const come = { id: 1, atMs: 300, kind: 'newcomers', forMs: 150, fate: 'unheard' } as const;
    const counts = live(calmBut(seed, 'within', [come], 2));
    expect(counts['promoted']).toBeGreaterThan(0);
  });
});
