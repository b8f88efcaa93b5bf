import type { RaftOptions } from './options.ts';

/** Runs while a node does not lead (§5.2). */
export interface ElectionTimer {
  elapsedTicks: number;
  readonly timeoutTicks: number;
}

/** A timer from zero, its timeout drawn anew from [electionTicks, 2 * electionTicks) so that votes seldom split (§5.2). */
export function drawElectionTimer({ electionTicks, random }: RaftOptions): ElectionTimer {
  return { elapsedTicks: 0, timeoutTicks: electionTicks + random.below(electionTicks) };
}
