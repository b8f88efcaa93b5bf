import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '../../src/client/client.ts';
import { createClient } from '../../src/client/client.ts';
import { ConnectionEndedError, LineClient } from './line-client.ts';
import type { RealCluster } from './real-cluster.ts';
import { until } from './until.ts';

/** Between two messages of one talker: load that leaves a small machine room to start nodes. */
const BREATH_MS = 5;

export interface Said {
  readonly to: string;
  readonly text: string;
}

/** What one talker was told about its messages, each of which has its own text. */
export class Sayings {
  readonly acknowledged: Said[] = [];
  /** Told to be certainly not done. */
  readonly refused: Said[] = [];
  /** Nobody said what became of it. */
  readonly doubtful: Said[] = [];
  /** Replies that nobody expects. */
  readonly surprises: string[] = [];
  /** How many were begun, and the number of the newest acknowledged one. */
  begun = 0;
  newestAcknowledged = 0;
}

export interface Talker {
  readonly name: string;
  readonly sayings: Sayings;
  /** Talks until `stop`. */
  talk(): Promise<void>;
  /** Ends after the message that is on its way. */
  stop(): void;
  /** Says nothing more after the message that is on its way, until it goes on. */
  rest(): void;
  goOn(): void;
}

/** Sends one message after the other, alternating between the recipients. */
abstract class Alternating implements Talker {
  readonly name: string;
  readonly sayings = new Sayings();
  protected enough = false;
  #rest: Promise<void> | null = null;
  #wake: () => void = () => undefined;
  readonly #recipients: readonly string[];

  constructor(name: string, recipients: readonly string[]) {
    this.name = name;
    this.#recipients = recipients;
  }

  abstract talk(): Promise<void>;

  stop(): void {
    this.enough = true;
    this.goOn();
  }

  rest(): void {
    this.#rest ??= new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  goOn(): void {
    this.#wake();
    this.#rest = null;
  }

  /** Between two messages. */
  protected async breathe(): Promise<void> {
    await pause(BREATH_MS);
    await this.#rest;
  }

  protected next(): Said {
    this.sayings.begun += 1;
    const count = this.sayings.begun;
    return { to: this.#recipients[count % this.#recipients.length] ?? '', text: `${this.name} ${count}` };
  }

  protected acknowledge(said: Said): void {
    this.sayings.acknowledged.push(said);
    this.sayings.newestAcknowledged = this.sayings.begun;
  }
}

/** A program: numbers its commands, and moves from node to node. Each of its messages is acknowledged in the end. */
export class NumberedTalker extends Alternating {
  readonly #client: Client;

  constructor(name: string, recipients: readonly string[], cluster: RealCluster, firstNode: string) {
    super(name, recipients);
    this.#client = createClient({
      nodes: cluster.clientNodes(firstNode),
      limits: { maxInFlight: 1, silenceMs: 8_000 },
    });
  }

  async join(): Promise<void> {
    const { code, text } = await this.#client.send(`1|${this.name}`);
    if (code !== 'ok') throw new Error(text);
  }

  async talk(): Promise<void> {
    while (!this.enough) {
      await this.say(this.next());
      await this.breathe();
    }
  }

  async say(said: Said): Promise<void> {
    const { code, text } = await this.#client.send(`3|${said.to}|${said.text}`);
    if (code === 'ok') this.acknowledge(said);
    else this.sayings.surprises.push(`${code}: ${text}`);
  }

  close(waitMs?: number): Promise<unknown> {
    return this.#client.close(waitMs);
  }
}

const DONE = /^(Sender \S+ sends a new message |message from \S+ has been delivered to )/;
const NOT_DONE = 'The service is unavailable, nothing was done: ';
const MAYBE_DONE = 'The service is unavailable, the command may still be carried out: ';

/** A person with `nc`, faithful to one node: when it dies, waits until it is back and logs in again. */
export class PlainTalker extends Alternating {
  readonly #cluster: RealCluster;
  readonly #node: string;

  constructor(name: string, recipients: readonly string[], cluster: RealCluster, node: string) {
    super(name, recipients);
    this.#cluster = cluster;
    this.#node = node;
  }

  async join(): Promise<void> {
    const client = await this.#cluster.connect(this.#node);
    await client.ask(`1|${this.name}`);
    client.destroy();
  }

  async talk(): Promise<void> {
    while (!this.enough) {
      const client = await until<LineClient | 'enough'>(`${this.name} is connected`, () =>
        this.enough ? 'enough' : this.#connect(),
      );
      if (client !== 'enough') await this.#talkTo(client);
    }
  }

  async #connect(): Promise<LineClient | undefined> {
    try {
      return await LineClient.connect(this.#cluster.node(this.#node).client);
    } catch (error) {
      if (error instanceof ConnectionEndedError) return undefined;
      throw error;
    }
  }

  /** Until it is enough or the connection ends. */
  async #talkTo(client: LineClient): Promise<void> {
    let open: Said | undefined;
    try {
      const login = `user : ${this.name} is now logged in`;
      while ((await client.ask(`0|${this.name}123`)) !== login) await pause(BREATH_MS);
      while (!this.enough) {
        open = this.next();
        const reply = await client.ask(`3|${open.to}|${open.text}`);
        this.#note(open, reply);
        open = undefined;
        await this.breathe();
      }
    } catch (error) {
      if (!(error instanceof ConnectionEndedError)) throw error;
      if (open !== undefined) this.sayings.doubtful.push(open);
    } finally {
      client.destroy();
    }
  }

  #note(said: Said, reply: string): void {
    if (DONE.test(reply)) this.acknowledge(said);
    else if (reply.startsWith(NOT_DONE)) this.sayings.refused.push(said);
    else if (reply.startsWith(MAYBE_DONE)) this.sayings.doubtful.push(said);
    else this.sayings.surprises.push(reply);
  }
}

/** Waits until a message that was begun after this moment is acknowledged. */
export async function untilHeardAnew(talkers: readonly Talker[]): Promise<void> {
  const begunBefore = new Map(talkers.map((talker) => [talker, talker.sayings.begun]));
  await until('a new message is acknowledged', () =>
    [...begunBefore].some(([{ sayings }, begun]) => sayings.newestAcknowledged > begun),
  );
}
