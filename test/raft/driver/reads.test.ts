import { describe, expect, it } from 'vitest';
import { bornLab, LAB_SETTINGS } from './support/node-lab.ts';

describe('a read', () => {
  it('at a node that gets no further fails after a while: whoever asked is not left waiting', () => {
    const lab = bornLab(3);
    const leader = lab.leader!;
    const full = lab.nodes.find((one) => one !== leader)!;
    full.log.roomBytes = 0;
    const id = lab.submit(leader, 'which the other one has no room for');
    expect(lab.pass(50, () => leader.notes.results.has(id))).toBe(true);
    const read = full.node.read();
    lab.pass(2 * LAB_SETTINGS.silenceTicks);
    expect(full.notes.safe).not.toContain(read);
    expect(full.notes.failed).toContain(read);
    expect(full.node.leader(), 'nothing else ended it').toBe(leader.id);
  });
});
