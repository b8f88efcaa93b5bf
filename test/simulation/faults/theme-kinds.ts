import type { NodeId } from '../../../src/ordered-log/index.ts';
import type { Stream } from '../world/dice.ts';
import type { Drawn, Kind } from './kinds.ts';
import { kindOf } from './kinds.ts';

/** The kinds of trouble that themes consist of: as a storm has them, or longer, shorter and more often. */

export const kind = (
  name: Kind['name'],
  perSecond: number,
  draw: (stream: Stream, ids: readonly NodeId[]) => Drawn,
): Kind => ({ name, inRuns: 1, perSecond, draw });

export const always = (name: Kind['name']): Kind => ({ ...kindOf(name), inRuns: 1 });

export const joined = kind('members', 4, (s) => ({ kind: 'members', change: 'add', luck: s.below(1_000) }));

/** A follower hears nothing for a while, and its clients go on to ask it: their commands are done, and it does not know. */
export const deaf = kind('cut', 3, (s, ids) => {
  const node = s.pick(ids);
  const others = ids.filter((id) => id !== node);
  return { kind: 'cut', from: others, to: [node], ways: 'one', forMs: s.between(20, 250) };
});

export const gone = kind('absence', 2, (s, ids) => ({
  kind: 'crash',
  node: s.pick(ids),
  moment: 'at-once',
  loss: { of: 'process', keep: 100 },
  downMs: s.between(50, 400),
}));

export const overtaken = kind('leader', 2, (s) => ({
  kind: 'leader',
  suffers: 'overtaken',
  forMs: s.between(20, 200),
}));

/** Long enough for several to lead and be cut off, or for one who was to find that another leads. */
export const cutOff = kind('leader', 3, (s) => ({
  kind: 'leader',
  suffers: s.pick(['in-turn', 'in-turn', 'isolation']),
  forMs: s.between(150, 500),
}));

/** By whoever leads, to somebody by name, who may be away. */
export const handedToOne = kind('transfer', 6, (s, ids) => ({
  kind: 'transfer',
  node: s.pick(ids),
  to: s.pick(ids),
}));

/** Terms that follow each other faster than by elections that somebody waits for. */
export const handedOver = kind('transfer', 4, (s, ids) => ({ kind: 'transfer', node: s.pick(ids) }));

/** It may have cut its log just before. */
export const startsAgain = kind('crash', 1, (s, ids) => ({
  kind: 'crash',
  node: s.pick(ids),
  moment: 'at-once',
  loss: { of: s.pick(['process', 'power']), keep: 100 },
  downMs: s.between(1, 60),
}));

/** Its process is gone, and back before long: whoever was told so may follow it again. */
export const leaderIsGone = kind('leader', 4, (s) => ({
  kind: 'leader',
  suffers: s.pick(['crash', 'half-heard', 'transfer']),
  forMs: s.between(1, 30),
}));

/** One follower alone hears the end of what it says, and all know soon that its process is gone: of those who ask for votes then, most have less than that one. */
export const lastWords = kind('leader', 6, (s) => ({
  kind: 'leader',
  suffers: 'half-heard',
  forMs: s.between(1, 30),
}));

/** While its disk is slow, what is said of it takes long to be true. */
export const slow = kind('slow-disk', 3, (s, ids) => ({
  kind: 'slow-disk',
  node: s.pick(ids),
  factor: s.between(5, 40),
  forMs: s.between(20, 100),
}));

/** The power of one fails in mid-batch: the mark may be there, and what it speaks of not. */
export const cutInBatch = kind('crash', 4, (s, ids) => ({
  kind: 'crash',
  node: s.pick(ids),
  moment: 'sync-issued',
  loss: { of: 'power-any', keep: s.pick([30, 70]) },
  downMs: s.between(1, 60),
}));

/** The power of one fails between any two calls of its disk: what was torn then, it cuts away, and goes on behind it until the next time. */
export const powerCut = kind('crash', 8, (s, ids) => ({
  kind: 'crash',
  node: s.pick(ids),
  moment: s.pick(['write-issued', 'write-done', 'sync-issued', 'sync-done']),
  loss: { of: 'power', keep: s.pick([0, 30, 70]) },
  downMs: s.between(1, 40),
}));

/** The power fails while a folder in doubt is made usable. */
export const cutWhileRepaired = kind('cut-start', 4, (s, ids) => ({
  kind: 'cut-start',
  node: s.pick(ids),
  call: s.between(1, 14),
  keep: s.pick([0, 50, 100]),
  downMs: s.between(1, 60),
}));

export const leaderDies = kind('leader', 2, (s) => ({
  kind: 'leader',
  suffers: 'crash',
  forMs: s.between(20, 200),
}));

/** Whoever does something with a snapshot next dies over it: these crashes wait for their moments, each on its node. */
export const diesOverSnapshot = kind('crash', 5, (s, ids) => ({
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
export const stopped = kind('pause', 4, (s, ids) => ({
  kind: 'pause',
  node: s.pick(ids),
  forMs: s.between(10, 60),
}));

/** More than one may have asked for its vote meanwhile, each in a term of its own. */
export const stoppedForLong = kind('pause', 4, (s, ids) => ({
  kind: 'pause',
  node: s.pick(ids),
  forMs: s.between(40, 250),
}));

/** A snapshot takes its time then, and the log goes on meanwhile. */
export const slowForLong = kind('slow-disk', 3, (s, ids) => ({
  kind: 'slow-disk',
  node: s.pick(ids),
  factor: s.between(5, 60),
  forMs: s.between(50, 400),
}));

/** So slow that what it was asked to write is cut away again before it has. */
export const slowForLonger = kind('slow-disk', 4, (s, ids) => ({
  kind: 'slow-disk',
  node: s.pick(ids),
  factor: s.between(20, 120),
  forMs: s.between(200, 800),
}));

export const newcomers = kind('newcomers', 1.2, (s) => ({
  kind: 'newcomers',
  forMs: s.between(40, 150),
  fate: s.pick(['together', 'unheard']),
}));

/** Long enough for a segment to be filled up, and for those to be elected meanwhile who went on. */
export const full = kind('full-disk', 1, (s, ids) => ({
  kind: 'full-disk',
  node: s.pick(ids),
  forMs: s.between(200, 1_000),
}));

/** What can be found at the next start only: in the log or in the snapshot, or that all is gone. */
export const spoiled = kind('damage', 4, (s, ids) => ({
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
export const mixedUp = kind('damage', 5, (s, ids) => ({
  kind: 'damage',
  node: s.pick(ids),
  how: 'misplaced',
  downMs: s.between(1, 60),
}));
