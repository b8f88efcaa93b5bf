import { describe, expect, it } from 'vitest';
import { decodeFrame } from '../../../src/raft/driver/frames.ts';
import type { RaftSettings } from '../../../src/raft/driver/cluster-node.ts';
import type { LabNode, NodeLab } from './support/node-lab.ts';
import { bornLab, LAB_SETTINGS } from './support/node-lab.ts';

const settings: RaftSettings = {
  ...LAB_SETTINGS,
  maxUncommittedBytes: 512 * 1024,
  maxInflightBytes: 128 * 1024,
  submitter: {
    ...LAB_SETTINGS.submitter,
    waitingCommands: 500,
    waitingBytes: 256 * 1024,
    windowCommands: 200,
  },
};
const COMMAND = new Uint8Array(2_000);
/** With ticks of 50 ms, as the default election timeout of ten ticks stands for. */
const TICKS_A_MINUTE = 1_200;

const uncommittedBytes = ({ node }: LabNode): number => {
  const { log, commitIndex } = node.core!;
  return log
    .slice((commitIndex + 1) as never, log.lastIndex, Number.MAX_SAFE_INTEGER)
    .reduce((sum, { bytes }) => sum + bytes.length, 0);
};

/** Every node gets as many commands as it takes, in every tick. Returns how many it holds that nobody has answered. */
function pour(lab: NodeLab, ticks: number, held: Map<LabNode, number>): void {
  for (let n = 0; n < ticks; n += 1) {
    for (const one of lab.running) {
      while (one.node.submit(COMMAND).kind === 'accepted') held.set(one, (held.get(one) ?? 0) + 1);
    }
    lab.pass(1);
  }
}
const openAt = (held: Map<LabNode, number>, one: LabNode): number =>
  (held.get(one) ?? 0) - one.notes.answered - one.notes.voidedIds.length - one.notes.lostIds.length;

describe('a cluster without a quorum under full load for ten minutes', () => {
  it('does not grow: what is taken and what is in the log stay within their bounds, and the rest is refused', () => {
    const lab = bornLab(3, { settings });
    const held = new Map<LabNode, number>();
    const dead = lab.nodes.find((one) => one !== lab.leader)!;
    lab.kill(dead);
    const alive = lab.running;
    // The two that are left hear each other's words, but nothing that one of them has written reaches the other.
    lab.carries = ({ bytes }) => {
      const frame = decodeFrame(bytes);
      return (
        frame.kind !== 'raft' || frame.message.kind !== 'append-entries' || frame.message.entries.length === 0
      );
    };
    pour(lab, TICKS_A_MINUTE, held);
    const afterOne = alive.map((one) => [openAt(held, one), one.node.core!.log.lastIndex]);
    pour(lab, 9 * TICKS_A_MINUTE, held);
    for (const [place, one] of alive.entries()) {
      const [open, lastIndex] = afterOne[place]!;
      expect(uncommittedBytes(one)).toBeLessThanOrEqual(settings.maxUncommittedBytes + 4_096);
      expect(openAt(held, one)).toBeLessThanOrEqual(open!);
      // Each leader that finds no quorum leaves the noop of its term, and nothing else.
      expect(one.node.core!.log.lastIndex - lastIndex!).toBeLessThan(500);
      expect(one.node.submit(COMMAND)).toEqual({ kind: 'refused', reason: 'full' });
    }
    lab.carries = () => true;
    expect(lab.pass(400, () => lab.leader !== undefined && lab.isSettled)).toBe(true);
  }, 60_000);
});

describe('a leader whose followers’ disks stand still', () => {
  it('takes no more than may be uncommitted, and says so to those who send', () => {
    const lab = bornLab(3, { settings });
    const leader = lab.leader!;
    const refusals: string[] = [];
    const stuck = new Set(lab.nodes.filter((one) => one !== leader));
    const held = new Map<LabNode, number>();
    lab.carries = ({ from, bytes }) => {
      const frame = decodeFrame(bytes);
      if (frame.kind === 'refusal') refusals.push(frame.refusal.reason);
      const accepts = frame.kind === 'raft' && frame.message.kind === 'append-entries-accepted';
      return !(accepts && [...stuck].some(({ id }) => id === from));
    };
    pour(lab, LAB_SETTINGS.silenceTicks - 10, held);
    expect(leader.node.core?.role).toBe('leader');
    expect(uncommittedBytes(leader)).toBeLessThanOrEqual(settings.maxUncommittedBytes + 4_096);
    expect(new Set(refusals)).toEqual(new Set(['too-much-uncommitted']));
    lab.carries = () => true;
    expect(lab.pass(400, () => lab.isSettled && lab.running.every((one) => openAt(held, one) === 0))).toBe(
      true,
    );
  });
});

