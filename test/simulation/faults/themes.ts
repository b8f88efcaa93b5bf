import type { SnapshotSettings } from '../../../src/raft/driver/snapshot-settings.ts';
import type { RaftSettings } from '../../../src/raft/driver/cluster-node.ts';
import type { Stream } from '../world/dice.ts';
import type { Kind } from './kinds.ts';
import type { Weather } from './plan.ts';
import {
  always,
  cutInBatch,
  cutOff,
  cutWhileRepaired,
  deaf,
  diesOverSnapshot,
  full,
  gone,
  handedOver,
  handedToOne,
  joined,
  kind,
  lastWords,
  leaderDies,
  leaderIsGone,
  mixedUp,
  newcomers,
  overtaken,
  powerCut,
  slow,
  slowForLong,
  slowForLonger,
  spoiled,
  startsAgain,
  stopped,
  stoppedForLong,
} from './theme-kinds.ts';

/**
 * A run with one kind of trouble, again and again, in fair weather. What takes several things in a row hardly ever comes about in a
 * storm, because something else strikes between them; here it is common.
 */
export interface Theme {
  readonly name: string;
  readonly kinds: readonly Kind[];
  readonly weather: Partial<Weather>;
  readonly snapshots: (stream: Stream) => Partial<SnapshotSettings>;
  /** Without it, as drawn. */
  readonly segmentBytes?: number;
  /** Of a leader and its followers; without it, as drawn. */
  readonly raft?: Partial<RaftSettings>;
  /** Mean times between the commands of one client. */
  readonly thinkMs: readonly number[];
  /** So many, and not as drawn. */
  readonly nodes?: 1 | 5;
  /** On plain connections; without it, as drawn. What they are told is not made good by a second try. */
  readonly people?: number;
  /** Machines that may join; without it, as drawn. */
  readonly spares?: number;
  /**
   * In so many of all runs, whatever else they would be: drawn by its own name, so all other runs stay as they are. Without it, it is one of
   * those that share what is themed.
   */
  readonly inRuns?: number;
}

const NO_TRAIL: Partial<SnapshotSettings> = { trailingBytes: 0 };
const often = (stream: Stream): Partial<SnapshotSettings> => ({
  ...NO_TRAIL,
  everyLogBytes: stream.pick([400, 1_500]),
});
/** Only when they are asked for, or seldom. */
const seldom = (stream: Stream): Partial<SnapshotSettings> => ({
  ...NO_TRAIL,
  everyLogBytes: stream.pick([6_000, 1_000_000_000]),
});

/** Long logs of many segments, or snapshots all the time. */
const oftenOrSeldom = (stream: Stream): Partial<SnapshotSettings> => ({
  ...NO_TRAIL,
  everyLogBytes: stream.pick([400, 1_500, 1_500, 15_000, 1_000_000_000]),
});

const BUSY = [8, 25];

