import { describe, expect, it } from 'vitest';
import { ownAddresses } from '../../../src/cli/join/own-addresses.ts';
import { nodeId } from '../../../src/ordered-log/ids.ts';

const n4 = nodeId('n4');
const here = { host: '127.0.0.1', port: 8001 };
const far = { host: '192.0.2.11', port: 8001 };
const known = { id: n4, peer: { ...far, port: 1 }, client: { ...far, port: 2 }, http: { ...far, port: 3 } };

describe('the addresses of a node that joins', () => {
  it('are those that it is told, before those that it had', async () => {
    const told = await ownAddresses(n4, { client: '192.0.2.14:6666' }, known, far);
    expect(told).toEqual({ ...known, client: { host: '192.0.2.14', port: 6666 } });
  });

  it('are free ports of this machine if the cluster is on it', async () => {
    const { peer, client, http } = await ownAddresses(n4, {}, undefined, here);
    expect(new Set([peer, client, http].map(({ port }) => port)).size).toBe(3);
    expect(new Set([peer, client, http].map(({ host }) => host))).toEqual(new Set(['127.0.0.1']));
  });

  it('must be told if the cluster is elsewhere: nobody can guess under which name it is reached', async () => {
    await expect(ownAddresses(n4, { peer: '192.0.2.14:7001' }, undefined, far)).rejects.toThrow(
      '--client: say where n4 listens',
    );
  });

  it.each(['nowhere', '192.0.2.14', '192.0.2.14:0', '192.0.2.14:99999'])(
    'must be addresses: %s',
    async (peer) => {
      await expect(ownAddresses(n4, { peer }, known, far)).rejects.toThrow(
        `--peer ${peer}: must be host:port`,
      );
    },
  );
});
