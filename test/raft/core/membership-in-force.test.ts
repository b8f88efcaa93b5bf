import { describe, expect, it } from 'vitest';
import { logIndex, NO_INDEX } from '../../../src/raft/core/ids.ts';
import { Log } from '../../../src/raft/core/log.ts';
import { MembershipTracker } from '../../../src/raft/core/membership-tracker.ts';
import { entryOf, logOf } from './support/entries.ts';
import { membersEntry, readMembership, snapshotOf, voters } from './support/memberships.ts';
import { appendEntries, effectsOf, heartbeat, n1, n2, n3, n4, n5, Server, THREE } from './support/server.ts';

describe('which membership is in force (dissertation §4.1)', () => {
  const log = new Log([
    ...logOf(1),
    membersEntry(1, 2, voters(n1, n2)),
    entryOf(1, 3),
    membersEntry(2, 4, voters(n1, n2, n3)),
  ]);
  const tracker = () => new MembershipTracker(n1, readMembership, snapshotOf(0, 0, voters(n1)), log);

  it('the latest in the log, committed or not', () => {
    expect(tracker().inForce).toMatchObject({ index: 4, voters: [n1, n2, n3] });
    expect(tracker().others).toEqual([n2, n3]);
  });

  it('falls back when its entry is cut from the log, step by step', () => {
    const cut = tracker();
    cut.truncated(logIndex(3));
    expect(cut.inForce.voters).toEqual([n1, n2]);
    cut.truncated(logIndex(1));
    expect(cut.inForce.voters).toEqual([n1]);
    expect(cut.others).toEqual([]);
  });

  it('a snapshot brings its own, and what the log told before goes with the log', () => {
    const reset = tracker();
    reset.reset(snapshotOf(9, 2, voters(n4, n5)));
    reset.truncated(logIndex(10));
    expect(reset.inForce).toMatchObject({ index: 9, voters: [n4, n5] });
  });

  it('of a log that overlaps a snapshot only what comes after it counts: the snapshot has the rest', () => {
    const covered = new MembershipTracker(n1, readMembership, snapshotOf(3, 1, voters(n5)), log);
    expect(covered.inForce.index).toBe(4);
    covered.truncated(logIndex(4));
    expect(covered.inForce).toMatchObject({ index: 3, voters: [n5] });
  });

  it('what was before a committed one is forgotten: it cannot be in force again', () => {
    const settled = tracker();
    settled.forgetBefore(logIndex(4));
    expect([settled.fallback, settled.committedBy(logIndex(4))?.index]).toEqual([null, 4]);
  });

  it('nobody, in a log that has not told', () => {
    const empty = new MembershipTracker(n1, readMembership, null, new Log([]));
    expect([empty.inForce.index, empty.inForce.members, empty.self]).toEqual([NO_INDEX, [], undefined]);
  });

  it('a follower uses it as soon as it is in its log, and the one before when it is cut away', () => {
    const server = new Server({ term: 1 });
    const effects = server.receive(
      n2,
      appendEntries(1, { index: 0, term: 0 }, [membersEntry(1, 1, voters(n1, n2))]),
    );
    expect(effectsOf(effects, 'membership-changed')).toEqual([
      { kind: 'membership-changed', membership: { members: voters(n1, n2) }, committed: false },
    ]);
    const back = server.receive(n3, appendEntries(2, { index: 0, term: 0 }, [entryOf(2, 1)]));
    expect(effectsOf(back, 'membership-changed')).toMatchObject([
      { membership: { members: voters(...THREE) }, committed: true },
    ]);
  });

  it('is told again when it is committed', () => {
    const server = new Server({ term: 1 });
    server.receive(n2, appendEntries(1, { index: 0, term: 0 }, [membersEntry(1, 1, voters(n1, n2))]));
    expect(effectsOf(server.receive(n2, heartbeat(1, 1)), 'membership-changed')).toMatchObject([
      { committed: true },
    ]);
  });
});
