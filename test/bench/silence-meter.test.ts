import { describe, expect, it } from 'vitest';
import { histogram } from '../../bench/failover/failover-report.ts';
import { SilenceMeter } from '../../bench/failover/silence-meter.ts';

function meterAfter(blowAtMs: number, acknowledged: readonly (readonly [number, number])[]): SilenceMeter {
  const meter = new SilenceMeter();
  meter.blow(blowAtMs);
  for (const [sentAtMs, atMs] of acknowledged) {
    meter.sent();
    meter.acknowledged(sentAtMs, atMs);
  }
  return meter;
}

describe('the silence after a blow', () => {
  it('lasts from the blow to the first acknowledgement of a message sent after it', () => {
    const meter = meterAfter(100, [
      [99, 105],
      [101, 140],
      [102, 141],
    ]);
    expect(meter.firstAfterMs).toBe(40);
    expect(meter.longestMs).toBe(40);
    expect(meter.acknowledgedCount).toBe(3);
  });

  it('is the longest one, if it became silent again', () => {
    const meter = meterAfter(100, [
      [101, 103],
      [102, 190],
      [150, 200],
    ]);
    expect(meter.firstAfterMs).toBe(3);
    expect(meter.longestMs).toBe(87);
  });

  it('has not ended while nothing is acknowledged', () => {
    const meter = meterAfter(100, []);
    meter.sent();
    expect(meter.firstAfterMs).toBeNull();
    expect(meter.open).toBe(1);
  });

  it('is shown as a histogram that counts each once', () => {
    const lines = histogram([5, 12, 14, 31, 5_000]);
    const counts = lines.map((line) => Number(/ (\d+) █*$/.exec(line)?.[1] ?? Number.NaN));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(5);
    expect(lines[0]).toContain('< 10 ms');
    expect(lines.at(-1)).toContain('longer');
  });
});
