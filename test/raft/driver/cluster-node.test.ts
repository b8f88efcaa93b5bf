import { describe, expect, it } from 'vitest';
import { nodeId } from '../../../src/ordered-log/index.ts';
import { decodeFrame, encodeFrame } from '../../../src/raft/driver/frames.ts';
import { ENDED } from '../../../src/raft/driver/payloads.ts';
import { bornLab, LAB_SETTINGS, NodeLab } from './support/node-lab.ts';
import { batchOf } from './support/batch-of.ts';

const [n1, n2, n3] = [nodeId('n1'), nodeId('n2'), nodeId('n3')];

describe('taking what has come in', () => {
  it('leaves the turn after four milliseconds, and goes on where it was before it takes what came later', () => {
    const lab = bornLab(3, { lookTakesMs: 3 });
    const one = lab.at(0);
    lab.settle();
    const rooms = () => one.events.flatMap((event) => (event.kind === 'disk-room' ? [event.room] : []));
    const say = (room: 'short' | 'enough') => lab.receive(one, n2, encodeFrame({ kind: 'room', room }));
    for (let n = 0; n < 3; n += 1) {
      say('short');
      say('enough');
    }
    expect(lab.turn(one), 'another turn is asked for').toBe(true);
    expect(rooms()).toEqual(['short', 'enough']);
    say('short');
    while (rooms().length < 7) {
      const before = rooms().length;
      lab.turn(one);
      expect(rooms().length - before).toBeGreaterThan(0);
      expect(rooms().length - before).toBeLessThanOrEqual(2);
    }
    expect(rooms()).toEqual(['short', 'enough', 'short', 'enough', 'short', 'enough', 'short']);
  });
});

describe('applying', () => {
  it('leaves the turn after a quarter of a megabyte, so that heartbeats go on while a long log is caught up with', () => {
    const lab = bornLab(1, {
      settings: { ...LAB_SETTINGS, maxUncommittedBytes: 64 << 20 },
    });
    const one = lab.at(0);
    lab.disksAnswer = false;
    for (let n = 0; n < 64; n += 1) one.node.submit(new Uint8Array(60 * 1024));
    lab.settle();
    lab.completeDisk(one);
    const before = one.notes.bodies.length;
    // The last few gather for a batch that is not full yet.
    while (one.notes.bodies.length < before + 60) {
      const stood = one.notes.bodies.length;
      expect(lab.turn(one), 'another turn is asked for while something is left to apply').toBe(true);
      expect(one.notes.bodies.length - stood).toBeLessThanOrEqual(4);
    }
  });
});

describe('what a peer sends', () => {
  const badBatches = {
    'announces more commands than it holds': (payload: Uint8Array) => payload.subarray(0, payload.length - 5),
    'holds more than it announces': (payload: Uint8Array) => Buffer.concat([payload, Buffer.alloc(5)]),
    'has a length that goes past its end': (payload: Uint8Array, bodyOffset: number) => {
      const bent = Buffer.from(payload);
      bent[bodyOffset + 2] = 0xff;
      return bent;
    },
  };

  it.each(Object.entries(badBatches))('does not get into the log when a batch %s', (_what, spoil) => {
    const lab = bornLab(3);
    const leader = lab.leader!;
    const other = lab.nodes.find((one) => one !== leader)!;
    const incarnation = other.node.snapshot().incarnation!;
    const batch = batchOf(other.id, incarnation, 1, [Uint8Array.of(1), Uint8Array.of(2)]);
    const payload = spoil(batch.payload, batch.bodyOffset);
    const lastIndex = leader.node.core!.log.lastIndex;
    lab.receive(leader, other.id, encodeFrame({ kind: 'commands', batch: { ...batch, payload } }));
    lab.settle();
    expect(leader.node.core!.log.lastIndex).toBe(lastIndex);
    expect(leader.events.some(({ kind }) => kind === 'bad-frame')).toBe(true);
  });

  it('does not get into the log when it speaks for another node', () => {
    const lab = bornLab(3);
    const leader = lab.leader!;
    const [one, other] = lab.nodes.filter((node) => node !== leader);
    const incarnation = one!.node.snapshot().incarnation!;
    const lastIndex = leader.node.core!.log.lastIndex;
    const batch = batchOf(one!.id, incarnation, 1, [Uint8Array.of(1)]);
    lab.receive(leader, other!.id, encodeFrame({ kind: 'commands', batch }));
    const payload = { node: one!.id, replaces: incarnation, nonce: ENDED };
    lab.receive(leader, other!.id, encodeFrame({ kind: 'incarnation', payload }));
    lab.settle();
    expect(leader.node.core!.log.lastIndex).toBe(lastIndex);
    expect(leader.events.filter(({ kind }) => kind === 'bad-frame')).toHaveLength(2);
  });
});

