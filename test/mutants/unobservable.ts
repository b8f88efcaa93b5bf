import type { Unobservable } from './mutant.ts';
import { plantedByUs, shippedBy } from './mutant.ts';

/** Bugs elsewhere that are none here, because something else makes up for them. Nobody can catch them; each has its proof. */
export const UNOBSERVABLE: readonly Unobservable[] = [
  {
    name: 'own-vote-counted-before-durable',
    origin: shippedBy('valkey', '#3887'),
    breaks: 'A candidate counts its own vote before it is on its own disk.',
    file: 'src/raft/core/election.ts',
    find: '    votes: new Set(),',
    replace: '    votes: new Set([state.id]),',
    proof:
      "A candidate's requests wait for its own vote to be durable (gate.ts), and a vote of this term can only be the answer to one of them. So when the second vote comes, the first is on disk; and alone it is no majority of two or more members. A cluster of one becomes leader where votes are counted, which is after the disk has answered.",
  },
  {
    name: 'entry-stamped-with-current-term',
    origin: shippedBy('hashicorp/raft', '#695'),
    breaks: 'An entry bears the current term and not the one that its leader was elected in.',
    file: 'src/raft/core/replication-leader.ts',
    find: 'state.options.seal(role.term, index,',
    replace: 'state.options.seal(state.term, index,',
    proof:
      'The two are equal whenever an entry is made: the line above asserts it. There the term grew on another thread between the check and the append; here a step is one synchronous call, and every change of term leaves the role of leader in the same step (role-change.ts).',
  },
  {
    name: 'pre-vote-kept-between-rounds',
    origin: shippedBy('etcd', '#8346'),
    breaks: 'Pre-votes of an earlier round count in the next one.',
    file: 'src/raft/core/pre-vote.ts',
    find: '    votes: new Set(),',
    replace: "    votes: state.role.kind === 'pre-candidate' ? state.role.votes : new Set(),",
    proof:
      'From pre-candidate to pre-candidate the term does not change: to enter one is to become follower or candidate. So both rounds ask about the same term, and a promise of the earlier round that arrives late counts in the later one in any case, as it may: it says that its sender would vote in that term.',
  },
  {
    name: 'pre-vote-of-another-round',
    origin: plantedByUs,
    breaks: 'A promise is not held against the term that was asked about.',
    file: 'src/raft/core/pre-vote.ts',
    find: 'if (granted && nextTerm === role.nextTerm) countPreVote',
    replace: 'if (granted && nextTerm > 0) countPreVote',
    proof:
      "A promise bears its sender's term, which is below the term that is promised. An answer of an earlier term than the receiver's is dropped before it gets here, one of a later term ends the round. So the sender's term is the receiver's, the promised term is above it, and the receiver has never asked about a higher one than its own and one.",
  },
  {
    name: 'sessions-at-the-leader-only',
    origin: shippedBy('redisraft', '#568'),
    breaks: 'Replicas apply what is in the log without looking whether it was applied before.',
    file: 'src/raft/driver/applier.ts',
    find: "    if (standing.kind !== 'next' && standing.kind !== 'overlaps') return;\n",
    replace: '',
    proof:
      "A leader's intake is computed from its own whole log, and takes of each node only what comes next. By induction over leaders no log ever holds a command twice, or one of an incarnation that an earlier entry has ended: a leader's log is that of an earlier leader, to some point, and what its own intake took. The check at applying is the second of two.",
  },
  {
    name: 'damage-taken-for-torn-tail',
    origin: plantedByUs,
    breaks: 'A damaged record in the middle ends the log there, silently: all behind it is forgotten.',
    file: 'src/raft/storage/log-walk.ts',
    find: '    if (reading.later !== null) {',
    replace: '    if (reading.later !== null && reading.later.offset < 0) {',
    proof:
      'What is behind the damage is noticed a second time. In an inner segment: the header of the next one names the batch that it was begun after (checkHeader). In the last: a later batch was written only after the sync of the one before, and that sync also made the mark of it durable, which lies beyond the end that was found (checkEnd). It takes a second damage, to the mark, to hide the first. Either way the node refuses to start; only the words differ.',
  },
];
