import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { findFreePorts } from '../../src/cli/free-ports.ts';
import { formatAddress } from '../../src/config/address.ts';
import { Command } from '../support/command.ts';
import { RealCluster } from '../support/real-cluster.ts';
import { until } from '../support/until.ts';

let cluster: RealCluster | undefined;
let second: Command | undefined;

afterEach(async () => {
  second?.kill();
  await second?.ended;
  await cluster?.remove();
  second = undefined;
  cluster = undefined;
});

/** A second n3, as on another machine: with ports and an empty data folder of its own. */
async function startSecond({ folder, config }: RealCluster): Promise<Command> {
  const [peer, client, http] = (await findFreePorts(3)).map((port) => `127.0.0.1:${port}`);
  const nodes = config.nodes.map((node) =>
    node.id === 'n3'
      ? { id: node.id, peer, client, http }
      : {
          id: node.id,
          peer: formatAddress(node.peer),
          client: formatAddress(node.client),
          http: formatAddress(node.http),
        },
  );
  const file = join(folder, 'second.config.json');
  writeFileSync(file, JSON.stringify({ dataDir: './second', nodes }));
  return new Command(['node', 'n3', '--config', file], folder);
}

describe('a second process under the name of a node', () => {
  it('is turned away and told why, the others say so, and the first goes on', async () => {
    cluster = await RealCluster.raise();
    const raised = cluster;
    second = await startSecond(raised);
    await second.untilPrinted(/refuses this node: two processes run as n3/);
    await until('the others say so', async () => {
      const statuses = await Promise.all(['n1', 'n2'].map((id) => raised.status(id)));
      return statuses.every((it) => it?.alarms.some((alarm) => alarm.startsWith('two processes run as n3')));
    });
    const client = await raised.connect('n3');
    await until('n3 serves', async () => !(await client.ask('2')).includes('unavailable'));
    const { standing } = (await raised.status('n3')) ?? {};
    expect(standing).toBe('voting');
  });
});
