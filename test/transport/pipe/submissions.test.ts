import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { connectionNumber } from '../../../src/chat/ids.ts';
import type { SubmissionId } from '../../../src/ordered-log/ids.ts';
import { submissionId } from '../../../src/ordered-log/ids.ts';
import type { OrderedLog } from '../../../src/ordered-log/ordered-log.ts';
import { readId } from '../../../src/ordered-log/ids.ts';
import { Submissions } from '../../../src/transport/pipe/submissions.ts';

/** A log that gives out growing IDs, with gaps if it is told to, and lets everything be withdrawn. */
class GivingLog implements OrderedLog {
  last = 0;

  submit() {
    this.last += 1;
    return { kind: 'accepted', id: submissionId(this.last) } as const;
  }

  withdraw() {
    return 'withdrawn' as const;
  }

  read() {
    return readId(1);
  }

  leader() {
    return null;
  }
}

describe('open submissions', () => {
  it('are found by their ID until they are settled, in whatever order, once (property)', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(300), { maxLength: 120 }), (steps) => {
        const log = new GivingLog();
        const submissions = new Submissions(log);
        const open = new Map<SubmissionId, number>();
        for (const step of steps) {
          const connection = connectionNumber(step + 1);
          for (let n = 0; n < step % 90; n += 1) {
            const about = { kind: 'logout', number: connection, era: n } as const;
            const answer = submissions.submit({ connection, request: null, body: { kind: 'logout' } }, about);
            if (answer.kind === 'accepted') open.set(answer.id, n);
          }
          log.last += step % 7;
          for (const [place, [id, era]] of [...open].entries()) {
            if (place % 4 === step % 4 && place > 0) continue;
            open.delete(id);
            expect(submissions.settle(id)).toMatchObject({ era });
            expect(submissions.settle(id)).toBeUndefined();
          }
        }
        for (const [id, era] of open) expect(submissions.settle(id)).toMatchObject({ era });
      }),
      { numRuns: 40 },
    );
  });

  it('that were withdrawn are not found any more, nor are IDs that were never given', () => {
    const submissions = new Submissions(new GivingLog());
    const connection = connectionNumber(1);
    const about = { kind: 'logout', number: connection, era: 0 } as const;
    submissions.submit({ connection, request: null, body: { kind: 'logout' } }, about);
    expect(submissions.withdraw(submissionId(1))).toBe('withdrawn');
    expect([0, 1, 2].map((id) => submissions.settle(submissionId(id)))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
