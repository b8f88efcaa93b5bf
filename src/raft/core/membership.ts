import type { NodeId } from './ids.ts';

/**
 * One server of the cluster. A voter counts in every majority; a learner is sent the log and counts in none (dissertation §4.2.1).
 * `folderId` says by which data folder it is known: a node that comes with another one may have forgotten what it promised.
 */
export interface Member {
  readonly id: NodeId;
  readonly folderId: string;
  readonly role: 'voter' | 'learner';
}

/** Who belongs to the cluster (dissertation §4). In force from the moment its entry is in the log, committed or not. */
export interface Membership {
  readonly members: readonly Member[];
}

export const votersOf = ({ members }: Membership): readonly NodeId[] =>
  members.filter(({ role }) => role === 'voter').map(({ id }) => id);

export const memberOf = ({ members }: Membership, wanted: NodeId): Member | undefined =>
  members.find(({ id }) => id === wanted);

/** Reads the payload of a `members` entry. Pure; given to the core so that it needs no codec. */
export type ReadMembership = (payload: Uint8Array) => Membership;

/**
 * Whether this node may vouch for its disk.
 * - `voting`: it remembers every vote and entry that it ever acknowledged under its folder's identity.
 * - `recovering`: it may have forgotten some. It takes entries, but neither campaigns nor counts, until a committed
 *   membership names its new folder: that was committed without it, so nothing that it forgot can matter any more.
 */
export type Standing = 'voting' | 'recovering';
