import { afterEach, describe, expect, it } from 'vitest';
import { runClosedLoop } from '../../../src/cli/bench/closed-loop.ts';
import type { FakeDoor } from './fake-door.ts';
import { openFakeDoor } from './fake-door.ts';

let door: FakeDoor | undefined;
afterEach(() => door?.close());

const plan = (open: FakeDoor['open'], inFlight: number, connections: number) => ({
  inFlight,
  connections,
  warmMs: 20,
  runMs: 50,
  open,
});

describe('the closed loop', () => {
  it('counts every acknowledgement once, and as many as the server gave', async () => {
    door = await openFakeDoor(() => 'OK');
    const result = await runClosedLoop(plan(door.open, 10, 3));
    expect(result.acknowledgedInAll).toBe(door.lines.length);
    expect(result.unanswered).toBe(0);
    expect(result.acknowledged.count).toBeLessThanOrEqual(result.acknowledgedInAll);
    expect(result.rate).toBeCloseTo(result.acknowledged.count / result.seconds);
  });

  it('sends no message twice', async () => {
    door = await openFakeDoor(() => 'OK');
    await runClosedLoop(plan(door.open, 8, 2));
    expect(new Set(door.lines).size).toBe(door.lines.length);
  });

  it('never has more in flight than it says, and all of it when nothing is answered', async () => {
    door = await openFakeDoor((_line, count) => (count <= 40 ? 'OK' : null));
    const sent = door.lines;
    const result = await runClosedLoop({ ...plan(door.open, 12, 4), settleMs: 50 });
    expect(sent.length).toBe(40 + 12);
    expect(result.acknowledgedInAll).toBe(40);
    expect(result.unanswered).toBe(12);
  });

  it('does not take a refusal for an acknowledgement', async () => {
    door = await openFakeDoor((_line, count) => (count % 2 === 0 ? 'NO' : 'OK'));
    const result = await runClosedLoop(plan(door.open, 4, 2));
    expect(result.acknowledgedInAll).toBe(Math.ceil(door.lines.length / 2));
    expect(result.refused).toBeGreaterThan(0);
  });

  it('passes over lines that answer nothing', async () => {
    door = await openFakeDoor(() => 'somebody: hello\nOK');
    const result = await runClosedLoop(plan(door.open, 4, 1));
    expect(result.acknowledgedInAll).toBe(door.lines.length);
  });

  it('calls what was open on a broken connection neither acknowledged nor refused', async () => {
    const broken = await openFakeDoor((_line, count) => (count <= 5 ? 'OK' : null));
    setTimeout(() => void broken.close(), 30);
    const result = await runClosedLoop(plan(broken.open, 3, 1));
    expect(result.acknowledgedInAll).toBe(5);
    expect(result.unanswered).toBe(3);
    expect(result.refused).toBe(0);
  });
});
