import { expect, it } from 'vitest';
import { EventLoopWatch } from '../../src/node/event-loop.ts';
import { until } from '../support/until.ts';

it('a process that attended to nothing for a while knows it', async () => {
  const watch = new EventLoopWatch();
  try {
    watch.begin();
    // Again and again: the watch compares two looks, and may not have looked once yet.
    await until('it has seen a pause', () => {
      for (const begun = performance.now(); performance.now() - begun < 100;);
      return watch.longestPauseMs >= 50;
    });
    expect(Number.isInteger(watch.longestPauseMs)).toBe(true);
  } finally {
    await watch.close();
  }
});
