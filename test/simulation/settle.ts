import type { ClusterMember } from '../../src/raft/driver/members-payload.ts';
import { petition } from './clients/petitioner.ts';
import { openingLines } from './clients/workload.ts';
import { BrokenInvariant } from './invariants/invariant.ts';
import type { NodeHost } from './world/node-host.ts';
import { MS, TICK_MS } from './world/settings.ts';
import type { World } from './world/world.ts';

/** Ticks within which a healed cluster must have a leader and an incarnation for every node, and then be at rest. */
export const LIVENESS_TICKS = 1_000;

/** All faults have stopped. With a majority that remembers a cluster comes right by itself; without one it stands, and says so. */
export function settle(world: World): void {
  demand(world, 'Liveness: Everybody Starts', () => {
    // Whoever was still down when the faults ended may have found only now that it cannot start.
    if (world.plan.budget === 'within') world.operator.mendWhoWaits();
    return world.hosts.every(
      ({ health, process, isInUse }) => health.lost !== null || process !== null || !isInUse,
    );
  });
  switch (outlook(world)) {
    case 'comes-right':
      comesRight(world);
      break;
    case 'stands':
      stands(world);
      break;
    case 'open':
      world.runUntil(() => false, patienceMs(world));
      break;
  }
  // What was pushed last is still on its way to the programs.
  world.runUntil(() => false, 300);
  world.clientOracle.settle();
}

/** Within the budget all comes right. Beyond it: with a majority that vouches, too; without one it must not, unless all could agree. */
function outlook(world: World): 'comes-right' | 'stands' | 'open' {
  if (world.plan.budget === 'within') return 'comes-right';
  // Whoever can vouch says so from its start on; the others may have been taken in meanwhile.
  world.runUntil(() => false, patienceMs(world));
  const voters = votersOf(world, membersOf(world));
  if (mostVouch(voters)) {
    // A change that nobody knows to be committed is in force where it was written: a leader may be needed by both memberships.
    const goneBy = world.hosts.map(({ process }) => process?.node.core?.membership.members ?? []);
    const isEnough = goneBy.every((members) => members.length === 0 || mostVouch(votersOf(world, members)));
    return isEnough ? 'comes-right' : 'open';
  }
  // By what was done to its disk, and not by its own word: one that kept no part of its log must not agree to anything.
  const mayAgree = voters.every(
    ({ process, health }) =>
      !health.isElsewhere && process !== null && (health.hurt !== 'damaged' || health.keepsPart),
  );
  return mayAgree ? 'open' : 'stands';
}

const votersOf = (
  world: World,
  members: readonly Pick<ClusterMember, 'id' | 'role'>[],
): readonly NodeHost[] => members.filter(({ role }) => role === 'voter').map(({ id }) => world.host(id));

/** Whether a majority of these runs and vouches for its disks. */
function mostVouch(voters: readonly NodeHost[]): boolean {
  const vouching = voters.filter(
    ({ process, health }) => !health.isElsewhere && process?.node.core?.standing === 'voting',
  );
  return vouching.length > voters.length / 2;
}

/** Lets time pass until it holds, and breaks what `name` promises if it does not in time. */
export function demand(world: World, name: string, holds: () => boolean): void {
  // Looked at now and then, not after every event: it costs more than an event.
  const endUs = world.nowUs + patienceMs(world) * MS;
  while (world.nowUs < endUs) {
    if (holds()) return;
    world.runUntil(() => false, 1);
  }
  if (!holds())
    throw new BrokenInvariant(name, `not within ${LIVENESS_TICKS} ticks\n${whereAllStand(world)}`);
}

const patienceMs = ({ plan }: World): number =>
  (LIVENESS_TICKS * TICK_MS) / Math.min(1, ...plan.weather.clockRates);

/** As the last membership has it that anybody knows to be committed; the founders, before the first. */
function membersOf(world: World): readonly Pick<ClusterMember, 'id' | 'role' | 'promote' | 'replaces'>[] {
  const founders = world.ids.map((id) => ({ id, role: 'voter', promote: false, replaces: null }) as const);
  return world.checker.history.memberships.at(-1)?.members ?? founders;
}

/** The members that can run; within the budget, that is all of them. */
const membersThatRun = (world: World): readonly NodeHost[] =>
  membersOf(world)
    .map(({ id }) => world.host(id))
    .filter(({ health }) => health.lost === null && !health.isElsewhere);

/** Nobody is on the way in or out. */
const isSettled = (world: World): boolean =>
  membersOf(world).every(({ promote, replaces }) => !promote && replaces === null);

