import { afterEach, describe, expect, it } from 'vitest';
import { runClosedLoop } from '../../../src/cli/bench/closed-loop.ts';
import type { FakeDoor } from './fake-door.ts';
import { openFakeDoor } from './fake-door.ts';
import { until } from '../../support/until.ts';

let door: FakeDoor | undefined;
afterEach(() => door?.close());

const [WARM_MS, RUN_MS] = [20, 50];

/** No clock: what is measured begins at once, and ends when the door has been sent so many lines. */
const plan = ({ lines, open }: FakeDoor, inFlight: number, connections: number, count: number) => ({
  inFlight,
  connections,
  warmMs: WARM_MS,
  runMs: RUN_MS,
  open,
  wait: async (ms: number) => {
    if (ms === RUN_MS) await until(`the door has ${count} lines`, () => lines.length >= count);
  },
});

describe('the closed loop', () => {
  it('counts every acknowledgement once, and as many as the server gave', async () => {
    door = await openFakeDoor(() => 'OK');
    const result = await runClosedLoop(plan(door, 10, 3, 100));
    expect(result.acknowledgedInAll).toBe(door.lines.length);
    expect(result.unanswered).toBe(0);
    expect(result.acknowledged.count).toBeLessThanOrEqual(result.acknowledgedInAll);
    expect(result.rate).toBeCloseTo(result.acknowledged.count / result.seconds);
  });

  it('sends no message twice', async () => {
    door = await openFakeDoor(() => 'OK');
    await runClosedLoop(plan(door, 8, 2, 100));
    expect(new Set(door.lines).size).toBe(door.lines.length);
  });

  it('never has more in flight than it says, and all of it when nothing is answered', async () => {
    door = await openFakeDoor((_line, count) => (count <= 40 ? 'OK' : null));
    const sent = door.lines;
    const result = await runClosedLoop({ ...plan(door, 12, 4, 40 + 12), settleMs: 50 });
    expect(sent.length).toBe(40 + 12);
    expect(result.acknowledgedInAll).toBe(40);
    expect(result.unanswered).toBe(12);
  });

  it('does not take a refusal for an acknowledgement', async () => {
    door = await openFakeDoor((_line, count) => (count % 2 === 0 ? 'NO' : 'OK'));
    const result = await runClosedLoop(plan(door, 4, 2, 20));
    expect(result.acknowledgedInAll).toBe(Math.ceil(door.lines.length / 2));
    expect(result.refused).toBeGreaterThan(0);
  });

  it('passes over lines that answer nothing', async () => {
    door = await openFakeDoor(() => 'somebody: hello\nOK');
    const result = await runClosedLoop(plan(door, 4, 1, 100));
    expect(result.acknowledgedInAll).toBe(door.lines.length);
  });

  it('calls what was open on a broken connection neither acknowledged nor refused', async () => {
    const broken = await openFakeDoor((_line, count) => (count <= 5 ? 'OK' : null));
    const result = await runClosedLoop({ ...plan(broken, 3, 1, 5 + 3), onEnd: () => void broken.close() });
    expect(result.acknowledgedInAll).toBe(5);
    expect(result.unanswered).toBe(3);
    expect(result.refused).toBe(0);
  });
});
