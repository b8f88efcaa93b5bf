import type { NodeId } from '../../../src/ordered-log/index.ts';
import { BrokenInvariant } from '../invariants/invariant.ts';
import { MS } from '../world/settings.ts';
import type { World } from '../world/world.ts';

/** What may be answered by a node that has no majority behind it. */
const REFUSALS: ReadonlySet<string> = new Set(['unavailable', 'unknown', 'busy']);
/** For the way there and back, beyond the time that a command may take. */
const TRAVEL_MS = 300;
const ASKED = ['1|petitioner', '2'] as const;

/** Asks one node for a write and a read when there is no majority, and wants to be refused in words, and in time. */
export function petition(world: World, number: number, node: NodeId): void {
  const told = new Map<string, string>();
  let text = '';
  let isOver = false;
  const socket = world.sockets.connect(number, node, 'lines', {
    connected: () => undefined,
    bytes: (bytes) => {
      text += new TextDecoder().decode(bytes);
      for (const [, tag = '', code = ''] of text.matchAll(/^#(\w+)\|([a-z-]+)\|.*\n/gm)) told.set(tag, code);
    },
    closed: () => {
      isOver = true;
    },
  });
  for (const [place, line] of ASKED.entries()) socket.write(`#${place}|${line}\n`);
  // One after the other: the read waits for the write to be answered.
  const withinMs = ASKED.length * world.settings.pipe.commandTimeoutMs + TRAVEL_MS;
  world.in(withinMs * MS, () => {
    socket.destroy();
    const answers = ASKED.map((line, place) => `"${line}": ${told.get(String(place)) ?? 'no answer'}`).join(
      ', ',
    );
    const isRefused = ASKED.every((_, place) => REFUSALS.has(told.get(String(place)) ?? ''));
    if (!isOver && !isRefused)
      throw new BrokenInvariant(
        'A Clear Refusal',
        `${node} was asked without a majority, and within ${withinMs} ms it said ${answers}`,
      );
  });
}