function comesRight(world: World): void {
  demand(world, 'Liveness: A Leader', () => {
    world.operator.bringBack();
    const all = membersThatRun(world);
    return (
      all.some(({ process }) => process?.node.core?.role === 'leader') &&
      all.every(({ process }) => process !== null && process.node.snapshot().incarnation !== null)
    );
  });
  if (world.plan.budget === 'within')
    demand(world, 'Liveness: The Version Is Raised', () => world.operator.finishesRoll());
  if (world.plan.budget === 'within')
    demand(world, 'Liveness: Learners Vote, And Who Was Replaced Is Gone', () => isSettled(world));
  demand(world, 'Liveness: Every Command Is Answered', () => {
    // A removal that nobody waits for any more may be committed only now.
    world.operator.retireRemoved();
    return (
      world.clients.every(({ unanswered }) => unanswered === 0) &&
      world.people.every(({ isWaiting }) => !isWaiting)
    );
  });
  // Before anybody asks again: what came while a node was away must not wait for its client's next command.
  const certain = world.clients.filter(({ kind }) => kind === 'certain');
  demand(world, 'Liveness: What Came Is Shown', () =>
    certain.every(({ who, account }) => world.shownOracle.hasAll(who, account)),
  );
  for (const client of world.clients) {
    client.ask(`3|${client.account}|${world.texts.next()}`);
    client.ask('2');
  }
  for (const line of openingLines) world.clients[0]?.ask(line);
  demand(world, 'Liveness: A Write And A Read', () =>
    world.clients.every(({ unanswered }) => unanswered === 0),
  );
  demand(world, 'Liveness: All Replicas Equal', () => allEqual(membersThatRun(world)));
  const all = membersThatRun(world);
  demand(world, 'Liveness: Every Damaged Node Is Taken In Again', () => all.every(({ isWell }) => isWell));
  for (const { id, process } of all) {
    const machine = process?.machine;
    if (machine !== undefined && machine.recomputeHash() !== machine.stateHash())
      throw new BrokenInvariant('The State Hash Is Maintained', `that of ${id} is not the hash of its state`);
  }
  world.runUntil(() => false, 300);
  for (const { who, account } of certain) world.shownOracle.settle(who, account);
}

/** More disks were destroyed than a cluster can bear: nobody leads, nothing is decided, and whoever asks is refused. */
function stands(world: World): void {
  const { committed } = world.checker.history;
  world.runUntil(() => false, patienceMs(world));
  const leader = world.hosts.find(({ process }) => process?.node.core?.role === 'leader');
  if (leader !== undefined)
    throw new BrokenInvariant(
      'No Leader Without A Majority',
      `${leader.id} still leads\n${whereAllStand(world)}`,
    );
  const words = world.hosts.flatMap(({ process, health }) => {
    const { waitingFor = null, doubt = null } = process?.node.snapshot() ?? {};
    return [health.lost, waitingFor, doubt].filter((word) => word !== null);
  });
  if (words.length === 0 && world.mesh.refusals.length === 0)
    throw new BrokenInvariant('A Clear Refusal', `nobody says what it waits for\n${whereAllStand(world)}`);
  const before = committed.length;
  const first = world.clients.length + world.people.length;
  for (const [place, { id, process }] of world.hosts.entries())
    if ((process?.node.core ?? null) !== null) petition(world, first + place, id);
  world.runUntil(() => false, patienceMs(world));
  if (committed.length > before)
    throw new BrokenInvariant(
      'Nothing Is Decided Without A Majority',
      `entry ${before + 1} was\n${whereAllStand(world)}`,
    );
}

function allEqual(hosts: readonly NodeHost[]): boolean {
  const snapshots = hosts.flatMap(({ process }) => (process === null ? [] : [process.node.snapshot()]));
  const [first] = snapshots;
  if (first === undefined || snapshots.length < hosts.length) return false;
  return snapshots.every(
    ({ appliedIndex, stateHash, lastIndex }) =>
      appliedIndex === first.appliedIndex && stateHash === first.stateHash && lastIndex === first.lastIndex,
  );
}

function whereAllStand(world: World): string {
  const nodes = world.hosts.map(({ id, process, health }) => {
    const { lost, hurt } = health;
    if (process === null) return `${id}: ${lost ?? 'down'}`;
    const { standing, members, membershipCommitted } = process.node.snapshot();
    const { role, term, leader, commitIndex, appliedIndex, lastIndex, incarnation, waitingFor } =
      process.node.snapshot();
    return `${id}: ${role} of term ${term}, follows ${leader}, commit ${commitIndex}, applied ${appliedIndex}, last ${lastIndex}, ${standing}${hurt === 'no' ? '' : ` (${hurt})`}, members ${members.map((member) => member.id + (member.role === 'voter' ? '' : '?')).join(' ')}${membershipCommitted ? '' : ' (uncommitted)'}, incarnation ${incarnation}${waitingFor === null ? '' : `, waits for ${waitingFor}`}`;
  });
  const clients = world.clients.map(({ who, unanswered }) => `${who}: ${unanswered} unanswered`);
  return [...nodes, ...clients].join('\n');
}
