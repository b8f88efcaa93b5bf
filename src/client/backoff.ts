/** Waiting times that double from `minMs` to `maxMs`, spread by chance so that many clients do not come back at once. */
export interface Backoff {
  readonly minMs: number;
  readonly maxMs: number;
  /** At least 0 and below 1. */
  readonly random: () => number;
}

/** The waiting time before the `tries`-th further try, from 1: between half of the doubled time and all of it. */
export function backoffMs(backoff: Backoff, tries: number): number {
  const doubled = Math.min(backoff.maxMs, backoff.minMs * 2 ** Math.min(tries - 1, 30));
  return Math.ceil(doubled * (0.5 + backoff.random() / 2));
}
