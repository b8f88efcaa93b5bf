import type { Entry } from '../../../src/raft/core/entry.ts';
import type { Raft } from '../../../src/raft/core/raft.ts';
import { decodeMembers } from '../../../src/raft/driver/members-payload.ts';
import type { History } from './history.ts';
import type { Invariant } from './invariant.ts';
import { BrokenInvariant } from './invariant.ts';
import type { NodeRecord } from './node-record.ts';

/** The places of the `members` entries in a core's log, oldest first, and where that log began. */
const placesOf = new WeakMap<Raft, { readonly base: number; readonly places: number[] }>();

/**
 * The membership in force is the latest in the log, committed or not, or the snapshot's: a function of the two and of nothing
 * else (dissertation §4.1). And of all that are in a log, at most one is not committed: one change at a time.
 */
export const membershipFromLog: Invariant = {
  name: 'The Latest Membership In The Log Is In Force',
  stepped(history, record, core) {
    // A snapshot may have taken the place of a log, and nothing follows it yet.
    const isSame = record.core === core && placesOf.get(core)?.base === record.base;
    if (record.changedFrom === 0 && isSame) return;
    const places = placesIn(record, core);
    const last = places.at(-1) ?? null;
    const payload =
      last === null
        ? payloadBelow(history, core.log.firstIndex)
        : core.log.entryAt(last as Entry['index']).payload;
    const members = payload === null ? [] : decodeMembers(payload).members;
    const expected = members.map(({ id, role, folderId }) => `${id} ${role} ${folderId}`).join();
    const found = core.membership.members.map(({ id, role, folderId }) => `${id} ${role} ${folderId}`).join();
    if (found !== expected)
      throw new BrokenInvariant(
        this.name,
        `${record.id} goes by ${found}, and entry ${last} of its log says ${expected}`,
      );
    const open = places.filter((index) => index > Math.max(history.committed.length, core.commitIndex));
    if (open.length > 1)
      throw new BrokenInvariant(
        'One Change At A Time',
        `the log of ${record.id} has changes of the membership at ${open.join(' and ')}, none of them committed`,
      );
  },
};

function placesIn({ changedFrom, base }: NodeRecord, core: Raft): readonly number[] {
  const { firstIndex, lastIndex } = core.log;
  const known = placesOf.get(core)?.places;
  const from = known === undefined || changedFrom === 0 ? firstIndex : Math.max(changedFrom, firstIndex);
  const places = (known ?? []).filter((index) => index < from && index > base);
  for (let index = from; index <= lastIndex; index += 1)
    if (core.log.entryAt(index as Entry['index']).kind === 'members') places.push(index);
  placesOf.set(core, { base, places });
  return places;
}

function payloadBelow({ memberships, committed }: History, firstIndex: number): Uint8Array | null {
  const latest = memberships.findLast(({ index }) => index < firstIndex);
  return committed[(latest?.index ?? 0) - 1]?.entry.payload ?? null;
}
