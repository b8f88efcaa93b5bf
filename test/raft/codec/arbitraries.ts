import * as fc from 'fast-check';
import { logIndex, term } from '../../../src/raft/core/ids.ts';
import type { Entry, EntryKind, Proposal } from '../../../src/raft/core/entry.ts';
import type { Standing } from '../../../src/raft/core/membership.ts';
import type { AppendEntries, Message } from '../../../src/raft/core/messages.ts';
import { sealEntry } from '../../../src/raft/codec/entry-codec.ts';

const safeInteger = fc.oneof(fc.nat(), fc.maxSafeNat(), fc.constant(Number.MAX_SAFE_INTEGER));
const someTerm = safeInteger.map(term);
const someIndex = safeInteger.map(logIndex);
const entryKind = fc.constantFrom<EntryKind>('noop', 'commands', 'incarnation', 'members', 'version');
const standing = fc.constantFrom<Standing>('voting', 'recovering');

const proposal: fc.Arbitrary<Proposal> = fc.record({
  kind: entryKind,
  clusterTimeMs: fc.oneof(fc.maxSafeNat(), fc.double({ min: 0, max: 1e15, noNaN: true })),
  payload: fc.uint8Array({ maxLength: 200 }),
});

export const entry: fc.Arbitrary<Entry> = fc
  .tuple(someTerm, someIndex, proposal)
  .map(([term, index, proposal]) => sealEntry(term, index, proposal));

/** Entries as a leader sends them: they follow one another, and terms never fall. */
const appendEntries: fc.Arbitrary<AppendEntries> = fc
  .record({
    prevLogIndex: fc.nat(),
    terms: fc.array(fc.nat({ max: 3 }), { minLength: 2, maxLength: 8 }),
    proposals: fc.array(proposal, { maxLength: 5 }),
    leaderCommit: someIndex,
  })
  .map(({ prevLogIndex, terms, proposals, leaderCommit }) => {
    let current = terms[0] ?? 0;
    const prevLogTerm = term(current);
    const entries = proposals.map((proposal, i) => {
      current += terms[i + 1] ?? 0;
      return sealEntry(term(current), logIndex(prevLogIndex + 1 + i), proposal);
    });
    return {
      kind: 'append-entries',
      term: term(current),
      prevLogIndex: logIndex(prevLogIndex),
      prevLogTerm,
      entries,
      leaderCommit,
    };
  });

const is = <K extends Message['kind']>(kind: K): fc.Arbitrary<K> => fc.constant(kind);

export const message: fc.Arbitrary<Message> = fc.oneof(
  fc.record({
    kind: is('request-vote'),
    term: someTerm,
    lastLogIndex: someIndex,
    lastLogTerm: someTerm,
    reason: fc.constantFrom<'timeout' | 'transfer'>('timeout', 'transfer'),
  }),
  fc.record({ kind: is('request-vote-response'), term: someTerm, granted: fc.boolean(), standing }),
  fc.record({
    kind: is('pre-vote'),
    term: someTerm,
    nextTerm: someTerm,
    lastLogIndex: someIndex,
    lastLogTerm: someTerm,
  }),
  fc.record({
    kind: is('pre-vote-response'),
    term: someTerm,
    nextTerm: someTerm,
    granted: fc.boolean(),
    standing,
  }),
  appendEntries,
  fc.record({ kind: is('append-entries-accepted'), term: someTerm, matchIndex: someIndex, standing }),
  fc.record({
    kind: is('append-entries-rejected'),
    term: someTerm,
    prevLogIndex: someIndex,
    conflictTerm: someTerm,
    conflictIndex: someIndex,
  }),
  fc.record({ kind: is('heartbeat'), term: someTerm, commitIndex: someIndex, readSeq: safeInteger }),
  fc.record({ kind: is('heartbeat-response'), term: someTerm, readSeq: safeInteger }),
  fc.record({ kind: is('read-index-request'), term: someTerm, id: safeInteger }),
  fc.record({
    kind: is('read-index-response'),
    term: someTerm,
    id: safeInteger,
    readIndex: fc.option(someIndex),
  }),
  fc.record({ kind: is('timeout-now'), term: someTerm }),
);
