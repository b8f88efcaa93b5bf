import type { Entry } from './entry.ts';
import { logIndex, NO_INDEX, type LogIndex, type NodeId } from './ids.ts';
import type { Log } from './log.ts';
import { memberOf, votersOf, type Member, type Membership, type ReadMembership } from './membership.ts';
import type { SnapshotMeta } from './snapshot-meta.ts';

/** A membership, and the index of its entry; of a snapshot's, the snapshot's own. */
export interface Configuration extends Membership {
  readonly index: LogIndex;
  readonly voters: readonly NodeId[];
}

const NOBODY: Configuration = { index: NO_INDEX, members: [], voters: [] };

/**
 * Which membership is in force: always the latest one in the log, committed or not (dissertation §4.1). A function of
 * snapshot and log and of nothing else, so it falls back when the log is cut, and a restart finds the same.
 */
export class MembershipTracker {
  readonly #self: NodeId;
  readonly #read: ReadMembership;
  /** By growing index, from the last one that is known to be committed on. */
  #configurations: Configuration[] = [];
  #others: readonly NodeId[] = [];

  constructor(self: NodeId, read: ReadMembership, snapshot: SnapshotMeta | null, log: Log) {
    this.#self = self;
    this.#read = read;
    this.reset(snapshot);
    const known = snapshot?.index ?? NO_INDEX;
    for (let index = logIndex(known + 1); index <= log.lastIndex; index = logIndex(index + 1)) {
      this.appended([log.entryAt(index)]);
    }
  }

  /** The latest in the log; of nobody, as long as no entry has told. */
  get inForce(): Configuration {
    return this.#configurations.at(-1) ?? NOBODY;
  }

  /** The one that was in force before, if it may be again: the latest is not known to be committed. */
  get fallback(): Configuration | null {
    return this.#configurations.at(-2) ?? null;
  }

  /** The latest that is committed, if one is known to be. */
  committedBy(commitIndex: LogIndex): Configuration | undefined {
    return this.#configurations.findLast(({ index }) => index <= commitIndex);
  }

  /** Every member but this node: to whom a leader sends. */
  get others(): readonly NodeId[] {
    return this.#others;
  }

  /** Every voter but this node. */
  get otherVoters(): readonly NodeId[] {
    return this.inForce.voters.filter((voter) => voter !== this.#self);
  }

  /** How this node is named in the membership in force. */
  get self(): Member | undefined {
    return memberOf(this.inForce, this.#self);
  }

  isVoter(id: NodeId): boolean {
    return this.inForce.voters.includes(id);
  }

  /** In force from the moment it is appended. */
  appended(entries: readonly Entry[]): void {
    for (const { kind, index, payload } of entries) {
      if (kind === 'members') this.#add(index, this.#read(payload));
    }
  }

  /** The log was cut from here on: whatever was in force before is again. */
  truncated(from: LogIndex): void {
    this.#keep(this.#configurations.filter(({ index }) => index < from));
  }

  /** The log was replaced by this snapshot, or is empty. */
  reset(snapshot: SnapshotMeta | null): void {
    this.#keep([]);
    if (snapshot !== null) this.#add(snapshot.index, this.#read(snapshot.members));
  }

  /** What is committed cannot be cut: nothing before the last committed one will be needed again. */
  forgetBefore(commitIndex: LogIndex): void {
    if (this.#configurations.length < 2) return;
    const last = this.#configurations.findLastIndex(({ index }) => index <= commitIndex);
    if (last > 0) this.#configurations.splice(0, last);
  }

  #add(index: LogIndex, membership: Membership): void {
    const { members } = membership;
    this.#keep([...this.#configurations, { index, members, voters: votersOf(membership) }]);
  }

  #keep(configurations: Configuration[]): void {
    this.#configurations = configurations;
    this.#others = this.inForce.members.map(({ id }) => id).filter((id) => id !== this.#self);
  }
}
