import { describe, expect, it } from 'vitest';
import { decodeFrame } from '../../../src/raft/driver/frames.ts';
import type { RaftEvent } from '../../../src/raft/driver/observer.ts';
import type { LabNode, NodeLab } from './support/node-lab.ts';
import { bornLab, LAB_SETTINGS } from './support/node-lab.ts';

const settings = {
  ...LAB_SETTINGS,
  snapshots: { ...LAB_SETTINGS.snapshots, everyLogBytes: 300_000, trailingBytes: 100_000 },
};
const body = (n: number): Uint8Array => Buffer.alloc(4_000, `${n} `);
const eventsOf = <K extends RaftEvent['kind']>(lab: LabNode, kind: K) =>
  lab.events.filter((event): event is Extract<RaftEvent, { kind: K }> => event.kind === kind);

function submitMany(lab: NodeLab, node: LabNode, from: number, to: number): void {
  for (let n = from; n < to; n += 1) {
    lab.submit(node, body(n));
    if (n % 10 === 0) lab.settle();
  }
  lab.settle();
}

/** A leader whose log begins far behind the start, and a follower that has missed all of it. */
function laggingFollower(): { lab: NodeLab; leader: LabNode; lagging: LabNode } {
  const lab = bornLab(3, { settings });
  const leader = lab.leader!;
  const lagging = lab.nodes.find((one) => one !== leader)!;
  lab.kill(lagging);
  submitMany(lab, leader, 0, 200);
  expect(leader.node.snapshot().firstIndex).toBeGreaterThan(lagging.log.entries.length + 1);
  return { lab, leader, lagging };
}

/** A slow node that starts again with so many entries of 1,000 bytes and no snapshot. `taken`: where its first snapshot ends. */
function restartedBehind(entries: number): { one: LabNode; lastIndex: number; taken: number } {
  const lab = bornLab(1, { settings, lookTakesMs: 3 });
  const one = lab.at(0);
  one.snapshots.hasRoom = false;
  for (let n = 0; n < entries; n += 1) {
    lab.submit(one, Buffer.alloc(1_000, `${n} `));
    lab.settle();
  }
  const { lastIndex } = one.node.snapshot();
  one.snapshots.hasRoom = true;
  one.events.length = 0;
  lab.restart(one);
  expect(lab.pass(50, () => eventsOf(one, 'snapshot-taken').length > 0)).toBe(true);
  return { one, lastIndex, taken: eventsOf(one, 'snapshot-taken')[0]!.index };
}

