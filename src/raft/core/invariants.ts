import { broken } from './errors.ts';
import type { LogIndex, NodeId, Term } from './ids.ts';
import type { RaftState } from './state.ts';

/** What is compared before and after a step. */
interface Observation {
  readonly term: Term;
  readonly votedFor: NodeId | null;
  readonly commitIndex: LogIndex;
  readonly lastIndex: LogIndex;
  readonly leads: boolean;
}

export function observe(state: RaftState): Observation {
  return {
    term: state.term,
    votedFor: state.votedFor,
    commitIndex: state.commitIndex,
    lastIndex: state.log.lastIndex,
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
  const { role } = state;
  if (role.kind !== 'leader') return;
  if (role.term !== state.term) broken(`a leader of term ${role.term} was left in term ${state.term}`);
  if (before.leads && before.term === state.term && state.log.lastIndex < before.lastIndex) {
    broken(`a leader's log shrank from ${before.lastIndex} to ${state.log.lastIndex} (§5.3, append-only)`);
  }
  for (const peer of role.peers.values()) {
    if (peer.matchIndex >= peer.nextIndex || peer.nextIndex > state.log.lastIndex + 1) {
      broken(
        `progress of ${peer.id}: match ${peer.matchIndex}, next ${peer.nextIndex}, last ${state.log.lastIndex}`,
      );
    }
  }
}
