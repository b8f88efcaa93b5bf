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

/** Between two rounds of pre-votes while the leader's process seems to be gone. */
const RETRY_TICKS = 2;

/** A round of pre-votes that was begun on a hint may fail because others have not had it yet: soon again. */
export function drawRetryTimer({ random }: RaftOptions): ElectionTimer {
  return { elapsedTicks: 0, timeoutTicks: RETRY_TICKS + random.below(RETRY_TICKS) };
}

/**
 * An election that was begun on a hint: two that ask at once may split the votes. Each one that came to nothing doubles the time of the
 * next, up to an election timeout: the voters may be far away, or their disks slow, and then no short one is ever won.
 */
export function drawHintedTimer(options: RaftOptions, electionsBefore: number): ElectionTimer {
  const { heartbeatTicks, electionTicks, random } = options;
  const ticks = heartbeatTicks * 2 ** electionsBefore;
  if (ticks >= electionTicks) return drawElectionTimer(options);
  return { elapsedTicks: 0, timeoutTicks: ticks + random.below(ticks) };
}
