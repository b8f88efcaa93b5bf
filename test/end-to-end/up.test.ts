import { mkdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatAddress } from '../../src/config/address.ts';
import { Command } from '../support/command.ts';
import { RealCluster } from '../support/real-cluster.ts';
import { until } from '../support/until.ts';

/** Its configuration, folder and addresses: the processes are those of `conclave up`. */
let cluster: RealCluster;
let commands: Command[] = [];
let server: Server | undefined;

beforeEach(async () => {
  cluster = await RealCluster.prepare();
});

afterEach(async () => {
  const pids = commands.flatMap((command) => nodePids(command));
  for (const command of commands) command.kill();
  await Promise.all(commands.map((command) => command.ended));
  for (const pid of pids) await until(`process ${pid} is gone`, () => !isAlive(pid));
  commands = [];
  await new Promise((resolve) => {
    if (server === undefined) resolve(null);
    else server.close(resolve);
  });
  server = undefined;
  await cluster.remove();
});

function type(args: readonly string[], folder = cluster.folder): Command {
  const command = new Command(args, folder);
  commands.push(command);
  return command;
}

async function up(): Promise<Command> {
  const command = type(['up']);
  await command.untilPrinted(/Ctrl-C stops all nodes\./);
  return command;
}

/** The pids that the block prints, in the order of the nodes. */
function nodePids({ stdout }: Command): readonly number[] {
  return [...stdout.matchAll(/kill -9 (\d+)/g)].map(([, pid]) => Number(pid));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('conclave up', () => {
  it('prints who leads, the client ports, the line to chat, the lines to kill, and where the data lie', async () => {
    const { stdout } = await up();
    expect(stdout).toMatch(/Conclave is up: leader n[123], term \d+, can lose 1 more\./);
    expect(stdout).toContain('npx conclave chat');
    expect(stdout).toContain(`nc localhost ${cluster.node('n1').client.port}`);
    for (const id of cluster.ids) {
      const { client, http } = cluster.node(id);
      expect(stdout).toMatch(
        new RegExp(
          `${id}  clients ${formatAddress(client)}  http ${formatAddress(http)}  kill it: kill -9 \\d+`,
        ),
      );
    }
    expect(stdout).toContain('The data lie in ./data. To start clean, stop and rm -r ./data.');
    const pids = await Promise.all(cluster.ids.map(async (id) => (await cluster.status(id))?.pid));
    expect(nodePids({ stdout } as Command)).toEqual(pids);
  });

  it('ends all nodes and then itself, with exit code 0, on Ctrl-C', async () => {
    const command = await up();
    const pids = nodePids(command);
    command.signal('SIGINT');
    expect(await command.ended).toEqual({ code: 0, signal: null });
    expect(pids.filter(isAlive)).toEqual([]);
  });

  it('finds accounts and messages again at a second start', async () => {
    const first = await up();
    const ann = await cluster.connect('n1');
    await ann.ask('1|ann');
    first.signal('SIGTERM');
    expect(await first.ended).toEqual({ code: 0, signal: null });
    await up();
    const again = await cluster.connect('n3');
    expect(await again.ask('2')).toBe('Showing all accounts: ann');
  });

  it('leaves no node behind when it is killed itself', async () => {
    const command = await up();
    const pids = nodePids(command);
    command.kill();
    await command.ended;
    for (const pid of pids) await until(`node process ${pid} has stopped`, () => !isAlive(pid));
  });

  it('leaves none behind either when the data are removed under the nodes, and each is asked to end as well', async () => {
    const command = await up();
    const pids = nodePids(command);
    command.kill();
    rmSync(join(cluster.folder, 'data'), { recursive: true, force: true, maxRetries: 5 });
    for (const pid of pids.filter(isAlive)) process.kill(pid, 'SIGTERM');
    await command.ended;
    for (const pid of pids) await until(`node process ${pid} has stopped`, () => !isAlive(pid));
  });

  it('does not bring a killed node back, and prints the line that does', async () => {
    const command = await up();
    const [, second = 0] = nodePids(command);
    process.kill(second, 'SIGKILL');
    const [, line = ''] = await command.untilPrinted(/n2 \| to bring it back: npx (conclave node n2.*)/);
    expect(command.stdout).toContain(`n2 | process ${second} was ended by SIGKILL`);
    expect(await cluster.status('n2')).toBeUndefined();

    const [, ...args] = line.split(' ');
    const node = type(args);
    await until('n2 is back and follows', async () => {
      if (node.isOver) throw new Error(node.stderr);
      return (await cluster.status('n2'))?.leader;
    });
    expect((await cluster.status('n2'))?.pid).toBe(node.pid);
    expect(new Set(await cluster.hashesAtOneIndex()).size).toBe(1);
    node.signal('SIGTERM');
    expect(await node.ended).toEqual({ code: 0, signal: null });
  });

  it('refuses a busy port with exit code 2 and one sentence that names the file and the key', async () => {
    const { host, port } = cluster.node('n2').client;
    const busy = createServer();
    server = busy;
    await new Promise<void>((resolve) => busy.listen({ host, port }, () => resolve()));
    const { code, stdout, stderr } = await Command.run(['up'], cluster.folder);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr.split('\n')).toHaveLength(2);
    expect(stderr).toContain(cluster.config.file);
    expect(stderr).toContain('nodes[1].client');
    expect(stderr).toContain(`${formatAddress({ host, port })} is in use`);
  });

  it('works from another folder with --config, and prints lines that work from there', async () => {
    const elsewhere = join(cluster.folder, 'else where');
    mkdirSync(elsewhere);
    const command = type(['up', '--config', cluster.config.file], elsewhere);
    await command.untilPrinted(/Ctrl-C stops all nodes\./);
    expect(command.stdout).toMatch(/npx conclave status --config \S+/);
    expect(command.stdout).toContain(`The data lie in ${join(cluster.folder, 'data')}.`);
  });
});
