import { describe, expect, it } from 'vitest';
import { disagreementWith } from '../../src/node/disagreement.ts';
import { memberAddresses } from '../../src/node/member-addresses.ts';
import { nodeId } from '../../src/ordered-log/ids.ts';

const node = (number: number, host = '127.0.0.1') => ({
  id: nodeId(`n${number}`),
  peer: { host, port: 7000 + number },
  client: { host, port: 6660 + number },
  http: { host, port: 8000 + number },
});
const config = { file: '/x/c.json', nodes: [node(1), node(2), node(3)], origin: 'file' } as const;
const n1 = nodeId('n1');
const members = config.nodes.map(memberAddresses);

describe('a configuration', () => {
  it('agrees with a log that names the same nodes at the same places, and with one that names none yet', () => {
    expect(disagreementWith(config, n1, members)).toBeNull();
    expect(disagreementWith(config, n1, [])).toBeNull();
  });

  it('that differs is told with every difference', () => {
    const changed = [
      ...members.slice(0, 1),
      { ...memberAddresses(node(2)), client: '127.0.0.1:9999' },
      memberAddresses(node(4)),
    ];
    expect(disagreementWith(config, n1, changed)).toBe(
      "/x/c.json differs from the cluster's log, and the log holds: n2.client is 127.0.0.1:9999, not 127.0.0.1:6662; n3 does not belong to the cluster; n4 (127.0.0.1:7004) belongs to it too. Correct the file when it suits you.",
    );
  });

  it('of a node that was removed is not spoken of: the node itself is what is to be looked at', () => {
    expect(disagreementWith(config, n1, members.slice(1))).toBeNull();
  });

  it('says nothing of addresses that nobody knows', () => {
    const unknown = members.map((member) => ({ ...member, client: '', http: '' }));
    expect(disagreementWith(config, n1, unknown)).toBeNull();
  });

  it('of a node that joined is out of date by nature, but for its own place', () => {
    const joined = { ...config, nodes: [node(1), node(9)], origin: 'joined' } as const;
    expect(disagreementWith(joined, n1, members)).toBeNull();
    const moved = { ...config, nodes: [node(1, '192.0.2.1'), node(9)], origin: 'joined' } as const;
    expect(disagreementWith(moved, n1, members)).toContain('n1.peer is 127.0.0.1:7001, not 192.0.2.1:7001');
  });
});

describe('where a node is reached', () => {
  it('is its own host where it listens on all of them, and unknown where it takes any port', () => {
    const wide = {
      ...node(1, '192.0.2.11'),
      client: { host: '0.0.0.0', port: 6666 },
      http: { host: '::', port: 0 },
    };
    expect(memberAddresses(wide)).toEqual({
      id: 'n1',
      peer: '192.0.2.11:7001',
      client: '192.0.2.11:6666',
      http: '',
    });
  });
});
