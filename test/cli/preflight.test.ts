import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findFreePorts } from '../../src/cli/free-ports.ts';
import { preflight, withConfigKey } from '../../src/cli/preflight.ts';
import { formatAddress } from '../../src/config/address.ts';
import type { ClusterConfig } from '../../src/config/cluster-config.ts';
import { ConfigError } from '../../src/config/config-error.ts';
import { resolveConfig } from '../../src/config/load-config.ts';
import { ListenError } from '../../src/transport/listen-error.ts';

let folder: string;
let server: Server | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'conclave-preflight-'));
});

afterEach(async () => {
  await new Promise<void>((resolve) => (server === undefined ? resolve() : server.close(() => resolve())));
  server = undefined;
  rmSync(folder, { recursive: true });
});

async function configOf(dataDir: string): Promise<{ config: ClusterConfig; ports: readonly number[] }> {
  const ports = await findFreePorts(3);
  const [peer, client, http] = ports.map((port) => `127.0.0.1:${port}`);
  const text = JSON.stringify({ dataDir, nodes: [{ id: 'n1', peer, client, http }] });
  return { config: resolveConfig(text, join(folder, 'c.json')), ports };
}

const failureOf = (config: ClusterConfig): Promise<unknown> =>
  preflight(config, config.nodes).then(
    () => 'no failure',
    (error: unknown) => error,
  );

describe('before a node starts', () => {
  it('all is well if its ports are free and its folder can be made; nothing is made yet', async () => {
    const { config } = await configOf('./new/data');
    expect(await failureOf(config)).toBe('no failure');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('a port in use is told with the option, for a node that no configuration has yet', async () => {
    const { config } = await configOf('./data');
    const [node] = config.nodes;
    const cause = Object.assign(new Error(), { code: 'EADDRINUSE' });
    const failure = new ListenError(formatAddress(node!.client), cause);
    expect(withConfigKey(failure, config, { ...node! })).toMatchObject({
      name: 'CliError',
      message: `--client ${formatAddress(node!.client)} is in use already, perhaps by a Conclave that runs; stop what uses it or choose another port.`,
    });
  });

  it.each([
    [0, 'peer'],
    [1, 'client'],
    [2, 'http'],
  ])('a port in use is told with file and key', async (place, key) => {
    const { config, ports } = await configOf('./data');
    const port = ports[place] ?? 0;
    server = createServer();
    await new Promise<void>((resolve) => server?.listen(port, '127.0.0.1', resolve));
    const failure = await failureOf(config);
    expect(failure).toBeInstanceOf(ConfigError);
    expect((failure as Error).message).toBe(
      `nodes[0].${key} in ${join(folder, 'c.json')}: 127.0.0.1:${port} is in use already, perhaps by a Conclave that runs; stop what uses it or choose another port.`,
    );
  });

  it('an address of another machine is told with file and key', async () => {
    const text = JSON.stringify({
      nodes: [{ id: 'n1', peer: '192.0.2.1:7001', client: '127.0.0.1:0', http: '127.0.0.1:0' }],
    });
    expect(await failureOf(resolveConfig(text, join(folder, 'c.json')))).toMatchObject({
      key: 'nodes[0].peer',
      message: expect.stringContaining('192.0.2.1:7001 is not an address of this machine.') as string,
    });
  });

  it('a file in the place of the data folder is told with file and key', async () => {
    writeFileSync(join(folder, 'data'), '');
    const { config } = await configOf('./data');
    expect(await failureOf(config)).toMatchObject({
      message: `dataDir in ${join(folder, 'c.json')}: ${join(folder, 'data')} is not a folder; choose another place for the data.`,
    });
  });
});

describe('an address that cannot be listened on', () => {
  it('of the node is given its key; any other error stays what it is', async () => {
    const { config, ports } = await configOf('./data');
    const [node] = config.nodes;
    const busy = new ListenError(
      `127.0.0.1:${ports[1]}`,
      Object.assign(new Error('busy'), { code: 'EADDRINUSE' }),
    );
    const elsewhere = new ListenError('127.0.0.1:1', Object.assign(new Error('no'), { code: 'EACCES' }));
    expect(withConfigKey(busy, config, node!)).toMatchObject({ code: 'CONFIG', key: 'nodes[0].client' });
    expect(withConfigKey(elsewhere, config, node!)).toBe(elsewhere);
    expect(elsewhere.message).toBe(
      '127.0.0.1:1 may not be used by this user; ports below 1024 need special rights.',
    );
  });
});
