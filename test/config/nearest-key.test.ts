import { describe, expect, it } from 'vitest';
import { nearestKey } from '../../src/config/nearest-key.ts';

describe('the key that was probably meant', () => {
  it.each([
    ['hartbeatMs', 'heartbeatMs'],
    ['heartbeatMS', 'heartbeatMs'],
    ['heartbeat', 'heartbeatMs'],
    ['tikMs', 'tickMs'],
    ['ids', 'id'],
    ['zz', undefined],
    ['somethingElse', undefined],
  ])('%s: %s', (typed, meant) => {
    expect(nearestKey(typed, ['tickMs', 'heartbeatMs', 'electionTimeoutMs', 'id'])).toBe(meant);
  });
});
