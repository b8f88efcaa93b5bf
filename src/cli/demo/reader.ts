import type { Address } from '../../config/address.ts';
import type { ReceivedMessage } from './ledger.ts';
import { PipeClient } from './pipe-client.ts';

/** Somebody who was away, and reads everything back. */
export class Reader {
  readonly received: ReceivedMessage[] = [];
  readonly #name: string;
  readonly #client: PipeClient;
  #acknowledging = false;
  #acknowledged = 0;
  #onNews: () => void = () => undefined;

  constructor(name: string, nodes: readonly Address[]) {
    this.#name = name;
    this.#client = new PipeClient({
      nodes,
      onMessage: ({ id, text }) => {
        this.received.push({ id, text });
        this.#onNews();
      },
    });
  }

  /** Makes the account. @throws if the cluster would not have it. */
  async join(): Promise<void> {
    await this.#must(`1|${this.#name}`);
  }

  /** Logs in, and resolves when a message with this text has been received: the last one that was sent. */
  async readUntil(lastText: string): Promise<void> {
    await this.#must(`0|${this.#name}123`);
    await new Promise<void>((resolve) => {
      this.#onNews = () => {
        void this.#acknowledge();
        if (this.received.some(({ text }) => text === lastText)) resolve();
      };
      this.#onNews();
    });
  }

  close(): void {
    this.#client.close();
  }

  /** Says how far it has read: what is acknowledged makes room for more. */
  async #acknowledge(): Promise<void> {
    if (this.#acknowledging) return;
    this.#acknowledging = true;
    for (let last = this.#last(); last > this.#acknowledged; last = this.#last()) {
      await this.#client.ask(`6|${last}`);
      this.#acknowledged = last;
    }
    this.#acknowledging = false;
  }

  #last(): number {
    return this.received.at(-1)?.id ?? 0;
  }

  async #must(command: string): Promise<void> {
    const { code, text } = await this.#client.ask(command);
    if (code !== 'ok')
      throw new Error(`${this.#name} cannot ${command.startsWith('1') ? 'join' : 'log in'}: ${text}`);
  }
}
