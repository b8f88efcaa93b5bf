import { describe, expect, it } from 'vitest';
import type { NodeId } from '../../../src/raft/core/ids.ts';
import { Cluster } from './support/cluster.ts';
import { logOf } from './support/entries.ts';
import { n1, n2, n3 } from './support/server.ts';

const LEADER = [1, 1, 1, 4, 4, 5, 5, 6, 6, 6];

/** The follower's own log, and how many AppendEntries the leader needs to find where they part, at most. */
const FOLLOWERS = {
  a: [1, 1, 1, 4, 4, 5, 5, 6, 6],
  b: [1, 1, 1, 4],
  c: [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6],
  d: [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7],
  e: [1, 1, 1, 4, 4, 4, 4],
  f: [1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3],
};

describe('Figure 7: a leader of term 8 brings a follower to its own log', () => {
  it.each(Object.entries(FOLLOWERS))('(%s) %j', (_, log) => {
    const logs = new Map<NodeId, readonly number[]>([
      [n1, LEADER],
      [n2, log],
      [n3, [1]],
    ]);
    const cluster = new Cluster([n1, n2, n3], (id) => ({ term: 7, log: logOf(...(logs.get(id) ?? [])) }));
    // n3 elects it: some of the six have the longer log and would not.
    cluster.carries = ({ from, to }) => from !== n2 && to !== n2;
    cluster.elect(n1);
    cluster.heal();
    cluster.pass(4);
    expect(cluster.core(n1).term).toBe(8);
    expect(cluster.terms(n2)).toEqual([...LEADER, 8]);
    expect(cluster.core(n2).commitIndex).toBe(11);
    expect(cluster.core(n1).peers[0]).toMatchObject({ matchIndex: 11, progress: 'replicate' });
  });
});

describe('fast backtracking (end of §5.3)', () => {
  it('skips a whole conflicting term with each question', () => {
    const many = (count: number, term: number): readonly number[] =>
      Array.from({ length: count }, () => term);
    const cluster = new Cluster([n1, n2, n3], (id) => ({
      term: 7,
      log: logOf(...(id === n1 ? [1, ...many(60, 4), 6] : [1, ...many(30, 2), ...many(30, 3)])),
    }));
    cluster.carries = ({ from, to }) => from !== n2 && to !== n2;
    cluster.elect(n1);
    cluster.heal();
    const asked: number[] = [];
    cluster.carries = ({ to, message }) => {
      if (to === n2 && message.kind === 'append-entries') asked.push(message.prevLogIndex);
      return true;
    };
    cluster.pass(2);
    expect(cluster.terms(n2)).toEqual(cluster.terms(n1));
    expect(asked.length).toBeLessThanOrEqual(6);
  });
});
