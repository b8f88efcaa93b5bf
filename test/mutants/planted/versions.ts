import type { Mutant } from '../mutant.ts';
import { plantedByUs } from '../mutant.ts';

/** Bugs of upgrades, node by node. */
export const versionBugs: readonly Mutant[] = [
  {
    name: 'version-raised-without-all',
    origin: plantedByUs,
    breaks: 'The version is raised though a member runs a program that does not read it.',
    file: 'src/raft/driver/raising.ts',
    find: '  if (old.length > 0)\n',
    replace: '  if (old.length === others.length + 1)\n',
  },
  {
    name: 'version-raised-without-the-absent',
    origin: plantedByUs,
    breaks: 'The version is raised though a member is away, and nobody knows what it reads.',
    file: 'src/raft/driver/raising.ts',
    find: 'const others = members.map(({ id }) => id).filter((id) => id !== self);',
    replace: 'const others = members.map(({ id }) => id).filter((id) => id !== self && greetings.has(id));',
  },
  {
    name: 'next-version-written-too-early',
    origin: plantedByUs,
    breaks: 'A node writes what only its own program reads, before the version is raised.',
    file: 'src/raft/driver/own-desk.ts',
    find: 'writtenIn(this.#applier.versions.writes);',
    replace: 'writtenIn(this.#parts.program.reads.highest);',
  },
  {
    name: 'versions-not-in-snapshot',
    origin: plantedByUs,
    breaks: 'A restored replica goes back to the version that every cluster begins with.',
    file: 'src/raft/driver/applier.ts',
    find: 'encodeSnapshotHead({ versions: this.#versions, sessions: this.#sessions });',
    replace: 'encodeSnapshotHead({ versions: FIRST_VERSIONS, sessions: this.#sessions });',
  },
  {
    name: 'behaviour-not-in-snapshot',
    origin: plantedByUs,
    breaks: 'A restored replica goes by the first rules.',
    file: 'src/chat/snapshot/state-builder.ts',
    find: '    state.rules = rules;\n',
    replace: '',
  },
  {
    name: 'old-entries-by-new-rules',
    origin: plantedByUs,
    breaks: 'A program goes by its newest rules, whatever the log says.',
    file: 'src/chat/chat-machine.ts',
    find: 'const decide = this.#rulesOf(this.#state.rules);',
    replace: 'const decide = this.#rulesOf(this.#rules.length);',
  },
];
