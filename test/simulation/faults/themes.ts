import type { SnapshotSettings } from '../../../src/raft/driver/snapshot-settings.ts';
import type { RaftSettings } from '../../../src/raft/driver/cluster-node.ts';
import type { NodeId } from '../../../src/ordered-log/index.ts';
import type { Stream } from '../world/dice.ts';
import type { Drawn, Kind } from './kinds.ts';
import { kindOf } from './kinds.ts';
import type { Weather } from './plan.ts';

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
  readonly nodes?: 1;
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

const kind = (
  name: Kind['name'],
  perSecond: number,
  draw: (stream: Stream, ids: readonly NodeId[]) => Drawn,
): Kind => ({ name, inRuns: 1, perSecond, draw });

const always = (name: Kind['name']): Kind => ({ ...kindOf(name), inRuns: 1 });

/** A follower hears nothing for a while, and its clients go on to ask it: their commands are done, and it does not know. */
const deaf = kind('cut', 3, (s, ids) => {
  const node = s.pick(ids);
  const others = ids.filter((id) => id !== node);
  return { kind: 'cut', from: others, to: [node], ways: 'one', forMs: s.between(20, 250) };
});

const gone = kind('absence', 2, (s, ids) => ({
  kind: 'crash',
  node: s.pick(ids),
  moment: 'at-once',
  loss: { of: 'process', keep: 100 },
  downMs: s.between(50, 400),
}));

const overtaken = kind('leader', 2, (s) => ({
  kind: 'leader',
  suffers: 'overtaken',
  forMs: s.between(20, 200),
}));

/** Long enough for several to lead and be cut off, or for one who was to find that another leads. */
const cutOff = kind('leader', 3, (s) => ({
  kind: 'leader',
  suffers: s.pick(['in-turn', 'in-turn', 'isolation']),
  forMs: s.between(150, 500),
}));

/** By whoever leads, to somebody by name, who may be away. */
const handedToOne = kind('transfer', 6, (s, ids) => ({
  kind: 'transfer',
  node: s.pick(ids),
  to: s.pick(ids),
}));

/** Terms that follow each other faster than by elections that somebody waits for. */
const handedOver = kind('transfer', 4, (s, ids) => ({ kind: 'transfer', node: s.pick(ids) }));

/** It may have cut its log just before. */
const startsAgain = kind('crash', 1, (s, ids) => ({
  kind: 'crash',
  node: s.pick(ids),
  moment: 'at-once',
  loss: { of: s.pick(['process', 'power']), keep: 100 },
  downMs: s.between(1, 60),
}));

/** Its process is gone, and back before long: whoever was told so may follow it again. */
const leaderIsGone = kind('leader', 4, (s) => ({
  kind: 'leader',
  suffers: s.pick(['crash', 'half-heard', 'transfer']),
  forMs: s.between(1, 30),
}));

/** While its disk is slow, what is said of it takes long to be true. */
const slow = kind('slow-disk', 3, (s, ids) => ({
  kind: 'slow-disk',
  node: s.pick(ids),
  factor: s.between(5, 40),
  forMs: s.between(20, 100),
}));

/** The power of one fails in mid-batch: the mark may be there, and what it speaks of not. */
const cutInBatch = kind('crash', 4, (s, ids) => ({
  kind: 'crash',
  node: s.pick(ids),
  moment: 'sync-issued',
  loss: { of: 'power-any', keep: s.pick([30, 70]) },
  downMs: s.between(1, 60),
}));

/** The power of one fails between any two calls of its disk: what was torn then, it cuts away, and goes on behind it until the next time. */
const powerCut = kind('crash', 8, (s, ids) => ({
  kind: 'crash',
  node: s.pick(ids),
  moment: s.pick(['write-issued', 'write-done', 'sync-issued', 'sync-done']),
  loss: { of: 'power', keep: s.pick([0, 30, 70]) },
  downMs: s.between(1, 40),
}));

/** The power fails while a folder in doubt is made usable. */
const cutWhileRepaired = kind('cut-start', 4, (s, ids) => ({
  kind: 'cut-start',
  node: s.pick(ids),
  call: s.between(1, 14),
  keep: s.pick([0, 50, 100]),
  downMs: s.between(1, 60),
}));

const leaderDies = kind('leader', 2, (s) => ({
  kind: 'leader',
  suffers: 'crash',
  forMs: s.between(20, 200),
}));

/** Whoever does something with a snapshot next dies over it: these crashes wait for their moments, each on its node. */
const diesOverSnapshot = kind('crash', 5, (s, ids) => ({
  kind: 'crash',
  node: s.pick(ids),
  moment: s.pick([
    'snapshot-taken',
    'snapshot-sent',
    'snapshot-arrives',
    'snapshot-half-way',
    'snapshot-received',
    'snapshot-installed',
  ]),
  loss: { of: s.pick(['process', 'power']), keep: s.pick([0, 50, 100]) },
  downMs: s.between(1, 100),
}));

/** What comes meanwhile, it finds all at once. */
const stopped = kind('pause', 4, (s, ids) => ({
  kind: 'pause',
  node: s.pick(ids),
  forMs: s.between(10, 60),
}));

/** More than one may have asked for its vote meanwhile, each in a term of its own. */
const stoppedForLong = kind('pause', 4, (s, ids) => ({
  kind: 'pause',
  node: s.pick(ids),
  forMs: s.between(40, 250),
}));

/** A snapshot takes its time then, and the log goes on meanwhile. */
const slowForLong = kind('slow-disk', 3, (s, ids) => ({
  kind: 'slow-disk',
  node: s.pick(ids),
  factor: s.between(5, 60),
  forMs: s.between(50, 400),
}));

/** So slow that what it was asked to write is cut away again before it has. */
const slowForLonger = kind('slow-disk', 4, (s, ids) => ({
  kind: 'slow-disk',
  node: s.pick(ids),
  factor: s.between(20, 120),
  forMs: s.between(200, 800),
}));

const newcomers = kind('newcomers', 1.2, (s) => ({
  kind: 'newcomers',
  forMs: s.between(40, 150),
  fate: s.pick(['together', 'unheard']),
}));

/** Long enough for a segment to be filled up, and for those to be elected meanwhile who went on. */
const full = kind('full-disk', 1, (s, ids) => ({
  kind: 'full-disk',
  node: s.pick(ids),
  forMs: s.between(200, 1_000),
}));

/** What can be found at the next start only: in the log or in the snapshot, or that all is gone. */
const spoiled = kind('damage', 4, (s, ids) => ({
  kind: 'damage',
  node: s.pick(ids),
  how: s.pick([
    'flip',
    'flip-end',
    'flip-snapshot',
    'flip-snapshot',
    'flip-mark',
    'cut',
    'cut-short',
    'unmarked',
    'unmarked',
    'wipe',
  ]),
  downMs: s.between(1, 60),
}));

/** A disk in the wrong place: another node's, or with another node's log on it. */
const mixedUp = kind('damage', 5, (s, ids) => ({
  kind: 'damage',
  node: s.pick(ids),
  how: 'misplaced',
  downMs: s.between(1, 60),
}));

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
