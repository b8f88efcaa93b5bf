import { afterEach, describe, expect, it } from 'vitest';
import type { Client } from '../../src/client/client.ts';
import { createClient } from '../../src/client/client.ts';
import { RealCluster } from '../support/real-cluster.ts';
import { until } from '../support/until.ts';

let cluster: RealCluster | undefined;
let client: Client | undefined;

afterEach(async () => {
  await client?.close(0);
  client = undefined;
  await cluster?.remove();
  cluster = undefined;
});

describe('without a quorum', () => {
  it('commands are answered as certainly not done; with it back, the same connection works, and a numbered command was done once', async () => {
    const raised = await RealCluster.raise({ timings: { commandTimeoutMs: 500 } });
    cluster = raised;
    const survivor = await raised.follower();
    const dead = raised.others(survivor);
    const person = await raised.connect(survivor);
    await person.ask('1|wayne');
    await person.ask('bye');
    const plain = await raised.connect(survivor);
    await plain.ask('1|mason');
    client = createClient({ nodes: raised.clientNodes(survivor).slice(0, 1), limits: { maxInFlight: 1 } });
    await client.send('1|program');

    await Promise.all(dead.map((id) => raised.kill(id)));
    await until('the survivor follows nobody', async () => (await raised.status(survivor))?.leader === null);
    const numbered = client.send('3|wayne|numbered');
    for (const command of ['1|late', '3|wayne|lost', '2', '4|mason123']) {
      expect(await plain.ask(command)).toMatch(/^The service is unavailable, nothing was done: no leader/);
    }
    expect(client.unanswered).toBe(1);

    for (const id of dead) raised.start(id);
    await raised.untilReady();
    expect((await numbered).code).toBe('ok');
    expect(await plain.ask('3|wayne|hello')).toBe("message from mason has been delivered to wayne's mailbox");
    expect(await plain.ask('2')).toBe('Showing all accounts: wayne,mason,program');
    expect(await plain.askAll('4|wayne123')).toEqual([
      'undelivered message for user ID wayne123: ',
      'program sends: numbered',
      'mason sends: hello',
    ]);

    await Promise.all(dead.map((id) => raised.kill(id)));
    expect(await raised.kill(survivor, 'SIGTERM'), 'it can be stopped all the same').toEqual({
      code: 0,
      signal: null,
    });
  });

  it('a command that a leader took just before it lost its followers is never called not done if it is done later', async () => {
    const raised = await RealCluster.raise({ timings: { commandTimeoutMs: 500 } });
    cluster = raised;
    const leader = await raised.leader();
    const dead = raised.others(leader);
    const sleeper = await raised.connect(leader);
    await sleeper.ask('1|wayne');
    await sleeper.ask('bye');
    const plain = await raised.connect(leader);
    await plain.ask('1|mason');
    await Promise.all(dead.map((id) => raised.kill(id)));
    const reply = await plain.ask('3|wayne|taken?');
    expect(reply).toMatch(/^The service is unavailable, /);
    for (const id of dead) raised.start(id);
    await raised.untilReady();
    expect(await plain.ask('3|wayne|later')).toBe("message from mason has been delivered to wayne's mailbox");
    const [, ...kept] = await plain.askAll('4|wayne123');
    expect(kept.at(-1)).toBe('mason sends: later');
    const before = kept.slice(0, -1);
    if (before.length > 0) {
      expect(before).toEqual(['mason sends: taken?']);
      expect(reply).toContain('the command may still be carried out');
    }
  });
});
