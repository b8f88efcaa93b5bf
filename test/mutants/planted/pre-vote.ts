import type { Mutant } from '../mutant.ts';
import { knownFrom, plantedByUs, shippedBy } from '../mutant.ts';

/** Bugs of pre-vote, of leader stickiness and of check-quorum (dissertation §9.6, §4.2.3, §6.2). */
export const preVoteBugs: readonly Mutant[] = [
  {
    name: 'pre-vote-counts-as-vote',
    origin: shippedBy('canonical/raft', '#196'),
    breaks: 'A granted pre-vote that arrives late counts in the real election.',
    file: 'src/raft/core/receive.ts',
    find: '  if (message.term < state.term) {\n',
    replace:
      "  if (message.kind === 'pre-vote-response' && state.role.kind === 'candidate') {\n    const { granted, standing, term } = message;\n    onRequestVoteResponse(state, state.role, from, { kind: 'request-vote-response', term, granted, standing });\n    return;\n  }\n  if (message.term < state.term) {\n",
  },
  {
    name: 'pre-vote-raises-term',
    origin: knownFrom('dissertation §9.6'),
    breaks:
      'A node that only asks whether it could win enters a new term: whoever is cut off comes back with a high one.',
    file: 'src/raft/core/pre-vote.ts',
    find: 'function startPreVote(state: RaftState): void {\n',
    replace:
      'function startPreVote(state: RaftState): void {\n  state.enterTerm(term(state.term + 1), null);\n',
  },
  {
    name: 'pre-vote-silent-when-behind',
    origin: shippedBy('etcd', '#8243; openraft #1796'),
    breaks:
      'A pre-vote that is refused is not answered: a node with a short log in a late term and one with a long log in an early term wait for each other for ever.',
    file: 'src/raft/core/pre-vote.ts',
    find: "  state.send(from, {\n    kind: 'pre-vote-response',",
    replace: "  if (!granted) return;\n  state.send(from, {\n    kind: 'pre-vote-response',",
  },
  {
    name: 'pre-vote-without-log-check',
    origin: plantedByUs,
    breaks: 'A pre-vote is granted whatever the log: a node that cannot win unseats leaders.',
    file: 'src/raft/core/pre-vote.ts',
    find: '    !holdsOnToLeader(state, from) &&\n    state.log.isOutdatedOrEqualTo(message.lastLogTerm, message.lastLogIndex);',
    replace: '    !holdsOnToLeader(state, from);',
  },
  {
    name: 'pre-vote-won-by-one',
    origin: plantedByUs,
    breaks: 'A node campaigns without a majority that would vote for it.',
    file: 'src/raft/core/pre-vote.ts',
    find: "if (outcomeOf(state, role.votes) !== 'undecided') campaign",
    replace: 'if (role.votes.size >= 1) campaign',
  },
  {
    name: 'pre-vote-promised-before-the-leader',
    origin: plantedByUs,
    breaks: 'A pre-vote that waited for a slow disk is promised although the leader was heard meanwhile.',
    file: 'src/raft/core/state.ts',
    find: '    return { ...message, granted: false };\n',
    replace: '    return message;\n',
  },
  {
    name: 'stickiness-not-against-transfer',
    origin: shippedBy('RedisLabs/raft', '#88'),
    breaks: 'Nodes that hear the leader refuse even the successor that it named: no transfer succeeds.',
    file: 'src/raft/core/election.ts',
    find: "return reason === 'timeout' && holdsOnToLeader(state, from);",
    replace: 'return reason !== undefined && holdsOnToLeader(state, from);',
  },
  {
    name: 'check-quorum-missing',
    origin: knownFrom('dissertation §6.2'),
    breaks: 'A leader that hears nobody goes on leading.',
    file: 'src/raft/core/progress.ts',
    find: '  peer.ticksSinceHeard += 1;\n',
    replace: '',
  },
  {
    name: 'stalled-disk-keeps-leading',
    origin: shippedBy('hashicorp/raft', '#503, #612, #666'),
    breaks: 'A leader whose disk hangs keeps the others quiet with its heartbeats, for ever.',
    file: 'src/raft/core/leader.ts',
    find: '  if (diskStalls(state)) {',
    replace: '  if (diskStalls(state) && state.membership.others.length === 0) {',
  },
];
