import { describe, expect, it } from 'vitest';
import { batchOf, entryOf, LogLab, votes } from './log-lab.ts';

const SEGMENT_BYTES = 32_768;

/** Appends entries of commands as a driver does: only as far as there is room. */
const fill = (lab: LogLab, count: number): number => {
  let taken = 0;
  for (let i = 0; i < count; i += 1) {
    const entry = entryOf((lab.states.at(-1)?.entries.length ?? 0) + 1, 1, 'x'.repeat(900));
    if (lab.store.roomBytes < entry.bytes.byteLength + 200) continue;
    lab.append(batchOf({ entries: [entry] }));
    lab.disk.completeAll();
    taken += 1;
  }
  return taken;
};

const begun = (): LogLab => {
  const lab = new LogLab(SEGMENT_BYTES);
  lab.open();
  lab.appendDurably(batchOf({ hardState: votes(1, 'n1') }));
  return lab;
};

describe('the room that a log has for commands', () => {
  it('is none before the first segment is reserved, and plenty when the next one is', () => {
    const lab = new LogLab(SEGMENT_BYTES);
    lab.open();
    expect(lab.store.roomBytes).toBe(0);
    lab.disk.completeAll();
    expect(lab.store.roomBytes).toBeGreaterThan(SEGMENT_BYTES);
  });

  it('is what is left of the segment while the next one is being reserved, but for what is kept', () => {
    const lab = new LogLab(SEGMENT_BYTES);
    lab.open();
    lab.append(batchOf({ hardState: votes(1, 'n1') }));
    while (lab.acknowledged === 0) lab.disk.complete(lab.disk.pending.length - 1);
    expect(lab.disk.pending.map(({ kind }) => kind)).toEqual(['reserve']);
    expect(lab.store.roomBytes).toBeGreaterThan(0);
    expect(lab.store.roomBytes).toBeLessThanOrEqual((SEGMENT_BYTES * 3) / 4 - 4096);
  });

  it('shrinks by what waits for the disk', () => {
    const lab = begun();
    lab.append(batchOf({ entries: [entryOf(1, 1)] }));
    lab.append(batchOf({ entries: [entryOf(2, 1, 'x'.repeat(5000))] }));
    expect(lab.store.roomBytes).toBeLessThan(SEGMENT_BYTES - 5000);
  });

  it('is none after the disk has failed', () => {
    const lab = begun();
    lab.disk.failNext('write');
    lab.appendDurably(batchOf({ entries: [entryOf(1, 1)] }));
    expect(lab.store.roomBytes).toBe(0);
  });
});

describe('a full disk', () => {
  it('takes no commands any more, and votes, no-ops and resets for a long time', () => {
    const lab = begun();
    lab.disk.freeBytes = 0;
    fill(lab, 200);
    expect(lab.alarms).toEqual(['no-space']);
    expect(lab.store.roomBytes).toBe(0);
    expect(fill(lab, 10)).toBe(0);
    for (let inTerm = 2; inTerm <= 60; inTerm += 1)
      lab.appendDurably(batchOf({ hardState: votes(inTerm, 'n2') }));
    expect(lab.acknowledged, 'all of it is durable').toBe(lab.states.length - 1);
    const expected = lab.states.at(-1);
    lab.disk.crash(() => false);
    lab.open();
    expect(lab.states[0]).toEqual(expected);
    expect(lab.store.roomBytes, 'until the next segment was tried, the rest of this one').toBeLessThan(
      SEGMENT_BYTES,
    );
    lab.disk.completeAll();
    expect(lab.store.roomBytes).toBe(0);
    lab.appendDurably(batchOf({ hardState: votes(61, null) }));
    expect(lab.acknowledged).toBe(1);
    expect(lab.failures).toEqual([]);
  });

  it('has a reserve left for what a new leader brings: the last segment, but for what is kept', () => {
    const lab = begun();
    lab.disk.freeBytes = 0;
    fill(lab, 200);
    expect(lab.store.roomBytes).toBe(0);
    let taken = 0;
    for (;;) {
      const entry = entryOf((lab.states.at(-1)?.entries.length ?? 0) + 1, 1, 'x'.repeat(900));
      if (lab.store.reserveBytes < entry.bytes.byteLength) break;
      lab.appendDurably(batchOf({ entries: [entry] }));
      taken += 1;
    }
    expect(taken).toBeGreaterThan(10);
    for (let inTerm = 2; inTerm <= 60; inTerm += 1)
      lab.appendDurably(batchOf({ hardState: votes(inTerm, 'n2') }));
    expect(lab.acknowledged, 'all of it is durable').toBe(lab.states.length - 1);
  });

  it('takes commands again by itself once there is room', () => {
    const lab = begun();
    lab.disk.freeBytes = 0;
    fill(lab, 200);
    lab.disk.freeBytes = 10 * SEGMENT_BYTES;
    expect(lab.store.roomBytes).toBe(0);
    lab.store.retryReserve();
    lab.disk.completeAll();
    expect(lab.alarms).toEqual(['no-space', 'space-again']);
    expect(fill(lab, 10)).toBe(10);
  });

  it('has room again when a snapshot lets go of segments', () => {
    const lab = begun();
    lab.disk.freeBytes = 3 * SEGMENT_BYTES;
    fill(lab, 400);
    expect(lab.store.roomBytes).toBe(0);
    const last = entryOf(1, 1).index + (lab.states.at(-1)?.entries.length ?? 0) - 1;
    lab.store.dropUpTo(entryOf(last, 1).index);
    lab.disk.completeAll();
    lab.store.retryReserve();
    lab.disk.completeAll();
    expect(lab.alarms).toEqual(['no-space', 'space-again']);
    expect(lab.store.roomBytes).toBeGreaterThan(0);
  });
});
