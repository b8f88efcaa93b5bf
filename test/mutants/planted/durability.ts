import type { Mutant } from '../mutant.ts';
import { knownFrom, plantedByUs, shippedBy } from '../mutant.ts';

/** Bugs of what counts as being on disk, in the core and its driver (dissertation §3.8, §10.2.1). */
export const durabilityBugs: readonly Mutant[] = [
  {
    name: 'accept-before-durable',
    origin: knownFrom('dissertation §3.8'),
    breaks: 'A follower accepts entries when they arrive, not when they are on its disk.',
    file: 'src/raft/core/gate.ts',
    find: 'return entries > durability.termTicket ? entries : durability.termTicket;',
    replace: 'return entries < durability.termTicket ? entries : durability.termTicket;',
  },
  {
    name: 'leader-counts-itself-early',
    origin: shippedBy('etcd', '#14370'),
    breaks: 'A leader counts its own log before its own disk has answered.',
    file: 'src/raft/core/commit.ts',
    find: 'if (voter === state.id) return state.durability.durableIndex;',
    replace: 'if (voter === state.id) return state.log.lastIndex;',
  },
  {
    name: 'durable-mark-not-lowered',
    origin: shippedBy('rabbitmq/ra', '3.1.8'),
    breaks: 'After a truncation the log still counts as durable up to where it was.',
    file: 'src/raft/core/durability.ts',
    find: '    if (this.#durableIndex > kept) this.#durableIndex = kept;\n',
    replace: '',
  },
  {
    name: 'storage-ack-aba',
    origin: shippedBy('etcd', '#1690; cockroach #124440'),
    breaks: 'An old write that completes vouches for what was written over it since.',
    file: 'src/raft/core/durability.ts',
    find: '    for (const write of this.#open) if (write.upTo > kept) write.upTo = kept;\n',
    replace: '',
  },
  {
    name: 'confirms-all-that-was-asked',
    origin: plantedByUs,
    breaks: 'Any completion of the disk vouches for everything that it was asked for.',
    file: 'src/raft/core/durability.ts',
    find: '    this.#confirmed = upTo;\n',
    replace: '    this.#confirmed = this.#issued;\n',
  },
  {
    name: 'gate-outlives-its-term',
    origin: plantedByUs,
    breaks: 'What was to be said in an earlier term, and waited for the disk, is said in a later one.',
    file: 'src/raft/core/state.ts',
    find: '    this.gate.clear();\n',
    replace: '',
  },
  {
    name: 'hard-state-of-turn-lost',
    origin: plantedByUs,
    breaks: 'Of two votes or terms in one turn only the first is written.',
    file: 'src/raft/driver/persistence.ts',
    find: 'if (effect.hardState !== null) this.#hardState = effect.hardState;',
    replace: 'this.#hardState ??= effect.hardState;',
  },
  {
    name: 'persisted-when-asked',
    origin: plantedByUs,
    breaks: 'The core is told that the disk has answered when the disk was only asked.',
    file: 'src/raft/driver/core-runner.ts',
    find: '    store.append(batch, () => {\n',
    replace: '    persisted(ticket);\n    store.append(batch, () => {\n',
  },
];