describe('taking a snapshot', () => {
  it('drops what it covers from the log, but for a trailing part, on every node for itself', () => {
    const lab = bornLab(3, { settings });
    submitMany(lab, lab.leader!, 0, 200);
    lab.pass(10);
    for (const one of lab.nodes) {
      const { snapshot, firstIndex, lastIndex } = one.node.snapshot();
      expect(snapshot?.index).toBeGreaterThan(0);
      expect(firstIndex).toBeGreaterThan(1);
      expect(firstIndex).toBeLessThanOrEqual(snapshot!.index);
      expect(lastIndex).toBeGreaterThan(firstIndex);
      expect(one.log.base.index).toBe(firstIndex - 1);
    }
    expect(lab.isSettled).toBe(true);
  });

  it('shows the state of the moment at which it was frozen, though commands go on meanwhile', () => {
    const lab = bornLab(1, { settings });
    const one = lab.at(0);
    submitMany(lab, one, 0, 60);
    lab.disksAnswer = false;
    one.node.administer({ kind: 'take-snapshot' }, () => undefined);
    lab.settle();
    const frozenAt = one.node.snapshot().appliedIndex;
    for (let n = 0; n < 30; n += 1) {
      lab.submit(one, body(n));
      while (lab.turn(one));
      lab.completeDisk(one);
    }
    lab.disksAnswer = true;
    lab.settle();
    expect(one.node.snapshot().snapshot?.index).toBe(frozenAt);
    const before = one.node.snapshot();
    lab.restart(one);
    expect(lab.pass(50, () => lab.leader === one)).toBe(true);
    lab.settle();
    expect(one.notes.bodies).toHaveLength(90);
    expect(one.node.snapshot().stateHash.split('-').slice(0, 3)).toEqual(
      before.stateHash.split('-').slice(0, 3),
    );
  });

  it('is asked for, and answered once it is durable', () => {
    const lab = bornLab(1);
    const one = lab.at(0);
    submitMany(lab, one, 0, 3);
    const answers: unknown[] = [];
    lab.disksAnswer = false;
    one.node.administer({ kind: 'take-snapshot' }, (answer) => answers.push(answer));
    lab.settle();
    expect(answers).toEqual([]);
    lab.disksAnswer = true;
    lab.settle();
    expect(answers).toMatchObject([{ kind: 'done' }]);
    expect(eventsOf(one, 'snapshot-taken')).toHaveLength(1);
  });

  it('waits until a replica that has just started has caught up', () => {
    const { one, lastIndex, taken } = restartedBehind(400);
    expect(eventsOf(one, 'applied').length, 'it took many turns').toBeGreaterThan(100);
    expect(taken).toBeGreaterThanOrEqual(lastIndex - 64);
  });

  it('waits no longer than for twice as much log', () => {
    const { lastIndex, taken } = restartedBehind(900);
    expect(taken).toBeGreaterThan(2 * (settings.snapshots.everyLogBytes / 1_100));
    expect(taken).toBeLessThan(lastIndex - 64);
  });

  it.each([
    { clock: 'stands still', lookTakesMs: 0, most: (256 + 64) * 1_024, least: 3 },
    { clock: 'says that a turn is long', lookTakesMs: 3, most: 3 * 64 * 1_024, least: 8 },
  ])('writes a few pieces at a time: its clock $clock', ({ lookTakesMs, most, least }) => {
    const lab = bornLab(1, { lookTakesMs });
    const one = lab.at(0);
    for (let n = 0; n < 250; n += 1) {
      lab.submit(one, body(n));
      lab.settle();
    }
    one.node.administer({ kind: 'take-snapshot' }, () => undefined);
    lab.settle();
    expect(eventsOf(one, 'snapshot-taken')).toHaveLength(1);
    const { writes } = one.snapshots;
    expect(writes.reduce((sum, bytes) => sum + bytes, 0)).toBeGreaterThan(1_000_000);
    expect(Math.max(...writes)).toBeLessThan(most);
    expect(writes.length).toBeGreaterThan(least);
  });

  it('is tried again once there is room, without waiting until the next one would be due', () => {
    const lab = bornLab(1, { settings });
    const one = lab.at(0);
    one.snapshots.hasRoom = false;
    submitMany(lab, one, 0, 100);
    expect(one.node.snapshot().snapshot).toBeNull();
    lab.pass(2 * settings.snapshots.stallTicks);
    const tried = eventsOf(one, 'snapshot-failed').length;
    expect(tried).toBeGreaterThan(1);
    expect(tried, 'not in every turn').toBeLessThan(5);
    one.snapshots.hasRoom = true;
    expect(lab.pass(settings.snapshots.stallTicks + 1, () => one.node.snapshot().snapshot !== null)).toBe(
      true,
    );
    lab.pass(2 * settings.snapshots.stallTicks);
    expect(eventsOf(one, 'snapshot-taken')).toHaveLength(1);
  });
});

describe('a snapshot that is larger than the log between two', () => {
  const inProportion = { ...settings.snapshots, everyLogBytes: 50_000, logPerSnapshotByte: 1 };

  /** Bytes of all snapshots that a node took but the last, and of the log that it took them of. */
  function written(snapshots: typeof inProportion): { readonly ofSnapshots: number; readonly ofLog: number } {
    const lab = bornLab(1, { settings: { ...settings, snapshots } });
    const one = lab.at(0);
    submitMany(lab, one, 0, 300);
    const taken = eventsOf(one, 'snapshot-taken').map(({ bytes }) => bytes);
    expect(taken.length).toBeGreaterThan(2);
    return { ofSnapshots: taken.slice(0, -1).reduce((sum, bytes) => sum + bytes, 0), ofLog: 300 * 4_000 };
  }

  it('waits for as much log as the last one has bytes: together they are no more to write than the log', () => {
    const { ofSnapshots, ofLog } = written(inProportion);
    expect(ofSnapshots).toBeLessThanOrEqual(ofLog);
    const regardless = written({ ...inProportion, logPerSnapshotByte: 0 });
    expect(regardless.ofSnapshots).toBeGreaterThan(2 * regardless.ofLog);
  });

  it('waits for as much after one that came from the leader, and after a start', () => {
    const lab = bornLab(3, { settings: { ...settings, snapshots: inProportion } });
    const leader = lab.leader!;
    const lagging = lab.nodes.find((one) => one !== leader)!;
    lab.kill(lagging);
    submitMany(lab, leader, 0, 200);
    leader.node.administer({ kind: 'take-snapshot' }, () => undefined);
    lab.settle();
    lab.start(lagging);
    expect(lab.pass(300, () => lab.isSettled)).toBe(true);
    const { snapshot } = lagging.node.snapshot();
    expect(eventsOf(lagging, 'snapshot-installed')).toHaveLength(1);
    submitMany(lab, leader, 200, 300);
    lab.restart(lagging);
    expect(lab.pass(300, () => lab.isSettled)).toBe(true);
    submitMany(lab, leader, 300, 380);
    expect(lagging.node.snapshot().snapshot).toEqual(snapshot);
    submitMany(lab, leader, 380, 420);
    expect(lagging.node.snapshot().snapshot?.index).toBeGreaterThan(snapshot!.index);
  });
});

