import type { Unobservable } from './mutant.ts';
import { knownFrom, plantedByUs, shippedBy } from './mutant.ts';

/** Bugs elsewhere that are none here, because something else makes up for them. Nobody can catch them; each has its proof. */
export const UNOBSERVABLE: readonly Unobservable[] = [
  {
    name: 'own-vote-counted-before-durable',
    origin: shippedBy('valkey', '#3887'),
    breaks: 'A candidate counts its own vote before it is on its own disk.',
    file: 'src/raft/core/election.ts',
    find: '    votes: new Map(),',
    replace: '    votes: new Map([[state.id, state.standing]]),',
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
    find: '    votes: new Map(),',
    replace: "    votes: state.role.kind === 'pre-candidate' ? state.role.votes : new Map(),",
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
      "A leader's intake is computed from its own whole log (what it has applied, brought forward by the rest), and takes of each node only what comes next. By induction over leaders no log ever holds a command twice, or one of an incarnation that an earlier entry has ended: a leader's log is that of an earlier leader, to some point, and what its own intake took. The check at applying is the second of two.",
  },
  {
    name: 'two-voters-at-once',
    origin: knownFrom('dissertation §4.1'),
    breaks: 'The core appends a membership in which more than one voter came or went.',
    file: 'src/raft/core/membership-leader.ts',
    find: "if (comeOrGo.length > 1) return 'too-many-at-once';",
    replace: "if (comeOrGo.length > before.length + after.length) return 'too-many-at-once';",
    proof:
      'Nobody asks for such a change. All memberships that are proposed are made by the desk (membership-desk.ts, members-change.ts), from the one that is in force and committed: an addition adds a learner, a removal takes one member out, a promotion makes one voter of one learner, and whoever was replaced goes in an entry of its own; a readmission changes no role. Between the making and the asking nothing else happens (leadership.ts). The refusal in the core is the second of two.',
  },
  {
    name: 'change-while-another-is-open',
    origin: knownFrom('dissertation §4.1'),
    breaks: 'The core appends a change of the membership while the one before is not committed.',
    file: 'src/raft/core/membership-leader.ts',
    find: "  if (!state.membershipCommitted) return 'another-change-under-way';\n",
    replace: '',
    proof:
      'The desk proposes nothing unless the membership in force is committed (membership-desk.ts, tick). It is asked and answers in one synchronous call, and what it goes by is the very same answer of the core. The refusal in the core is the second of two.',
  },
  {
    name: 'chunks-of-two-snapshots-mixed',
    origin: shippedBy('async-raft', '2eccb9e1; logcabin #174'),
    breaks: 'Chunks of another file with the same index go into the one that was begun.',
    file: 'src/raft/driver/snapshot-frames.ts',
    find: 'a.index === b.index && a.term === b.term && a.bytes === b.bytes && a.checksum === b.checksum;',
    replace: 'a.index === b.index && a.term === b.term;',
    proof:
      'A file is announced with its length and checksum, and what was received counts only if it is that file (snapshot-receiving.ts). A mixture is not: it is thrown away, or abandoned because nothing more comes; the sender is told that nothing is there, or gives up, and begins anew. The core of the follower, which alone lets a leader go on behind a snapshot, hears of none of it. What is lost is time, as with any connection that breaks.',
  },
  {
    name: 'emptied-and-remembered',
    origin: plantedByUs,
    breaks:
      'A folder that has lost all of its log passes for one that kept part of it: it votes towards unanimity.',
    file: 'src/raft/storage/examine-folder.ts',
    find: 'if (belongs && recovery.found.end.batch === 0) return lostLog(options, identity, newest);',
    replace:
      'if (belongs && recovery.found.end.batch === 0)\n    return { ...lostLog(options, identity, newest), formerFolderIds: [identity.folderId] } as Finding;',
    proof:
      'What a doubted folder passes for is looked at again before its log is cut (openRepaired in open-folder.ts), because its disk may lose more at any moment. A log that holds no batch knows no membership (recover-log.ts: nothing is kept of it), so that look finds that it knows less than this node has noted, and writes that it passes for nobody. Before that guard was there the simulator caught this within one run.',
  },
];
