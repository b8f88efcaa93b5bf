import type { NodeId } from '../../../src/ordered-log/index.ts';
import type { Frame } from '../../../src/raft/driver/frames.ts';
import type { ClusterMember } from '../../../src/raft/driver/members-payload.ts';
import { decodeMembers } from '../../../src/raft/driver/members-payload.ts';
import type { NodeHost } from '../world/node-host.ts';
import { MS } from '../world/settings.ts';
import type { World } from '../world/world.ts';
import type { Fault } from './plan.ts';

const WATCHES_FOR_MS = 600;
/** So long after their disks go on newcomers have told their leader so; no election begins meanwhile. */
const HEARD_WITHIN_MS = 8;
/** By then the others have what their leader wrote last. */
const HEARD_AFTER_MS = 2;

/** Everybody who stands by comes in. */
export function newcomersCome(world: World, fault: Extract<Fault, { kind: 'newcomers' }>): void {
  const newcomers = world.operator.addAll();
  switch (fault.fate) {
    case 'together':
      vouchTogether(world, newcomers, fault.forMs);
      return;
    case 'unheard':
      leaderDiesPromoting(world, fault);
      return;
    default:
      fault.fate satisfies never;
  }
}

/**
 * Whoever is told that the cluster knows its folder has a disk that hangs, all of them until the same moment; and no tick comes to their
 * leader until all have spoken. So it finds them ready to vote at once.
 */
function vouchTogether(world: World, newcomers: readonly NodeHost[], forMs: number): void {
  const late = new Set(newcomers.map(({ id }) => id));
  let untilUs: number | null = null;
  watch(world, (from, to, frame) => {
    if (!late.has(to) || typeof memberIn(frame, to)?.folderId !== 'string') return 'looks-on';
    late.delete(to);
    if (untilUs === null) {
      untilUs = world.nowUs + forMs * MS;
      world.at(untilUs, () => {
        world.host(from).ticksStallUntilUs = world.nowUs + HEARD_WITHIN_MS * MS;
      });
    }
    world.host(to).disk.hangsUntilUs = untilUs;
    return late.size === 0 ? 'has-seen-it' : 'looks-on';
  });
}

/**
 * The next leader that makes a voter of somebody cannot tell that one, and dies when it has told the others: they may need the vote of
 * a node that does not know that it has one.
 */
function leaderDiesPromoting(world: World, { id, forMs }: Extract<Fault, { kind: 'newcomers' }>): void {
  const { mesh } = world;
  watch(world, (from, to, frame) => {
    const votesByItsLog = world.host(to).process?.node.core?.isVoter !== false;
    if (votesByItsLog || memberIn(frame, to)?.role !== 'voter') return 'looks-on';
    mesh.cut(from, to, 1);
    world.in(HEARD_AFTER_MS * MS, () =>
      world.host(from).kill('crashed', { of: 'process', keep: 100 }, 2 * forMs, id),
    );
    world.in((HEARD_AFTER_MS + forMs) * MS, () => mesh.cut(from, to, -1));
    return 'has-seen-it';
  });
}

/** Is shown what nodes send to each other, until it has seen what it waits for, or the time is over. */
function watch(
  world: World,
  look: (from: NodeId, to: NodeId, frame: Frame) => 'looks-on' | 'has-seen-it',
): void {
  const { lookOuts } = world.mesh;
  const lookOut = (from: NodeId, to: NodeId, frame: Frame): void => {
    if (look(from, to, frame) === 'has-seen-it') lookOuts.delete(lookOut);
  };
  lookOuts.add(lookOut);
  world.in(WATCHES_FOR_MS * MS, () => lookOuts.delete(lookOut));
}

/** How the latest membership that this frame brings names this node. */
function memberIn(frame: Frame, node: NodeId): ClusterMember | undefined {
  if (frame.kind !== 'raft' || frame.message.kind !== 'append-entries') return undefined;
  const payload = frame.message.entries.findLast(({ kind }) => kind === 'members')?.payload;
  return payload === undefined ? undefined : decodeMembers(payload).members.find(({ id }) => id === node);
}
