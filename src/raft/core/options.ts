import type { Entry, SealEntry } from './entry.ts';
import type { HardState } from './effect.ts';
import type { NodeId } from './ids.ts';
import type { Random } from './random.ts';

/** What a core is made of. Times are in ticks. */
export interface RaftOptions {
  readonly id: NodeId;
  /** All voting members, this node included. 1 to 7. */
  readonly members: readonly NodeId[];
  /** An election timeout is drawn from [electionTicks, 2 * electionTicks) (§5.2). At least 3 * heartbeatTicks. */
  readonly electionTicks: number;
  readonly heartbeatTicks: number;
  readonly random: Random;
  readonly seal: SealEntry;
  /** What was found on disk. The log always begins with the `members` entry at index 1. */
  readonly hardState: HardState;
  readonly log: readonly Entry[];
  /** Uncommitted bytes above which a leader refuses proposals. */
  readonly maxUncommittedBytes: number;
  /** Entries' bytes in one AppendEntries; at least one entry is sent however large. */
  readonly maxAppendBytes: number;
  /** Entries' bytes sent to one follower and not yet acknowledged. */
  readonly maxInflightBytes: number;
}
