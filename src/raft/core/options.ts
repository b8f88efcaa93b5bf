import type { Entry, SealEntry } from './entry.ts';
import type { HardState } from './effect.ts';
import type { LogIndex, NodeId } from './ids.ts';
import type { ReadMembership } from './membership.ts';
import type { Random } from './random.ts';
import type { LogPosition, SnapshotMeta } from './snapshot-meta.ts';

/** What a core is made of. Times are in ticks. */
export interface RaftOptions {
  readonly id: NodeId;
  /** The identity of this node's data folder, as its greeting tells it. */
  readonly folderId: string;
  /**
   * The identities of the folders whose log this one carries on, back to one under which this node was `voting`. Empty
   * for a folder that began empty: it remembers nothing, and never helps to elect by unanimity.
   */
  readonly formerFolderIds: readonly string[];
  /** An election timeout is drawn from [electionTicks, 2 * electionTicks) (§5.2). At least 3 * heartbeatTicks. */
  readonly electionTicks: number;
  readonly heartbeatTicks: number;
  readonly random: Random;
  readonly seal: SealEntry;
  readonly readMembership: ReadMembership;
  /** What was found on disk. Who the members are is said by the log and the snapshot, and by nothing else. */
  readonly hardState: HardState;
  /** Up to here the folder notes the memberships of its log as known to be committed; 0 if it notes none. */
  readonly settledMembersIndex: LogIndex;
  /** The newest snapshot, if there is one; the state machine is loaded from it before the core is made. */
  readonly snapshot: SnapshotMeta | null;
  /** The place before the first entry of `log`: index 0 in term 0, unless a snapshot covers it. Entries above it have no gap. */
  readonly base: LogPosition;
  readonly log: readonly Entry[];
  /** Uncommitted bytes above which a leader refuses proposals. */
  readonly maxUncommittedBytes: number;
  /** Entries' bytes in one AppendEntries; at least one entry is sent however large. */
  readonly maxAppendBytes: number;
  /** Entries' bytes sent to one follower and not yet acknowledged. */
  readonly maxInflightBytes: number;
}
