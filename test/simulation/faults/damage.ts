import type { NodeId } from '../../../src/ordered-log/index.ts';
import { IDENTITY_FILE } from '../../../src/raft/storage/identity.ts';
import { RECORDS_START, SECTOR_BYTES, sequenceOf } from '../../../src/raft/storage/segment-format.ts';
import { isSnapshotFileName } from '../../../src/raft/storage/snapshot-format.ts';
import type { SimDisk } from '../sim-disk.ts';
import type { Stream } from '../world/dice.ts';
import type { NodeHost } from '../world/node-host.ts';
import type { World } from '../world/world.ts';
import { batchesOf } from './batches.ts';
import { EMPTYING } from './budget.ts';
import { foreignFolder } from './foreign-folder.ts';
import type { Fault } from './plan.ts';

/** About as much as a batch. */
const LAST_BYTES = 150;

/**
 * The fault atlas: what was durable is destroyed while the node is down. What is wanted of it then: that it vouches for nothing
 * that it cannot know, deletes nothing, and is taken in again by the others; or that it goes on, with all that it had.
 */
export function damage(world: World, host: NodeHost, fault: Extract<Fault, { kind: 'damage' }>): void {
  host.kill('crashed', { of: 'process', keep: 100 }, null, fault.id);
  host.health.hurt = 'damaged';
  host.health.keepsPart = !EMPTYING.has(fault.how) && fault.how !== 'foreign';
  const stream = world.dice.of('damage', fault.id);
  const { sim } = host.disk;
  sim.settleNames();
  const record = world.checker.history.record(host.id);
  const segments = sim.list().filter((name) => sequenceOf(name) !== null);
  const segment = segments[stream.below(Math.max(1, segments.length))];
  switch (fault.how) {
    case 'flip':
      if (segment !== undefined) flip(sim, segment, 0, stream);
      break;
    case 'flip-end': {
      const last = segments.findLast((name) => endOfBytes(sim.readFile(name)) > RECORDS_START);
      if (last === undefined) break;
      flip(sim, last, Math.max(RECORDS_START, endOfBytes(sim.readFile(last)) - LAST_BYTES), stream);
      break;
    }
    case 'flip-snapshot':
      for (const name of sim.list().filter(isSnapshotFileName)) flip(sim, name, 0, stream);
      break;
    case 'flip-mark':
      if (segment !== undefined) flip(sim, segment, 0, stream, RECORDS_START);
      break;
    case 'flip-identity':
      if (sim.list().includes(IDENTITY_FILE)) flip(sim, IDENTITY_FILE, 0, stream);
      break;
    case 'cut':
      if (segment !== undefined) sim.destroy(segment);
      break;
    case 'cut-short':
      cutShort(sim, segments, stream);
      break;
    case 'unmarked':
      unmark(sim, segments, stream);
      break;
    case 'wipe':
      empty(sim);
      host.health.isElsewhere = false;
      break;
    case 'foreign':
      empty(sim);
      // Of as many: a cluster of one would go on by itself, and nobody could tell it from this one.
      for (const [name, bytes] of foreignFolder(host.id, namesIn(world), stream)) sim.plant(name, bytes);
      host.health.isElsewhere = true;
      break;
    case 'misplaced': {
      const others = world.hosts.filter((other) => other !== host && other.isWell);
      if (others.length > 0 && misplace(sim, stream.pick(others).disk.sim, stream)) record.isEmptied = true;
      break;
    }
    default:
      fault.how satisfies never;
  }
  record.loses();
  if (record.hadBefore.length > 0 && !sim.list().some((name) => holdsRecords(sim, name)))
    record.isEmptied = true;
  host.restartIn(fault.downMs);
}

/** The end of the log is gone: from somewhere in the last third of what was written on. */
function cutShort(sim: SimDisk, segments: readonly string[], stream: Stream): void {
  const ends = segments.map((name) => endOfBytes(sim.readFile(name)));
  const written = ends.map((end) => Math.max(0, end - RECORDS_START));
  let left = Math.floor(written.reduce((sum, bytes) => sum + bytes, 0) * stream.next() * 0.34);
  for (const [place, name] of [...segments.entries()].toReversed()) {
    const end = ends[place] ?? 0;
    const cut = Math.min(Math.max(0, end - leastEnd(sim.readFile(name))), left);
    if (cut > 0) sim.overwrite(name, end - cut, new Uint8Array(cut));
    left -= cut;
  }
}

/** Without a mark, with fewer than two batches, a segment looks as if it had just been begun. */
function leastEnd(file: Uint8Array): number {
  const isMarked = file.subarray(SECTOR_BYTES, 3 * SECTOR_BYTES).some((byte) => byte !== 0);
  return isMarked ? RECORDS_START : (batchesOf(file)[1]?.end ?? Infinity);
}

/** At least two batches stay: with fewer the segment looks as if it had just been begun. */
function unmark(sim: SimDisk, segments: readonly string[], stream: Stream): void {
  const last = segments.findLast((name) => holdsRecords(sim, name));
  if (last === undefined) return;
  const file = sim.readFile(last);
  const batches = batchesOf(file);
  const kept = batches[1 + stream.below(Math.max(1, batches.length - 2))];
  if (kept === undefined) return;
  sim.overwrite(last, kept.end, new Uint8Array(Math.max(0, endOfBytes(file) - kept.end)));
  sim.overwrite(last, SECTOR_BYTES, new Uint8Array(2 * SECTOR_BYTES));
}

/** Flips a bit between this offset and the end of what has been written. */
function flip(sim: SimDisk, file: string, from: number, stream: Stream, upTo = Infinity): void {
  const bytes = sim.readFile(file);
  const end = Math.min(upTo, endOfBytes(bytes));
  if (end <= from) return;
  const at = stream.between(from, end - 1);
  sim.overwrite(file, at, Uint8Array.of((bytes[at] ?? 0) ^ (1 << stream.below(8))));
}

/** Somebody mixed the folders up: the whole of another node's, or its log in this node's folder. Returns whether there was anything in it. */
function misplace(sim: SimDisk, other: SimDisk, stream: Stream): boolean {
  const whole = stream.chance(0.5);
  for (const name of sim.list()) if (whole || sequenceOf(name) !== null) sim.destroy(name);
  for (const name of other.list())
    if (whole || sequenceOf(name) !== null) sim.plant(name, other.readFile(name));
  return (
    whole ||
    other.list().some((name) => sequenceOf(name) !== null && endOfBytes(other.readFile(name)) > RECORDS_START)
  );
}

const namesIn = ({ ids, operator }: World): readonly NodeId[] => [
  ...new Set([...ids, ...operator.memberIds]),
];

/** All files are gone. */
export function empty(sim: SimDisk): void {
  for (const name of sim.list()) sim.destroy(name);
}

/** It is a segment of a log, and was written on. */
const holdsRecords = (sim: SimDisk, file: string): boolean =>
  sequenceOf(file) !== null && endOfBytes(sim.readFile(file)) > RECORDS_START;

const endOfBytes = (bytes: Uint8Array): number => bytes.findLastIndex((byte) => byte !== 0) + 1;
