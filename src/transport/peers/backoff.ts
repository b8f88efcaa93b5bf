const SHORTEST_MS = 50;
const LONGEST_MS = 1_000;

/**
 * How long to wait before dialling again after this many failures in a row (from 1): doubles from 50 ms to 1 s, less
 * up to a half by chance, so that nodes that lost each other at once do not dial in step.
 * @param chance from [0, 1)
 */
export function backoffMs(failures: number, chance: number): number {
  const full = Math.min(LONGEST_MS, SHORTEST_MS * 2 ** Math.min(failures, 16));
  return Math.max(SHORTEST_MS, Math.round(full * (1 - chance / 2)));
}
