import type { Mutant } from '../mutant.ts';
import { knownFrom, plantedByUs, shippedBy } from '../mutant.ts';

/** Bugs of what is bounded: bytes that wait, bytes on their way, disks that are full. */
export const boundsBugs: readonly Mutant[] = [
  {
    name: 'intake-unbounded',
    origin: shippedBy('etcd', '#10167'),
    breaks: 'A leader takes all that comes in one turn, however much is not committed yet.',
    file: 'src/raft/driver/leadership.ts',
    find: 'return before > 0 && before + payload.length > maxUncommittedBytes;',
    replace: 'return before > maxUncommittedBytes * 1e9 && payload.length > 0;',
  },
  {
    name: 'inflight-unbounded',
    origin: shippedBy('etcd', '#12548, #11929'),
    breaks: 'A follower that does not answer is sent the whole log.',
    file: 'src/raft/core/replication-leader.ts',
    find: '    if (hasInflight(peer) && next > room) return;\n    const entries = nextEntries(state, peer, Math.min(room, state.options.maxAppendBytes));\n',
    replace:
      '    if (hasInflight(peer) && next > room * 1e9 + 1e12) return;\n    const entries = nextEntries(state, peer, state.options.maxAppendBytes);\n',
  },
  {
    name: 'open-batches-never-freed',
    origin: plantedByUs,
    breaks: 'Batches count as on their way when they have been applied: what comes then waits for ever.',
    file: 'src/raft/driver/batch-pacing.ts',
    find: '    this.#open.shift();\n',
    replace: '',
  },
  {
    name: 'heartbeat-given-up-for-an-append',
    origin: shippedBy('etcd', '#7617, #7312, #5870'),
    breaks:
      'A heartbeat is replaced by an append, which only the disk of the follower answers: slow disks depose a leader.',
    file: 'src/raft/driver/outbox.ts',
    find: 'else if (this.#isSpared(to, frames) && tellsCommitToo(frame.message, last.message))',
    replace: 'else if (tellsCommitToo(frame.message, last.message))',
  },
  {
    name: 'full-disk-takes-commands',
    origin: shippedBy('dqlite', '#589'),
    breaks: 'A node with a full disk takes commands: what is kept for votes and no-ops is used up.',
    file: 'src/raft/driver/room.ts',
    find: "    if (this.#takenBytes + bytes > this.#parts.store.roomBytes) return 'no-room';\n",
    replace: '',
  },
  {
    name: 'room-never-found-again',
    origin: shippedBy('dqlite', '#589'),
    breaks: 'A node whose disk was full once says so for ever.',
    file: 'src/raft/driver/room.ts',
    find: 'this.#ticksShort = store.roomBytes < roomNeededBytes ? this.#ticksShort + 1 : 0;',
    replace:
      'this.#ticksShort += store.roomBytes < roomNeededBytes || this.#ticksShort >= timings.electionTicks ? 1 : 0;',
  },
  {
    name: 'nothing-kept-for-votes',
    origin: knownFrom('dqlite #589; a segment kept for votes and no-ops'),
    breaks: 'Nothing of the last segment is kept for votes and no-ops.',
    file: 'src/raft/storage/log-writer.ts',
    find: 'segmentBytes * ofSegment);',
    replace: 'segmentBytes * ofSegment * 0);',
  },
  {
    name: 'inputs-left-over-forgotten',
    origin: plantedByUs,
    breaks: 'What a turn has no time to take in is never taken in, the word that the disk has something too.',
    file: 'src/raft/driver/replica.ts',
    find: 'this.#inbox = [...inbox.slice(place), ...this.#inbox];',
    replace: '',
  },
];
