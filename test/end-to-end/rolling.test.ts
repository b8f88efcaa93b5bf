import { afterEach, describe, expect, it } from 'vitest';
import { createClient } from '../../src/client/client.ts';
import type { PushedMessage } from '../../src/client/server-line.ts';
import { Command } from '../support/command.ts';
import { RealCluster } from '../support/real-cluster.ts';
import { NOTHING_WRONG, reckon } from '../support/reckoning.ts';
import { NumberedTalker, PlainTalker, untilHeardAnew } from '../support/talkers.ts';
import type { Talker } from '../support/talkers.ts';
import { until } from '../support/until.ts';

const RECIPIENT = 'sleeper';

let cluster: RealCluster | undefined;

afterEach(async () => {
  await cluster?.remove();
  cluster = undefined;
});

/** A cluster over which programs and people talk to somebody who is away. */
class Crowd {
  readonly raised: RealCluster;
  readonly #numbered: readonly NumberedTalker[];
  readonly #talkers: readonly Talker[];
  #talks: readonly Promise<void>[] = [];

  private constructor(raised: RealCluster) {
    this.raised = raised;
    this.#numbered = raised.ids.map(
      (node) => new NumberedTalker(`program-${node}`, [RECIPIENT], raised, node),
    );
    this.#talkers = [
      ...this.#numbered,
      ...raised.ids.map((node) => new PlainTalker(`person-${node}`, [RECIPIENT], raised, node)),
    ];
  }

  static async gather(options: Parameters<typeof RealCluster.raise>[0] = {}): Promise<Crowd> {
    cluster = await RealCluster.raise({ limits: { mailboxMessages: 1_000_000 }, ...options });
    const founder = await cluster.connect('n1');
    await founder.ask(`1|${RECIPIENT}`);
    founder.destroy();
    const crowd = new Crowd(cluster);
    for (const talker of crowd.#talkers) await (talker as NumberedTalker | PlainTalker).join();
    crowd.#talks = crowd.#talkers.map((talker) => talker.talk());
    await crowd.untilHeard();
    return crowd;
  }

  untilHeard(): Promise<void> {
    return untilHeardAnew(this.#talkers);
  }

  /** Ends the talk, and compares what was acknowledged with what the recipient finds. */
  async expectNothingLost(): Promise<void> {
    for (const talker of this.#talkers) talker.stop();
    await Promise.all(this.#talks);
    const received: PushedMessage[] = [];
    const sleeper = createClient({
      nodes: this.raised.clientNodes('n2'),
      onMessage: (message) => received.push(message),
    });
    await sleeper.send(`0|${RECIPIENT}123`);
    const last = { to: RECIPIENT, text: 'this is all 1000000' };
    await this.#numbered[0]?.say(last);
    await until('the recipient has read everything', () => received.some(({ text }) => text === last.text));
    expect(reckon(this.#talkers, RECIPIENT, received)).toEqual(NOTHING_WRONG);
    await sleeper.close();
    await Promise.all(this.#numbered.map((talker) => talker.close()));
    expect(new Set(await this.raised.hashesAtOneIndex()).size).toBe(1);
  }
}

describe('under load', () => {
  it('all nodes can be killed at once: what was acknowledged is there when they are back', async () => {
    const crowd = await Crowd.gather();
    await crowd.raised.killAll('SIGKILL');
    crowd.raised.startAll();
    await crowd.raised.untilReady();
    await crowd.untilHeard();
    await crowd.expectNothingLost();
  });

  it('all nodes can be stopped and started one after the other', async () => {
    const crowd = await Crowd.gather();
    for (const id of crowd.raised.ids) {
      expect(await crowd.raised.kill(id, 'SIGTERM')).toEqual({ code: 0, signal: null });
      await crowd.untilHeard();
      crowd.raised.start(id);
      await crowd.raised.untilNodeReady(id);
    }
    await crowd.expectNothingLost();
  });

  it('leadership can be handed from node to node', async () => {
    const crowd = await Crowd.gather();
    for (const id of [...crowd.raised.ids, ...crowd.raised.ids]) {
      const { code, stderr } = await Command.run(
        ['transfer', id, '--config', crowd.raised.config.file],
        crowd.raised.folder,
      );
      expect([code, stderr]).toEqual([0, '']);
      await until(`${id} leads`, async () => (await crowd.raised.status('n1'))?.leader === id);
      await crowd.untilHeard();
    }
    await crowd.expectNothingLost();
  });

  it('the log is cut behind snapshots, and a node that was away for longer is brought back by one', async () => {
    const crowd = await Crowd.gather({
      storage: { segmentBytes: 65_536, snapshotBytes: 65_536, trailingBytes: 0 },
    });
    const { raised } = crowd;
    await raised.kill('n3');
    const { lastIndex = 0 } = (await raised.status('n1')) ?? {};
    await until('both others have dropped what n3 would need', async () => {
      const statuses = await Promise.all(['n1', 'n2'].map((id) => raised.status(id)));
      return statuses.every((status) => status !== undefined && status.firstIndex > lastIndex + 1);
    });
    raised.start('n3');
    await raised.untilNodeReady('n3');
    await raised.untilSaid('n3', ', by a snapshot');
    await crowd.expectNothingLost();
  });
});