export const THEMES: readonly Theme[] = [
  { name: 'overtaken', kinds: [overtaken, diesOverSnapshot], weather: {}, snapshots: seldom, thinkMs: BUSY },
  {
    name: 'left behind',
    kinds: [deaf, gone],
    weather: { duplicate: 0.1, lateDuplicate: 0.1 },
    snapshots: often,
    thinkMs: BUSY,
    people: 9,
  },
  {
    name: 'dies over snapshots',
    kinds: [deaf, diesOverSnapshot, gone, slowForLong],
    weather: {},
    snapshots: often,
    segmentBytes: 8_192,
    thinkMs: BUSY,
  },
  {
    name: 'members come and go',
    kinds: [always('members'), always('leader'), gone, newcomers],
    weather: {},
    snapshots: often,
    thinkMs: BUSY,
    spares: 2,
  },
  {
    name: 'upgraded',
    kinds: [always('roll'), always('release'), deaf, gone],
    weather: {},
    snapshots: often,
    thinkMs: BUSY,
  },
  {
    name: 'quiet',
    kinds: [kind('take-snapshot', 12, always('take-snapshot').draw), leaderDies, deaf],
    weather: {},
    snapshots: often,
    thinkMs: [300],
  },
  {
    name: 'no room',
    kinds: [full, always('full-disks'), always('leader'), stopped],
    weather: {},
    snapshots: seldom,
    thinkMs: [8],
    people: 9,
    // Small against a segment, so that what is kept in the last one must last.
    segmentBytes: 8_192,
    raft: { maxUncommittedBytes: 300, maxAppendBytes: 300, maxInflightBytes: 600 },
  },
  {
    name: 'disks that forget',
    kinds: [always('damage'), spoiled, always('crash-any'), cutWhileRepaired, always('leader'), slow],
    weather: { duplicate: 0.1 },
    snapshots: oftenOrSeldom,
    thinkMs: BUSY,
  },
  {
    name: 'the power of all',
    kinds: [always('crash-all-any'), cutInBatch, always('damage'), always('transfer')],
    weather: {},
    snapshots: often,
    thinkMs: BUSY,
  },
  {
    name: 'suspected',
    kinds: [leaderIsGone, deaf],
    weather: { duplicate: 0.05 },
    snapshots: often,
    thinkMs: BUSY,
  },
  {
    name: 'contested',
    kinds: [cutOff, handedOver, stoppedForLong, slow, startsAgain],
    // Votes suffer four times as often: many come twice, or when others are being asked for.
    weather: { duplicate: 0.1, lateDuplicate: 0.05, straggler: 0.1, stragglerMs: 80 },
    snapshots: seldom,
    thinkMs: [8],
    people: 9,
    inRuns: 0.06,
  },
  {
    name: 'restless people',
    kinds: [always('client-reset'), always('client-stall'), always('client-restart'), leaderDies],
    // What somebody asks for is decided a while after it was looked at.
    weather: { latencyMs: 5, clientReset: 0.01 },
    snapshots: seldom,
    thinkMs: [8],
    people: 9,
    inRuns: 0.04,
  },
  {
    name: 'power cuts',
    kinds: [powerCut],
    // What a process said before it died comes again when the next one is there.
    weather: { ghosts: 0.5 },
    snapshots: oftenOrSeldom,
    // A segment begins often.
    segmentBytes: 8_192,
    thinkMs: [8],
    people: 9,
    inRuns: 0.04,
  },
  {
    name: 'disks mixed up',
    kinds: [mixedUp, leaderDies],
    weather: {},
    snapshots: oftenOrSeldom,
    thinkMs: BUSY,
    inRuns: 0.02,
  },
  {
    name: 'late disks',
    kinds: [cutOff, slowForLonger],
    weather: {},
    snapshots: seldom,
    thinkMs: [8],
    people: 9,
    inRuns: 0.03,
  },
  {
    name: 'absent successors',
    kinds: [handedToOne, gone, deaf],
    weather: {},
    snapshots: seldom,
    thinkMs: BUSY,
    inRuns: 0.02,
  },
  {
    name: 'last words',
    // Of three, those who have less are no majority, and ask for no votes.
    nodes: 5,
    kinds: [lastWords],
    weather: {},
    snapshots: seldom,
    thinkMs: [8],
    people: 9,
  },
  {
    name: 'turns too short',
    kinds: [always('crash'), gone, slowForLong, always('client-restart')],
    // A snapshot is written a piece a turn, and commands go on between them, for people who are mostly away.
    weather: { slowTurns: 0.9 },
    snapshots: often,
    thinkMs: [8],
    people: 9,
    inRuns: 0.02,
  },
  {
    name: 'grown from one',
    nodes: 1,
    kinds: [joined, always('damage'), startsAgain],
    weather: {},
    snapshots: oftenOrSeldom,
    thinkMs: BUSY,
    spares: 2,
  },
  {
    name: 'alone',
    nodes: 1,
    kinds: [always('misread'), always('crash'), always('crash-any')],
    weather: {},
    snapshots: oftenOrSeldom,
    thinkMs: BUSY,
  },
];

/** Throws an error that says which there are. */
export function themeNamed(name: string): Theme {
  const theme = THEMES.find((one) => one.name === name);
  if (theme === undefined)
    throw new Error(`There is no theme "${name}". There are: ${THEMES.map((one) => one.name).join(', ')}.`);
  return theme;
}
