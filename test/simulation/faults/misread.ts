import { sequenceOf } from '../../../src/raft/storage/segment-format.ts';
import type { NodeHost } from '../world/node-host.ts';
import type { World } from '../world/world.ts';
import { batchesOf } from './batches.ts';
import type { Fault } from './plan.ts';

/**
 * Until somebody sees to it, the disk of a node that is alone gives back a wrong bit, in the log and before its last batch. There is nobody
 * who could bring back what stood there: the node must refuse to start, and go on with all of it afterwards.
 */
export function misread(world: World, host: NodeHost, fault: Extract<Fault, { kind: 'misread' }>): void {
  host.kill('crashed', { of: 'process', keep: 100 }, null, fault.id);
  host.health.mayBeSuspect();
  const stream = world.dice.of('misread', fault.id);
  const { sim } = host.disk;
  sim.settleNames();
  const places = sim
    .list()
    .filter((name) => sequenceOf(name) !== null)
    .map((name) => ({ name, batches: batchesOf(sim.readFile(name)).slice(0, -1) }))
    .filter(({ batches }) => batches.length > 0);
  if (places.length > 0) {
    const { name, batches } = stream.pick(places);
    const { start, end } = stream.pick(batches);
    const at = stream.between(start, end - 1);
    const right = sim.readFile(name)[at] ?? 0;
    sim.overwrite(name, at, Uint8Array.of(right ^ (1 << stream.below(8))));
    host.health.repair = () => {
      // A snapshot that covers it may have made the file superfluous.
      if (sim.list().includes(name)) sim.overwrite(name, at, Uint8Array.of(right));
    };
  }
  host.restartIn(fault.downMs);
}
