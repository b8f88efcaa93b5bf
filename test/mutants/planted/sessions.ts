import type { Mutant } from '../mutant.ts';
import { knownFrom, plantedByUs, shippedBy } from '../mutant.ts';

/** Bugs of exactly once between nodes: numbers, windows, incarnations (dissertation §6.3). */
export const sessionBugs: readonly Mutant[] = [
  {
    name: 'known-command-taken-again',
    origin: knownFrom('dissertation §6.3'),
    breaks: 'A command that was sent twice takes effect twice.',
    file: 'src/raft/driver/sessions.ts',
    find: "    return batch.firstSeq + batch.count > expected ? { kind: 'overlaps', from: expected } : { kind: 'known' };",
    replace: "    return { kind: 'next' };",
  },
  {
    name: 'overlap-not-trimmed',
    origin: plantedByUs,
    breaks: 'A batch that begins with known commands takes effect from its beginning.',
    file: 'src/raft/driver/sessions.ts',
    find: "{ kind: 'overlaps', from: expected }",
    replace: "{ kind: 'overlaps', from: batch.firstSeq }",
  },
  {
    name: 'gap-not-noticed',
    origin: plantedByUs,
    breaks: 'Commands whose predecessors were lost are taken: those are never carried out.',
    file: 'src/raft/driver/sessions.ts',
    find: "    if (batch.firstSeq > expected) return { kind: 'gap', expected };\n",
    replace: "    if (batch.firstSeq > expected) return { kind: 'next' };\n",
  },
  {
    name: 'earlier-incarnation-taken',
    origin: plantedByUs,
    breaks: 'Commands of a process that has died take effect in the name of the next one.',
    file: 'src/raft/driver/sessions.ts',
    find: 'if (session.incarnation !== batch.incarnation || session.nonce === ENDED)',
    replace: 'if (session.nonce === ENDED)',
  },
  {
    name: 'incarnation-not-compared',
    origin: plantedByUs,
    breaks: 'A late request for an incarnation ends the one that has begun since.',
    file: 'src/raft/driver/sessions.ts',
    find: '    if (session.incarnation !== payload.replaces) return false;\n',
    replace: '',
  },
  {
    name: 'waiter-of-another-incarnation',
    origin: shippedBy('hashicorp/raft', '#561'),
    breaks: "What an earlier process of the node had sent answers the new one's clients.",
    file: 'src/raft/driver/own-desk.ts',
    find: 'if (node !== this.#id || incarnation !== this.#commands.incarnation) return;',
    replace: 'if (node !== this.#id || incarnation < 0) return;',
  },
  {
    name: 'numbered-command-withdrawn',
    origin: shippedBy('hashicorp/raft', '#561; summitdb #5'),
    breaks: 'A command on its way into the log is called not done, and happens all the same.',
    file: 'src/raft/driver/submitter.ts',
    find: "item.standing === 'withdrawn') return 'in-doubt';",
    replace: "item.standing === 'withdrawn') return 'withdrawn';",
  },
  {
    name: 'doubt-not-acted-on',
    origin: plantedByUs,
    breaks: 'What was lost on the way to the leader is not sent again.',
    file: 'src/raft/driver/submitter.ts',
    find: '  doubt(): void {\n    this.#sentSeq = this.#appliedSeq;\n',
    replace: '  doubt(): void {\n',
  },
  {
    name: 'intake-forgets-unapplied',
    origin: plantedByUs,
    breaks: "A new leader's intake begins with what is applied, not with what is in its log.",
    file: 'src/raft/driver/log-end-sessions.ts',
    find: 'for (let index = this.#reached + 1; index <= end; index += 1) {',
    replace: 'for (let index = end + 1; index <= end; index += 1) {',
  },
];
