import type { Entry } from '../../../../src/raft/core/entry.ts';
import { logIndex, term, type NodeId } from '../../../../src/raft/core/ids.ts';
import type { Member, Membership } from '../../../../src/raft/core/membership.ts';
import type { SnapshotMeta } from '../../../../src/raft/core/snapshot-meta.ts';
import { seal } from './entries.ts';

/** By which folder a node is known that was never replaced. */
export const folderOf = (id: NodeId): string => `folder of ${id}`;

export const voter = (id: NodeId, folderId: string = folderOf(id)): Member => ({
  id,
  folderId,
  role: 'voter',
});

export const learner = (id: NodeId, folderId: string = folderOf(id)): Member => ({
  ...voter(id, folderId),
  role: 'learner',
});

export const voters = (...ids: readonly NodeId[]): readonly Member[] => ids.map((id) => voter(id));

/** A stand-in for the driver's codec. */
export const membersPayload = (members: readonly Member[]): Uint8Array =>
  Buffer.from(JSON.stringify({ members }));

export const readMembership = (payload: Uint8Array): Membership =>
  JSON.parse(Buffer.from(payload).toString()) as Membership;

/** The entry that brings this membership, at this place of the log. */
export const membersEntry = (entryTerm: number, index: number, members: readonly Member[]): Entry =>
  seal(term(entryTerm), logIndex(index), {
    kind: 'members',
    clusterTimeMs: 0,
    payload: membersPayload(members),
  });

export const snapshotOf = (
  index: number,
  entryTerm: number,
  members: readonly Member[],
  clusterTimeMs = 0,
): SnapshotMeta => ({
  index: logIndex(index),
  term: term(entryTerm),
  clusterTimeMs,
  members: membersPayload(members),
});
