import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Suspicion } from '../../../src/transport/peers/suspicion.ts';

let told = 0;
let suspicion: Suspicion;

beforeEach(() => {
  vi.useFakeTimers();
  told = 0;
  suspicion = new Suspicion(() => {
    told += 1;
  });
});

afterEach(() => vi.useRealTimers());

/** Longer than any wait before a hint. */
function later(): void {
  vi.advanceTimersByTime(1_000);
}

describe('that a peer is gone', () => {
  it('is said once a connection that stood has ended and a new one is refused, after a few milliseconds', () => {
    suspicion.begin();
    expect(suspicion.dialFailed('not-listening')).toBe('dial-later');
    expect(told).toBe(0);
    vi.advanceTimersByTime(8);
    expect(told).toBe(1);
    suspicion.dialFailed('not-listening');
    later();
    expect(told).toBe(1);
  });

  it('is not said of one that never was there', () => {
    suspicion.dialFailed('not-listening');
    later();
    expect(told).toBe(0);
  });

  it('is not said if the peer is reached, or comes in, before the wait is over', () => {
    suspicion.begin();
    suspicion.dialFailed('not-listening');
    suspicion.refuted();
    later();
    expect(told).toBe(0);
  });

  it.each(['unreachable', 'refused', 'refused-by'] as const)(
    'is not said if the new connection is %s: somebody or nobody is there, but nothing was refused by the system',
    (end) => {
      suspicion.begin();
      suspicion.dialFailed(end);
      suspicion.dialFailed('not-listening');
      later();
      expect(told).toBe(0);
    },
  );

  it('is looked into again at once, a few times, if the new connection breaks off: the process may be just ending', () => {
    suspicion.begin();
    expect(suspicion.dialFailed('broken-off')).toBe('dial-at-once');
    expect(suspicion.dialFailed('broken-off')).toBe('dial-at-once');
    expect(suspicion.dialFailed('broken-off')).toBe('dial-at-once');
    expect(suspicion.dialFailed('broken-off')).toBe('dial-later');
    suspicion.begin();
    expect(suspicion.dialFailed('broken-off')).toBe('dial-at-once');
    suspicion.dialFailed('not-listening');
    later();
    expect(told).toBe(1);
  });

  it('is said once of both connections of a pair that end', () => {
    suspicion.begin();
    suspicion.begin();
    suspicion.dialFailed('not-listening');
    suspicion.begin();
    later();
    expect(told).toBe(1);
  });
});
