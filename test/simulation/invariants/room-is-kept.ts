import type { LogBatch } from '../../../src/raft/storage/log-store.ts';
import { recordBytes } from '../../../src/raft/storage/record-header.ts';
import type { Invariant } from './invariant.ts';
import { BrokenInvariant } from './invariant.ts';
import type { NodeRecord } from './node-record.ts';

/** Ticks that a disk may take for what it has room for, when it neither hangs nor is slow. */
const PATIENCE_TICKS = 25;
/** After so many with room enough the next segment was reserved, and all of it is there again. */
const REFILLED_TICKS = 50;
/** A term and vote with their standing; what drops or resets takes no more. */
const HARD_STATE_BYTES = recordBytes(24);
/** Half of what is kept: commands are admitted by their own bytes, and a burst of them takes somewhat more. */
const SURELY_KEPT = 1 / 8;

interface Essentials {
  /** Votes, no-ops and whatever else is no command, since the disk was full. */
  bytes: number;
  /** Where a membership is noted there may be no room either, and what comes behind waits with it. */
  hasMembers: boolean;
  ticksWithRoom: number;
  /** The disk is full, and answers at once. */
  ticksFull: number;
}

const essentialsOf = new WeakMap<NodeRecord, Essentials>();

/**
 * On a full disk commands find no more room than leaves some for votes, no-ops and resets: of the last segment a quarter is theirs. Whoever
 * waits for its disk there, and has hardly written any of those, has let something else into it.
 */
export const roomIsKept: Invariant = {
  name: 'Room Is Kept For Votes',
  issued(_history, record, batch) {
    const essentials = essentialsAt(record);
    if (record.disk.room === 'enough' && essentials.bytes === 0) return;
    essentials.bytes += bytesBesideCommands(batch);
    if (batch.entries.some(({ kind }) => kind === 'members')) essentials.hasMembers = true;
  },
  ticked({ limits }, record) {
    const essentials = essentialsAt(record);
    const { room, pace } = record.disk;
    if (room === 'enough') {
      essentials.ticksFull = 0;
      essentials.ticksWithRoom += 1;
      if (essentials.ticksWithRoom >= REFILLED_TICKS) Object.assign(essentials, nothingYet());
      return;
    }
    essentials.ticksWithRoom = 0;
    essentials.ticksFull = pace === 'usual' ? essentials.ticksFull + 1 : 0;
    // Where bursts are large against a segment, one of them may be let in and need more than is there.
    const burstBytes = Math.max(limits.maxInflightBytes, limits.maxUncommittedBytes);
    if (essentials.hasMembers || burstBytes > limits.segmentBytes * SURELY_KEPT) return;
    // A log that is new, or was cut, may have no segment to write to.
    if (record.durableState === null || record.core?.standing !== 'voting') return;
    const waits = Math.min(essentials.ticksFull, record.ticks - (record.issuedAtTick[0] ?? record.ticks));
    if (waits <= PATIENCE_TICKS || essentials.bytes > limits.segmentBytes * SURELY_KEPT) return;
    throw new BrokenInvariant(
      this.name,
      `${record.id} has waited for its full disk for ${waits} ticks, and of what is kept there only ${essentials.bytes} bytes were needed for anything but commands`,
    );
  },
};

function essentialsAt(record: NodeRecord): Essentials {
  let essentials = essentialsOf.get(record);
  if (essentials === undefined) essentialsOf.set(record, (essentials = nothingYet()));
  return essentials;
}

const nothingYet = (): Essentials => ({ bytes: 0, hasMembers: false, ticksWithRoom: 0, ticksFull: 0 });

function bytesBesideCommands({ entries, hardState, reset, truncateFrom }: LogBatch): number {
  const beside = entries.filter(({ kind }) => kind !== 'commands');
  const records = [hardState, reset, truncateFrom].filter((part) => part !== null).length;
  return beside.reduce((sum, { bytes }) => sum + recordBytes(bytes.byteLength), records * HARD_STATE_BYTES);
}
