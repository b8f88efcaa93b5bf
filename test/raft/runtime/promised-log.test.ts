import { describe, expect, it } from 'vitest';
import { readId, submissionId } from '../../../src/ordered-log/index.ts';
import type { OrderedLog, SubmitAnswer } from '../../../src/ordered-log/index.ts';
import { PromisedLog, ProposalError } from '../../../src/raft/runtime/promised-log.ts';

/** A log that takes everything, or nothing, and answers only when the test says so. */
class SilentLog implements OrderedLog {
  answer: SubmitAnswer['kind'] = 'accepted';
  numbered = false;
  #submissions = 0;
  #reads = 0;

  submit(): SubmitAnswer {
    if (this.answer === 'refused') return { kind: 'refused', reason: 'full' };
    this.#submissions += 1;
    return { kind: 'accepted', id: submissionId(this.#submissions) };
  }

  withdraw(): 'withdrawn' | 'in-doubt' {
    return this.numbered ? 'in-doubt' : 'withdrawn';
  }

  read() {
    this.#reads += 1;
    return readId(this.#reads);
  }

  leader(): null {
    return null;
  }
}

const command = Uint8Array.of(1);
const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'resolved',
    (error: unknown) => (error instanceof ProposalError ? error.code : String(error)),
  );

describe('the ordered log as promises', () => {
  it('resolves a proposal with the result of applying it, and a read when it is safe', async () => {
    const log = new PromisedLog<string>(new SilentLog());
    const [proposal, read] = [log.propose(command), log.read()];
    log.applied(submissionId(1), 7, 'done');
    log.readSafe(readId(1));
    expect(await proposal).toBe('done');
    await read;
  });

  it('says NOT_DONE of what the log did not take, of what was voided, and of a read that failed', async () => {
    const silent = new SilentLog();
    const log = new PromisedLog<string>(silent);
    const [voided, read] = [log.propose(command), log.read()];
    log.voided(submissionId(1));
    log.readFailed(readId(1), 'no-leader');
    silent.answer = 'refused';
    expect(await Promise.all([voided, read, log.propose(command)].map(codeOf))).toEqual([
      'NOT_DONE',
      'NOT_DONE',
      'NOT_DONE',
    ]);
  });

  it('says IN_DOUBT of what a snapshot jumped over', async () => {
    const log = new PromisedLog<string>(new SilentLog());
    const proposal = log.propose(command);
    log.lost(submissionId(1));
    expect(await codeOf(proposal)).toBe('IN_DOUBT');
  });

  it.each([
    { numbered: false, code: 'NOT_DONE' },
    { numbered: true, code: 'IN_DOUBT' },
  ])(
    'answers everything when the replica has stopped, what comes later too: $code if numbered is $numbered',
    async ({ numbered, code }) => {
      const silent = new SilentLog();
      silent.numbered = numbered;
      const log = new PromisedLog<string>(silent);
      const [proposal, read] = [log.propose(command), log.read()];
      log.end();
      expect(await codeOf(proposal)).toBe(code);
      expect(await codeOf(read)).toBe('NOT_DONE');
      expect(await codeOf(log.propose(command))).toBe('NOT_DONE');
      expect(await codeOf(log.read())).toBe('NOT_DONE');
    },
  );
});
