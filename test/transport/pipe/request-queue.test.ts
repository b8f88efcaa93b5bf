import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { connectionNumber } from '../../../src/chat/ids.ts';
import { oneLine } from '../../../src/chat/pipe/reply.ts';
import { Connection } from '../../../src/transport/pipe/connection.ts';
import { PendingRequest } from '../../../src/transport/pipe/pending-request.ts';
import { DEFAULT_PIPE_OPTIONS } from '../../../src/transport/pipe/pipe-options.ts';
import { socketId } from '../../../src/transport/pipe/pipe-output.ts';
import { RequestQueue } from '../../../src/transport/pipe/request-queue.ts';

const connection = new Connection(
  socketId(1),
  connectionNumber(1),
  { reach: 'loopback', framing: 'lines' },
  '127.0.0.1',
  DEFAULT_PIPE_OPTIONS,
  0,
);
const request = (): PendingRequest =>
  new PendingRequest(connection, { tag: null, command: 'bye', request: { kind: 'bye' } }, 0);

describe('the queue of a connection', () => {
  it('starts and answers in the order of the lines, however many there are (property)', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(200), { maxLength: 60 }), (steps) => {
        const queue = new RequestQueue();
        const waiting: PendingRequest[] = [];
        let started = 0;
        for (const step of steps) {
          for (let n = 0; n < step; n += 1) {
            const item = request();
            waiting.push(item);
            queue.push(item);
          }
          for (let n = 0; n < step / 2 && started < waiting.length; n += 1) {
            expect(queue.nextToStart).toBe(waiting[started]);
            queue.started();
            started += 1;
          }
          for (let n = 0; n < (step * 7) % 190 && waiting.length > 0; n += 1) {
            expect(queue.front).toBe(waiting.shift());
            queue.shift();
            started = Math.max(0, started - 1);
          }
          waiting[step % 3]?.answer(oneLine('ok', 'done'));
          expect(queue.length).toBe(waiting.length);
          expect(queue.nextToStart).toBe(waiting[started]);
          expect([...queue.unsettled()]).toEqual(waiting.filter((item) => !item.isSettled));
        }
      }),
      { numRuns: 60 },
    );
  });
});
