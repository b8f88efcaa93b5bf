import { rmSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { RealCluster } from '../support/real-cluster.ts';
import { until } from '../support/until.ts';

const NOT_DONE = /^The service is unavailable, nothing was done: /;

let cluster: RealCluster | undefined;

afterEach(async () => {
  await cluster?.remove();
  cluster = undefined;
});

async function raise(): Promise<RealCluster> {
  cluster = await RealCluster.raise({ timings: { commandTimeoutMs: 500 } });
  return cluster;
}

/** Waits until both nodes have told of it, each in its log, and the one that was refused in its status as well. */
async function untilRefused(raised: RealCluster, emptied: string, by: string): Promise<void> {
  const why = `${emptied} came with an empty data folder: it may have forgotten what it promised, so it takes no part; put its old folder back`;
  await raised.untilSaid(by, `refused ${emptied}: ${why}`);
  await raised.untilSaid(emptied, `${by} refuses this node: ${why}`);
  expect((await raised.status(emptied))?.alarms).toContain(`${by} refuses this node: ${why}`);
}

async function expectToTakeNoPart(raised: RealCluster, id: string): Promise<void> {
  expect(await raised.status(id)).toMatchObject({
    clusterId: null,
    role: 'starting',
    votedFor: null,
    lastIndex: 0,
    accounts: 0,
  });
  const client = await raised.connect(id);
  expect(await client.ask('2')).toMatch(NOT_DONE);
}

describe('an emptied data folder', () => {
  it('keeps its node out, which says so; the others go on, and do not count it when they need it', async () => {
    const raised = await raise();
    const client = await raised.connect('n1');
    await client.ask('1|wayne');
    await raised.kill('n2');
    rmSync(raised.dataDir('n2'), { recursive: true });
    raised.start('n2');
    for (const id of ['n1', 'n3']) await untilRefused(raised, 'n2', id);
    await expectToTakeNoPart(raised, 'n2');

    await raised.leader();
    const guest = await raised.connect('n3');
    expect(await guest.ask('1|mason')).toBe('Success New Account Creation! Your new Account ID: mason123');
    expect(await client.ask('2')).toBe('Showing all accounts: wayne,mason');

    await raised.kill('n3');
    await until('n1 follows nobody', async () => (await raised.status('n1'))?.leader === null);
    expect(await client.ask('1|eve')).toMatch(NOT_DONE);
    await expectToTakeNoPart(raised, 'n2');
  });

  it('of two of three nodes never looks like a first start: nobody founds a new cluster', async () => {
    const raised = await raise();
    const client = await raised.connect('n3');
    await client.ask('1|wayne');
    await raised.killAll();
    const emptied = ['n1', 'n2'];
    for (const id of emptied) rmSync(raised.dataDir(id), { recursive: true });
    raised.startAll();
    for (const id of emptied) {
      await untilRefused(raised, id, 'n3');
      await expectToTakeNoPart(raised, id);
    }
    const again = await raised.connect('n3');
    expect(await again.ask('2')).toMatch(NOT_DONE);
    expect((await raised.status('n3'))?.accounts).toBe(0);
    for (const id of emptied) {
      expect(raised.linesOf(id).filter((line) => line.includes('the cluster is born'))).toHaveLength(1);
    }
  });
});
