import type { NodeId } from '../../../src/ordered-log/index.ts';
import type { SnapshotFileId } from '../../../src/raft/storage/snapshot-store.ts';
import type { Invariant } from './invariant.ts';
import { BrokenInvariant } from './invariant.ts';
import type { NodeRecord } from './node-record.ts';

/** What one node sends to another, and how far that one said it has come. */
interface Sending {
  readonly term: number;
  readonly file: SnapshotFileId;
  received: number;
  /** Since when it has been sent nothing of what it wants first. */
  sinceTick: number;
  /** Chunks in a row that came too far ahead of it, or too late. */
  amiss: number;
}

/** By the process of the sender, and whom it sends to. */
const sendingOf = new WeakMap<object, Map<NodeId, Sending>>();

/** One may be on its way from the disk when a follower says that it begins anew, and another in the hands of the network. */
const TOLERATED = 3;
const SLACK_TICKS = 5;

/**
 * A snapshot goes on from where the follower says that it stands, and no more of it is on its way than fits into the window: also when
 * the follower has lost what it had, and stands at the beginning again (InstallSnapshot RPC, Figure 13, rules 2 to 4).
 */
export const snapshotGoesOn: Invariant = {
  name: 'A Snapshot Goes On Where The Follower Stands',
  frameSent({ limits }, record, to, frame) {
    const all = sendings(record);
    if (all === null || frame.kind !== 'snapshot-chunk') return;
    const { windowBytes, resendTicks } = limits.snapshots;
    const { term, file, offset, bytes } = frame.chunk;
    let sending = all.get(to);
    if (sending === undefined || sending.term !== term || !isSame(sending.file, file))
      all.set(to, (sending = { term, file, received: 0, sinceTick: record.ticks, amiss: 0 }));
    if (offset <= sending.received) sending.sinceTick = record.ticks;
    const isAhead = offset + bytes.length > sending.received + Math.max(windowBytes, bytes.length);
    const isLate = record.ticks - sending.sinceTick > resendTicks + SLACK_TICKS;
    sending.amiss = isAhead || isLate ? sending.amiss + 1 : 0;
    if (sending.amiss > TOLERATED)
      throw new BrokenInvariant(
        this.name,
        `${record.id} sends ${to} what follows byte ${offset} of a snapshot, and ${to} has said that it has ${sending.received} bytes`,
      );
  },
  frameHeard(_history, record, from, frame) {
    const sending = sendings(record)?.get(from);
    if (sending === undefined || frame.kind !== 'snapshot-progress') return;
    const { term, file, received } = frame.progress;
    if (term !== sending.term || !isSame(sending.file, file)) return;
    if (received !== sending.received) sending.sinceTick = record.ticks;
    sending.received = received;
  },
};

function sendings({ core }: NodeRecord): Map<NodeId, Sending> | null {
  if (core === null) return null;
  let all = sendingOf.get(core);
  if (all === undefined) sendingOf.set(core, (all = new Map()));
  return all;
}

/** Compared here, and not by the product's own function. */
const isSame = (a: SnapshotFileId, b: SnapshotFileId): boolean =>
  a.index === b.index && a.term === b.term && a.bytes === b.bytes && a.checksum === b.checksum;
