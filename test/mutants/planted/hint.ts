import type { Mutant } from '../mutant.ts';
import { plantedByUs } from '../mutant.ts';

/** Bugs of the hint that a leader's process seems to be gone: it may make an election sooner, and nothing else. */
export const hintBugs: readonly Mutant[] = [
  {
    name: 'hint-votes-again',
    origin: plantedByUs,
    breaks: 'A node that suspects its leader gives its vote of the term once more.',
    file: 'src/raft/core/election.ts',
    find: '  const free = state.votedFor === null && state.leader === null;\n',
    replace:
      '  const free = (state.votedFor === null && state.leader === null) || state.suspectedLeader !== null;\n',
  },
  {
    name: 'hint-forgets-the-log',
    origin: plantedByUs,
    breaks: 'A node that suspects its leader votes for anybody, however old the log.',
    file: 'src/raft/core/election.ts',
    find: '    mayVote(state) &&\n    state.log.isOutdatedOrEqualTo(message.lastLogTerm, message.lastLogIndex);',
    replace:
      '    mayVote(state) &&\n    (state.suspectedLeader !== null || state.log.isOutdatedOrEqualTo(message.lastLogTerm, message.lastLogIndex));',
  },
  {
    name: 'hint-raises-the-term',
    origin: plantedByUs,
    breaks: 'A node that suspects its leader campaigns without asking first whether it could win.',
    file: 'src/raft/core/pre-vote.ts',
    find: '  if (mayCampaign(state) && diskKeepsUp(state)) startPreVote(state);',
    replace: "  if (mayCampaign(state) && diskKeepsUp(state)) campaign(state, 'timeout');",
  },
  {
    name: 'hint-never-cleared',
    origin: plantedByUs,
    breaks: 'A node that has suspected a leader once agrees to depose it for ever, however well it hears it.',
    file: 'src/raft/core/replication-follower.ts',
    find: '  state.suspectedLeader = null;\n',
    replace: '',
  },
  {
    name: 'hint-of-any-disconnection',
    origin: plantedByUs,
    breaks: 'A connection that is merely reset passes for a process that is gone.',
    file: 'src/raft/driver/cluster-node.ts',
    find: '    this.#peers.disconnected(peer);\n',
    replace:
      "    this.#peers.disconnected(peer);\n    this.#give({ kind: 'leader-suspected', leader: peer });\n",
  },
];
