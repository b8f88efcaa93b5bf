import type { NodeId } from '../../../src/ordered-log/index.ts';
import { nodeId } from '../../../src/ordered-log/index.ts';
import { ABILITIES } from '../world/abilities.ts';
import type { Stream } from '../world/dice.ts';
import { Dice } from '../world/dice.ts';
import { drawSettings } from '../world/settings.ts';
import type { Kind } from './kinds.ts';
import { DAMAGES, downMs, KINDS } from './kinds.ts';
import type { Budget, Fault, Plan, Weather } from './plan.ts';
import type { Theme } from './themes.ts';
import { themeNamed, THEMES } from './themes.ts';
import { CALM } from '../world/peer-mesh.ts';

export interface PlanOptions {
  readonly nodes: 1 | 3 | 5 | null;
  readonly steps: number | null;
  /** null: the seed decides. */
  readonly budget: Budget | null;
  /** `paper`: without all that Figure 2 does not know: snapshots, changes of the membership, disks that forget. */
  readonly scope?: 'all' | 'paper';
  /** The name of one: several nodes, or as many as it says, within the budget, and this one's trouble. Without it the seed decides. */
  readonly theme?: string | null;
}

/** In so many of the runs more disks are destroyed than a cluster can bear. */
const OVER_BUDGET = 0.12;

/** In so many there is one node to begin with. */
const ALONE = 0.06;

/** So many have one kind of trouble, and fair weather else. */
const THEMED = 0.4;

const THEMES_OF_SEVERAL = THEMES.filter(({ nodes, inRuns }) => nodes === undefined && inRuns === undefined);

/** Draws what a run will be like. Some are calm, some are storms, and each has troubles of its own. */
export function drawPlan(seed: number, options: PlanOptions): Plan {
  const plan = drawWhole(seed, options);
  return options.scope === 'paper' ? withinThePaper(plan) : plan;
}

function withinThePaper(plan: Plan): Plan {
  const { raft } = plan.settings;
  const snapshots = { ...raft.snapshots, everyLogBytes: NEVER };
  return {
    ...plan,
    budget: 'within',
    spares: 0,
    settings: { ...plan.settings, raft: { ...raft, snapshots } },
    faults: plan.faults.filter(isInThePaper),
  };
}

/** It neither asks for what the paper's Figure 2 lacks nor leaves a disk in doubt. */
function isInThePaper(fault: Fault): boolean {
  if (BEYOND_THE_PAPER.has(fault.kind)) return false;
  return !('loss' in fault && fault.loss.of === 'power-any');
}

const BEYOND_THE_PAPER: ReadonlySet<Fault['kind']> = new Set([
  'damage',
  'misread',
  'cut-start',
  'members',
  'newcomers',
  'take-snapshot',
  'release',
  'roll',
]);

function drawWhole(seed: number, options: PlanOptions): Plan {
  const dice = new Dice(seed);
  const shape = dice.of('plan');
  const several = shape.chance(0.75) ? 3 : 5;
  const theme = typeof options.theme === 'string' ? themeNamed(options.theme) : null;
  const nodes =
    options.nodes ?? theme?.nodes ?? (theme === null && dice.of('size').chance(ALONE) ? 1 : several);
  const forMs = shape.between(600, 2_500);
  const ids = nodeIds(nodes);
  const budget =
    options.budget ?? (theme === null && dice.of('budget').chance(OVER_BUDGET) ? 'over' : 'within');
  const plan: Plan = {
    seed,
    drawnWith: [
      ...(theme === null ? [] : [`--theme '${theme.name}'`]),
      ...(options.scope === 'paper' ? ['--paper'] : []),
    ],
    nodes,
    spares: dice.of('spares').pick([0, 1, 1, 2]),
    forMs,
    steps: options.steps,
    budget,
    // A cluster that is not born yet may be born again when its disks are emptied.
    birth: budget === 'within' && dice.of('birth').chance(0.2) ? 'stormy' : 'calm',
    certainClients: shape.between(1, 3),
    wildClients: shape.between(0, 2),
    people: shape.between(1, 6),
    thinkMs: shape.pick([8, 25, 80]),
    weather: { ...drawWeather(dice.of('weather'), nodes), slowTurns: drawSlowTurns(dice.of('slow turns')) },
    settings: drawSettings(dice),
    faults: inOrder([
      ...drawFaults(KINDS, dice, ids, forMs),
      ...(budget === 'over' ? drawRuin(dice, ids, forMs) : []),
    ]),
  };
  if (theme !== null) return onTheme(plan, theme, dice);
  const mayBeThemed = budget === 'within' && nodes > 1 && options.scope !== 'paper';
  const drawn = mayBeThemed ? drawTheme(dice) : null;
  return drawn === null ? plan : onTheme(plan, drawn, dice);
}

