import type { Mutant } from '../mutant.ts';
import { plantedByUs, shippedBy } from '../mutant.ts';

/** Bugs of the write-ahead log and of its recovery. */
export const logOnDiskBugs: readonly Mutant[] = [
  {
    name: 'no-sync',
    origin: shippedBy('gaggle', '(it persists nothing)'),
    breaks: 'A batch counts as durable when it was handed to the operating system.',
    file: 'src/raft/storage/log-writer.ts',
    find: '        this.#disk.sync(\n          segment.name,\n          this.#then(() => next(mark.segment)),\n        );',
    replace: '        next(mark.segment);',
  },
  {
    name: 'failed-sync-ignored',
    origin: shippedBy('PostgreSQL', 'fsyncgate, 2018'),
    breaks: 'A sync that failed counts as done.',
    file: 'src/raft/storage/log-writer.ts',
    find: 'if (error === null) next();\n      else this.#fail(error);',
    replace: "if (error === null || this.#state === 'busy') next();\n      else this.#fail(error);",
  },
  {
    name: 'truncation-not-written',
    origin: plantedByUs,
    breaks: 'A truncation changes memory only: what was cut is back after a restart.',
    file: 'src/raft/storage/record.ts',
    find: "  if (batch.truncateFrom !== null) records.push({ kind: 'truncate', from: batch.truncateFrom });\n",
    replace: '',
  },
  {
    name: 'replay-ignores-truncation',
    origin: plantedByUs,
    breaks: 'Recovery does not drop what was cut.',
    file: 'src/raft/storage/log-replay.ts',
    find: '        this.entries.length = record.from - 1;\n',
    replace: '',
  },
  {
    name: 'replay-keeps-first-vote',
    origin: plantedByUs,
    breaks: 'Recovery takes the first term and vote that were ever written.',
    file: 'src/raft/storage/log-replay.ts',
    find: 'this.#hardState = successor(this.#hardState, record.hardState);',
    replace:
      'if (this.#hardState === NO_HARD_STATE) this.#hardState = successor(this.#hardState, record.hardState);',
  },
  {
    name: 'log-shorter-than-its-mark',
    origin: shippedBy('etcd', '#10166, #16220'),
    breaks: 'A log that has lost its end is taken as it is: the node forgets what it had promised.',
    file: 'src/raft/storage/log-walk.ts',
    find: '    if (mark !== null && mark.position > reading.end) {\n      throw new LogSuspectError',
    replace: '    if (mark !== null && mark.position < 0) {\n      throw new LogSuspectError',
  },
  {
    name: 'append-behind-torn-tail',
    origin: shippedBy('amelie', '#17'),
    breaks: 'After a torn tail new records are written behind it: the next recovery does not reach them.',
    file: 'src/raft/storage/log-walk.ts',
    find: '      position: reading.end,\n',
    replace: '      position: Math.ceil(dataEnd / 8) * 8,\n',
  },
  {
    name: 'half-a-batch-taken',
    origin: plantedByUs,
    breaks: 'Every record ends a batch: half of a torn one is taken for the whole.',
    file: 'src/raft/storage/segment-reader.ts',
    find: '    if (header.last) {',
    replace: '    if (header.last || records.length > 0) {',
  },
  {
    name: 'recovered-but-not-synced',
    origin: plantedByUs,
    breaks: 'What a killed process had left to the operating system counts as durable after the restart.',
    file: 'src/raft/storage/open-log.ts',
    find: '  disk.writeDurably(current.name, mark.offset, mark.bytes);\n  if',
    replace: '  if',
  },
  {
    name: 'segment-header-not-synced',
    origin: plantedByUs,
    breaks: 'A segment is announced before its header is on disk.',
    file: 'src/raft/storage/log-writer.ts',
    find: "        this.#disk.sync(\n          name,\n          this.#then(() => {\n            if (this.#segment === null) goOn();\n            else this.#writeMark(this.#segment, this.#end, 'sealed', goOn);\n          }),\n        );",
    replace:
      "        if (this.#segment === null) goOn();\n        else this.#writeMark(this.#segment, this.#end, 'sealed', goOn);",
  },
  {
    name: 'full-disk-for-ever',
    origin: shippedBy('dqlite', '#589'),
    breaks: 'After a full disk the log never tries again, though there is room.',
    file: 'src/raft/storage/segment-reserver.ts',
    find: "if (this.#state === 'no-space') this.#reserve();",
    replace: "if (this.#state === 'no-space' && this.#sequence < 0) this.#reserve();",
  },
  {
    name: 'lost-log-starts-empty',
    origin: shippedBy('etcd', '#10166, #21178'),
    breaks: 'A node whose log was removed starts as if it were new, and votes.',
    file: 'src/raft/storage/identity.ts',
    find: 'if (identity.clusterId === null || log.entries.length > 0) return;',
    replace: 'if (identity.clusterId !== disk.pathOf(FILE)) return;',
  },
];
