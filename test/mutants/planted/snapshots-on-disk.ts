import type { Mutant } from '../mutant.ts';
import { plantedByUs, shippedBy } from '../mutant.ts';

/** Bugs of snapshots as files, and of the log that is dropped because of them. */
export const snapshotFileBugs: readonly Mutant[] = [
  {
    name: 'previous-snapshot-removed-first',
    origin: shippedBy('skiff', '(read in its source); tikv #12618'),
    breaks:
      "The snapshot that counts is removed when a leader's first bytes come: a crash in between, and nothing is left.",
    file: 'src/raft/storage/snapshot-folder.ts',
    find: "    this.#receiving = new ReceivedSnapshot(file, this.#part('snapshot-received'), this.#end);\n",
    replace:
      "    if (this.#newest !== null) this.#disk.remove(nameOf(this.#newest));\n    this.#receiving = new ReceivedSnapshot(file, this.#part('snapshot-received'), this.#end);\n",
  },
  {
    name: 'own-snapshot-removed-first',
    origin: shippedBy('tikv', '#12618'),
    breaks: 'The snapshot that counts is removed when the next one is begun.',
    file: 'src/raft/storage/snapshot-folder.ts',
    find: "    this.#writing = new OwnSnapshot(meta, this.#part('snapshot-own'), this.#end);\n",
    replace:
      "    if (this.#newest !== null) this.#disk.remove(nameOf(this.#newest));\n    this.#writing = new OwnSnapshot(meta, this.#part('snapshot-own'), this.#end);\n",
  },
  {
    name: 'snapshot-published-without-sync',
    origin: plantedByUs,
    breaks: 'A snapshot gets its name before its bytes are durable: the power may leave the name alone.',
    file: 'src/raft/storage/part-file.ts',
    find: "    this.#state = 'busy';\n    this.#sync(done, () => {\n",
    replace:
      "    this.#state = 'busy';\n    const withoutSync = (_: DiskDone, next: () => void): void => next();\n    withoutSync(done, () => {\n",
  },
  {
    name: 'snapshot-not-verified',
    origin: plantedByUs,
    breaks:
      'The sum at the end of a snapshot is believed: one whose bytes have changed is taken for a good one.',
    file: 'src/raft/storage/snapshot-scan.ts',
    find: '  const { bytes, checksum, last } = sumOf(disk, name);\n',
    replace:
      '  const { bytes, last } = sumOf(disk, name);\n  const checksum = viewOf(last).getUint32(last.byteLength - CHECKSUM_BYTES, true);\n',
  },
  {
    name: 'older-snapshot-counts',
    origin: plantedByUs,
    breaks: 'Of several snapshots in a folder the oldest is taken.',
    file: 'src/raft/storage/snapshot-scan.ts',
    find: '.filter(isSnapshotFileName).toReversed()) {',
    replace: '.filter(isSnapshotFileName)) {',
  },
  {
    name: 'uncovered-segments-dropped',
    origin: shippedBy('amelie', '#17'),
    breaks: 'Segments go whose entries no snapshot covers.',
    file: 'src/raft/storage/older-segments.ts',
    find: '      if (neededUpTo > index) break;\n',
    replace: '      if (neededUpTo > index * 2) break;\n',
  },
  {
    name: 'vote-dropped-with-its-segment',
    origin: plantedByUs,
    breaks: 'A segment does not begin with the term and vote: they go with the segments before it.',
    file: 'src/raft/storage/log-writer.ts',
    find: 'return segment.position === RECORDS_START ? [hardStateBody(this.#hardState)] : [];',
    replace: 'return segment.position < RECORDS_START ? [hardStateBody(this.#hardState)] : [];',
  },
  {
    name: 'reset-replayed-in-part',
    origin: plantedByUs,
    breaks: 'After a restart the entries from before a reset stand in front of those behind it.',
    file: 'src/raft/storage/log-replay.ts',
    find: '        this.entries.length = 0;\n',
    replace: '',
  },
  {
    name: 'reset-not-written-at-start',
    origin: plantedByUs,
    breaks:
      'A log that does not go with its snapshot is reset in memory only: what is appended then does not follow on the disk.',
    file: 'src/raft/storage/open-log.ts',
    find: '  if (reset !== null || first !== null || isBehind)\n',
    replace: '  if (first !== null || isBehind)\n',
  },
  {
    name: 'conflicting-tail-kept-at-start',
    origin: shippedBy('hashicorp/raft', '#697'),
    breaks:
      'A crash between the snapshot and the reset of the log: the next start keeps the log that conflicts.',
    file: 'src/raft/core/align-found.ts',
    find: 'if (termThere === term) return { base, log, reset: null };',
    replace: 'if (termThere !== undefined) return { base, log, reset: null };',
  },
  {
    name: 'pieces-gathered-before-they-are-copied',
    origin: plantedByUs,
    breaks: 'A snapshot holds one piece of the state several times, and others not at all.',
    file: 'src/raft/storage/snapshot-writing.ts',
    find: 'for (const piece of pieces) {',
    replace: 'for (const piece of [...pieces]) {',
    heldBy: 'test/raft/storage/snapshots.test.ts',
  },
];