function drawTheme(dice: Dice): Theme | null {
  const apart = THEMES.find(({ name, inRuns = 0 }) => dice.of('theme', 'apart', name).chance(inRuns));
  if (apart !== undefined) return apart;
  return dice.of('theme').chance(THEMED) ? dice.of('theme', 'which').pick(THEMES_OF_SEVERAL) : null;
}

function onTheme(plan: Plan, theme: Theme, dice: Dice): Plan {
  const { raft } = plan.settings;
  const stream = dice.of('theme', theme.name);
  const snapshots = { ...raft.snapshots, ...theme.snapshots(stream) };
  return {
    ...plan,
    birth: 'calm',
    thinkMs: stream.pick(theme.thinkMs),
    spares: theme.spares ?? plan.spares,
    people: theme.people ?? plan.people,
    weather: { ...CALM, clockRates: plan.weather.clockRates, ...theme.weather },
    settings: {
      ...plan.settings,
      segmentBytes: theme.segmentBytes ?? plan.settings.segmentBytes,
      raft: { ...raft, ...theme.raft, snapshots },
    },
    faults: inOrder(drawFaults(theme.kinds, dice, nodeIds(plan.nodes), plan.forMs)),
  };
}

export function nodeIds(count: number): readonly NodeId[] {
  return Array.from({ length: count }, (_, place) => nodeId(`n${place + 1}`));
}

/** By dice of its own: all other runs stay as they are. */
const drawSlowTurns = (stream: Stream): number => (stream.chance(0.15) ? stream.next() : 0);

function drawWeather(stream: Stream, nodes: number): Omit<Weather, 'slowTurns'> {
  const often = (most: number): number => (stream.chance(0.5) ? 0 : stream.next() * most);
  const skewed = stream.chance(0.4);
  return {
    // Now and then so much is lost that leaders hardly ever stay.
    loss: often(stream.chance(0.2) ? 0.5 : 0.15),
    duplicate: often(0.15),
    lateDuplicate: often(0.03),
    ghosts: often(0.5),
    straggler: often(0.15),
    stragglerMs: stream.pick([5, 30, 200]),
    latencyMs: stream.pick([0.2, 1, 5]),
    clockRates: Array.from({ length: nodes }, () => (skewed ? 0.75 + stream.next() * 0.6 : 1)),
    clientReset: often(0.02),
  };
}

/** How often each kind of fault strikes in a run is drawn for the run: often not at all. */
function drawFaults(
  kinds: readonly Kind[],
  dice: Dice,
  ids: readonly NodeId[],
  forMs: number,
): readonly Fault[] {
  const faults: Fault[] = [];
  for (const kind of kinds) {
    if (kind.needs !== undefined && !ABILITIES[kind.needs]) continue;
    const stream = dice.of('faults', kind.name);
    if (!stream.chance(kind.inRuns)) continue;
    const count = 1 + stream.below(Math.max(1, Math.round((STORMINESS * kind.perSecond * forMs) / 1_000)));
    for (let n = 0; n < count; n += 1) {
      const id = faults.length + 1;
      const atMs = stream.below(forMs);
      faults.push({ id, atMs, ...kind.draw(stream, ids) });
    }
  }
  return faults;
}

/** Damage to a majority of the disks, one soon after the other or over the whole run. */
function drawRuin(dice: Dice, ids: readonly NodeId[], forMs: number): readonly Fault[] {
  const stream = dice.of('ruin');
  const spared = stream.pick(ids);
  const others = ids.filter((id) => id !== spared);
  const atMs = stream.below(forMs);
  const withinMs = stream.chance(0.5) ? 50 : forMs;
  return others.map((node, place) => ({
    id: RUIN_IDS + place,
    atMs: Math.min(forMs - 1, atMs + stream.below(withinMs)),
    kind: 'damage',
    node,
    how: stream.pick(DAMAGES),
    downMs: downMs(stream),
  }));
}

const inOrder = (faults: readonly Fault[]): readonly Fault[] =>
  faults.toSorted((a, b) => a.atMs - b.atMs || a.id - b.id);

/** An election takes some 50 ms here: a second of simulated time is a long one. */
const STORMINESS = 2.5;
/** Bytes of log that no run comes to. */
const NEVER = 1_000_000_000;
/** Far above the numbers of all other faults: a fault's number names its luck. */
const RUIN_IDS = 100_000;
