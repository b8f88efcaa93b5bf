import { RECORDS_START, sequenceOf } from '../../../src/raft/storage/segment-format.ts';
import type { SimDisk } from '../sim-disk.ts';
import type { Stream } from '../world/dice.ts';
import type { NodeHost } from '../world/node-host.ts';
import type { World } from '../world/world.ts';
import { foreignFolder } from './foreign-folder.ts';
import type { Fault } from './plan.ts';

/** About as much as a batch. */
const LAST_BYTES = 150;

/**
 * The fault atlas: what was durable is destroyed while the node is down. What is wanted of it then is little: that it
 * refuses to start, or is not admitted, or goes on with all that it had.
 */
export function damage(world: World, host: NodeHost, fault: Extract<Fault, { kind: 'damage' }>): void {
  host.kill('crashed', { of: 'process', keep: 100 }, null, fault.id);
  host.mayBeSuspect = true;
  host.mustRefuse = false;
  const stream = world.dice.of('damage', fault.id);
  const { sim } = host.disk;
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
    case 'cut':
      if (segment !== undefined) sim.remove(segment);
      record.destroyed = true;
      break;
    case 'wipe':
      empty(sim);
      record.destroyed = true;
      record.isEmptied = true;
      // It may start, and is a stranger from then on: it must neither vote nor found another cluster.
      host.standing = 'stranger';
      break;
    case 'foreign':
      empty(sim);
      for (const [name, bytes] of foreignFolder(host.id, world.ids, stream)) sim.replaceFile(name, bytes);
      record.destroyed = true;
      host.standing = 'of-another-cluster';
      break;
    case 'misplaced':
      host.mustRefuse = misplace(
        sim,
        stream.pick(world.hosts.filter((other) => other !== host && other.isWell)).disk.sim,
        stream,
      );
      record.destroyed = true;
      break;
    default:
      fault.how satisfies never;
  }
  host.restartIn(fault.downMs);
}

/** Flips a bit between this offset and the end of what has been written. */
function flip(sim: SimDisk, file: string, from: number, stream: Stream): void {
  const bytes = sim.readFile(file);
  const end = endOfBytes(bytes);
  if (end <= from) return;
  const at = stream.between(from, end - 1);
  sim.overwrite(file, at, Uint8Array.of((bytes[at] ?? 0) ^ (1 << stream.below(8))));
}

/** Somebody mixed the folders up: the whole of another node's, or its log in this node's folder. Returns whether there was anything in it. */
function misplace(sim: SimDisk, other: SimDisk, stream: Stream): boolean {
  const whole = stream.chance(0.5);
  for (const name of sim.list()) if (whole || sequenceOf(name) !== null) sim.remove(name);
  for (const name of other.list())
    if (whole || sequenceOf(name) !== null) sim.replaceFile(name, other.readFile(name));
  return (
    whole ||
    other.list().some((name) => sequenceOf(name) !== null && endOfBytes(other.readFile(name)) > RECORDS_START)
  );
}

function empty(sim: SimDisk): void {
  for (const name of sim.list()) sim.remove(name);
}

const endOfBytes = (bytes: Uint8Array): number => bytes.findLastIndex((byte) => byte !== 0) + 1;