describe('a stored snapshot that rots', () => {
  it('is noticed when it is to be sent, said, and another is taken and sent in its place', () => {
    const { lab, leader, lagging } = laggingFollower();
    leader.snapshots.rot();
    const rotten = leader.node.snapshot().snapshot?.index;
    leader.snapshots.hasRoom = false;
    lab.start(lagging);
    lab.pass(50);
    expect(leader.node.snapshot().damagedSnapshotAt).toBe(rotten);
    expect(eventsOf(leader, 'snapshot-damaged')).toMatchObject([{ index: rotten }]);
    leader.snapshots.hasRoom = true;
    expect(lab.pass(2 * settings.snapshots.stallTicks, () => lab.isSettled)).toBe(true);
    expect(lagging.notes.bodies).toHaveLength(200);
    expect(leader.node.snapshot().damagedSnapshotAt).toBeNull();
    expect(eventsOf(leader, 'snapshot-damaged')).toHaveLength(1);
  });

  it('is replaced though nothing has happened since it was taken', () => {
    const { lab, leader, lagging } = laggingFollower();
    leader.node.administer({ kind: 'take-snapshot' }, () => undefined);
    lab.settle();
    leader.snapshots.rot();
    lab.start(lagging);
    expect(lab.pass(300, () => lab.isSettled)).toBe(true);
    expect(lagging.notes.bodies).toHaveLength(200);
  });
});

describe('a node that starts', () => {
  it('begins where its snapshot stands, and goes on with the log after it', () => {
    const lab = bornLab(3, { settings });
    submitMany(lab, lab.leader!, 0, 200);
    lab.pass(10);
    for (const one of lab.nodes) lab.kill(one);
    for (const one of lab.nodes) lab.start(one);
    expect(lab.pass(300, () => lab.leader !== undefined && lab.isSettled)).toBe(true);
    for (const one of lab.nodes) {
      expect(one.notes.bodies).toHaveLength(200);
      expect(eventsOf(one, 'snapshot-installed')).toHaveLength(1);
    }
  });

  it('answers heartbeats while it loads', () => {
    const lab = bornLab(3, { settings });
    const leader = lab.leader!;
    const other = lab.nodes.find((one) => one !== leader)!;
    submitMany(lab, leader, 0, 200);
    lab.pass(10);
    lab.kill(other);
    lab.disksAnswer = false;
    lab.start(other);
    for (let n = 0; n < 50; n += 1) {
      lab.pass(1);
      for (const one of lab.nodes) if (one !== other) lab.completeDisk(one);
    }
    expect(other.notes.bodies).toHaveLength(0);
    expect(leader.node.core?.role, 'it is heard all the while').toBe('leader');
    expect(other.node.leader()).toBe(leader.id);
    lab.disksAnswer = true;
    expect(lab.pass(50, () => lab.isSettled)).toBe(true);
  });
});

describe('a follower that lags behind the leader’s log', () => {
  it('is sent the snapshot, and then the log after it', () => {
    const { lab, leader, lagging } = laggingFollower();
    lab.start(lagging);
    expect(lab.pass(300, () => lab.isSettled)).toBe(true);
    expect(lagging.notes.bodies).toHaveLength(200);
    expect(eventsOf(leader, 'snapshot-sent')).toMatchObject([{ to: lagging.id }]);
    expect(eventsOf(lagging, 'snapshot-installed')).toHaveLength(1);
    submitMany(lab, lagging, 200, 210);
    expect(lab.pass(100, () => lab.isSettled && lagging.notes.answered === 10)).toBe(true);
  });

  it('goes on where it stood when the connection breaks, and does not begin anew', () => {
    const { lab, leader, lagging } = laggingFollower();
    lab.start(lagging);
    let chunks = 0;
    const bytes = new Set<number>();
    lab.carries = ({ bytes: frame }) => {
      const decoded = decodeFrame(frame);
      if (decoded.kind === 'snapshot-chunk') {
        chunks += 1;
        bytes.add(decoded.chunk.offset);
      }
      return true;
    };
    for (let n = 0; n < 2_000 && !lab.isSettled; n += 1) {
      lab.move();
      if (n % 5 === 4) lab.reconnect(leader, lagging);
      if (n % 20 === 19) lab.pass(1);
    }
    expect(lab.pass(100, () => lab.isSettled)).toBe(true);
    expect(lagging.snapshots.receptions).toBe(1);
    expect(chunks, 'something was sent again').toBeGreaterThanOrEqual(bytes.size);
    expect(lagging.notes.bodies).toHaveLength(200);
  });

  it('begins anew when the process dies in the midst of it', () => {
    const { lab, lagging } = laggingFollower();
    lab.start(lagging);
    for (let n = 0; n < 12; n += 1) lab.move();
    lab.restart(lagging);
    expect(lab.pass(400, () => lab.isSettled)).toBe(true);
    expect(lagging.notes.bodies).toHaveLength(200);
  });

  it('holds nobody’s log back for ever when it never answers', () => {
    const { lab, leader, lagging } = laggingFollower();
    lab.start(lagging);
    lab.carries = ({ to, bytes }) => to !== lagging.id || decodeFrame(bytes).kind !== 'snapshot-chunk';
    lab.pass(LAB_SETTINGS.snapshots.stallTicks + 50);
    expect(eventsOf(leader, 'snapshot-failed').length).toBeGreaterThan(0);
    const { firstIndex } = leader.node.snapshot();
    submitMany(lab, leader, 200, 500);
    lab.pass(LAB_SETTINGS.snapshots.stallTicks + 50);
    submitMany(lab, leader, 500, 700);
    expect(leader.node.snapshot().firstIndex).toBeGreaterThan(firstIndex);
  });
});

