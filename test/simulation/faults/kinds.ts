import type { NodeId } from '../../../src/ordered-log/index.ts';
import type { Abilities } from '../world/abilities.ts';
import type { Stream } from '../world/dice.ts';
import type { Damage, Fault, Loss, Moment } from './plan.ts';

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
  'snapshot-taken',
  'snapshot-sent',
  'snapshot-arrives',
  'snapshot-received',
  'snapshot-installed',
];

/** Damages of the fault atlas, the likelier ones more often. */
export const DAMAGES: readonly Damage[] = [
  'flip',
  'flip-end',
  'flip-end',
  'flip-snapshot',
  'flip-mark',
  'flip-identity',
  'cut',
  'cut-short',
  'cut-short',
  'unmarked',
  'wipe',
  'wipe',
  'foreign',
  'misplaced',
];

export type Drawn = Fault extends infer F ? (F extends Fault ? Omit<F, 'id' | 'atMs'> : never) : never;

/** A kind of fault, and how it is drawn. */
export interface Kind {
  readonly name: Fault['kind'] | 'crash-any' | 'crash-all-any' | 'absence';
  /** In what share of the runs it occurs at all, and how often then, at most. */
  readonly inRuns: number;
  readonly perSecond: number;
  /** What the product must be able to do for this fault to make sense. */
  readonly needs?: keyof Abilities;
  readonly draw: (stream: Stream, ids: readonly NodeId[]) => Drawn;
}

const lossOf = (stream: Stream): Loss => ({
  of: stream.chance(0.7) ? 'process' : 'power',
  keep: stream.pick([0, 30, 70, 100]),
});
export const downMs = (stream: Stream): number => 1 + stream.skewed(600);
/** Half of them are over before anybody's patience ends. */
const forMs = (stream: Stream): number =>
  stream.chance(0.5) ? 5 + stream.skewed(200) : stream.between(150, 900);

export const KINDS: readonly Kind[] = [
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
        'overtaken',
        'transfer',
      ]),
      forMs: forMs(s),
    }),
  },
  {
    name: 'crash-any',
    inRuns: 0.12,
    perSecond: 1,
    draw: (s, ids) => ({
      kind: 'crash',
      node: s.pick(ids),
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
    name: 'crash-all-any',
    inRuns: 0.12,
    perSecond: 1,
    needs: 'readmission',
    draw: (s, ids) => ({
      kind: 'crash-all',
      nodes: s.chance(0.7) ? ids : ids.filter(() => s.chance(0.6)),
      loss: { of: 'power-any', keep: s.pick([30, 70]) },
      downMs: 1 + s.skewed(200),
    }),
  },
  {
    name: 'cut-start',
    inRuns: 0.12,
    perSecond: 1,
    needs: 'readmission',
    draw: (s, ids) => ({
      kind: 'cut-start',
      node: s.pick(ids),
      call: s.between(1, 12),
      keep: s.pick([0, 50, 100]),
      downMs: downMs(s),
    }),
  },
  {
    name: 'full-disks',
    inRuns: 0.15,
    perSecond: 0.5,
    needs: 'snapshots',
    draw: (s, ids) => ({ kind: 'full-disks', nodes: ids.filter(() => s.chance(0.7)), forMs: forMs(s) }),
  },
  {
    name: 'members',
    inRuns: 0.5,
    perSecond: 1.2,
    needs: 'membership',
    draw: (s) => ({
      kind: 'members',
      change: s.pick(['add', 'add', 'remove', 'remove-leader', 'replace', 'replace-leader', 'again']),
      luck: s.below(1_000),
    }),
  },
  {
    name: 'take-snapshot',
    inRuns: 0.2,
    perSecond: 3,
    needs: 'snapshots',
    draw: (s, ids) => ({ kind: 'take-snapshot', node: s.pick(ids) }),
  },
  {
    name: 'release',
    inRuns: 0.15,
    perSecond: 1,
    needs: 'snapshots',
    draw: (s, ids) => ({
      kind: 'release',
      node: s.pick(ids),
      to: s.pick(['next', 'this']),
      downMs: downMs(s),
    }),
  },
  {
    name: 'roll',
    inRuns: 0.12,
    perSecond: 0.1,
    needs: 'snapshots',
    draw: (s) => ({ kind: 'roll', everyMs: s.between(20, 200) }),
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
    inRuns: 0.5,
    perSecond: 12,
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
    inRuns: 0.35,
    perSecond: 1,
    draw: (s, ids) => ({
      kind: 'damage',
      node: s.pick(ids),
      how: s.pick(DAMAGES),
      downMs: downMs(s),
    }),
  },
  {
    name: 'misread',
    inRuns: 0.3,
    perSecond: 1,
    draw: (s, ids) => ({ kind: 'misread', node: s.pick(ids), downMs: downMs(s) }),
  },
  {
    name: 'absence',
    inRuns: 0.3,
    perSecond: 0.5,
    needs: 'snapshots',
    draw: (s, ids) => ({
      kind: 'crash',
      node: s.pick(ids),
      moment: 'at-once',
      loss: { of: 'process', keep: 100 },
      downMs: s.between(600, 1_500),
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
    name: 'client-stall',
    inRuns: 0.5,
    perSecond: 5,
    draw: (s) => ({
      kind: 'client-stall',
      client: s.below(12),
      forMs: forMs(s),
      ending: s.pick(['reads-on', 'is-gone']),
    }),
  },
  {
    name: 'client-restart',
    inRuns: 0.4,
    perSecond: 3,
    draw: (s) => ({ kind: 'client-restart', client: s.below(12), downMs: s.skewed(300) }),
  },
];

export function kindOf(name: Kind['name']): Kind {
  const kind = KINDS.find((kind) => kind.name === name);
  if (kind === undefined) throw new Error(`there is no fault ${name}`);
  return kind;
}
