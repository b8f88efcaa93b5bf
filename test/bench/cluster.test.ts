import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { measure } from '../../bench/measure.ts';
import { ClusterSystem } from '../../bench/system/cluster-system.ts';
import type { LoadKind } from '../../bench/system/system.ts';
import { LOAD_KINDS } from '../../bench/system/system.ts';

let system: ClusterSystem;
beforeAll(async () => {
  system = await ClusterSystem.start();
});
afterAll(() => system.stop());

const load = async (kind: LoadKind) =>
  measure(system, await system.load(kind), { inFlight: 24, connections: 3 }, { warmMs: 100, runMs: 400 });

describe('the load on a cluster', () => {
  it.each([LOAD_KINDS.leader, LOAD_KINDS.spread])(
    'leaves every acknowledged message there afterwards, and no other: clients $clients',
    async (kind) => {
      const before = await system.stored();
      const { acknowledgedInAll, unanswered, refused } = await load(kind);
      expect(acknowledgedInAll).toBeGreaterThan(0);
      expect({ unanswered, refused }).toEqual({ unanswered: 0, refused: 0 });
      expect(await system.stored()).toBe(before + acknowledgedInAll);
    },
  );

  it('times the push of every message to a recipient who is online', async () => {
    const { acknowledgedInAll, pushed, unanswered } = await load(LOAD_KINDS['spread-online']);
    expect(acknowledgedInAll).toBeGreaterThan(0);
    expect(unanswered, 'neither an answer nor a push is missing').toBe(0);
    expect(pushed?.count ?? 0).toBeGreaterThan(0);
  });
});
