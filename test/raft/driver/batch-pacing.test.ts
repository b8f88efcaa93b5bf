import { describe, expect, it } from 'vitest';
import { BatchPacing } from '../../../src/raft/driver/batch-pacing.ts';

const limits = { batchCommands: 1000, batchBytes: 10_000 };

function begun(): BatchPacing {
  const pacing = new BatchPacing(limits);
  pacing.sent(3, 3);
  return pacing;
}

describe('the pace of batches', () => {
  it('is not slowed while nothing is on its way', () => {
    expect(new BatchPacing(limits).next(1, 1)).toBe('go');
  });

  it('lets commands gather until the batch before them has come back', () => {
    const pacing = begun();
    expect(pacing.next(4, 40)).toBe('gather');
    pacing.applied(2, 4);
    expect(pacing.next(4, 40)).toBe('gather');
  });

  it('waits for one input if fewer are there than were answered and left behind, and for no second one', () => {
    const pacing = begun();
    pacing.applied(3, 2);
    expect(pacing.next(4, 40)).toBe('next-input');
    expect(pacing.next(4, 40)).toBe('go');
  });

  it('goes on at once when as many are there again', () => {
    const pacing = begun();
    pacing.applied(3, 2);
    expect(pacing.next(5, 50)).toBe('go');
  });

  it('waits for nobody while there is nothing to send, and still lets the first who comes wait for others', () => {
    const pacing = begun();
    pacing.applied(3, 0);
    expect(pacing.next(0, 0)).toBe('go');
    expect(pacing.next(1, 10)).toBe('next-input');
    expect(pacing.next(1, 10)).toBe('go');
  });

  it('does not keep one that speaks alone waiting', () => {
    const pacing = new BatchPacing(limits);
    for (let seq = 1; seq < 4; seq += 1) {
      pacing.sent(seq, 1);
      pacing.applied(seq, 0);
      expect(pacing.next(1, 10)).toBe('go');
    }
  });

  it('lets enough commands, or bytes, go in any case', () => {
    const pacing = begun();
    expect(pacing.next(128, 1280)).toBe('go');
    expect(pacing.next(1, 10_000)).toBe('go');
    expect(new BatchPacing({ ...limits, batchCommands: 2 }).next(2, 20)).toBe('go');
  });

  it('begins anew when something is handed out again', () => {
    const pacing = begun();
    pacing.resendAfter(0);
    expect(pacing.next(1, 10)).toBe('go');
    pacing.sent(3, 3);
    pacing.sent(5, 2);
    pacing.resendAfter(3);
    expect(pacing.next(1, 10), 'the first is still on its way').toBe('gather');
  });
});
