import type { NodeId } from '../../../src/ordered-log/index.ts';
import type { NodeHost } from './node-host.ts';
import type { World } from './world.ts';

/** Somebody asks a node to hand over, to this one or to whoever has everything first. */
export function handOver(world: World, host: NodeHost, to: NodeId | null = null): void {
  const record = world.checker.history.record(host.id);
  host.act(({ node }) => {
    record.askedToHandOverAtTick = record.ticks;
    node.transfer(to);
  });
}
