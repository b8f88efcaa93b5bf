import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { measure } from '../../bench/measure.ts';
import { RelaySystem } from '../../bench/system/relay-system.ts';

let relay: RelaySystem;
beforeAll(async () => {
  relay = await RelaySystem.start();
});
afterAll(() => relay.stop());

describe('the bare relay', () => {
  it('answers every line, and costs something', async () => {
    const source = await relay.load();
    const level = { inFlight: 32, connections: 4 };
    const measurement = await measure(relay, source, level, { warmMs: 100, runMs: 300 });
    expect(measurement.acknowledged.count).toBeGreaterThan(0);
    expect(measurement.unanswered).toBe(0);
    expect(measurement.refused).toBe(0);
    expect(measurement.residentBytes).toBeGreaterThan(0);
  });
});
