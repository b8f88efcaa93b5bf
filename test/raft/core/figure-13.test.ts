import { describe, expect, it } from 'vitest';
import { alignFound } from '../../../src/raft/core/align-found.ts';
import { RaftInvariantError } from '../../../src/raft/core/errors.ts';
import { logIndex, term, type NodeId } from '../../../src/raft/core/ids.ts';
import type { SnapshotMeta } from '../../../src/raft/core/snapshot-meta.ts';
import { entryOf, logOf } from './support/entries.ts';
import { membersEntry, snapshotOf, voters } from './support/memberships.ts';
import {
  appendEntries,
  candidate,
  effectsOf,
  FIVE,
  heartbeat,
  n1,
  n2,
  n3,
  n4,
  requestVote,
  sent,
  Server,
  THREE,
} from './support/server.ts';

const received = (meta: SnapshotMeta, inTerm = 2, from: NodeId = n2) =>
  ({ kind: 'snapshot-received', from, term: term(inTerm), meta }) as const;
const at = (index: number, inTerm: number): SnapshotMeta => snapshotOf(index, inTerm, voters(...THREE), 50);

describe('Figure 13, InstallSnapshot RPC: what is left for the core once all chunks are here and durable', () => {
  it('1. of an earlier term is not answered; but it is installed, for it stands for nothing uncommitted', () => {
    const server = new Server({ term: 3 });
    const effects = [...server.step(received(at(5, 2))), ...server.disk()];
    expect(effectsOf(effects, 'send')).toEqual([]);
    expect(effectsOf(effects, 'install-snapshot')).toHaveLength(1);
    expect([server.core.term, server.core.commitIndex]).toEqual([3, 5]);
  });

  it('1. of a later term takes that term over, and its sender for the leader', () => {
    const server = new Server({ term: 1 });
    server.step(received(at(5, 2), 4));
    expect([server.core.term, server.core.leader, server.core.role]).toEqual([4, n2, 'follower']);
  });

  it('6. with an entry of the same index and term the log is retained, and the rest of it is applied from there', () => {
    const server = new Server({ term: 2, log: logOf(1, 1, 2, 2) });
    const effects = server.step(received(at(3, 2)));
    expect(effectsOf(effects, 'install-snapshot')).toEqual([]);
    expect(effectsOf(effects, 'persist')).toEqual([]);
    expect(effectsOf(effects, 'commit')).toEqual([{ kind: 'commit', index: 3 }]);
    expect(server.terms).toEqual([1, 1, 2, 2]);
    expect(sent(effects, 'append-entries-accepted', n2)).toMatchObject([{ matchIndex: 3 }]);
  });

  it('6. entries after it that the leader does not have stay as they are: to cut them could take back what was acknowledged', () => {
    const server = new Server({ term: 3, log: logOf(1, 2, 3, 3) });
    server.step(received(at(2, 2), 3));
    expect([server.core.log.lastIndex, server.core.log.lastTerm]).toEqual([4, 3]);
  });

  it('7. with another entry at that index the entire log goes, also what follows', () => {
    const server = new Server({ term: 2, log: logOf(1, 1, 1, 1, 1) });
    const effects = server.step(received(at(3, 2)));
    expect(effectsOf(effects, 'persist')).toMatchObject([
      { reset: { index: 3, term: 2 }, truncateFrom: null, entries: [] },
    ]);
    expect([server.core.log.firstIndex, server.core.log.lastIndex, server.core.log.lastTerm]).toEqual([
      4, 3, 2,
    ]);
  });

  it('7. with a log that ends before it the entire log goes', () => {
    const server = new Server({ term: 2, log: logOf(1, 1) });
    expect(effectsOf(server.step(received(at(9, 2))), 'persist')).toMatchObject([
      { reset: { index: 9, term: 2 } },
    ]);
    expect([server.core.log.firstIndex, server.core.log.lastIndex]).toEqual([10, 9]);
  });

  it('8. the state machine is replaced, before anything beyond is committed, and the membership is the snapshot’s', () => {
    const server = new Server({ term: 2, log: logOf(1) });
    const meta = snapshotOf(9, 2, voters(n1, n2, n3, n4), 77);
    const effects = server.step(received(meta));
    const kinds = effects.map(({ kind }) => kind);
    expect(kinds.indexOf('install-snapshot')).toBeLessThan(kinds.indexOf('commit'));
    expect(effectsOf(effects, 'install-snapshot')).toEqual([{ kind: 'install-snapshot', meta }]);
    expect(effectsOf(effects, 'membership-changed')).toMatchObject([
      { membership: { members: voters(n1, n2, n3, n4) }, committed: true },
    ]);
    expect([server.core.commitIndex, server.core.log.lastClusterTimeMs]).toEqual([9, 77]);
  });

  it('it is accepted only once the log’s new beginning is durable', () => {
    const server = new Server({ term: 2, log: logOf(1, 1) });
    expect(sent(server.step(received(at(9, 2))), 'append-entries-accepted')).toEqual([]);
    expect(server.core.durableIndex).toBeLessThan(9);
    expect(sent(server.disk(), 'append-entries-accepted', n2)).toEqual([
      { kind: 'append-entries-accepted', term: 2, matchIndex: 9, standing: 'voting' },
    ]);
    expect(server.core.durableIndex).toBe(9);
  });

  it('an old completion does not vouch for what a snapshot has replaced', () => {
    const server = new Server({ term: 2 });
    const [append] = effectsOf(
      server.receive(n2, appendEntries(2, { index: 0, term: 0 }, logOf(1, 1, 1))),
      'persist',
    );
    if (append === undefined) throw new Error('nothing to write');
    server.step(received(at(9, 2)));
    const effects = server.step({ kind: 'persisted', ticket: append.ticket });
    expect(sent(effects, 'append-entries-accepted')).toMatchObject([{ matchIndex: 3 }]);
    expect(server.core.durableIndex).toBe(0);
  });

  it('one that is late, or comes twice, changes nothing and is answered: everything in it is here', () => {
    const server = new Server({ term: 2, log: logOf(1, 2, 2) });
    server.receive(n2, heartbeat(2, 3));
    const effects = server.step(received(at(2, 2)));
    expect(effects).toMatchObject([{ kind: 'send', to: n2, message: { matchIndex: 3 } }]);
    expect([server.core.commitIndex, server.core.log.firstIndex]).toEqual([3, 1]);
  });

  it('entries that follow it are taken as from any log', () => {
    const server = new Server({ term: 2, log: logOf(1) });
    server.step(received(at(9, 2)));
    server.receive(n2, appendEntries(2, { index: 9, term: 2 }, [entryOf(2, 10)], 10));
    expect(sent(server.disk(), 'append-entries-accepted')).toMatchObject([{ matchIndex: 10 }]);
    expect(server.core.commitIndex).toBe(10);
  });

  it('shows that its sender leads: a candidate of that term follows, and the election timer starts anew', () => {
    const { server } = candidate({ log: logOf(1), term: 1 });
    server.step(received(at(9, 1), 2, n3));
    expect([server.core.role, server.core.leader]).toEqual(['follower', n3]);
  });

  it('a leader of a later term, which has what an older one sends, keeps its own log', () => {
    const { server } = candidate({ log: logOf(1, 1, 1), term: 1 });
    server.receive(n2, { kind: 'request-vote-response', term: term(2), granted: true, standing: 'voting' });
    server.step(received(at(2, 1), 1, n3));
    expect([server.core.role, server.core.log.firstIndex, server.core.commitIndex]).toEqual(['leader', 1, 0]);
  });

  it('the log’s end for the election restriction is then the snapshot’s (§5.4.1)', () => {
    const server = new Server({ term: 2, log: logOf(1) });
    server.step(received(at(9, 2)));
    server.disk();
    const ask = (index: number) =>
      sent(
        server.receiveDurably(n3, requestVote(3, { index, term: 2 }, 'transfer')),
        'request-vote-response',
      );
    expect(ask(8)).toMatchObject([{ granted: false }]);
    expect(ask(9)).toMatchObject([{ granted: true }]);
  });
});

