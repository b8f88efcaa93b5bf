import { describe, expect, it } from 'vitest';
import { nodeId } from '../../../src/ordered-log/index.ts';
import type { Entry } from '../../../src/raft/core/entry.ts';
import { logIndex, term } from '../../../src/raft/core/ids.ts';
import { Log } from '../../../src/raft/core/log.ts';
import { sealEntry } from '../../../src/raft/codec/entry-codec.ts';
import { LogEndSessions } from '../../../src/raft/driver/log-end-sessions.ts';
import { encodeIncarnation, nonceOf } from '../../../src/raft/driver/payloads.ts';
import { PROGRAM } from '../../../src/raft/driver/program.ts';
import { Sessions } from '../../../src/raft/driver/sessions.ts';
import { batchOf } from './support/batch-of.ts';

const n1 = nodeId('n1');
const nonce = nonceOf(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
const COMMANDS = 12_000;
const began = { node: n1, replaces: 0, nonce };
const entry = (index: number, kind: Entry['kind'], payload: Uint8Array): Entry =>
  sealEntry(term(1), logIndex(index), { kind, payload, clusterTimeMs: index });
/** Entry 1 begins an incarnation; each one after it holds one command, numbered from 1. */
const entries = [
  entry(1, 'incarnation', encodeIncarnation(began)),
  ...Array.from({ length: COMMANDS }, (_, place) =>
    entry(place + 2, 'commands', batchOf(n1, 1, place + 1, [Uint8Array.of(0)]).payload),
  ),
];
const logOf = (): Log => new Log(entries);
const nothingApplied = () => ({ sessions: new Sessions(), appliedIndex: logIndex(0) });

describe('the sessions at the end of a new leader’s log', () => {
  it('are found in slices, however long the log is', () => {
    const applied = nothingApplied();
    const search = new LogEndSessions(applied);
    const log = logOf();
    let slices = 1;
    let found = search.goOn(log, applied, PROGRAM.batches);
    for (; found === null; slices += 1) found = search.goOn(log, applied, PROGRAM.batches);
    expect(slices).toBe(3);
    expect(found.get(n1)).toEqual({ incarnation: 1, nonce, lastSeq: COMMANDS });
    expect(applied.sessions.get(n1).lastSeq, 'what has been applied stays what it is').toBe(0);
  });

  it('are found though the log is applied and dropped meanwhile', () => {
    const search = new LogEndSessions(nothingApplied());
    const log = logOf();
    expect(search.goOn(log, nothingApplied(), PROGRAM.batches)).toBeNull();
    const sessions = new Sessions();
    sessions.replace(began);
    sessions.advance(batchOf(n1, 1, 1, Array<Uint8Array>(8_000).fill(Uint8Array.of(0))));
    log.dropUpTo(logIndex(8_001));
    const found = search.goOn(log, { sessions, appliedIndex: logIndex(8_001) }, PROGRAM.batches);
    expect(found?.get(n1).lastSeq).toBe(COMMANDS);
  });
});
