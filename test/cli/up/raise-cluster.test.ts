import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findFreePorts } from '../../../src/cli/free-ports.ts';
import { plainPainter } from '../../../src/cli/painter.ts';
import { raiseCluster } from '../../../src/cli/up/raise-cluster.ts';
import type { RaisedCluster } from '../../../src/cli/up/raise-cluster.ts';
import { loadConfig } from '../../../src/config/load-config.ts';

const program = fileURLToPath(new URL('../fake-node.js', import.meta.url));

let folder: string;
let raised: RaisedCluster | undefined;
let printed = '';
let lookers: (() => void)[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'conclave-up-'));
  printed = '';
  lookers = [];
});

afterEach(async () => {
  raised?.kill();
  raised?.stop();
  await raised?.outcome;
  raised = undefined;
  rmSync(folder, { recursive: true });
});

/** Raises three fake nodes. */
async function raise(behaviour: Readonly<Record<string, string>> = {}): Promise<RaisedCluster> {
  const ports = await findFreePorts(9);
  const at = (place: number): string => `127.0.0.1:${ports[place]}`;
  const nodes = ['n1', 'n2', 'n3'].map((id, n) => ({
    id,
    peer: at(3 * n),
    client: at(3 * n + 1),
    http: at(3 * n + 2),
  }));
  const file = join(folder, 'three.json');
  writeFileSync(file, JSON.stringify({ nodes }));
  writeFileSync(join(folder, 'behaviour.json'), JSON.stringify(behaviour));
  raised = raiseCluster({
    config: loadConfig(file),
    folder,
    paint: plainPainter,
    program,
    write: (text) => {
      printed += text;
      for (const look of lookers.splice(0)) look();
    },
  });
  return raised;
}

/** Resolves with the match once it has been printed. */
function untilPrinted(pattern: RegExp): Promise<RegExpExecArray> {
  return new Promise((resolve) => {
    const look = (): void => {
      const match = pattern.exec(printed);
      if (match === null) lookers.push(look);
      else resolve(match);
    };
    look();
  });
}

describe('raising all nodes of a configuration', () => {
  it('tells what each node says, and who leads once all are ready; stops all when asked', async () => {
    const cluster = await raise();
    await untilPrinted(/Conclave is up: leader n1, term 1, can lose 1 more\./);
    for (const node of ['n1', 'n2', 'n3'])
      expect(printed).toMatch(new RegExp(`^${node} \\| .*listening$`, 'm'));
    cluster.stop();
    expect(await cluster.outcome).toEqual({ kind: 'stopped' });
    for (const node of ['n1', 'n2', 'n3'])
      expect(printed).toMatch(new RegExp(`^${node} \\| .*stopping$`, 'm'));
  });

  it('prints the pid of the node itself: killing it is the death of the node, and it is not brought back', async () => {
    const cluster = await raise();
    const [, pid] = await untilPrinted(/n2 {2}clients .*kill it: kill -9 (\d+)/);
    process.kill(Number(pid), 'SIGKILL');
    await untilPrinted(/to bring it back/);
    expect(printed).toContain(`n2 | process ${pid} was ended by SIGKILL\n`);
    expect(printed).toContain('n2 | to bring it back: npx conclave node n2 --config ./three.json\n');
    cluster.stop();
    expect(await cluster.outcome).toEqual({ kind: 'stopped' });
  });

  it('goes on without a node that cannot start, and tells why it cannot', async () => {
    const cluster = await raise({ n2: 'cannot-start' });
    await untilPrinted(/^n2 \| cannot start, the others go on: nodes\[1\]\.client in .* is in use\.$/m);
    cluster.stop();
    expect(await cluster.outcome).toEqual({ kind: 'stopped' });
  });

  it('stops the others and gives the sentence if too few can start', async () => {
    const cluster = await raise({ n2: 'cannot-start', n3: 'cannot-start' });
    expect(await cluster.outcome).toEqual({
      kind: 'cannot-start',
      sentence: 'nodes[1].client in /x/cluster.config.json: 127.0.0.1:6667 is in use.',
    });
    expect(printed).not.toContain('Conclave is up');
  });

  it('goes on when a node stops itself, and tells why it did', async () => {
    const cluster = await raise({ n3: 'disk-fails' });
    const [, pid] = await untilPrinted(/n3 {2}clients .*kill it: kill -9 (\d+)/);
    process.kill(Number(pid), 'SIGUSR2');
    await untilPrinted(/to bring it back/);
    expect(printed).toContain(`n3 | process ${pid} ended with exit code 1: the disk failed\n`);
    cluster.stop();
    expect(await cluster.outcome).toEqual({ kind: 'stopped' });
  });

  it('ends when no node is left', async () => {
    const cluster = await raise();
    await untilPrinted(/Conclave is up/);
    cluster.kill();
    expect(await cluster.outcome).toEqual({ kind: 'none-left' });
  });

  it('a node that will not stop can still be ended', async () => {
    const cluster = await raise({ n1: 'deaf' });
    await untilPrinted(/Conclave is up/);
    cluster.stop();
    await untilPrinted(/n1 \| .*will not stop/);
    cluster.kill();
    expect(await cluster.outcome).toEqual({ kind: 'stopped' });
  });
});
