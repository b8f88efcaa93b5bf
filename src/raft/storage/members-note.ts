import type { ReadMembership } from '../core/membership.ts';
import { votersOf } from '../core/membership.ts';
import type { SnapshotMeta } from '../core/snapshot-meta.ts';
import type { Identity } from './identity.ts';
import type { LogBatch, RecoveredLog } from './log-store.ts';

/** A membership as it is noted. */
export type NotedMembers = Pick<Identity, 'membersIndex' | 'voters'>;

/**
 * The memberships of a log, and what is noted in `identity.json` about the newest one that was acknowledged. A note above what
 * is left of a log says that the log was cut below a membership that it knew; so one that was rolled back, as an entry that is not
 * committed may be (§5.3), must not stay noted.
 */
export class MembersNote {
  readonly #readMembership: ReadMembership;
  #memberships: readonly NotedMembers[];

  constructor({ entries }: Pick<RecoveredLog, 'entries'>, readMembership: ReadMembership) {
    this.#readMembership = readMembership;
    this.#memberships = this.#in(entries);
  }

  /** What is to be noted once this batch is durable, given what is. The same batch may come again. */
  after(
    { reset, truncateFrom, entries }: LogBatch,
    noted: NotedMembers,
    snapshot: SnapshotMembers,
  ): NotedMembers {
    const keptBelow = reset === null ? (truncateFrom ?? Infinity) : 0;
    const kept = this.#memberships.filter(({ membersIndex }) => membersIndex < keptBelow);
    const known = new Set(kept.map(({ membersIndex }) => membersIndex));
    this.#memberships = [
      ...kept,
      ...this.#in(entries).filter(({ membersIndex }) => !known.has(membersIndex)),
    ];
    // A snapshot stands for everything up to where the log goes on after it.
    const droppedAbove = reset === null ? keptBelow - 1 : reset.index;
    const left = noted.membersIndex > droppedAbove ? NOBODY : noted;
    if (reset === null && left !== NOBODY) return this.#newest(left);
    const covered = this.#covered(left, snapshot);
    // Of the entry of that membership nothing is known but that it is not behind the snapshot.
    const index = reset === null ? covered.membersIndex : Math.max(covered.membersIndex, reset.index);
    return this.#newest({ ...covered, membersIndex: index });
  }

  /** What is to be noted of a log that was found whole: the process may have died between what dropped the newest one and the note. */
  found(
    { base, entries }: Pick<RecoveredLog, 'base' | 'entries'>,
    noted: NotedMembers,
    snapshot: SnapshotMembers,
  ): NotedMembers {
    const { membersIndex } = noted;
    const isCovered = membersIndex <= Math.max(base.index, snapshot?.index ?? 0);
    const isThere = isCovered || entries[membersIndex - base.index - 1]?.kind === 'members';
    return this.#newest(this.#covered(isThere ? noted : NOBODY, snapshot));
  }

  /** A snapshot that reaches as far knows who votes by the membership that is noted, or by a later one. */
  #covered(noted: NotedMembers, snapshot: SnapshotMembers): NotedMembers {
    if (snapshot === null || snapshot.index < noted.membersIndex) return noted;
    return { ...noted, voters: votersOf(this.#readMembership(snapshot.members)) };
  }

  #newest(noted: NotedMembers): NotedMembers {
    const last = this.#memberships.at(-1);
    return last === undefined || last.membersIndex < noted.membersIndex ? noted : last;
  }

  #in(entries: LogBatch['entries']): readonly NotedMembers[] {
    return entries
      .filter(({ kind }) => kind === 'members')
      .map(({ index, payload }) => ({
        membersIndex: index,
        voters: votersOf(this.#readMembership(payload)),
      }));
  }
}

/** What the newest snapshot says of the members, if there is one. */
export type SnapshotMembers = Pick<SnapshotMeta, 'index' | 'members'> | null;

const NOBODY: NotedMembers = { membersIndex: 0, voters: [] };
