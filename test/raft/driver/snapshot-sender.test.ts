import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodeId } from '../../../src/ordered-log/index.ts';
import { logIndex, term } from '../../../src/raft/core/ids.ts';
import { SnapshotSender } from '../../../src/raft/driver/snapshot-sender.ts';
import { MAX_CHUNK_BYTES } from '../../../src/raft/driver/snapshot-frames.ts';

const settings = {
  everyLogBytes: 0,
  logPerSnapshotByte: 0,
  trailingBytes: 0,
  chunkBytes: MAX_CHUNK_BYTES,
  windowBytes: 3 * MAX_CHUNK_BYTES,
  resendTicks: 5,
  stallTicks: 20,
  transferTicks: 100,
};
const file = { index: logIndex(9), term: 2, bytes: 10 * MAX_CHUNK_BYTES + 17, checksum: 1 };
const sender = () => new SnapshotSender(nodeId('n2'), term(3), file, settings);
const all = (one: SnapshotSender) => {
  const wishes = [];
  for (let wish = one.next(); wish !== null; wish = one.next()) wishes.push(wish);
  return wishes;
};
const progress = (received: number) => ({ term: term(3), file, received });

describe('a snapshot on its way to a follower', () => {
  it('is sent ahead of the answers as far as the window goes, and no further', () => {
    const one = sender();
    expect(all(one).map(({ offset }) => offset)).toEqual([0, MAX_CHUNK_BYTES, 2 * MAX_CHUNK_BYTES]);
    one.progress(progress(MAX_CHUNK_BYTES));
    expect(all(one)).toEqual([{ offset: 3 * MAX_CHUNK_BYTES, bytes: MAX_CHUNK_BYTES }]);
  });

  it('goes on from where the follower stands when something was lost', () => {
    const one = sender();
    all(one);
    one.progress(progress(MAX_CHUNK_BYTES));
    one.resend();
    expect(one.next()).toEqual({ offset: MAX_CHUNK_BYTES, bytes: MAX_CHUNK_BYTES });
  });

  it('is sent again by itself when no answer comes, and begins anew when the follower has', () => {
    const one = sender();
    all(one);
    one.progress(progress(2 * MAX_CHUNK_BYTES));
    all(one);
    for (let n = 0; n < settings.resendTicks; n += 1) one.tick();
    expect(one.next()?.offset).toBe(2 * MAX_CHUNK_BYTES);
    one.progress(progress(0));
    expect(one.next()?.offset).toBe(0);
  });

  it('takes no answer about another file', () => {
    const one = sender();
    all(one);
    one.progress({ ...progress(file.bytes), file: { ...file, checksum: 2 } });
    expect(one.arrived).toBe(false);
    expect(one.next()).toBeNull();
  });

  it('is given up when it does not move, or takes all too long', () => {
    const still = sender();
    for (let n = 0; n < settings.stallTicks; n += 1) still.tick();
    expect(still.isOverdue).toBe(true);
    const slow = sender();
    for (let n = 1; n <= settings.transferTicks; n += 1) {
      slow.tick();
      slow.progress(progress(n));
    }
    expect(slow.isOverdue).toBe(true);
  });

  it('arrives whole, whatever is lost and however often the follower begins anew (property)', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('chunk', 'lost', 'resend', 'restart'), { maxLength: 200 }),
        (events) => {
          const one = sender();
          let received = 0;
          const arrives = (): void => {
            const wish = one.next();
            if (wish !== null && wish.offset === received) received += wish.bytes;
            one.progress(progress(received));
          };
          for (const event of events) {
            if (event === 'chunk') arrives();
            else if (event === 'lost') one.next();
            else if (event === 'resend') one.resend();
            else received = 0;
          }
          for (let n = 0; n < 100 && !one.arrived; n += 1) {
            arrives();
            one.resend();
          }
          expect(received).toBe(file.bytes);
        },
      ),
    );
  });
});