describe('a read', () => {
  it('does not wait for an index that the log of a later leader may never reach', () => {
    const lab = bornLab(3);
    const first = lab.leader!;
    const asker = lab.nodes.find((one) => one !== first)!;
    const messageIn = (bytes: Uint8Array) => {
      const frame = decodeFrame(bytes);
      return frame.kind === 'raft' ? frame.message : null;
    };
    const bringsEntries = (bytes: Uint8Array): boolean => {
      const message = messageIn(bytes);
      return message?.kind === 'append-entries' && message.entries.length > 0;
    };
    // What it appends reaches nobody, it is cut off and steps down, and is elected again: its noop lies far ahead.
    lab.carries = ({ bytes }) => !bringsEntries(bytes);
    for (let n = 0; n < 3; n += 1) {
      first.node.submit(Uint8Array.of(n));
      lab.settle();
    }
    lab.carries = () => false;
    lab.pass(LAB_SETTINGS.electionTicks + 1);
    expect(first.node.core?.role).not.toBe('leader');
    lab.carries = ({ from, bytes }) =>
      !bringsEntries(bytes) && (from === first.id || messageIn(bytes)?.kind !== 'pre-vote');
    expect(lab.pass(100, () => first.node.core?.role === 'leader')).toBe(true);
    expect(lab.pass(100, () => asker.node.leader() === first.id)).toBe(true);

    const read = asker.node.read();
    lab.settle();
    expect([...asker.notes.safe, ...asker.notes.failed]).not.toContain(read);
    lab.carries = ({ from, to }) => from !== first.id && to !== first.id;
    const settled = () => lab.nodes.some((one) => one !== first && one.node.core?.role === 'leader');
    expect(lab.pass(100, settled)).toBe(true);
    expect(asker.notes.failed).toContain(read);
  });
});

describe('three nodes whose lists of nodes differ', () => {
  it('a node is not born into a cluster that its own configuration does not describe, and says why', () => {
    const lab = new NodeLab(3, { lists: { n2: [n1, n2] } });
    lab.connectAll();
    const told = lab.at(1);
    expect(lab.at(0).node.snapshot().clusterId).not.toBeNull();
    expect(lab.at(2).node.snapshot().clusterId).not.toBeNull();
    expect(told.node.snapshot().clusterId).toBeNull();
    expect(told.node.snapshot().waitingFor).toContain(
      `this node's lists n1, n2, but the cluster was founded with n1, n2, n3`,
    );
    lab.pass(100);
    expect(
      told.events.filter(({ kind }) => kind === 'waiting').length,
      'it does not say so again and again',
    ).toBeLessThan(5);
    expect(lab.leader?.id === n1 || lab.leader?.id === n3).toBe(true);
  });
});

describe('a cluster that is being born when the power fails', () => {
  it('is born all the same when the first batch of two of three was cut', () => {
    const lab = new NodeLab(3);
    lab.disksAnswer = false;
    lab.connectAll();
    const founder = lab.at(0);
    while (lab.completeDisk(founder)) lab.settle();
    expect(founder.node.core).not.toBeNull();
    const others = [lab.at(1), lab.at(2)];
    expect(
      others.map(({ owed }) => owed.length),
      'it is on its way to their disks',
    ).toEqual([1, 1]);
    for (const one of lab.nodes) lab.kill(one);
    lab.disksAnswer = true;
    for (const one of lab.nodes) lab.start(one);
    expect(lab.pass(200, () => lab.leader !== undefined && lab.isSettled)).toBe(true);
  });
});
