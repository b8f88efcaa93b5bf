import type { Plan } from './faults/plan.ts';
import { BrokenInvariant } from './invariants/invariant.ts';
import type { Listener, Told } from './report/story.ts';
import { MS, TICK_MS } from './world/settings.ts';
import { World } from './world/world.ts';

/** Ticks within which a healed cluster must have a leader and an incarnation for every node, and then be at rest. */
export const LIVENESS_TICKS = 1_000;

export interface Outcome {
  readonly plan: Plan;
  readonly failure: { readonly invariant: string; readonly what: string; readonly stack: string } | null;
  readonly events: number;
  readonly simulatedMs: number;
  /** Of everything that happened, in order. */
  readonly digest: string;
  readonly last: readonly Told[];
  readonly counts: Readonly<Record<string, number>>;
}

/** One run: a cluster is born, suffers what the plan says, is healed, and is looked at. */
export function run(plan: Plan, listener: Listener | null = null): Outcome {
  const world = new World(plan, listener);
  let failure: Outcome['failure'] = null;
  try {
    live(world);
  } catch (error) {
    const invariant = error instanceof BrokenInvariant ? error.invariant : 'The Simulator Itself';
    const what = error instanceof Error ? error.message : String(error);
    failure = { invariant, what, stack: error instanceof Error ? (error.stack ?? '') : '' };
  }
  const { story, checker, clientOracle, shownOracle } = world;
  return {
    plan,
    failure,
    events: world.events,
    simulatedMs: Math.round(world.nowUs / MS),
    digest: story.digest.toString(16).padStart(8, '0'),
    last: story.last,
    counts: {
      ...clientOracle.counts,
      shown: shownOracle.count,
      entries: checker.history.committed.length,
      executed: checker.reference.ordinal,
      terms: checker.history.leaderOfTerm.size,
      lost: world.hosts.length - world.survivors.length,
    },
  };
}

function live(world: World): void {
  for (const host of world.hosts) host.start();
  const stormyBirth = world.dice.of('birth').chance(0.2);
  if (!stormyBirth)
    demand(world, 'A Cluster Is Born', () =>
      world.hosts.every(({ process }) => process !== null && process.node.core !== null),
    );
  for (const client of world.clients) client.start();
  for (const person of world.people) person.start();
  world.faults.begin();
  const { forMs, steps } = world.plan;
  const lastEvent = steps === null ? Infinity : world.events + steps;
  world.runUntil(() => world.events >= lastEvent, forMs);
  world.isStormy = false;
  world.faults.end();
  settle(world);
}

/** All faults have stopped: everything must come right by itself. */
function settle(world: World): void {
  const members = () => world.survivors.filter(({ isStranger }) => !isStranger);
  demand(
    world,
    'Liveness: A Leader',
    () =>
      members().some(({ process }) => process?.node.core?.role === 'leader') &&
      members().every(({ process }) => process !== null && process.node.snapshot().incarnation !== null),
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
  demand(world, 'Liveness: A Write And A Read', () =>
    world.clients.every(({ unanswered }) => unanswered === 0),
  );
  demand(world, 'Liveness: All Replicas Equal', () => allEqual(members()));
  for (const { id, process } of members()) {
    const machine = process?.machine;
    if (machine !== undefined && machine.recomputeHash() !== machine.stateHash())
      throw new BrokenInvariant('The State Hash Is Maintained', `that of ${id} is not the hash of its state`);
  }
  // What was pushed last is still on its way to the programs.
  world.runUntil(() => false, 300);
  world.clientOracle.settle();
  for (const client of world.clients)
    if (client.kind === 'certain') world.shownOracle.settle(client.who, client.account);
}

function allEqual(members: World['survivors']): boolean {
  const snapshots = members.flatMap(({ process }) => (process === null ? [] : [process.node.snapshot()]));
  const [first] = snapshots;
  if (first === undefined || snapshots.length < members.length) return false;
  return snapshots.every(
    ({ appliedIndex, stateHash, lastIndex }) =>
      appliedIndex === first.appliedIndex && stateHash === first.stateHash && lastIndex === first.lastIndex,
  );
}

function demand(world: World, name: string, holds: () => boolean): void {
  const slowest = Math.min(1, ...world.plan.weather.clockRates);
  // Looked at now and then, not after every event: it costs more than an event.
  const endUs = world.nowUs + (LIVENESS_TICKS * TICK_MS * MS) / slowest;
  while (world.nowUs < endUs) {
    if (holds()) return;
    world.runUntil(() => false, 1);
  }
  if (!holds()) throw new BrokenInvariant(name, `not within ${LIVENESS_TICKS} ticks\n${standing(world)}`);
}

function standing(world: World): string {
  const nodes = world.hosts.map(({ id, process, lost }) => {
    if (process === null) return `${id}: ${lost ?? 'down'}`;
    const { role, term, leader, commitIndex, appliedIndex, lastIndex, incarnation, waitingFor } =
      process.node.snapshot();
    return `${id}: ${role} of term ${term}, follows ${leader}, commit ${commitIndex}, applied ${appliedIndex}, last ${lastIndex}, incarnation ${incarnation}${waitingFor === null ? '' : `, waits for ${waitingFor}`}`;
  });
  const clients = world.clients.map(({ who, unanswered }) => `${who}: ${unanswered} unanswered`);
  return [...nodes, ...clients].join('\n');
}
