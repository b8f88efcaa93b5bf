import { afterEach, describe, expect, it } from 'vitest';
import { RealCluster } from '../support/real-cluster.ts';

let cluster: RealCluster | undefined;

afterEach(async () => {
  await cluster?.remove();
  cluster = undefined;
});

/** Accounts, mailboxes and messages, made over all nodes. */
async function fill(raised: RealCluster): Promise<void> {
  const wayne = await raised.connect('n1');
  const mason = await raised.connect('n2');
  const eve = await raised.connect('n3');
  await wayne.ask('1|wayne');
  await wayne.ask('bye');
  await mason.ask('1|mason|a secret');
  await eve.ask('1|eve');
  expect(await mason.ask('3|wayne|one')).toBe("message from mason has been delivered to wayne's mailbox");
  expect(await eve.ask('3|wayne|two | with a bar')).toBe(
    "message from eve has been delivered to wayne's mailbox",
  );
  expect(await mason.ask('3|wayne|three ☃')).toBe("message from mason has been delivered to wayne's mailbox");
  expect(await eve.ask('5|eve123')).toBe('Your account has been deleted');
}

async function expectFilled(raised: RealCluster): Promise<void> {
  const client = await raised.connect('n3');
  expect(await client.ask('2')).toBe('Showing all accounts: wayne,mason');
  expect(await client.ask('0|mason123|not it')).toContain('is not recognized in the system');
  expect(await client.ask('0|mason123|a secret')).toBe('user : mason is now logged in');
  expect(await client.ask('4|mason123')).toBe('No new messages');
  expect(await client.ask('4|wayne123')).toBe('undelivered message for user ID wayne123: ');
  expect([await client.nextLine(), await client.nextLine(), await client.nextLine()]).toEqual([
    'mason sends: one',
    'eve sends: two | with a bar',
    'mason sends: three ☃',
  ]);
  expect(new Set(await raised.hashesAtOneIndex()).size).toBe(1);
}

describe('a restart of the whole cluster', () => {
  it('finds all accounts, mailboxes and messages again after all nodes were asked to stop', async () => {
    cluster = await RealCluster.raise();
    await fill(cluster);
    expect(await cluster.killAll('SIGTERM')).toEqual(cluster.ids.map(() => ({ code: 0, signal: null })));
    cluster.startAll();
    await cluster.untilReady();
    await expectFilled(cluster);
  });

  it('finds them again after all nodes were killed at once', async () => {
    cluster = await RealCluster.raise();
    await fill(cluster);
    await cluster.killAll('SIGKILL');
    cluster.startAll();
    await cluster.untilReady();
    await expectFilled(cluster);
  });

  it('finds them again with one node missing, and the missing one catches up later', async () => {
    cluster = await RealCluster.raise();
    await fill(cluster);
    await cluster.killAll('SIGKILL');
    cluster.start('n2');
    cluster.start('n3');
    await cluster.untilReady();
    const early = await cluster.connect('n2');
    expect(await early.ask('2')).toBe('Showing all accounts: wayne,mason');
    cluster.start('n1');
    await cluster.untilReady();
    await expectFilled(cluster);
  });
});
