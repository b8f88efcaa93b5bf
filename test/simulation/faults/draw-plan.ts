import type { NodeId } from '../../../src/ordered-log/index.ts';
import { nodeId } from '../../../src/ordered-log/index.ts';
import type { Stream } from '../world/dice.ts';
import { Dice } from '../world/dice.ts';
import type { Fault, Loss, Moment, Plan, Weather } from './plan.ts';

export interface PlanOptions {
  readonly nodes: 3 | 5 | null;
  readonly steps: number | null;
}

const MOMENTS: readonly Moment[] = [
  'at-once',
  'at-once',
  'write-issued',
  'write-done',
  'sync-issued',
  'sync-done',
  'frame-sent',
  'vote-sent',
  'commit-advanced',
  'became-leader',
  'became-candidate',
];

/** Draws what a run will be like. Some are calm, some are storms, and each has troubles of its own. */
export function drawPlan(seed: number, options: PlanOptions): Plan {
  const dice = new Dice(seed);
  const shape = dice.of('plan');
  const nodes = options.nodes ?? (shape.chance(0.75) ? 3 : 5);
  const forMs = shape.between(600, 2_500);
  const ids = nodeIds(nodes);
  return {
    seed,
    nodes,
    forMs,
    steps: options.steps,
    certainClients: shape.between(1, 3),
    wildClients: shape.between(0, 2),
    people: shape.between(1, 6),
    thinkMs: shape.pick([8, 25, 80]),
    weather: drawWeather(dice.of('weather'), nodes),
    faults: drawFaults(dice, ids, forMs),
  };
}

export function nodeIds(count: number): readonly NodeId[] {
  return Array.from({ length: count }, (_, place) => nodeId(`n${place + 1}`));
}

function drawWeather(stream: Stream, nodes: number): Weather {
  const often = (most: number): number => (stream.chance(0.5) ? 0 : stream.next() * most);
  const skewed = stream.chance(0.4);
  return {
    // Now and then so much is lost that leaders hardly ever stay.
    loss: often(stream.chance(0.2) ? 0.5 : 0.15),
    duplicate: often(0.15),
    lateDuplicate: often(0.03),
    straggler: often(0.15),
    stragglerMs: stream.pick([5, 30, 200]),
    latencyMs: stream.pick([0.2, 1, 5]),
    clockRates: Array.from({ length: nodes }, () => (skewed ? 0.75 + stream.next() * 0.6 : 1)),
    clientReset: often(0.02),
  };
}

/** How often each kind of fault strikes in a run is drawn for the run: often not at all. */
function drawFaults(dice: Dice, ids: readonly NodeId[], forMs: number): readonly Fault[] {
  const faults: Fault[] = [];
  const fragile = ids.slice(0, (ids.length - 1) / 2);
  const order = dice.of('fragile').chance(0.5) ? fragile : ids.slice(-fragile.length);
  for (const kind of KINDS) {
    const stream = dice.of('faults', kind.name);
    if (!stream.chance(kind.inRuns)) continue;
    const count = 1 + stream.below(Math.max(1, Math.round((STORMINESS * kind.perSecond * forMs) / 1_000)));
    for (let n = 0; n < count; n += 1) {
      const id = faults.length + 1;
      const atMs = stream.below(forMs);
      faults.push({ id, atMs, ...kind.draw(stream, ids, order) });
    }
  }
  return faults.toSorted((a, b) => a.atMs - b.atMs || a.id - b.id);
}

/** An election takes some 50 ms here: a second of simulated time is a long one. */
const STORMINESS = 2.5;

type Drawn = Fault extends infer F ? (F extends Fault ? Omit<F, 'id' | 'atMs'> : never) : never;

interface Kind {
  readonly name: Fault['kind'] | 'crash-any';
  /** In what share of the runs it occurs at all, and how often then, at most. */
  readonly inRuns: number;
  readonly perSecond: number;
  readonly draw: (stream: Stream, ids: readonly NodeId[], fragile: readonly NodeId[]) => Drawn;
}

const lossOf = (stream: Stream): Loss => ({
  of: stream.chance(0.7) ? 'process' : 'power',
  keep: stream.pick([0, 30, 70, 100]),
});
const downMs = (stream: Stream): number => 1 + stream.skewed(600);
/** Half of them are over before anybody's patience ends. */
const forMs = (stream: Stream): number =>
  stream.chance(0.5) ? 5 + stream.skewed(200) : stream.between(150, 900);

