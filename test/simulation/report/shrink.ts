import type { Plan, Weather } from '../faults/plan.ts';
import type { Outcome } from '../run.ts';

/**
 * Looks for a smaller plan that breaks the same invariant: fewer faults, calmer weather, fewer clients, an earlier end. Draws are
 * keyed by what they are for, so what is taken away leaves the luck of the rest as it was. `attempts`: runs to spend.
 */
export function shrink(failed: Outcome, attempts: number, run: (plan: Plan) => Outcome): Outcome {
  let best = failed;
  let left = attempts;
  const tries = (plan: Plan): boolean => {
    if (left <= 0) return false;
    left -= 1;
    const outcome = run(plan);
    if (outcome.failure?.invariant !== failed.failure?.invariant) return false;
    best = outcome;
    return true;
  };
  for (let before: Outcome | null = null; best !== before;) {
    before = best;
    shorten(best, tries);
    dropFaults(best.plan, tries);
    for (const calmer of calmerWeathers(best.plan.weather)) tries({ ...best.plan, weather: calmer });
    for (const fewer of fewerClients(best.plan)) tries({ ...best.plan, ...fewer });
  }
  return best;
}

/** Faults after the failure had nothing to do with it. */
function shorten({ plan, simulatedMs }: Outcome, tries: (plan: Plan) => boolean): void {
  for (const forMs of [plan.forMs / 4, plan.forMs / 2, Math.min(plan.forMs, simulatedMs)].map(Math.floor)) {
    if (forMs >= plan.forMs || forMs < 1) continue;
    if (tries({ ...plan, forMs, faults: plan.faults.filter(({ atMs }) => atMs <= forMs) })) return;
  }
}

/** Takes faults away in ever smaller groups (delta debugging). */
function dropFaults(from: Plan, tries: (plan: Plan) => boolean): void {
  let plan = from;
  for (let size = plan.faults.length; size >= 1; size = Math.floor(size / 2)) {
    for (let start = 0; start < plan.faults.length;) {
      const faults = [...plan.faults.slice(0, start), ...plan.faults.slice(start + size)];
      if (tries({ ...plan, faults })) plan = { ...plan, faults };
      else start += size;
    }
  }
}

function calmerWeathers(weather: Weather): readonly Weather[] {
  const calmer: Weather[] = [];
  for (const kind of [
    'loss',
    'duplicate',
    'lateDuplicate',
    'ghosts',
    'straggler',
    'clientReset',
    'slowTurns',
  ] as const)
    if (weather[kind] > 0) calmer.push({ ...weather, [kind]: 0 });
  if (weather.clockRates.some((rate) => rate !== 1))
    calmer.push({ ...weather, clockRates: weather.clockRates.map(() => 1) });
  return calmer;
}

function fewerClients(plan: Plan): readonly Partial<Plan>[] {
  const fewer: Partial<Plan>[] = [];
  if (plan.people > 0) fewer.push({ people: plan.people - 1 });
  if (plan.wildClients > 0) fewer.push({ wildClients: plan.wildClients - 1 });
  if (plan.certainClients > 1) fewer.push({ certainClients: plan.certainClients - 1 });
  return fewer;
}
