import { describe, expect, it } from 'vitest';
import { Cluster, type Letter } from './support/cluster.ts';
import { BYTES_PER_COMMAND, logOf } from './support/entries.ts';
import {
  accepted,
  effectsOf,
  ELECTION_TICKS,
  FIVE,
  HEARTBEAT_TICKS,
  leader,
  n1,
  n2,
  n3,
  n4,
  n5,
} from './support/server.ts';

describe('Figure 8: the commit rule (§5.4.2)', () => {
  it('an entry of an earlier term is not committed by counting, though a majority has it', () => {
    const { server } = leader({ members: FIVE, term: 3, log: logOf(1, 2) });
    server.disk();
    server.receive(n2, accepted(server, 2));
    expect(effectsOf(server.receive(n3, accepted(server, 2)), 'commit')).toEqual([]);
    expect(server.core.commitIndex).toBe(0);
  });

  it('it is committed together with an entry of the leader’s own term', () => {
    const { server } = leader({ members: FIVE, term: 3, log: logOf(1, 2) });
    server.disk();
    server.receive(n2, accepted(server, 3));
    expect(effectsOf(server.receive(n3, accepted(server, 3)), 'commit')).toEqual([
      { kind: 'commit', index: 3 },
    ]);
  });

  it('played through, (a) to (d): what a majority had and nobody committed is overwritten', () => {
    const cluster = new Cluster(FIVE, (id) => ({
      term: 3,
      log: logOf(...(id === n5 ? [1, 3] : id === n1 || id === n2 ? [1, 2] : [1])),
      options: {
        random: { below: (bound) => (id === n1 || id === n5 ? 0 : bound - 1) },
        maxAppendBytes: BYTES_PER_COMMAND - 1,
      },
    }));
    // (c) S1 leads again and replicates its entry of term 2 to S3, and nothing of its new term.
    const isOfTheNewTerm = (message: Letter['message']): boolean =>
      message.kind === 'append-entries' && message.entries.some((entry) => entry.term > 3);
    cluster.carries = ({ from, to, message }) => from !== n5 && to !== n5 && !isOfTheNewTerm(message);
    cluster.elect(n1);
    cluster.tick(n1, HEARTBEAT_TICKS);
    cluster.deliverAll();
    expect([n1, n2, n3].map((id) => cluster.disk(id).log[1]?.term)).toEqual([2, 2, 2]);
    expect(cluster.core(n1).commitIndex).toBe(0);
    // (d) S1 crashes; S5 wins with the votes of S2, S3 and S4, and overwrites the entry of term 2.
    cluster.crash(n1);
    cluster.heal();
    for (const id of [n2, n3, n4]) cluster.tick(id, ELECTION_TICKS);
    cluster.elect(n5);
    cluster.deliverAll();
    for (const id of [n2, n3, n4]) expect(cluster.terms(id)).toEqual([1, 3, cluster.core(n5).term]);
    // (e) S1 comes back and follows.
    cluster.restart(n1);
    cluster.tick(n5, 2 * HEARTBEAT_TICKS);
    cluster.deliverAll();
    expect(cluster.terms(n1)).toEqual([1, 3, cluster.core(n5).term]);
  });
});
