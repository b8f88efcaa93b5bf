import type { NodeHost } from './node-host.ts';
import type { World } from './world.ts';

/** Somebody asks a node to hand over to whoever has everything first. */
export function handOver(world: World, host: NodeHost): void {
  const record = world.checker.history.record(host.id);
  host.act(({ node }) => {
    record.askedToHandOverAtTick = record.ticks;
    node.transfer(null);
  });
}
