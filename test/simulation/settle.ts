import { petition } from './clients/petitioner.ts';
import { openingLines } from './clients/workload.ts';
import { BrokenInvariant } from './invariants/invariant.ts';
import { ABILITIES } from './world/abilities.ts';
import type { NodeHost } from './world/node-host.ts';
import { MS, TICK_MS } from './world/settings.ts';
import type { World } from './world/world.ts';

/** Ticks within which a healed cluster must have a leader and an incarnation for every node, and then be at rest. */
export const LIVENESS_TICKS = 1_000;

/** All faults have stopped. With a majority of its disks a cluster comes right by itself; without one it stands, and says so. */
export function settle(world: World): void {
  demand(world, 'Liveness: Everybody Starts', () =>
    world.hosts.every(({ lost, process }) => lost !== null || process !== null),
  );
  if (members(world).length > world.hosts.length / 2) comesRight(world);
  else stands(world);
  // What was pushed last is still on its way to the programs.
  world.runUntil(() => false, 300);
  world.clientOracle.settle();
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

/** Those that may run and belong to the cluster; with readmission, in the end, all of them. */
const members = (world: World): readonly NodeHost[] =>
  world.survivors.filter(({ standing }) => standing === 'member' || ABILITIES.readmission);

function comesRight(world: World): void {
  const all = members(world);
  demand(
    world,
    'Liveness: A Leader',
    () =>
      all.some(({ process }) => process?.node.core?.role === 'leader') &&
      all.every(({ process }) => process !== null && process.node.snapshot().incarnation !== null),
  );
  demand(
    world,
    'Liveness: Every Command Is Answered',
    () =>
      world.clients.every(({ unanswered }) => unanswered === 0) &&
      world.people.every(({ isWaiting }) => !isWaiting),
  );
  for (const client of world.clients) {
    client.ask(`3|${client.account}|${world.texts.next()}`);
    client.ask('2');
  }
  for (const line of openingLines) world.clients[0]?.ask(line);
  demand(world, 'Liveness: A Write And A Read', () =>
    world.clients.every(({ unanswered }) => unanswered === 0),
  );
  demand(world, 'Liveness: All Replicas Equal', () => allEqual(all));
  for (const { id, process } of all) {
    const machine = process?.machine;
    if (machine !== undefined && machine.recomputeHash() !== machine.stateHash())
      throw new BrokenInvariant('The State Hash Is Maintained', `that of ${id} is not the hash of its state`);
  }
  world.runUntil(() => false, 300);
  for (const client of world.clients)
    if (client.kind === 'certain') world.shownOracle.settle(client.who, client.account);
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
  const before = committed.length;
  const first = world.clients.length + world.people.length;
  for (const [place, { id, process }] of world.hosts.entries())
    if (process !== null) petition(world, first + place, id);
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
  const nodes = world.hosts.map(({ id, process, lost }) => {
    if (process === null) return `${id}: ${lost ?? 'down'}`;
    const { role, term, leader, commitIndex, appliedIndex, lastIndex, incarnation, waitingFor } =
      process.node.snapshot();
    return `${id}: ${role} of term ${term}, follows ${leader}, commit ${commitIndex}, applied ${appliedIndex}, last ${lastIndex}, incarnation ${incarnation}${waitingFor === null ? '' : `, waits for ${waitingFor}`}`;
  });
  const clients = world.clients.map(({ who, unanswered }) => `${who}: ${unanswered} unanswered`);
  return [...nodes, ...clients].join('\n');
}
