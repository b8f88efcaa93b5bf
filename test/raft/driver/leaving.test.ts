import { describe, expect, it } from 'vitest';
import { NodeLab, bornLab } from './support/node-lab.ts';
import { decodeFrame } from '../../../src/raft/driver/frames.ts';

describe('a node that leaves', () => {
  it('leaves though it was asked while the cluster was being born', () => {
    const lab = new NodeLab(1);
    lab.disksAnswer = false;
    lab.settle();
    const { node } = lab.at(0);
    node.stop();
    // The disk answers before the turn that the stop asked for has come.
    lab.completeDisk(lab.at(0));
    lab.disksAnswer = true;
    expect(lab.pass(200, () => node.stopped)).toBe(true);
  });

  it('hands over again when the first one to take over has just died', () => {
    const lab = bornLab(3);
    const leader = lab.leader!;
    // The next one is told to take over and dies of it; until then it was as good as the other.
    let dead: string | null = null;
    lab.carries = ({ from, to, bytes }) => {
      const frame = decodeFrame(bytes);
      if (frame.kind === 'raft' && frame.message.kind === 'timeout-now') dead ??= to;
      return from !== dead && to !== dead;
    };
    leader.node.stop();
    expect(lab.pass(200, () => leader.node.stopped)).toBe(true);
    expect(dead).not.toBeNull();
    const [heir] = lab.nodes.filter(({ id }) => id !== leader.id && id !== dead);
    expect(heir!.node.core?.role).toBe('leader');
    expect(
      heir!.events.some((event) => event.kind === 'role-changed' && event.reason === 'asked-to-take-over'),
    ).toBe(true);
  });

  it('leaves also when all leave at once', () => {
    const lab = bornLab(3);
    for (const { node } of lab.nodes) node.stop();
    expect(lab.pass(3 * 40 + 1, () => lab.nodes.every(({ node }) => node.stopped))).toBe(true);
  });

  it('leaves also when nobody else is there any more', () => {
    const lab = bornLab(3);
    lab.carries = () => false;
    for (const { node } of lab.nodes) node.stop();
    expect(lab.pass(3 * 40 + 1, () => lab.nodes.every(({ node }) => node.stopped))).toBe(true);
  });
});
