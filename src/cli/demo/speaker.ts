import { performance } from 'node:perf_hooks';
import type { Address } from '../../config/address.ts';
import { PipeClient } from './pipe-client.ts';

const MOST_MESSAGES = 20_000;

/** Somebody who sends one message after the other, each as soon as the one before is acknowledged. */
export class Speaker {
  readonly name: string;
  readonly sent = new Set<string>();
  readonly acknowledged = new Set<string>();
  /** When each acknowledgement came, in milliseconds of the monotonic clock. */
  readonly acknowledgedAt: number[] = [];
  /** Answers that were neither an acknowledgement nor a delay: nobody expects any. */
  readonly surprises: string[] = [];
  readonly #client: PipeClient;
  readonly #recipient: string;
  #talking: Promise<void> | null = null;
  #enough = false;

  constructor(name: string, recipient: string, nodes: readonly Address[]) {
    this.name = name;
    this.#recipient = recipient;
    this.#client = new PipeClient({ nodes });
  }

  /** Makes the account. @throws if the cluster would not have it. */
  async join(): Promise<void> {
    const { code, text } = await this.#client.ask(`1|${this.name}`);
    if (code !== 'ok') throw new Error(`${this.name} cannot join: ${text}`);
  }

  /** Sends one message and resolves with its text once it is acknowledged. */
  async sayOnce(text: string): Promise<string> {
    const answer = await this.#client.ask(`3|${this.#recipient}|${text}`);
    if (answer.code !== 'ok') throw new Error(`${this.name} cannot send: ${answer.text}`);
    return text;
  }

  startTalking(): void {
    this.#talking = this.#talk();
  }

  /** Resolves once the message that is on its way is acknowledged too. */
  async stopTalking(): Promise<void> {
    this.#enough = true;
    await this.#talking;
  }

  close(): void {
    this.#enough = true;
    this.#client.close();
  }

  async #talk(): Promise<void> {
    for (let count = 1; count <= MOST_MESSAGES && !this.#enough; count += 1) {
      const text = `message ${count} of ${this.name}`;
      this.sent.add(text);
      const answer = await this.#client.ask(`3|${this.#recipient}|${text}`);
      if (answer.code === 'ok') {
        this.acknowledged.add(text);
        this.acknowledgedAt.push(performance.now());
      } else this.surprises.push(`${answer.code}: ${answer.text}`);
    }
  }
}
