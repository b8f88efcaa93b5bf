import type { Mutant } from '../mutant.ts';
import { knownFrom, plantedByUs, shippedBy } from '../mutant.ts';

/** Bugs of ReadIndex (dissertation §6.4). */
export const readBugs: readonly Mutant[] = [
  {
    name: 'read-before-own-term-commits',
    origin: shippedBy('etcd', '#7331; redisraft #22'),
    breaks: 'A new leader answers reads from a commit index that is older than the real one.',
    file: 'src/raft/core/reads.ts',
    find: '  state.commitIndex > role.noopIndex ? state.commitIndex : role.noopIndex;',
    replace: '  state.commitIndex > role.noopIndex ? role.noopIndex : state.commitIndex;',
  },
  {
    name: 'read-without-quorum',
    origin: shippedBy('d-engine', '#381'),
    breaks: 'A leader answers a read without asking whether it still leads.',
    file: 'src/raft/core/reads.ts',
    find: '  role.reads.add(reader, readIndexOf(state, role));\n',
    replace:
      '  if (state.commitIndex >= role.noopIndex) {\n    serve(state, { reader, readIndex: state.commitIndex, seq: 0 });\n    return;\n  }\n  role.reads.add(reader, readIndexOf(state, role));\n',
  },
  {
    name: 'read-confirmed-by-older-round',
    origin: shippedBy('etcd', '#20418'),
    breaks: 'A read joins the round that is under way: answers from before it confirm it.',
    file: 'src/raft/core/read-rounds.ts',
    find: 'seq: this.#newestSeq + 1 });',
    replace: 'seq: this.isUnderWay ? this.#newestSeq : this.#newestSeq + 1 });',
  },
  {
    name: 'read-confirmed-by-earlier-term',
    origin: shippedBy('etcd', '#20418'),
    breaks: 'An answer to a heartbeat of an earlier term confirms a round of this one.',
    file: 'src/raft/core/receive.ts',
    find: 'if (message.term < state.term) {',
    replace: "if (message.term < state.term && message.kind !== 'heartbeat-response') {",
  },
  {
    name: 'read-before-applied',
    origin: knownFrom('dissertation §6.4'),
    breaks: 'A read is served when its index is known, not when it is applied.',
    file: 'src/raft/driver/applying.ts',
    find: 'if (read.index <= appliedIndex) this.#parts.listener.readSafe(read.id);',
    replace: 'if (read.index <= appliedIndex + 1e9) this.#parts.listener.readSafe(read.id);',
  },
  {
    name: 'read-any-number-confirms',
    origin: plantedByUs,
    breaks: 'The leader counts the best answer, not that of a majority.',
    file: 'src/raft/core/reads.ts',
    find: 'return reachedByMajority(seqs);',
    replace: 'return reachedByMajority([role.reads.newestSeq, ...seqs.slice(1)]);',
  },
  {
    name: 'read-served-to-the-deposed',
    origin: plantedByUs,
    breaks: 'A follower does not wait for the leader: its own commit index stands in for the ReadIndex.',
    file: 'src/raft/core/reads.ts',
    find: '  const number = state.takeReadRequestNumber();\n',
    replace:
      "  if (state.commitIndex > 0) {\n    state.emit({ kind: 'read-ready', id, index: state.commitIndex });\n    return;\n  }\n  const number = state.takeReadRequestNumber();\n",
  },
];
