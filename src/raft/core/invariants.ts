import { broken } from './errors.ts';
import { NO_INDEX, type LogIndex, type NodeId, type Term } from './ids.ts';
import { majorityOf } from './quorum.ts';
import type { Leader } from './role.ts';
import { counts } from './standing.ts';
import type { RaftState } from './state.ts';

/** What is compared before and after a step. */
interface Observation {
  readonly term: Term;
  readonly votedFor: NodeId | null;
  readonly commitIndex: LogIndex;
  readonly lastIndex: LogIndex;
  readonly baseIndex: LogIndex;
  readonly leads: boolean;
}

export function observe(state: RaftState): Observation {
  return {
    term: state.term,
    votedFor: state.votedFor,
    commitIndex: state.commitIndex,
    lastIndex: state.log.lastIndex,
    baseIndex: state.log.baseIndex,
    leads: state.role.kind === 'leader',
  };
}

/** Checks after every step what no step may do. Throws `RaftInvariantError`. */
export function assertStep(before: Observation, state: RaftState): void {
  if (state.term < before.term) broken(`the term fell from ${before.term} to ${state.term}`);
  if (state.term === before.term && before.votedFor !== null && state.votedFor !== before.votedFor) {
    broken(`the vote of term ${state.term} changed from ${before.votedFor} to ${state.votedFor} (§5.2)`);
  }
  if (state.commitIndex < before.commitIndex) {
    broken(`the commit index fell from ${before.commitIndex} to ${state.commitIndex}`);
  }
  if (state.commitIndex > state.log.lastIndex) {
    broken(`the commit index is ${state.commitIndex}, but the log ends at ${state.log.lastIndex}`);
  }
  if (state.durability.durableIndex > state.log.lastIndex) {
    broken(`durable up to ${state.durability.durableIndex}, but the log ends at ${state.log.lastIndex}`);
  }
  if (state.log.lastTerm > state.term) {
    broken(`the log ends in term ${state.log.lastTerm}, beyond the current term ${state.term}`);
  }
  assertSnapshot(before, state);
  const { role } = state;
  if (role.kind === 'leader') assertLeader(before, state, role);
}

/** The log begins where a snapshot can stand in for what is gone, and nothing is in a snapshot that is not committed (§7). */
function assertSnapshot(before: Observation, state: RaftState): void {
  const { baseIndex, baseTerm } = state.log;
  const covered = state.snapshot?.index ?? NO_INDEX;
  if (baseIndex < before.baseIndex)
    broken(`the log begins after ${baseIndex}; it began after ${before.baseIndex}`);
  if (baseIndex > covered)
    broken(`the log begins after ${baseIndex}, but the newest snapshot ends at ${covered}`);
  if (covered > state.commitIndex)
    broken(`a snapshot ends at ${covered}, but only ${state.commitIndex} is committed`);
  if (state.snapshot !== null && baseIndex === covered && baseTerm !== state.snapshot.term) {
    broken(
      `entry ${covered} is of term ${baseTerm} in the log and of term ${state.snapshot.term} in the snapshot`,
    );
  }
}

function assertLeader(before: Observation, state: RaftState, role: Leader): void {
  if (role.term !== state.term) broken(`a leader of term ${role.term} was left in term ${state.term}`);
  if (before.leads && before.term === state.term && state.log.lastIndex < before.lastIndex) {
    broken(`a leader's log shrank from ${before.lastIndex} to ${state.log.lastIndex} (§5.3, append-only)`);
  }
  assertStanding(before, state, role);
  if (state.membershipCommitted && !state.membership.isVoter(state.id)) {
    broken(`${state.id} leads on, though the membership without it is committed (dissertation §4.2.2)`);
  }
  for (const id of state.membership.others) {
    if (!role.peers.has(id)) broken(`the leader ${state.id} forgot the member ${id}`);
  }
  for (const peer of role.peers.values()) {
    if (peer.matchIndex >= peer.nextIndex || peer.nextIndex > state.log.lastIndex + 1) {
      broken(
        `progress of ${peer.id}: match ${peer.matchIndex}, next ${peer.nextIndex}, last ${state.log.lastIndex}`,
      );
    }
  }
}

/** Whoever may have forgotten something is elected only by others that have not, or by all (then all are vouched for). */
function assertStanding(before: Observation, state: RaftState, role: Leader): void {
  if (before.leads && before.term === state.term) return;
  const { voters } = state.membership.inForce;
  const sound = voters.filter((voter) => counts(state, role, voter));
  if (sound.length < majorityOf(voters.length)) {
    broken(
      `${state.id} was elected in term ${state.term} though only ${sound.join(', ')} of ${voters.join(', ')} count`,
    );
  }
}
