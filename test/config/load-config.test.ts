import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeDataDir } from '../../src/config/cluster-config.ts';
import { configFilePath, loadConfig, resolveConfig } from '../../src/config/load-config.ts';
import { nodeId } from '../../src/ordered-log/ids.ts';
import { soundFile } from './config-files.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'conclave-config-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('a configuration that is read', () => {
  it('has its addresses taken apart, IPv6 too', () => {
    const file = soundFile();
    file.nodes = [{ id: 'n1', peer: '[::1]:7001', client: 'chat.example:0', http: '[fe80::1]:0' }];
    expect(resolveConfig(JSON.stringify(file), '/x/c.json').nodes).toEqual([
      {
        id: 'n1',
        peer: { host: '::1', port: 7001 },
        client: { host: 'chat.example', port: 0 },
        http: { host: 'fe80::1', port: 0 },
      },
    ]);
  });

  it('keeps the data of a node in a folder of its name, beside the file if the path is relative', () => {
    const config = resolveConfig(JSON.stringify(soundFile()), '/x/y/c.json');
    expect(config.dataDir).toBe('/x/y/data');
    expect(nodeDataDir(config, nodeId('n2'))).toBe('/x/y/data/n2');
  });

  it('keeps an absolute data folder', () => {
    const config = resolveConfig(
      JSON.stringify({ ...soundFile(), dataDir: '/var/lib/conclave' }),
      '/x/c.json',
    );
    expect(config.dataDir).toBe('/var/lib/conclave');
  });

  it('has every default, also beside a key of the same group', () => {
    const config = resolveConfig(JSON.stringify({ ...soundFile(), timings: { tickMs: 5 } }), '/x/c.json');
    expect(config.timings).toMatchObject({
      tickMs: 5,
      heartbeatMs: 50,
      electionTimeoutMs: 300,
      unframedAfterMs: 40,
    });
    expect(config.limits).toMatchObject({ mailboxMessages: 10_000, lineBytes: 8_192 });
    expect(config).toMatchObject({
      openAccounts: 'loopback',
      log: { level: 'info' },
      storage: { segmentBytes: 16_777_216 },
    });
  });

  it('may begin with a byte order mark', () => {
    expect(resolveConfig(`\uFEFF${JSON.stringify(soundFile())}`, '/x/c.json').nodes).toHaveLength(3);
  });

  it('may use one port on several machines', () => {
    const file = soundFile();
    for (const [place, node] of file.nodes.entries()) node['client'] = `192.0.2.${place + 1}:6666`;
    expect(resolveConfig(JSON.stringify(file), '/x/c.json').nodes).toHaveLength(3);
  });
});

describe('the file that is meant', () => {
  it('is the one that is given, seen from the current folder', () => {
    expect(configFilePath('../other.json', folder)).toBe(join(tmpdir(), 'other.json'));
  });

  it('is cluster.config.json of the current folder, if there is one', () => {
    const file = join(folder, 'cluster.config.json');
    writeFileSync(file, JSON.stringify(soundFile()));
    expect(configFilePath(undefined, folder)).toBe(file);
  });

  it('is else the one that comes with the program: three nodes on this machine', () => {
    const config = loadConfig(configFilePath(undefined, folder));
    expect(config.nodes.map((node) => [node.id, node.client.port])).toEqual([
      ['n1', 6666],
      ['n2', 6667],
      ['n3', 6668],
    ]);
  });
});
