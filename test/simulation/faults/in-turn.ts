import type { NodeHost } from '../world/node-host.ts';
import { MS } from '../world/settings.ts';
import type { World } from '../world/world.ts';

/**
 * The leader is cut off; as soon as its successor has been heard by one more, that one is, and the first is back; and so on. Each takes
 * entries that nobody else has until it gives up. So logs meet of which the longer one ends in the earlier term.
 */
export function cutOffInTurn(world: World, first: NodeHost, fault: { forMs: number; id: number }): void {
  const stream = world.dice.of('in-turn', fault.id);
  const endsUs = world.nowUs + fault.forMs * MS;
  let away = first;
  let term = termOf(first);
  const look = (): void => {
    if (!world.isStormy) return;
    if (world.nowUs >= endsUs) {
      world.mesh.isolate(away.id, -1);
      return;
    }
    const next = heardSuccessor(world, away, term);
    if (next !== undefined) {
      world.mesh.isolate(next.id, 1);
      world.mesh.isolate(away.id, -1);
      away = next;
      term = termOf(next);
    }
    world.in(stream.between(200, 2_000), look);
  };
  world.mesh.isolate(first.id, 1);
  look();
}

const termOf = ({ process }: NodeHost): number => process?.node.core?.term ?? 0;

/** Leads in a later term, and an entry of that term is in the log of somebody who is not cut off. */
function heardSuccessor({ hosts }: World, away: NodeHost, afterTerm: number): NodeHost | undefined {
  const present = hosts.filter((host) => host !== away);
  return present.find((host) => {
    const core = host.process?.node.core ?? null;
    if (core?.role !== 'leader' || core.term <= afterTerm) return false;
    return present.some((other) => other !== host && other.process?.node.core?.log.lastTerm === core.term);
  });
}
