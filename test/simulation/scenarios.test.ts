import { describe, expect, it } from 'vitest';
import { nodeId } from '../../src/ordered-log/index.ts';
import { calmBut, live } from './calm.ts';
import type { Fault } from './faults/plan.ts';

const [n1, n2, n3] = [nodeId('n1'), nodeId('n2'), nodeId('n3')];

const damage = (
  id: number,
  atMs: number,
  node: typeof n1,
  how: 'wipe' | 'cut-short',
  downMs = 20,
): Fault => ({
  id,
  atMs,
  kind: 'damage',
  node,
  how,
  downMs,
});
const SEEDS = [1];

describe('three nodes in calm weather', () => {
  it.each(SEEDS)(
    'take one in again whose folder was emptied, while the log is compacted, seed %i',
    (seed) => {
      const counts = live(calmBut(seed, 'within', [damage(1, 500, n2, 'wipe', 300)]));
      expect(counts['readmitted']).toBe(1);
      expect(counts['snapshotsSent']).toBeGreaterThan(0);
    },
  );

  it.each(SEEDS)(
    'lose nothing acknowledged when one log is cut by a third, another lags, and the third is killed, seed %i',
    (seed) => {
      const lags: Fault = { id: 1, atMs: 200, kind: 'slow-disk', node: n3, factor: 100, forMs: 1_000 };
      const dies: Fault = {
        id: 2,
        atMs: 620,
        kind: 'crash',
        node: n1,
        moment: 'at-once',
        loss: { of: 'power', keep: 0 },
        downMs: 400,
      };
      const counts = live(calmBut(seed, 'within', [lags, damage(3, 600, n2, 'cut-short'), dies]));
      expect(counts['readmitted']).toBeLessThanOrEqual(1);
    },
  );

  it('come back by themselves when the power of all fails in mid-batch', () => {
    const unanimous = Array.from({ length: 8 }, (_, place) => {
      const cut: Fault = {
        id: 1,
        atMs: 300 + 10 * place,
        kind: 'crash-all',
        nodes: [n1, n2, n3],
        loss: { of: 'power-any', keep: 50 },
        downMs: 50,
      };
      return live(calmBut(place + 1, 'within', [cut]))['unanimous'] ?? 0;
    });
    expect(Math.max(...unanimous)).toBeGreaterThan(0);
  });

  it.each(SEEDS)('wait, and say that one alone remembers, when two were emptied, seed %i', (seed) => {
    const emptied = [damage(1, 500, n1, 'wipe'), damage(2, 505, n3, 'wipe')];
    const counts = live(calmBut(seed, 'over', emptied));
    expect(counts['readmitted']).toBe(0);
  });

  it.each(SEEDS)('keep their leader when connections are reset all the time, seed %i', (seed) => {
    const pairs = [
      [n1, n2],
      [n2, n3],
      [n3, n1],
    ] as const;
    const resets = Array.from({ length: 180 }, (_, place): Fault => {
      const [a, b] = pairs[place % 3]!;
      return { id: place + 1, atMs: 100 + 10 * place, kind: 'reset-link', a, b };
    });
    let leaders = 0;
    const counts = live(calmBut(seed, 'within', resets), ({ happening }) => {
      if (happening.kind === 'role' && happening.role === 'leader') leaders += 1;
    });
    expect(leaders).toBe(1);
    expect(counts['hints']).toBe(0);
  });

  it.each(SEEDS)('elect another at once when the process of the leader dies, seed %i', (seed) => {
    const dies: Fault = { id: 1, atMs: 700, kind: 'leader', suffers: 'crash', forMs: 500 };
    const counts = live(calmBut(seed, 'within', [dies]));
    expect(counts['hints']).toBeGreaterThan(0);
  });

  it.each(SEEDS)('grow by one that catches up and votes, and lose one that led, seed %i', (seed) => {
    const changes = [
      { id: 1, atMs: 300, kind: 'members', change: 'add', luck: seed },
      { id: 2, atMs: 1_200, kind: 'members', change: 'remove-leader', luck: seed },
    ] as const;
    const counts = live(calmBut(seed, 'within', changes, 1));
    expect(counts['promoted']).toBeGreaterThan(0);
    expect(counts['removed']).toBeGreaterThan(0);
  });

  it('wait for the one that a leader removed while nobody heard of it, and that led the others since', () => {
    const nodes = [n1, n2, n3];
    const pairs = nodes.flatMap((led) =>
      nodes.filter((one) => one !== led).map((one) => [led, one] as const),
    );
    const committed = pairs.map(([led, damaged]) => {
      const dies: Fault = {
        id: 4,
        atMs: 610,
        kind: 'crash',
        node: led,
        moment: 'at-once',
        loss: { of: 'process', keep: 100 },
        downMs: 1_500,
      };
      const faults: readonly Fault[] = [
        { id: 1, atMs: 500, kind: 'members', change: 'remove-once', luck: nodes.indexOf(led) },
        // Back when all that the others have committed since is on a disk that forgets it, and on one that is away.
        { id: 3, atMs: 500, kind: 'leader', suffers: 'isolation', forMs: 120 },
        dies,
        { id: 5, atMs: 610, kind: 'damage', node: damaged, how: 'unmarked', downMs: 1 },
      ];
      const plan = calmBut(1, 'within', faults);
      const { raft } = plan.settings;
      const snapshots = { ...raft.snapshots, everyLogBytes: 1 << 20 };
      return live({ ...plan, settings: { ...plan.settings, raft: { ...raft, snapshots } } })['terms'] ?? 0;
    });
    expect(Math.max(...committed)).toBeGreaterThan(1);
  });

  it.each(SEEDS)('are upgraded one by one, and then write the next version, seed %i', (seed) => {
    const counts = live(calmBut(seed, 'within', [{ id: 1, atMs: 400, kind: 'roll', everyMs: 150 }]));
    expect(counts['raised']).toBeGreaterThanOrEqual(3);
  });

  it.each(SEEDS)(
    'take nothing new while two disks are full, and go on when there is room, seed %i',
    (seed) => {
      const full: Fault = { id: 1, atMs: 300, kind: 'full-disks', nodes: [n1, n2], forMs: 1_500 };
      const counts = live(calmBut(seed, 'within', [full]));
      expect(counts['short']).toBeGreaterThan(0);
    },
  );
});