describe('a follower that has just been sent a snapshot', () => {
  it('finds the log after it still there, however fast the leader goes on', () => {
    const { lab, leader, lagging } = laggingFollower();
    lab.start(lagging);
    const sent = () => eventsOf(leader, 'snapshot-sent').length;
    // It has the snapshot, and nothing of what follows gets through.
    lab.carries = ({ to, bytes }) => {
      const frame = decodeFrame(bytes);
      const hasEntries =
        frame.kind === 'raft' && frame.message.kind === 'append-entries' && frame.message.entries.length > 0;
      return to !== lagging.id || !hasEntries;
    };
    expect(lab.pass(300, () => sent() === 1)).toBe(true);
    submitMany(lab, leader, 200, 500);
    lab.carries = () => true;
    expect(lab.pass(100, () => lab.isSettled)).toBe(true);
    expect(sent(), 'no second one was needed').toBe(1);
    expect(lagging.notes.bodies).toHaveLength(500);
  });
});

describe('own commands when the replica jumps over them', () => {
  it('are lost to those who wait for them, and what was not applied is sent again', () => {
    const { lab, lagging } = laggingFollower();
    lab.start(lagging);
    expect(lab.pass(300, () => lab.isSettled && lagging.node.snapshot().incarnation !== null)).toBe(true);
    lab.pass(3);
    // It hears nothing of what becomes of its commands: what it sends arrives, what it is sent does not.
    const [first, ...others] = lab.nodes.filter((one) => one !== lagging);
    lab.carries = ({ to, bytes }) => {
      if (to !== lagging.id) return true;
      const frame = decodeFrame(bytes);
      return frame.kind === 'raft' && frame.message.kind === 'heartbeat';
    };
    const ids = Array.from({ length: 20 }, (_, n) => lab.submit(lagging, `mine ${n}`));
    lab.settle();
    submitMany(lab, first!, 1_000, 1_200);
    expect(lagging.notes.answered).toBe(0);
    lab.carries = () => true;
    expect(lab.pass(300, () => lab.isSettled)).toBe(true);
    expect(lagging.notes.lostIds).toEqual(ids);
    expect(lagging.notes.incarnationsEnded).toBe(0);
    const again = lab.submit(lagging, 'after the jump');
    expect(lab.pass(50, () => lagging.notes.results.has(again) && lab.isSettled)).toBe(true);
    const texts = others[0]!.notes.bodies.map((one) => Buffer.from(one).toString());
    expect(texts.filter((text) => text === 'mine 7')).toHaveLength(1);
    expect(texts.at(-1)).toBe('after the jump');
  });

  it('are over when the snapshot shows that the incarnation was ended: what had a number is in doubt, the rest certainly not done', () => {
    const { lab, lagging } = laggingFollower();
    lab.start(lagging);
    expect(lab.pass(300, () => lab.isSettled && lagging.node.snapshot().incarnation !== null)).toBe(true);
    const other = lab.nodes.find((one) => one !== lagging)!;
    lab.carries = ({ from, to }) => from !== lagging.id && to !== lagging.id;
    const ids = Array.from({ length: 5 }, (_, n) => lab.submit(lagging, `mine ${n}`));
    lab.pass(LAB_SETTINGS.silenceTicks + 40);
    submitMany(lab, other, 1_000, 1_200);
    lab.carries = () => true;
    expect(lab.pass(400, () => lab.isSettled && lagging.node.snapshot().incarnation !== null)).toBe(true);
    expect([...lagging.notes.lostIds, ...lagging.notes.voidedIds].toSorted((a, b) => a - b)).toEqual(ids);
    expect(lagging.notes.incarnationsEnded).toBe(1);
    expect(lagging.notes.answered).toBe(0);
  });
});
