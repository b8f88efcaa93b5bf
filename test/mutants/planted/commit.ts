import type { Mutant } from '../mutant.ts';
import { knownFrom, plantedByUs, shippedBy } from '../mutant.ts';

/** Bugs of what counts as committed, and of when it is applied (§5.3, §5.4.2). */
export const commitBugs: readonly Mutant[] = [
  {
    name: 'commit-earlier-term-by-count',
    origin: shippedBy('logcabin', '#44; canonical/raft #336; nats #7955'),
    breaks: 'An entry of an earlier term is committed because a majority has it (Figure 8).',
    file: 'src/raft/core/commit.ts',
    find: 'if (state.log.termAt(durableOnMajority) === role.term) state.commitTo',
    replace: 'if (role.term > 0) state.commitTo',
  },
  {
    name: 'commit-past-verified-prefix',
    origin: shippedBy('atomix/copycat', '#265; scylladb #9965; ra #508'),
    breaks: 'A follower commits up to its own last entry: a stale tail is applied.',
    file: 'src/raft/core/replication-follower.ts',
    find: 'state.commitTo(leaderCommit < verified ? leaderCommit : verified);',
    replace: 'state.commitTo(leaderCommit < state.log.lastIndex ? leaderCommit : state.log.lastIndex);',
  },
  {
    name: 'heartbeat-commits-unverified',
    origin: plantedByUs,
    breaks: 'A heartbeat tells a commit index beyond what the follower is known to have.',
    file: 'src/raft/core/heartbeat.ts',
    find: '  state.commitIndex < peer.matchIndex ? state.commitIndex : peer.matchIndex;',
    replace:
      '  state.commitIndex < peer.nextIndex - 1 ? state.commitIndex : ((peer.nextIndex - 1) as LogIndex);',
  },
  {
    name: 'quorum-unsorted',
    origin: shippedBy('openraft', '#1802'),
    breaks: 'The commit index is taken from progress that is not in order.',
    file: 'src/raft/core/quorum.ts',
    find: 'values.toSorted((a, b) => b - a);',
    replace: '[...values];',
  },
  {
    name: 'quorum-sorted-as-text',
    origin: plantedByUs,
    breaks: 'Numbers are sorted as JavaScript sorts by default, 9 above 10.',
    file: 'src/raft/core/quorum.ts',
    find: 'values.toSorted((a, b) => b - a);',
    replace: 'values.toSorted().toReversed();',
  },
  {
    name: 'commit-not-told-on',
    origin: knownFrom('etcd, test lagging_commit'),
    breaks:
      'Heartbeats do not tell how far the log is committed: a quiet follower never learns of the last entries.',
    file: 'src/raft/core/replication-follower.ts',
    find: "  state.commitTo(commitIndex);\n  state.send(from, { kind: 'heartbeat-response'",
    replace: "  state.send(from, { kind: 'heartbeat-response'",
  },
  {
    name: 'applies-uncommitted',
    origin: plantedByUs,
    breaks: 'What is in the log is applied, committed or not.',
    file: 'src/raft/driver/applying.ts',
    find: 'core.log.slice(from, core.commitIndex, APPLY_BYTES_PER_TURN);',
    replace: 'core.log.slice(from, core.log.lastIndex, APPLY_BYTES_PER_TURN);',
  },
];
