import { describe, expect, it } from 'vitest';
import { nodeId, submissionId } from '../../../src/ordered-log/index.ts';
import { forEachCommand } from '../../../src/raft/driver/payloads.ts';
import type { CommandBatch } from '../../../src/raft/driver/payloads.ts';
import { Submitter } from '../../../src/raft/driver/submitter.ts';

const limits = {
  waitingCommands: 4,
  waitingBytes: 1000,
  windowCommands: 3,
  batchCommands: 2,
  batchBytes: 100,
};
const command = (n: number): Uint8Array => Uint8Array.of(n);

function bodies(batch: CommandBatch | null): { seq: number; body: number }[] {
  const found: { seq: number; body: number }[] = [];
  if (batch !== null) forEachCommand(batch, (seq, start) => found.push({ seq, body: batch.payload[start]! }));
  return found;
}

/** Asked with this input, and with the next one if it waits for that. */
function nextBatch(submitter: Submitter): CommandBatch | null {
  const first = submitter.nextBatch();
  const batch = first === 'next-input' ? submitter.nextBatch() : first;
  if (batch === 'next-input') throw new Error('it waits for more than one input');
  return batch;
}

describe('the submitter', () => {
  it('numbers nothing before the node has an incarnation', () => {
    const submitter = new Submitter(nodeId('n1'), limits);
    submitter.submit(command(1));
    expect(nextBatch(submitter)).toBeNull();
  });

  it('keeps a copy of each command, whose bytes are the caller’s again', () => {
    const submitter = new Submitter(nodeId('n1'), limits);
    submitter.begin(1);
    const bytes = Uint8Array.of(1);
    submitter.submit(bytes);
    bytes[0] = 9;
    expect(bodies(nextBatch(submitter))).toEqual([{ seq: 1, body: 1 }]);
  });

  it('batches commands of any length around those that were withdrawn', () => {
    const roomy = { ...limits, waitingCommands: 100, waitingBytes: 1e6, windowCommands: 100 };
    const submitter = new Submitter(nodeId('n1'), { ...roomy, batchCommands: 100, batchBytes: 1e6 });
    const lengths = [3, 0, 70_000, 5, 60_000, 10_000, 7];
    for (const [place, length] of lengths.entries()) submitter.submit(new Uint8Array(length).fill(place));
    submitter.withdraw(submissionId(4));
    submitter.begin(1);
    const found: number[][] = [];
    const batch = nextBatch(submitter);
    if (batch !== null)
      forEachCommand(batch, (seq, start, end) => {
        const body = batch.payload.subarray(start, end);
        found.push([seq, body.length, body.at(0) ?? 1, body.at(-1) ?? 1]);
      });
    expect(found).toEqual([
      [1, 3, 0, 0],
      [2, 0, 1, 1],
      [3, 70_000, 2, 2],
      [4, 60_000, 4, 4],
      [5, 10_000, 5, 5],
      [6, 7, 6, 6],
    ]);
  });

  it('numbers commands from 1, in order, in batches, as far as the window has room', () => {
    const submitter = new Submitter(nodeId('n1'), limits);
    for (const n of [1, 2, 3, 4]) submitter.submit(command(n));
    submitter.begin(7);
    const first = nextBatch(submitter);
    expect(first).toMatchObject({ node: 'n1', incarnation: 7, firstSeq: 1, count: 2 });
    expect(bodies(nextBatch(submitter))).toEqual([{ seq: 3, body: 3 }]);
    expect(nextBatch(submitter)).toBeNull();
    expect(submitter.applied(1)).toBe(1);
    expect(submitter.applied(2)).toBe(2);
    expect(submitter.applied(3)).toBe(3);
    expect(bodies(nextBatch(submitter))).toEqual([{ seq: 4, body: 4 }]);
  });

  it('lets commands gather while a batch is on its way', () => {
    const submitter = new Submitter(nodeId('n1'), { ...limits, windowCommands: 10 });
    submitter.begin(1);
    submitter.submit(command(1));
    expect(bodies(nextBatch(submitter))).toEqual([{ seq: 1, body: 1 }]);
    submitter.submit(command(2));
    expect(nextBatch(submitter)).toBeNull();
    expect(submitter.withdraw(submissionId(2)), 'it has no number yet').toBe('withdrawn');
    submitter.submit(command(3));
    submitter.applied(1);
    expect(bodies(nextBatch(submitter))).toEqual([{ seq: 2, body: 3 }]);
  });

  it('lets one input come in before it goes on with fewer commands than there were', () => {
    const submitter = new Submitter(nodeId('n1'), { ...limits, windowCommands: 10, batchCommands: 10 });
    submitter.begin(1);
    submitter.submit(command(1));
    submitter.nextBatch();
    submitter.submit(command(2));
    submitter.applied(1);
    expect(submitter.nextBatch()).toBe('next-input');
    expect(submitter.withdraw(submissionId(2)), 'it has no number yet').toBe('withdrawn');
    submitter.submit(command(3));
    submitter.submit(command(4));
    expect(submitter.nextBatch()).toMatchObject({ firstSeq: 2, count: 2 });
  });

  it('lets a full batch go though one is on its way', () => {
    const submitter = new Submitter(nodeId('n1'), { ...limits, windowCommands: 10 });
    submitter.begin(1);
    submitter.submit(command(1));
    nextBatch(submitter);
    for (const n of [2, 3]) submitter.submit(command(n));
    expect(bodies(nextBatch(submitter))).toEqual([
      { seq: 2, body: 2 },
      { seq: 3, body: 3 },
    ]);
  });

  it('lets enough commands go though a batch is on its way, however large one may be', () => {
    const roomy = { waitingCommands: 1e4, waitingBytes: 1e6, windowCommands: 1e4, batchCommands: 1e4 };
    const submitter = new Submitter(nodeId('n1'), { ...roomy, batchBytes: 1e6 });
    submitter.begin(1);
    submitter.submit(command(1));
    nextBatch(submitter);
    for (let n = 0; n < 127; n += 1) submitter.submit(command(2));
    expect(nextBatch(submitter)).toBeNull();
    submitter.submit(command(2));
    expect(nextBatch(submitter)).toMatchObject({ firstSeq: 2, count: 128 });
  });

  it('gives a command back that has no number yet: it is certainly not done', () => {
    const submitter = new Submitter(nodeId('n1'), limits);
    submitter.submit(command(1));
    submitter.submit(command(2));
    submitter.submit(command(3));
    expect(submitter.withdraw(submissionId(2))).toBe('withdrawn');
    expect(submitter.withdraw(submissionId(2))).toBe('in-doubt');
    submitter.begin(1);
    expect(bodies(nextBatch(submitter))).toEqual([
      { seq: 1, body: 1 },
      { seq: 2, body: 3 },
    ]);
  });

  it('never gives back a command that has a number', () => {
    const submitter = new Submitter(nodeId('n1'), limits);
    submitter.submit(command(1));
    submitter.begin(1);
    nextBatch(submitter);
    expect(submitter.withdraw(submissionId(1))).toBe('in-doubt');
  });

  it('sends again after a doubt, in order, from the first that was not seen applied', () => {
    const submitter = new Submitter(nodeId('n1'), limits);
    for (const n of [1, 2, 3]) submitter.submit(command(n));
    submitter.begin(1);
    nextBatch(submitter);
    nextBatch(submitter);
    submitter.applied(1);
    submitter.doubt();
    expect(bodies(nextBatch(submitter))).toEqual([
      { seq: 2, body: 2 },
      { seq: 3, body: 3 },
    ]);
  });

  it('goes back no further than the leader asks, and never below what is applied', () => {
    const submitter = new Submitter(nodeId('n1'), limits);
    for (const n of [1, 2, 3, 4]) submitter.submit(command(n));
    submitter.begin(1);
    nextBatch(submitter);
    expect(bodies(nextBatch(submitter))).toEqual([{ seq: 3, body: 3 }]);
    submitter.resendFrom(3);
    submitter.applied(1);
    submitter.applied(2);
    const rest = [
      { seq: 3, body: 3 },
      { seq: 4, body: 4 },
    ];
    expect(bodies(nextBatch(submitter))).toEqual(rest);
    submitter.resendFrom(1);
    expect(bodies(nextBatch(submitter))).toEqual(rest);
  });

  it('refuses when too much waits: certainly not done', () => {
    const submitter = new Submitter(nodeId('n1'), limits);
    for (const n of [1, 2, 3, 4]) expect(submitter.submit(command(n)).kind).toBe('accepted');
    expect(submitter.submit(command(5))).toEqual({ kind: 'refused', reason: 'full' });
  });

  it('voids everything unapplied when its incarnation ends, numbered or not', () => {
    const submitter = new Submitter(nodeId('n1'), limits);
    for (const n of [1, 2, 3, 4]) submitter.submit(command(n));
    submitter.begin(1);
    nextBatch(submitter);
    submitter.applied(1);
    submitter.withdraw(submissionId(4));
    expect(submitter.end()).toEqual([2, 3]);
    expect(submitter.unsettled).toBe(0);
    expect(nextBatch(submitter)).toBeNull();
  });

  it('will not hear of a command applied out of order', () => {
    const submitter = new Submitter(nodeId('n1'), limits);
    submitter.submit(command(1));
    submitter.begin(1);
    nextBatch(submitter);
    expect(() => submitter.applied(2)).toThrow(/command 2 of n1/);
  });

  it('numbers no more bytes than may wait: a window of large commands does not fill the memory', () => {
    const submitter = new Submitter(nodeId('n1'), { ...limits, waitingBytes: 20, windowCommands: 1000 });
    submitter.begin(1);
    const large = new Uint8Array(10);
    let accepted = 0;
    for (let n = 0; n < 100; n += 1) {
      if (submitter.submit(large).kind === 'accepted') accepted += 1;
      while (nextBatch(submitter) !== null);
    }
    expect(accepted).toBe(4);
    submitter.applied(1);
    expect(nextBatch(submitter)).toMatchObject({ firstSeq: 3, count: 1 });
  });

  it('what was given back takes no room, though no leader comes to fetch what stands behind it', () => {
    const submitter = new Submitter(nodeId('n1'), limits);
    for (let n = 0; n < 100; n += 1) {
      const answer = submitter.submit(command(n));
      expect(answer.kind).toBe('accepted');
      if (answer.kind === 'accepted') expect(submitter.withdraw(answer.id)).toBe('withdrawn');
    }
    expect(submitter.unsettled).toBe(0);
  });
});