describe('a node that is heard and does not follow', () => {
  it('is as good as silent when its log stands still below what is committed', () => {
    const lab = bornLab(3);
    const leader = lab.leader!;
    const mute = lab.nodes.find((one) => one !== leader)!;
    lab.carries = ({ from, bytes }) => {
      const frame = decodeFrame(bytes);
      return !(from === mute.id && frame.kind === 'raft' && frame.message.kind === 'append-entries-accepted');
    };
    lab.submit(leader, 'something to follow');
    const ended = () => leader.events.some((event) => event.kind === 'node-silent' && event.node === mute.id);
    expect(lab.pass(LAB_SETTINGS.silenceTicks + 20, ended)).toBe(true);
  });

  it('is as good as silent when all it says is that it would like to be elected', () => {
    const lab = bornLab(3);
    const leader = lab.leader!;
    const mute = lab.nodes.find((one) => one !== leader)!;
    // It hears nobody, and so asks for an election again and again.
    lab.carries = ({ to }) => to !== mute.id;
    const ended = () => leader.events.some((event) => event.kind === 'node-silent' && event.node === mute.id);
    expect(lab.pass(LAB_SETTINGS.silenceTicks + 40, ended)).toBe(true);
    expect(lab.leader).toBe(leader);
  });
});

describe('a full disk', () => {
  const fill = (one: LabNode): void => void (one.log.roomBytes = 0);

  it('of the leader: it takes nothing new, and hands leadership to a node that has room', () => {
    const lab = bornLab(3);
    const leader = lab.leader!;
    const other = lab.nodes.find((one) => one !== leader)!;
    fill(leader);
    const id = lab.submit(other, 'while it is full');
    expect(lab.pass(200, () => lab.leader !== leader && lab.leader !== undefined)).toBe(true);
    expect(lab.pass(200, () => other.notes.results.has(id))).toBe(true);
    expect(other.node.snapshot().shortOfRoom).toEqual([leader.id]);
    // What waits for room is taken as soon as there is some.
    leader.log.roomBytes = Number.MAX_SAFE_INTEGER;
    expect(lab.pass(200, () => lab.isSettled && other.node.snapshot().shortOfRoom.length === 0)).toBe(true);
  });

  it('of a majority: nothing new is taken anywhere, with a reason of its own, until there is room again', () => {
    const lab = bornLab(3);
    const [one, other, third] = lab.nodes as [LabNode, LabNode, LabNode];
    fill(one);
    fill(other);
    const told = () => lab.nodes.every(({ node }) => node.snapshot().shortOfRoom.length === 2);
    expect(lab.pass(100, told)).toBe(true);
    for (const { node } of lab.nodes)
      expect(node.submit(COMMAND)).toEqual({ kind: 'refused', reason: 'no-room' });
    const read = third.node.read();
    expect(
      lab.pass(100, () => third.notes.safe.includes(read)),
      'it can be read',
    ).toBe(true);
    one.log.roomBytes = Number.MAX_SAFE_INTEGER;
    expect(lab.pass(100, () => third.node.submit(COMMAND).kind === 'accepted')).toBe(true);
    expect(lab.pass(300, () => third.notes.answered > 0)).toBe(true);
  });

  /** A leader that was elected with commands that nobody else has, and the disks of all others are full. */
  const electedWith = (commands: number, reserveBytes: number): NodeLab => {
    // Each command fills a batch: it waits for no other, and is an entry of its own.
    const submitter = { ...LAB_SETTINGS.submitter, batchCommands: 1 };
    const lab = bornLab(3, { settings: { ...LAB_SETTINGS, submitter } });
    const leader = lab.leader!;
    lab.carries = ({ bytes }) => {
      const frame = decodeFrame(bytes);
      return !(
        frame.kind === 'raft' &&
        frame.message.kind === 'append-entries' &&
        frame.message.entries.length > 0
      );
    };
    for (let n = 0; n < commands; n += 1) {
      lab.submit(leader, COMMAND);
      lab.settle();
    }
    const others = lab.nodes.filter((one) => one !== leader);
    for (const one of others) {
      fill(one);
      one.log.reserveBytes = reserveBytes;
    }
    // The others do not elect one of themselves meanwhile.
    lab.carries = ({ from, to, bytes }) =>
      from === leader.id || to === leader.id || decodeFrame(bytes).kind === 'room';
    lab.restart(leader);
    expect(
      lab.pass(200, () => lab.leader === leader && others.every(({ node }) => node.leader() === leader.id)),
    ).toBe(true);
    lab.carries = () => true;
    return lab;
  };

  it('of a majority: what a new leader brings of earlier terms goes into the reserve, so that it can be read', () => {
    const lab = electedWith(5, Number.MAX_SAFE_INTEGER);
    const [one] = lab.nodes.filter((node) => node !== lab.leader) as [LabNode];
    const { lastIndex } = lab.leader!.node.core!.log;
    const read = one.node.read();
    expect(lab.pass(100, () => one.notes.safe.includes(read))).toBe(true);
    expect(one.node.core!.commitIndex).toBeGreaterThanOrEqual(lastIndex);
    lab.pass(30);
    expect(one.node.submit(COMMAND)).toEqual({ kind: 'refused', reason: 'no-room' });
  });

  it('of a majority: no more of it is taken than the reserve holds, and what was taken is kept', () => {
    const lab = electedWith(5, COMMAND.length - 1);
    const one = lab.nodes.find((node) => node !== lab.leader)!;
    const before = one.log.entries.length;
    lab.pass(50);
    expect(one.log.entries.length).toBe(before);
    one.log.reserveBytes = COMMAND.length + 500;
    lab.pass(50);
    expect(one.log.entries.length).toBe(before + 1);
  });

  it('of a majority: a leader whose own disk has room takes nothing in either, from whoever it comes', () => {
    const lab = bornLab(3);
    const leader = lab.leader!;
    const others = lab.nodes.filter((one) => one !== leader);
    for (const one of others) fill(one);
    const [unaware, other] = others as [LabNode, LabNode];
    lab.carries = ({ from, to, bytes }) =>
      !(from === other.id && to === unaware.id && decodeFrame(bytes).kind === 'room');
    expect(lab.pass(100, () => leader.node.snapshot().shortOfRoom.length === 2)).toBe(true);
    const { lastIndex } = leader.node.core!.log;
    expect(unaware.node.submit(COMMAND).kind).toBe('accepted');
    lab.pass(30);
    expect(leader.node.core!.log.lastIndex).toBe(lastIndex);
  });

  it('is remembered when a connection to its node breaks, until that node comes anew', () => {
    const lab = bornLab(3);
    const [one, other] = lab.nodes as [LabNode, LabNode, LabNode];
    fill(other);
    const knows = (): boolean => one.node.snapshot().shortOfRoom.includes(other.id);
    expect(lab.pass(100, knows)).toBe(true);
    const greeting = other.node.greetingFor(one.id);
    one.node.disconnected(other.id, 'it was reset');
    one.node.connected(other.id, greeting);
    lab.pass(20);
    expect(knows(), 'it has no reason to say so again').toBe(true);
    other.log.roomBytes = Number.MAX_SAFE_INTEGER;
    lab.restart(other);
    expect(knows()).toBe(false);
  });
});

describe('a hint that the leader’s process is gone', () => {
  it('has a follower campaign before its election timeout, if others got it too', () => {
    const lab = bornLab(3);
    const leader = lab.leader!;
    lab.pass(5);
    lab.kill(leader);
    for (const { node } of lab.running) node.unreachable(leader.id);
    expect(lab.pass(LAB_SETTINGS.electionTicks - 2, () => lab.leader !== undefined)).toBe(true);
  });

  it('does nothing when it speaks of another node', () => {
    const lab = bornLab(3);
    const [one, other] = lab.nodes.filter((node) => node !== lab.leader) as [LabNode, LabNode];
    const { term } = lab.leader!.node.snapshot();
    one.node.unreachable(other.id);
    lab.pass(50);
    expect(lab.leader!.node.snapshot().term).toBe(term);
  });
});
