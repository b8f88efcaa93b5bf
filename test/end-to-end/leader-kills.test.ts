import { afterEach, describe, expect, it } from 'vitest';
import type { Client } from '../../src/client/client.ts';
import { createClient } from '../../src/client/client.ts';
import type { PushedMessage } from '../../src/client/server-line.ts';
import { RealCluster } from '../support/real-cluster.ts';
import { NOTHING_WRONG, reckon } from '../support/reckoning.ts';
import { NumberedTalker, PlainTalker, untilHeardAnew } from '../support/talkers.ts';
import { until } from '../support/until.ts';

const KILLS = 20;
/** Online all the time, and away all the time. */
const RECIPIENTS = ['listener', 'sleeper'] as const;

let cluster: RealCluster | undefined;
let listeners: Listener[] = [];

afterEach(async () => {
  await Promise.all(listeners.map(({ client }) => client.close(0)));
  listeners = [];
  await cluster?.remove();
  cluster = undefined;
});

interface Listener {
  readonly client: Client;
  readonly received: PushedMessage[];
}

function listen(raised: RealCluster, node: string): Listener {
  const received: PushedMessage[] = [];
  const client = createClient({
    nodes: raised.clientNodes(node),
    onMessage: (message) => received.push(message),
  });
  listeners.push({ client, received });
  return { client, received };
}

describe('kill -9 of the leader under load', () => {
  it('twenty times in a row: nothing acknowledged is lost or doubled, and every sender is heard in order', async () => {
    const raised = await RealCluster.raise({ limits: { mailboxMessages: 1_000_000 } });
    cluster = raised;
    const listener = listen(raised, 'n2');
    await listener.client.send('1|listener');
    const founder = await raised.connect('n1');
    await founder.ask('1|sleeper');
    founder.destroy();

    const numbered = raised.ids.map(
      (node) => new NumberedTalker(`program-${node}`, RECIPIENTS, raised, node),
    );
    const plain = raised.ids.map((node) => new PlainTalker(`person-${node}`, RECIPIENTS, raised, node));
    const talkers = [...numbered, ...plain];
    for (const talker of talkers) await talker.join();
    const talks = talkers.map((talker) => talker.talk());
    await untilHeardAnew(talkers);

    for (let kill = 1; kill <= KILLS; kill += 1) {
      const leader = await raised.leader();
      await raised.kill(leader);
      await untilHeardAnew(talkers);
      raised.start(leader);
      await raised.untilNodeReady(leader);
    }

    for (const talker of talkers) talker.stop();
    await Promise.all(talks);
    const sleeper = listen(raised, 'n3');
    await sleeper.client.send('0|sleeper123');
    for (const [name, { received }] of [
      ['listener', listener],
      ['sleeper', sleeper],
    ] as const) {
      const last = { to: name, text: `${name} may go 1000000` };
      await numbered[0]?.say(last);
      await until(`${name} has read everything`, () => received.some(({ text }) => text === last.text));
      expect(reckon(talkers, name, received)).toEqual(NOTHING_WRONG);
      expect(new Set(received.map(({ from }) => from))).toEqual(
        new Set(talkers.map((talker) => talker.name)),
      );
    }
    await Promise.all(numbered.map((talker) => talker.close()));
    expect(new Set(await raised.hashesAtOneIndex()).size).toBe(1);
  }, 300_000);
});
