import { expect } from 'vitest';
import type { Client } from '../../src/client/client.ts';
import { createClient } from '../../src/client/client.ts';
import type { PushedMessage } from '../../src/client/server-line.ts';
import { RealCluster } from './real-cluster.ts';
import type { RealClusterOptions } from './real-cluster.ts';
import { NOTHING_WRONG, reckon } from './reckoning.ts';
import { NumberedTalker, PlainTalker, untilHeardAnew } from './talkers.ts';
import type { Talker } from './talkers.ts';
import { until } from './until.ts';

/** Is there all the time, and is away all the time. */
const [LISTENER, SLEEPER] = ['listener', 'sleeper'] as const;

interface Reader {
  readonly client: Client;
  readonly received: PushedMessage[];
}

/** Programs and people who talk over all nodes of a cluster, to somebody who listens and to somebody who is away. */
export class Crowd {
  readonly raised: RealCluster;
  readonly #numbered: readonly NumberedTalker[];
  readonly #talkers: readonly Talker[];
  readonly #listener: Reader;
  #talks: readonly Promise<void>[] = [];

  private constructor(raised: RealCluster) {
    const recipients = [LISTENER, SLEEPER];
    this.raised = raised;
    this.#listener = this.#read('n2');
    this.#numbered = raised.ids.map(
      (node) => new NumberedTalker(`program-${node}`, recipients, raised, node),
    );
    this.#talkers = [
      ...this.#numbered,
      ...raised.ids.map((node) => new PlainTalker(`person-${node}`, recipients, raised, node)),
    ];
  }

  /** Raises a cluster, and lets them talk. */
  static async gather(options: RealClusterOptions = {}): Promise<Crowd> {
    const raised = await RealCluster.raise({ limits: { mailboxMessages: 1_000_000 }, ...options });
    try {
      const crowd = new Crowd(raised);
      await crowd.#begin();
      return crowd;
    } catch (error) {
      await raised.remove();
      throw error;
    }
  }

  async #begin(): Promise<void> {
    await this.#listener.client.send(`1|${LISTENER}`);
    const founder = await this.raised.connect('n1');
    await founder.ask(`1|${SLEEPER}`);
    founder.destroy();
    for (const talker of this.#talkers) await (talker as NumberedTalker | PlainTalker).join();
    this.#talks = this.#talkers.map((talker) => talker.talk());
    await this.untilHeard();
  }

  /** Waits until a message is acknowledged that was begun after this moment. */
  untilHeard(): Promise<void> {
    return untilHeardAnew(this.#talkers);
  }

  /** Everybody holds their breath until this is done. */
  async inSilence(act: () => Promise<void>): Promise<void> {
    for (const talker of this.#talkers) talker.rest();
    await act();
    for (const talker of this.#talkers) talker.goOn();
  }

  /** Compares the states of all nodes at one place of the log. */
  expectEqualStates(): Promise<void> {
    return this.inSilence(async () => {
      expect(new Set(await this.raised.hashesAtOneIndex()).size).toBe(1);
    });
  }

  /** Ends the talk, and compares what was acknowledged with what those who were spoken to have read. */
  async expectNothingLost(): Promise<void> {
    for (const talker of this.#talkers) talker.stop();
    await Promise.all(this.#talks);
    const sleeper = this.#read('n2');
    await sleeper.client.send(`0|${SLEEPER}123`);
    for (const [name, { client, received }] of [
      [LISTENER, this.#listener],
      [SLEEPER, sleeper],
    ] as const) {
      const last = { to: name, text: `${name} may go 1000000` };
      await this.#numbered[0]?.say(last);
      await until(`${name} has read everything`, () => received.some(({ text }) => text === last.text));
      expect(reckon(this.#talkers, name, received)).toEqual(NOTHING_WRONG);
      await client.close();
    }
    await Promise.all(this.#numbered.map((talker) => talker.close()));
    expect(new Set(await this.raised.hashesAtOneIndex()).size).toBe(1);
  }

  /** Ends everything, however far it has come. */
  async disperse(): Promise<void> {
    for (const talker of this.#talkers) talker.stop();
    await Promise.all([this.#listener.client, ...this.#numbered].map((one) => one.close(0)));
    await this.raised.remove();
  }

  #read(node: string): Reader {
    const received: PushedMessage[] = [];
    const client = createClient({
      nodes: this.raised.clientNodes(node),
      onMessage: (message) => received.push(message),
    });
    return { client, received };
  }
}
