import { decodeMembers } from '../../../src/raft/driver/members-payload.ts';
import type { Invariant } from './invariant.ts';
import { BrokenInvariant } from './invariant.ts';
import type { NodeRecord } from './node-record.ts';
import { votersAt, votersOf } from './quorum.ts';

/**
 * A learner stands for nothing (dissertation §4.2.1). Whoever campaigns votes by the latest membership in its log, or by the one before
 * as long as the latest is not committed (§4.2.2).
 */
export const onlyVotersCampaign: Invariant = {
  name: 'Only Voters Campaign',
  told(_history, record, event) {
    const { core } = record;
    if (event.kind !== 'role-changed' || core === null) return;
    if (event.role !== 'pre-candidate' && event.role !== 'candidate') return;
    if (votersAt(core).includes(record.id) || votedBefore(record, core.commitIndex)) return;
    throw new BrokenInvariant(
      this.name,
      `${record.id} is ${event.role} in term ${core.term}, and votes neither by the latest membership in its log nor by the one before`,
    );
  },
};

/** By the membership before the latest, which is not committed yet. */
function votedBefore({ id, log }: NodeRecord, commitIndex: number): boolean {
  const latest = log.findLast(({ kind }) => kind === 'members');
  if (latest === undefined || latest.index <= commitIndex) return false;
  const before = log.findLast(({ kind, index }) => kind === 'members' && index < latest.index);
  return before !== undefined && votersOf(decodeMembers(before.payload)).includes(id);
}
