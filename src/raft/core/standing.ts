import type { NodeId } from './ids.ts';
import { memberOf, type Standing } from './membership.ts';
import { majorityOf } from './quorum.ts';
import type { Leader } from './role.ts';
import type { RaftState } from './state.ts';

/**
 * Who counts. A node whose disk may have forgotten something that it acknowledged is `recovering`: it takes part and
 * counts for nothing, until a committed membership names its new folder. Whoever was elected by a vote that it forgot, or
 * committed by an acceptance that it forgot, shares another node with the majority that committed that membership without it.
 */

/** Votes, each with the standing of whoever gave it. */
export type Votes = ReadonlyMap<NodeId, Standing>;

/**
 * What the votes of a round make of a candidate. A majority of the voters wins, counting those that may vouch for their disk
 * (§5.2). If too few can, all voters together may: then no log, and no term, of any of them is beyond the winner's. All are those of the
 * membership before, too, as long as it may be in force: one who is to be removed may lead by the votes of those who forgot it.
 */
export function outcomeOf(state: RaftState, votes: Votes): 'majority' | 'unanimity' | 'undecided' {
  const { voters } = state.membership.inForce;
  if (voters.length === 0) return 'undecided';
  const sound = voters.filter((voter) => votes.get(voter) === 'voting');
  if (sound.length >= majorityOf(voters.length)) return 'majority';
  return electorate(state).every((voter) => votes.has(voter)) ? 'unanimity' : 'undecided';
}

/** Whose vote may matter: the voters, and those of the membership before as long as it may be in force. */
function electorate({ membership, rivalMembership }: RaftState): readonly NodeId[] {
  return [...new Set([...membership.inForce.voters, ...(rivalMembership?.voters ?? [])])];
}

/** Whom a candidate asks. */
export function otherElectors(state: RaftState): readonly NodeId[] {
  return electorate(state).filter((voter) => voter !== state.id);
}

/**
 * Whether this node gives votes: if it can vouch for its disk; if not, only towards unanimity, and only if it carries on the
 * log of a folder that could. One that was emptied would agree to anything.
 */
export function mayVote(state: RaftState): boolean {
  return state.standing === 'voting' || state.options.formerFolderIds.length > 0;
}

/**
 * Whether this node campaigns: a voter. One that the latest membership leaves out may still be needed until that is
 * committed, because nobody else has the entry yet (dissertation §4.2.2, Figure 4.6).
 */
export function mayCampaign(state: RaftState): boolean {
  const { membership, rivalMembership, id } = state;
  const isVoter = membership.isVoter(id) || rivalMembership?.voters.includes(id) === true;
  return isVoter && mayVote(state);
}

/** Whether this leader counts a voter, itself included: by that node's own word, or because all voters elected this leader. */
export function counts(state: RaftState, role: Leader, voter: NodeId): boolean {
  if (role.vouched.has(voter)) return true;
  const standing = voter === state.id ? state.standing : role.peers.get(voter)?.standing;
  return standing === 'voting';
}

/** How many of these voters count, and were heard within an election timeout; of the leader itself, only the first is asked. */
export function heardAndCounted(state: RaftState, role: Leader, voters: readonly NodeId[]): number {
  const isHeard = (voter: NodeId): boolean => {
    const silentTicks = voter === state.id ? 0 : role.peers.get(voter)?.ticksSinceHeard;
    return silentTicks !== undefined && silentTicks < state.options.electionTicks;
  };
  return voters.filter((voter) => isHeard(voter) && counts(state, role, voter)).length;
}

/** Begins to vouch again once a committed membership names this node's own folder. */
export function settleStanding(state: RaftState): void {
  if (state.stagedStanding === 'voting') return;
  const committed = state.membership.committedBy(state.commitIndex);
  if (committed === undefined) return;
  if (memberOf(committed, state.id)?.folderId === state.options.folderId) state.beginToVouch();
}
