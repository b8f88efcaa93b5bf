import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function conclave(...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [root('bin/conclave.js'), ...args], {
      cwd: root('.'),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let out = '';
    let err = '';
    child.stdout.on('data', (part) => (out += String(part)));
    child.stderr.on('data', (part) => (err += String(part)));
    child.on('close', (code) => resolve({ code, out, err }));
  });
}

describe('the command', () => {
  it('tells its version and its commands', async () => {
    const { version } = JSON.parse(readFileSync(root('package.json'), 'utf8')) as { version: string };
    expect(await conclave('--version')).toEqual({ code: 0, out: `${version}\n`, err: '' });
    const help = await conclave('--help');
    expect(help.code).toBe(0);
    for (const command of ['up', 'node', 'chat', 'status', 'members', 'transfer', 'upgrade', 'demo'])
      expect(help.out).toMatch(new RegExp(`^ {2}${command} `, 'm'));
    expect(help.out).not.toContain('schema');
  });

  it('prints the schema of the configuration', async () => {
    const { code, out } = await conclave('schema');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual(JSON.parse(readFileSync(root('cluster.schema.json'), 'utf8')));
  });

  it.each([
    [['nonsense'], "unknown command 'nonsense'"],
    [['node'], "missing required argument 'id'"],
    [['status', '--nonsense'], "unknown option '--nonsense'"],
    [['members', 'remov', 'n1'], "unknown command 'members remov'; there are list, add, remove, replace"],
  ])('that is typed wrong ends with 2: %j', async (args, words) => {
    const { code, err } = await conclave(...args);
    expect(code).toBe(2);
    expect(err).toContain(words);
  });

  it.each([['up'], ['node', 'n1'], ['status']])(
    '%s with a configuration that is not there ends with 2 and one sentence',
    async (...args) => {
      const { code, err } = await conclave(...args, '--config', '/nowhere/c.json');
      expect([code, err]).toEqual([
        2,
        'conclave: /nowhere/c.json: there is no such file; name a configuration with --config FILE.\n',
      ]);
    },
  );

  it('for a node that is not in the configuration ends with 2 and one sentence', async () => {
    const { code, err } = await conclave('node', 'n9');
    expect([code, err]).toEqual([
      2,
      `conclave: there is no node "n9" in ${root('cluster.config.json')}; it has n1, n2, n3. A new node joins with --join ADDRESS, the HTTP address of any of them.\n`,
    ]);
  });
});
