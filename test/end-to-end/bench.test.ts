import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LoadResult } from '../../src/cli/bench/closed-loop.ts';
import { Command } from '../support/command.ts';
import type { CommandResult } from '../support/command.ts';
import { RealCluster } from '../support/real-cluster.ts';
import { until } from '../support/until.ts';

let cluster: RealCluster;

beforeAll(async () => {
  cluster = await RealCluster.raise();
});

afterAll(() => cluster?.remove());

function bench(...args: readonly string[]): Promise<CommandResult> {
  return Command.run(['bench', ...args, '--config', cluster.config.file], cluster.folder);
}

async function stored(): Promise<number> {
  const leader = await cluster.leader();
  return (await cluster.status(leader))?.messages ?? Number.NaN;
}

describe('conclave bench', () => {
  it('says how much was acknowledged and how long it took; all of that is stored afterwards', async () => {
    const { code, stdout, stderr } = await bench(
      '--seconds',
      '1',
      '--in-flight',
      '8',
      '--connections',
      '2',
      '--json',
    );
    expect([code, stderr]).toEqual([0, '']);
    const result = JSON.parse(stdout) as LoadResult;
    expect(result).toMatchObject({ inFlight: 8, connections: 2, refused: 0, unanswered: 0, pushed: null });
    expect(result.rate).toBeGreaterThan(0);
    expect(await stored()).toBe(result.acknowledgedInAll);
  });

  it('with recipients who are online it leaves no message behind, and says which accounts stay', async () => {
    const before = await stored();
    const { code, stdout } = await bench('--seconds', '1', '--in-flight', '4', '--spread', '--online');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\d+ messages a second acknowledged, 4 in flight over 4 connections$/m);
    expect(stdout).toMatch(/^from sending to the recipient: p50 /m);
    expect(stdout).toMatch(
      /^what stays in the cluster: the accounts of this load, whose names begin with b\w{8}$/m,
    );
    await until('no message stays', async () => (await stored()) === before);
  });

  it('refuses a number that is none, with exit code 2', async () => {
    const { code, stderr } = await bench('--in-flight', 'many');
    expect(code).toBe(2);
    expect(stderr).toContain('It is a whole number from 1 to 9999999.');
  });

  it('says so, and puts no load on anybody, when there is no leader', async () => {
    for (const id of cluster.ids.slice(1)) await cluster.kill(id);
    await until('the last one follows nobody', async () => (await cluster.status('n1'))?.leader === null);
    const { code, stderr } = await bench('--seconds', '1');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^conclave: the cluster of .* cannot be put under load: /);
  });
});
