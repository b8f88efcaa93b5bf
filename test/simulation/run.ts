import type { Plan } from './faults/plan.ts';
import { BrokenInvariant } from './invariants/invariant.ts';
import type { Listener, Told } from './report/story.ts';
import { demand, settle } from './settle.ts';
import { MS } from './world/settings.ts';
import { World } from './world/world.ts';

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

/** One run: a cluster is born, suffers what the plan says, is healed as far as it can be, and is looked at. */
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
      lost: world.hosts.filter(({ health }) => health.lost !== null || health.isElsewhere).length,
      ...checker.census.counts,
    },
  };
}

function live(world: World): void {
  for (const host of world.hosts) if (host.isInUse) host.start();
  if (world.plan.birth === 'calm')
    demand(world, 'A Cluster Is Born', () =>
      world.hosts.every(({ process, isInUse }) => !isInUse || (process?.node.core ?? null) !== null),
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
