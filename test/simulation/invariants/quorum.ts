import type { NodeId } from '../../../src/ordered-log/index.ts';
import type { Membership } from '../../../src/raft/core/membership.ts';
import type { Raft } from '../../../src/raft/core/raft.ts';

export const majorityOf = (count: number): number => Math.floor(count / 2) + 1;

/** Counted here, and not by the product's own function, which may count wrongly. */
export const votersOf = ({ members }: Membership): readonly NodeId[] =>
  members.filter(({ role }) => role === 'voter').map(({ id }) => id);

/** Who votes, by the membership that is in force at this node (dissertation §4.1: the latest in its log, committed or not). */
export const votersAt = (core: Raft): readonly NodeId[] => votersOf(core.membership);
