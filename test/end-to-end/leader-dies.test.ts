import { afterEach, describe, expect, it } from 'vitest';
import { RealCluster } from '../support/real-cluster.ts';

const MESSAGES = 200;

let cluster: RealCluster | undefined;

afterEach(async () => {
  await cluster?.remove();
  cluster = undefined;
});

describe('a connection to a follower', () => {
  it('stays open while the leader is killed, and its commands are answered, once and in order', async () => {
    const raised = await RealCluster.raise({ timings: { commandTimeoutMs: 30_000 } });
    cluster = raised;
    const leader = await raised.leader();
    const [follower = '', other = ''] = raised.others(leader);
    const sleeper = await raised.connect(other);
    await sleeper.ask('1|wayne');
    await sleeper.ask('bye');
    const mason = await raised.connect(follower);
    await mason.ask('1|mason');

    const texts = Array.from({ length: MESSAGES }, (_, place) => `message ${place}`);
    const halfway = MESSAGES / 2;
    for (const text of texts.slice(0, halfway)) mason.send(`3|wayne|${text}`);
    const death = raised.kill(leader);
    for (const text of texts.slice(halfway)) mason.send(`3|wayne|${text}`);
    await death;
    const kept = "message from mason has been delivered to wayne's mailbox";
    for (const text of texts) expect([text, await mason.nextLine()]).toEqual([text, kept]);

    expect(await mason.ask('3|wayne|afterwards')).toBe(kept);
    expect(await mason.askAll('4|wayne123')).toEqual([
      'undelivered message for user ID wayne123: ',
      ...[...texts, 'afterwards'].map((text) => `mason sends: ${text}`),
    ]);
  });
});