describe('a start with a snapshot', () => {
  it('goes on where the snapshot ends: committed, with its term, time and membership', () => {
    const server = new Server({ snapshot: snapshotOf(9, 2, voters(...FIVE), 44) });
    const { core } = server;
    expect([core.commitIndex, core.durableIndex, core.log.lastIndex, core.log.lastTerm]).toEqual([
      9, 9, 9, 2,
    ]);
    expect(core.log.lastClusterTimeMs).toBe(44);
    expect(core.membership.members).toEqual(voters(...FIVE));
    expect(server.tick()).toEqual([]);
  });

  it('goes on where the log ends, if that is later; the membership is the last that either tells', () => {
    const log = [entryOf(2, 10), membersEntry(2, 11, voters(n1, n2))];
    const { core } = new Server({ snapshot: snapshotOf(9, 2, voters(...THREE)), log });
    expect([core.log.firstIndex, core.log.lastIndex, core.commitIndex]).toEqual([10, 11, 9]);
    expect([core.membership.members, core.membershipCommitted]).toEqual([voters(n1, n2), false]);
  });

  it('keeps a log that reaches further back than the snapshot', () => {
    const { core } = new Server({ snapshot: at(2, 1), log: logOf(1, 1, 1), term: 1 });
    expect([core.log.firstIndex, core.log.lastIndex, core.commitIndex]).toEqual([1, 3, 2]);
  });

  it('takes over the term of a snapshot that became durable before that term did, without a vote', () => {
    const server = new Server({ snapshot: at(9, 4), term: 3, votedFor: n3 });
    expect([server.core.term, server.core.votedFor]).toEqual([4, null]);
    expect(effectsOf(server.tick(), 'persist')).toMatchObject([{ hardState: { term: 4, votedFor: null } }]);
  });

  it('does not begin with a log that the snapshot does not fit', () => {
    const start =
      (snapshot: SnapshotMeta | null, base: number, ...terms: readonly number[]) =>
      () =>
        new Server({
          term: 9,
          snapshot,
          options: {
            base: { index: logIndex(base), term: term(base === 0 ? 0 : 1) },
            log: terms.map((one, place) => entryOf(one, base + 1 + place)),
          },
        });
    expect(start(at(9, 2), 3, 1, 1)).toThrow(RaftInvariantError);
    expect(start(at(4, 2), 3, 1, 1)).toThrow(/term 2/);
    expect(start(at(4, 1), 6, 1)).toThrow(/beyond the snapshot/);
    expect(start(null, 6, 1)).toThrow(RaftInvariantError);
    expect(start(at(4, 1), 3, 1, 1)).not.toThrow();
  });
});

