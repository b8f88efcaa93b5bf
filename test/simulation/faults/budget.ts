import type { NodeId } from '../../../src/ordered-log/index.ts';
import { votersOf } from '../invariants/quorum.ts';
import type { NodeHost } from '../world/node-host.ts';
import type { Damage } from './plan.ts';
import type { World } from '../world/world.ts';

/** After these a folder is empty, or is as good as. */
export const EMPTYING: ReadonlySet<Damage> = new Set(['wipe', 'misplaced', 'flip-identity']);

/** Disks that were hit count until their nodes are well again: members by their present folders, and with all that is committed. */
const unwell = ({ hosts }: World): readonly NodeId[] =>
  hosts.filter(({ isWell }) => !isWell).map(({ id }) => id);

/** The voters of the committed membership. */
function committedVoters(world: World): readonly NodeId[] {
  const committed = world.checker.history.memberships.at(-1);
  return committed === undefined ? world.ids : votersOf(committed);
}

/** Those of every membership that some node goes by, and that may be committed yet. */
function votersInForce(world: World): readonly (readonly NodeId[])[] {
  return world.hosts.flatMap(({ process }) => {
    const core = process?.node.core ?? null;
    return core === null || core.membership.members.length === 0 ? [] : [votersOf(core.membership)];
  });
}

const electorates = (world: World): readonly (readonly NodeId[])[] => [
  committedVoters(world),
  ...votersInForce(world),
];

/** Whether one node is all of the cluster, and no leader has begun to change that. */
export const isAlone = (world: World): boolean => electorates(world).every(({ length }) => length === 1);

const isMinority = (hit: readonly NodeId[], voters: readonly NodeId[]): boolean =>
  voters.filter((voter) => hit.includes(voter)).length <= (voters.length - 1) / 2;

/** Its disk alone may know of the cluster's birth, of which nothing was told to anybody: without it another one is born, which is as it should be. */
const isUncertainlyBorn = ({ checker: { history } }: World, { id }: NodeHost): boolean =>
  history.committed.length === 0 && history.record(id).durable.length > 0;

/**
 * Whether something durable on this node's disk may be destroyed. One log may be cut among intact ones whatever a leader may have
 * made of the voters that this node has not heard of. One of two voters, cut below the membership that made them two, waits for ever.
 */
export function mayDestroy(world: World, host: NodeHost, how: Damage): boolean {
  const before = unwell(world);
  const hit = [...before, host.id];
  if (world.plan.budget === 'over') return !host.isSpare && world.ids.some((id) => !hit.includes(id));
  if (isUncertainlyBorn(world, host)) return false;
  const known = host.process?.node.core?.membership;
  const knowsNoLess = known !== undefined && isMinority(hit, votersOf(known));
  const isOneCut = before.length === 0 && knowsNoLess && !EMPTYING.has(how) && how !== 'foreign';
  if (!isMinority(hit, committedVoters(world))) return false;
  return isOneCut || votersInForce(world).every((voters) => isMinority(hit, voters));
}

/**
 * Where a majority is damaged, no more than a minority keeps part of its log: if all voters were left with parts, they would elect the
 * best of them by unanimity, as after a power cut, and nobody could know what is missing.
 */
export function asMayBe<T extends { readonly how: Damage }>(world: World, fault: T): T {
  // Whoever comes with an empty folder joins the cluster that speaks to it first; one of the same names must not be about.
  const isForeignAbout = world.hosts.some(({ health }) => health.isElsewhere);
  const isEmptyAbout = world.hosts.some(
    ({ health }) => health.hurt === 'damaged' && !health.keepsPart && !health.isElsewhere,
  );
  if (isForeignAbout && EMPTYING.has(fault.how)) return { ...fault, how: 'flip' };
  if (isEmptyAbout && fault.how === 'foreign') return { ...fault, how: 'wipe' };
  const parts = world.hosts.filter(({ health }) => health.hurt === 'damaged' && health.keepsPart).length;
  return world.plan.budget === 'within' || parts + 1 <= (world.ids.length - 1) / 2
    ? fault
    : { ...fault, how: isForeignAbout ? 'foreign' : 'wipe' };
}

/**
 * Whether the power of these nodes may fail in such a way that anything survives. Nothing durable is lost by it: a minority in
 * doubt is taken in again by the others, and if all are, they elect by unanimity; but not while a disk is really damaged.
 */
export function mayFail(world: World, nodes: readonly NodeId[]): boolean {
  const hit = [...unwell(world), ...nodes];
  if (electorates(world).every((voters) => isMinority(hit, voters))) return true;
  return world.plan.budget === 'within' && world.hosts.every(({ health }) => health.hurt !== 'damaged');
}
