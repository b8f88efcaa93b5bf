import type { Mutant } from '../mutant.ts';
import { plantedByUs, shippedBy } from '../mutant.ts';

/** Bugs of a folder that is found damaged, cut, emptied or another's, and is made usable. */
export const repairBugs: readonly Mutant[] = [
  {
    name: 'folder-id-kept-after-damage',
    origin: plantedByUs,
    breaks: 'A folder that has lost entries keeps its identity: its node counts as if it had them.',
    file: 'src/raft/storage/open-folder.ts',
    find: '  const folderId = newFolderId(options.randomBytes);\n',
    replace: '  const { folderId } = identity;\n',
  },
  {
    name: 'repaired-by-configuration',
    origin: plantedByUs,
    breaks:
      'Whether others can repair a folder is asked of the configuration alone: the founder of a cluster that has grown since refuses to start on a damaged log.',
    file: 'src/raft/storage/examine-folder.ts',
    find: 'const voters = known.length === 0 ? configured : known;',
    replace: 'const voters = configured;',
  },
  {
    name: 'one-of-two-cut-for-ever',
    origin: plantedByUs,
    breaks:
      'One other voter counts as somebody who can repair a folder, though without this one it elects nobody: the log is cut, and both wait for ever.',
    file: 'src/raft/storage/examine-folder.ts',
    find: "return (!isAlone || kind === 'suspect') && formersOf(identity, kept, newest).length > 0;",
    replace: "return !isAlone || kind === 'suspect';",
    heldBy: 'test/raft/storage/folder-alone.test.ts',
  },
  {
    name: 'founded-over-a-forgotten-cluster',
    origin: plantedByUs,
    breaks: 'A node whose folder held a cluster that was set aside helps to found another one in its place.',
    file: 'src/raft/storage/identify-folder.ts',
    find: 'const forgotCluster = found.isOfCluster;',
    replace: 'const forgotCluster = false;',
    heldBy: 'test/raft/storage/folder-alone.test.ts',
  },
  {
    name: 'flipped-version-taken-for-later',
    origin: plantedByUs,
    breaks:
      "A bit that flips in a segment's format version makes it a later program's: its node refuses to be repaired.",
    file: 'src/raft/storage/segment-format.ts',
    find: 'isKnown ? 0 : crc32(bytes.subarray(...VERSION_AT))',
    replace: '0',
    heldBy: 'test/raft/storage/folder-damage.test.ts',
  },
  {
    name: 'doubt-cleared-too-early',
    origin: plantedByUs,
    breaks:
      'The doubt is forgotten before the log says that its node recovers: a crash in between, and it votes.',
    file: 'src/raft/storage/open-folder.ts',
    find: '  const { recovered, store } = startLog(',
    replace: '  if (doubt !== null) note({ doubt: null });\n  const { recovered, store } = startLog(',
  },
  {
    name: 'doubt-without-recovering',
    origin: plantedByUs,
    breaks: 'A node in doubt votes as before.',
    file: 'src/raft/storage/open-log.ts',
    find: 'const standing = first?.standing ?? hardState.standing;',
    replace: 'const { standing } = hardState;',
  },
  {
    name: 'cut-bytes-not-set-aside',
    origin: plantedByUs,
    breaks: 'What is cut off a damaged log is deleted.',
    file: 'src/raft/storage/repair-log.ts',
    find: '    copyAside(disk, number, why, segment.name, rest.file.subarray(0, rest.end));\n',
    replace:
      '    if (rest.end < 0) copyAside(disk, number, why, segment.name, rest.file.subarray(0, rest.end));\n',
  },
  {
    name: 'segments-behind-damage-deleted',
    origin: plantedByUs,
    breaks: 'Segments behind a damaged one are deleted.',
    file: 'src/raft/storage/repair-log.ts',
    find: '    moveAside(disk, number, why, segmentFileName(sequence));\n',
    replace:
      '    moveAside(disk, number, why, segmentFileName(sequence)),\n      disk.remove(asideName(number, why, segmentFileName(sequence)));\n',
  },
  {
    name: 'cut-not-made',
    origin: shippedBy('amelie', '#17'),
    breaks: 'The rest of a damaged segment stays where the log goes on.',
    file: 'src/raft/storage/repair-log.ts',
    find: 'for (let at = segment.position; at < rest.end; at += ZEROS_BYTES)',
    replace: 'for (let at = rest.end; at < rest.end; at += ZEROS_BYTES)',
  },
  {
    name: 'doubt-forgives-the-standing',
    origin: plantedByUs,
    breaks: 'A folder that is in doubt again before it was taken in again passes for one that could vouch.',
    file: 'src/raft/storage/examine-folder.ts',
    find: "const vouched = kept.prefix.hardState.standing === 'voting' || formerFolderIds.length > 0;",
    replace: 'const vouched = kept.prefix.segment.position > 0 || formerFolderIds.length > 0;',
  },
  {
    name: 'lost-while-in-doubt-and-remembered',
    origin: plantedByUs,
    breaks:
      'A folder that loses the rest of its log while a doubt is being dealt with still passes for one that kept part of it.',
    file: 'src/raft/storage/open-folder.ts',
    find: 'const isLess = noted.formerFolderIds.length > 0 &&',
    replace: 'const isLess = noted.formerFolderIds.length < 0 &&',
    heldBy: 'test/raft/storage/folder-doubt.test.ts',
  },
  {
    name: 'identity-taken-as-it-is',
    origin: plantedByUs,
    breaks:
      'A bit that has flipped in the note of whose folder this is changes its cluster, and keeps its node out for ever.',
    file: 'src/raft/storage/identity.ts',
    find: 'if (check !== undefined && check !== checkOf(fields))',
    replace: 'if (check !== undefined && typeof check !== typeof checkOf(fields))',
    heldBy: 'test/raft/storage/identity.test.ts',
  },
  {
    name: 'lost-mark-not-noticed',
    origin: plantedByUs,
    breaks: 'A segment whose newest mark cannot be read is held against the one before.',
    file: 'src/raft/storage/log-walk.ts',
    find: '    if ((mark?.batch ?? 0) < predecessor) {',
    replace: '    if ((mark?.batch ?? 0) < 0 * predecessor) {',
  },
  {
    name: 'damage-taken-for-torn-tail',
    origin: plantedByUs,
    breaks:
      'A damaged record in the middle passes for a torn end: a cluster of one forgets all behind it, and goes on.',
    file: 'src/raft/storage/log-walk.ts',
    find: '    if (reading.later !== null) {',
    replace: '    if (reading.later !== null && reading.later.offset < 0) {',
  },
];
