import { setImmediate as nextCheck } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { Turns } from '../../../src/raft/runtime/turns.ts';

function counted(): { readonly turns: Turns; readonly count: () => number } {
  let count = 0;
  const turns = new Turns(() => {
    count += 1;
  });
  return { turns, count: () => count };
}

describe('turns', () => {
  it('come once, however often one was asked for, and not from within the asking', async () => {
    const { turns, count } = counted();
    turns.schedule();
    turns.schedule();
    expect(count()).toBe(0);
    await nextCheck();
    expect(count()).toBe(1);
    await nextCheck();
    expect(count()).toBe(1);
  });

  it('come at once for who cannot wait, in place of the one that was on its way', async () => {
    const { turns, count } = counted();
    turns.schedule();
    turns.runNow();
    expect(count()).toBe(1);
    await nextCheck();
    expect(count()).toBe(1);
    turns.runNow();
    expect(count()).toBe(1);
  });

  it('may ask for the next one', async () => {
    const asked: string[] = [];
    const turns: Turns = new Turns(() => {
      asked.push('turn');
      if (asked.length < 3) turns.schedule();
    });
    turns.schedule();
    turns.runNow();
    await nextCheck();
    await nextCheck();
    expect(asked).toHaveLength(3);
  });

  it('come later by themselves, and once, if nothing asks for one before', async () => {
    const { turns, count } = counted();
    turns.scheduleLater();
    turns.scheduleLater();
    await nextCheck();
    expect(count()).toBeLessThanOrEqual(1);
    while (count() === 0) await nextCheck();
    turns.schedule();
    await nextCheck();
    expect(count()).toBe(2);
  });

  it('that were to come later come with what is asked for before', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { turns, count } = counted();
    turns.scheduleLater();
    turns.schedule();
    turns.runNow();
    expect(count()).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
    turns.scheduleLater();
    turns.stop();
    expect(vi.getTimerCount()).toBe(0);
    turns.scheduleLater();
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
    await nextCheck();
    expect(count()).toBe(1);
  });

  it('do not come any more once they are stopped', async () => {
    const { turns, count } = counted();
    turns.schedule();
    turns.stop();
    turns.schedule();
    turns.runNow();
    await nextCheck();
    expect(count()).toBe(0);
  });
});
