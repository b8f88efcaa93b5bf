import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawPlan } from '../faults/draw-plan.ts';
import { ndjsonTrace } from '../report/ndjson-trace.ts';
import type { Told } from '../report/story.ts';
import { run } from '../run.ts';
import { checkTrace } from './figure-two.ts';
import { TraceRejected } from './rejected.ts';
import { readTrace } from './trace-file.ts';
import type { TraceLine } from './trace-file.ts';

/** As `npm run simulate -- --seed N --trace F.ndjson` writes it. */
function writeTrace(seed: number, path: string): void {
  const told: Told[] = [];
  const plan = drawPlan(seed, { nodes: null, steps: 6_000, budget: null, scope: 'paper' });
  run(plan, (it) => told.push(it));
  writeFileSync(path, ndjsonTrace(told));
}

const linesOf = (text: string): readonly TraceLine[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as TraceLine);

const judge = (lines: readonly TraceLine[]): void =>
  void checkTrace(readTrace(lines.map((line) => JSON.stringify(line)).join('\n')));

describe('the trace of a run, read by a stranger who knows Figure 2', () => {
  let folder = '';
  let lines: readonly TraceLine[] = [];

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'conclave-trace-'));
    const path = join(folder, 'run.ndjson');
    writeTrace(3, path);
    lines = linesOf(readFileSync(path, 'utf8'));
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  /** The trace with one line of it told otherwise. */
  const doctored = (
    is: (line: TraceLine) => boolean,
    change: (line: TraceLine) => TraceLine | null,
  ): readonly TraceLine[] => {
    const place = lines.findIndex(is);
    expect(place, 'there is such a line').toBeGreaterThanOrEqual(0);
    const changed = change(lines[place]!);
    return [...lines.slice(0, place), ...(changed === null ? [] : [changed]), ...lines.slice(place + 1)];
  };

  it.each([1, 2, 3, 4])('is allowed from beginning to end, seed %i', (seed) => {
    const path = join(folder, `${seed}.ndjson`);
    writeTrace(seed, path);
    const names = new Set(linesOf(readFileSync(path, 'utf8')).map(({ name }) => name));
    for (const name of ['InitState', 'BecomeLeader', 'Replicate', 'Append', 'Persist', 'Ready', 'Commit'])
      expect(names).toContain(name);
    expect(() => judge(linesOf(readFileSync(path, 'utf8')))).not.toThrow();
  });

  it('is rejected if a vote is left out that made a leader', () => {
    const leader = lines.find(({ name }) => name === 'BecomeLeader')!;
    const without = lines.map((line) =>
      line.msg?.type === 'request-vote-response' && line.msg.to === leader.nid && line.step <= leader.step
        ? { ...line, msg: { ...line.msg, reject: true } }
        : line,
    );
    expect(() => judge(without)).toThrow(/leads with 1 votes/);
  });

  it('is rejected if somebody receives what nobody sent', () => {
    const isAnswer = ({ name, msg }: TraceLine): boolean =>
      name === 'ReceiveAppendEntriesResponse' && msg?.reject === false;
    const invented = doctored(isAnswer, (line) => ({
      ...line,
      msg: { ...line.msg!, index: (line.msg?.index ?? 0) + 1 },
    }));
    expect(() => judge(invented)).toThrow(/nobody has sent that/);
  });

  it('is rejected if entries are accepted before the disk has answered', () => {
    const hasAppended = lines.find(({ name }) => name === 'Append')!;
    const isReady = ({ name, nid, step }: TraceLine): boolean =>
      name === 'Ready' && nid === hasAppended.nid && step > hasAppended.step;
    expect(() => judge(doctored(isReady, (line) => ({ ...line, ticket: 0 })))).toThrow(TraceRejected);
  });

  it('is rejected if a node comes back with less than its disk had', () => {
    const restart = lines.filter(({ name, terms }) => name === 'InitState' && (terms?.length ?? 0) > 2)[0]!;
    const forgetful = doctored(
      (line) => line === restart,
      (line) => ({ ...line, log: 1, durable: 1, terms: line.terms!.slice(0, 1) }),
    );
    expect(() => judge(forgetful)).toThrow(/another state than its disk can have had/);
  });

  it('is rejected if an entry is another one on the way into a log', () => {
    const other = doctored(
      ({ name, entries }) => name === 'Append' && (entries?.length ?? 0) > 0,
      (line) => ({ ...line, entries: line.entries!.map((entry) => ({ ...entry, term: entry.term + 1 })) }),
    );
    expect(() => judge(other)).toThrow(TraceRejected);
  });

  it('is rejected if any line says anything else of its node', () => {
    const others: readonly ((line: TraceLine) => TraceLine)[] = [
      (line) => ({ ...line, state: { ...line.state, term: line.state.term + 1 } }),
      (line) => ({ ...line, state: { ...line.state, vote: line.state.vote === 'n1' ? 'n2' : 'n1' } }),
      (line) => ({ ...line, state: { ...line.state, commit: line.state.commit + 1 } }),
      (line) => ({ ...line, role: line.role === 'leader' ? 'follower' : 'leader' }),
      (line) => ({ ...line, log: line.log + 1 }),
      (line) => ({ ...line, durable: line.durable + 1 }),
    ];
    // A stranger cannot know in which term, and with which vote, a node was when it was first seen.
    const firstSeen = new Set(
      lines[0]!.conf[0].map((id) => lines.find(({ name, nid }) => name === 'InitState' && nid === id)),
    );
    const told = lines.filter((line) => line.name !== 'Crash' && !firstSeen.has(line));
    fc.assert(
      fc.property(fc.nat({ max: told.length - 1 }), fc.nat({ max: others.length - 1 }), (place, kind) => {
        const lie = doctored((line) => line === told[place], others[kind]!);
        expect(() => judge(lie)).toThrow(TraceRejected);
      }),
      { numRuns: 60 },
    );
  });
});
