import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
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

/** The healed node is needed for the majority now, and knows what was there before. */
async function expectToCarry(raised: RealCluster, healed: string, other: string): Promise<void> {
  const third = raised.ids.find((id) => id !== healed && id !== other) ?? '';
  await raised.kill(third);
  await until('the two agree on a leader', async () => {
    const [one, two] = await Promise.all([healed, other].map((id) => raised.status(id)));
    return one?.leader !== null && one?.leader === two?.leader && one?.leader !== third;
  });
  const client = await raised.connect(healed);
  await until(
    'the healed node answers',
    async () => (await client.ask('2')) === 'Showing all accounts: wayne,mason',
  );
  expect(await client.ask('1|eve')).toBe('Success New Account Creation! Your new Account ID: eve123');
}

describe('a lost data folder', () => {
  it('is filled again by the others, and then its node votes as before', async () => {
    const raised = await raise();
    const client = await raised.connect('n1');
    await client.ask('1|wayne');
    await raised.kill('n2');
    rmSync(raised.dataDir('n2'), { recursive: true });
    await raised.leader();
    const guest = await raised.connect('n3');
    await until('n3 serves', async () => /wayne/.test(await guest.ask('2')));
    expect(await guest.ask('1|mason')).toBe('Success New Account Creation! Your new Account ID: mason123');
    const folderBefore = (await raised.status('n1'))?.members.find(({ id }) => id === 'n2')?.folderId;

    raised.start('n2');
    await raised.untilHealed('n2');
    await raised.untilSaid('n2', 'it votes and counts from now on');
    const { members = [], membershipCommitted } = (await raised.status('n1')) ?? {};
    expect(membershipCommitted).toBe(true);
    expect(members.map(({ id, role }) => [id, role])).toEqual(raised.ids.map((id) => [id, 'voter']));
    expect(members.find(({ id }) => id === 'n2')?.folderId).not.toBe(folderBefore);
    await expectToCarry(raised, 'n2', 'n1');
  });

  it('of another node, copied over, counts for nothing, and is mended in the same way', async () => {
    const raised = await raise();
    const client = await raised.connect('n1');
    await client.ask('1|wayne');
    await client.ask('1|mason');
    await raised.hashesAtOneIndex();
    await raised.kill('n3');
    await raised.kill('n2');
    rmSync(raised.dataDir('n2'), { recursive: true });
    cpSync(raised.dataDir('n3'), raised.dataDir('n2'), { recursive: true });
    rmSync(join(raised.dataDir('n2'), 'lock'), { recursive: true, force: true });
    raised.start('n2');
    await raised.untilSaid('n2', 'recovering: ');
    // n1 and the folder of n3 under a wrong name are no majority.
    expect(await (await raised.connect('n1')).ask('2')).toMatch(NOT_DONE);
    raised.start('n3');
    await raised.untilHealed('n2');
    await expectToCarry(raised, 'n2', 'n1');
  });

  it('of two of three nodes never looks like a first start: the third says that it alone remembers, and waits', async () => {
    const raised = await raise();
    const client = await raised.connect('n3');
    await client.ask('1|wayne');
    await raised.hashesAtOneIndex();
    await raised.killAll();
    const emptied = ['n1', 'n2'];
    for (const id of emptied) rmSync(raised.dataDir(id), { recursive: true });
    raised.startAll();
    await until('n3 says that it alone remembers', async () =>
      (await raised.status('n3'))?.waitingFor?.includes('n3 alone remembers'),
    );
    for (const id of raised.ids) {
      expect(await (await raised.connect(id)).ask('2')).toMatch(NOT_DONE);
      expect((await raised.status(id))?.accounts).toBe(0);
      expect(raised.linesOf(id).filter((line) => line.includes('the cluster is born'))).toHaveLength(1);
    }
  });
});