describe('a log and a snapshot as a power cut between the two may leave them', () => {
  const origin = { index: logIndex(0), term: term(0) };

  it('stay as they are where they fit', () => {
    expect(alignFound(null, origin, logOf(1))).toEqual({ base: origin, log: logOf(1), reset: null });
    expect(alignFound(at(1, 1), origin, logOf(1, 2))).toMatchObject({ base: origin, reset: null });
    const base = { index: logIndex(9), term: term(2) };
    expect(alignFound(at(9, 2), base, [])).toEqual({ base, log: [], reset: null });
  });

  it('the log goes, if it ends before the snapshot or has another entry there', () => {
    const after = { index: 9, term: 2 };
    expect(alignFound(at(9, 2), origin, logOf(1, 1))).toEqual({ base: after, log: [], reset: after });
    expect(alignFound(at(2, 2), origin, logOf(1, 1, 1))).toMatchObject({
      log: [],
      reset: { index: 2, term: 2 },
    });
  });

  it('entries that are missing between them are damage, and nothing to be passed over', () => {
    const base = { index: logIndex(9), term: term(2) };
    expect(() => alignFound(at(5, 1), base, [])).toThrow(/between are gone/);
    expect(() => alignFound(null, base, [])).toThrow(RaftInvariantError);
  });
});