const KINDS: readonly Kind[] = [
  {
    name: 'crash',
    inRuns: 0.7,
    perSecond: 8,
    draw: (s, ids) => ({
      kind: 'crash',
      node: s.pick(ids),
      moment: s.pick(MOMENTS),
      loss: lossOf(s),
      downMs: downMs(s),
    }),
  },
  {
    name: 'leader',
    inRuns: 0.6,
    perSecond: 5,
    draw: (s) => ({
      kind: 'leader',
      suffers: s.pick([
        'isolation',
        'isolation',
        'deafness',
        'pause',
        'crash',
        'hung-disk',
        'succession',
        'succession',
        'transfer',
      ]),
      forMs: forMs(s),
    }),
  },
  {
    name: 'crash-any',
    inRuns: 0.12,
    perSecond: 1,
    draw: (s, _ids, fragile) => ({
      kind: 'crash',
      node: s.pick(fragile),
      moment: s.pick(MOMENTS),
      loss: { of: 'power-any', keep: s.pick([30, 70]) },
      downMs: downMs(s),
    }),
  },
  {
    name: 'crash-all',
    inRuns: 0.3,
    perSecond: 1,
    draw: (s, ids) => ({
      kind: 'crash-all',
      nodes: ids.filter(() => s.chance(0.8)),
      loss: lossOf(s),
      downMs: 1 + s.skewed(300),
    }),
  },
  {
    name: 'pause',
    inRuns: 0.5,
    perSecond: 5,
    draw: (s, ids) => ({ kind: 'pause', node: s.pick(ids), forMs: forMs(s) }),
  },
  {
    name: 'stall-ticks',
    inRuns: 0.3,
    perSecond: 2,
    draw: (s, ids) => ({ kind: 'stall-ticks', node: s.pick(ids), forMs: forMs(s), bunch: s.between(0, 20) }),
  },
  {
    name: 'cut',
    inRuns: 0.6,
    perSecond: 6,
    draw: (s, ids) => {
      const from = ids.filter(() => s.chance(0.5));
      return {
        kind: 'cut',
        from,
        to: ids.filter((id) => !from.includes(id)),
        ways: s.chance(0.5) ? 'one' : 'both',
        forMs: forMs(s),
      };
    },
  },
  {
    name: 'flap',
    inRuns: 0.2,
    perSecond: 1,
    draw: (s, ids) => ({
      kind: 'flap',
      a: s.pick(ids),
      b: s.pick(ids),
      everyMs: s.between(10, 120),
      forMs: forMs(s),
    }),
  },
  {
    name: 'reset-link',
    inRuns: 0.4,
    perSecond: 4,
    draw: (s, ids) => ({ kind: 'reset-link', a: s.pick(ids), b: s.pick(ids) }),
  },
  {
    name: 'slow-disk',
    inRuns: 0.35,
    perSecond: 2,
    draw: (s, ids) => ({ kind: 'slow-disk', node: s.pick(ids), factor: s.between(5, 200), forMs: forMs(s) }),
  },
  {
    name: 'hang-disk',
    inRuns: 0.3,
    perSecond: 1,
    draw: (s, ids) => ({ kind: 'hang-disk', node: s.pick(ids), forMs: forMs(s) }),
  },
  {
    name: 'fail-disk',
    inRuns: 0.3,
    perSecond: 1,
    draw: (s, ids) => ({
      kind: 'fail-disk',
      node: s.pick(ids),
      operation: s.chance(0.5) ? 'write' : 'sync',
      downMs: downMs(s),
    }),
  },
  {
    name: 'full-disk',
    inRuns: 0.25,
    perSecond: 1,
    draw: (s, ids) => ({ kind: 'full-disk', node: s.pick(ids), forMs: forMs(s) }),
  },
  {
    name: 'damage',
    inRuns: 0.25,
    perSecond: 0.5,
    draw: (s, _ids, fragile) => ({
      kind: 'damage',
      node: s.pick(fragile),
      how: s.pick(['flip', 'flip-end', 'flip-end', 'cut', 'wipe']),
      downMs: downMs(s),
    }),
  },
  {
    name: 'transfer',
    inRuns: 0.4,
    perSecond: 3,
    draw: (s, ids) => ({ kind: 'transfer', node: s.pick(ids) }),
  },
  {
    name: 'leave',
    inRuns: 0.25,
    perSecond: 1,
    draw: (s, ids) => ({ kind: 'leave', node: s.pick(ids), downMs: downMs(s) }),
  },
  {
    name: 'client-cut',
    inRuns: 0.3,
    perSecond: 2,
    draw: (s, ids) => ({ kind: 'client-cut', client: s.below(12), node: s.pick(ids), forMs: forMs(s) }),
  },
  {
    name: 'client-reset',
    inRuns: 0.5,
    perSecond: 5,
    draw: (s) => ({ kind: 'client-reset', client: s.below(12) }),
  },
  {
    name: 'client-restart',
    inRuns: 0.4,
    perSecond: 3,
    draw: (s) => ({ kind: 'client-restart', client: s.below(12), downMs: s.skewed(300) }),
  },
];
