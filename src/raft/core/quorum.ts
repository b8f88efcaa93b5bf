import { broken } from './errors.ts';

/** How many of `members` make a majority. */
export const majorityOf = (members: number): number => Math.floor(members / 2) + 1;

/** The highest value that a majority of the members has reached, one value a member. */
export function reachedByMajority<T extends number>(values: readonly T[]): T {
  const descending = values.toSorted((a, b) => b - a);
  return descending[majorityOf(values.length) - 1] ?? broken('a majority of no members was asked for');
}
