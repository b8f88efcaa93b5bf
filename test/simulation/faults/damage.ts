import { RECORDS_START, sequenceOf } from '../../../src/raft/storage/segment-format.ts';
import type { NodeHost } from '../world/node-host.ts';
import type { World } from '../world/world.ts';
import type { Fault } from './plan.ts';

/** About as much as a batch. */
const LAST_BYTES = 150;

type Damage = Extract<Fault, { kind: 'damage' }>;

/**
 * The fault atlas: what was durable is destroyed while the node is down. What is wanted of it then is little: that it
 * refuses to start, or is not admitted, or goes on with all that it had.
 */
export function damage(world: World, host: NodeHost, fault: Damage): void {
  host.kill('crashed', { of: 'process', keep: 100 }, null, fault.id);
  host.mayBeSuspect = true;
  const stream = world.dice.of('damage', fault.id);
  const { sim } = host.disk;
  const segments = sim.list().filter((name) => sequenceOf(name) !== null);
  const segment = segments[stream.below(Math.max(1, segments.length))];
  switch (fault.how) {
    case 'flip': {
      if (segment === undefined) break;
      const bytes = sim.readFile(segment);
      const used = bytes.findLastIndex((byte) => byte !== 0) + 1;
      if (used === 0) break;
      const at = stream.below(used);
      sim.overwrite(segment, at, Uint8Array.of((bytes[at] ?? 0) ^ (1 << stream.below(8))));
      break;
    }
    case 'flip-end': {
      const last = segments.findLast((name) => endOfRecords(sim.readFile(name)) > RECORDS_START);
      if (last === undefined) break;
      const bytes = sim.readFile(last);
      const end = endOfRecords(bytes);
      const at = stream.between(Math.max(RECORDS_START, end - LAST_BYTES), end - 1);
      sim.overwrite(last, at, Uint8Array.of((bytes[at] ?? 0) ^ (1 << stream.below(8))));
      break;
    }
    case 'cut':
      if (segment !== undefined) sim.remove(segment);
      world.checker.history.record(host.id).destroyed = true;
      break;
    case 'wipe':
      for (const name of sim.list()) sim.remove(name);
      world.checker.history.record(host.id).destroyed = true;
      world.checker.history.record(host.id).isEmptied = true;
      // It may start, and is a stranger from then on: it must neither vote nor found another cluster.
      host.isStranger = true;
      break;
    default:
      fault.how satisfies never;
  }
  host.restartIn(fault.downMs);
}

const endOfRecords = (bytes: Uint8Array): number => bytes.findLastIndex((byte) => byte !== 0) + 1;
