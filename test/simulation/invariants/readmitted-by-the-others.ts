import type { Invariant } from './invariant.ts';
import { BrokenInvariant } from './invariant.ts';
import { majorityOf, votersOf } from './quorum.ts';

/**
 * A member that is known by another folder from here on was taken in again by the others: a majority of the voters has the entry
 * without it, so that whatever it has forgotten, one of them has not. (Not so if all voters elected the leader.)
 */
export const readmittedByTheOthers: Invariant = {
  name: 'Taken In Again By The Others',
  committed(history, index) {
    const { memberships, committed, records } = history;
    const after = memberships.at(-1);
    const before = memberships.at(-2);
    const known = committed[index - 1];
    if (after?.index !== index || before === undefined || known === undefined) return;
    const folders = new Map(before.members.map(({ id, folderId }) => [id, folderId]));
    const changed = after.members.filter(
      ({ id, role, folderId }) => role === 'voter' && folders.has(id) && folders.get(id) !== folderId,
    );
    const vouched = records.get(known.by)?.core?.vouched ?? [];
    if (changed.length === 0 || vouched.length > 0) return;
    const voters = votersOf(after);
    const others = voters.filter(
      (id) => !changed.some((member) => member.id === id) && records.get(id)?.has(known.entry) === true,
    );
    if (others.length < majorityOf(voters.length))
      throw new BrokenInvariant(
        this.name,
        `entry ${index} takes ${changed.map(({ id }) => id).join(' and ')} in again, and besides them only ${others.length} of ${voters.length} voters have it`,
      );
  },
};
