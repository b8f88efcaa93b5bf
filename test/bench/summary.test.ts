import { describe, expect, it } from 'vitest';
import { levelName, parseLevels } from '../../bench/levels.ts';
import type { Sample } from '../../bench/load/run-load.ts';
import { median, summarize } from '../../bench/load/summary.ts';
import type { Measurement } from '../../bench/measure.ts';
import { loadPicture } from '../../bench/report/load-picture.ts';

const quantiles = { count: 1, p50: 1, p99: 2, p999: 3, max: 4 };
const measurement = (rate: number): Measurement => ({
  inFlight: 1,
  connections: 1,
  seconds: 1,
  rate,
  acknowledged: quantiles,
  pushed: null,
  refused: 0,
  acknowledgedInAll: rate,
  unanswered: 0,
  serverCpuUs: 10,
  clientCpuUs: 1,
  otherCores: 0,
  residentBytes: 1024 ** 2,
});
const sample = (contender: string, round: number, rate: number): Sample => ({
  contender,
  level: { inFlight: 64, connections: 16 },
  round,
  measurement: measurement(rate),
});

describe('the summary of a run', () => {
  it('takes medians over the rounds, and compares with the relay of the same round', () => {
    const rows = summarize([
      sample('relay', 1, 100),
      sample('leader', 1, 80),
      sample('relay', 2, 400),
      sample('leader', 2, 200),
      sample('relay', 3, 200),
      sample('leader', 3, 180),
    ]);
    expect(rows).toMatchObject([
      { contender: 'relay', rate: 200, ofRelay: null, rounds: 3 },
      { contender: 'leader', rate: 180, lowestRate: 80, highestRate: 200, ofRelay: 0.8 },
    ]);
    expect(loadPicture(rows)).toMatch(/^<svg [^]*relay[^]*leader[^]*<\/svg>\n$/);
  });

  it('knows the middle of an even number', () => {
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([])).toBeNaN();
  });
});

describe('levels', () => {
  it('are numbers in flight, with connections if these are not the usual ones', () => {
    const levels = parseLevels('1,64,256/256');
    expect(levels).toEqual([
      { inFlight: 1, connections: 1 },
      { inFlight: 64, connections: 16 },
      { inFlight: 256, connections: 256 },
    ]);
    expect(levels.map(levelName)).toEqual(['1', '64', '256 over 256']);
  });

  it.each(['', 'many', '0', '16/'])('refuses "%s"', (text) => {
    expect(() => parseLevels(text)).toThrow('in flight');
  });
});
