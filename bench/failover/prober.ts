import { randomBytes } from 'node:crypto';
import { Conversation } from '../../src/cli/bench/conversation.ts';
import { ReplyLines, judgeByBeginning } from '../../src/cli/bench/reply-lines.ts';
import type { Address } from '../../src/config/address.ts';
import { SilenceMeter } from './silence-meter.ts';

/** One message to every node this often. */
export const PROBE_EVERY_MS = 5;

/** What a node answers to `3`; that nobody knows is not the same as that nothing was done. */
const judge = judgeByBeginning([
  ['message from ', 'acknowledged'],
  ['', 'refused'],
]);

/** Sends small messages to all nodes all the time, as clients that are connected to them would, and notes when each is acknowledged. */
export class Prober {
  readonly meter = new SilenceMeter();
  readonly #doors: readonly Door[];
  readonly #timer: NodeJS.Timeout;

  private constructor(addresses: readonly Address[], mailbox: string) {
    this.#doors = addresses.map((address) => new Door(address, mailbox, this.meter));
    this.#timer = setInterval(() => {
      for (const door of this.#doors) door.probe();
    }, PROBE_EVERY_MS);
  }

  static async start(addresses: readonly Address[]): Promise<Prober> {
    const [first] = addresses;
    if (first === undefined) throw new Error('there is nobody to probe');
    const mailbox = `probe${randomBytes(4).toString('hex')}`;
    const chat = await Conversation.open(first);
    await chat.create(mailbox);
    chat.close();
    return new Prober(addresses, mailbox);
  }

  stop(): void {
    clearInterval(this.#timer);
    for (const door of this.#doors) door.close();
  }
}

/** The prober's connection to one node; there is a new one as soon as there can be. */
class Door {
  readonly #address: Address;
  readonly #mailbox: string;
  readonly #meter: SilenceMeter;
  #state: 'closed' | 'opening' | 'over' = 'closed';
  #send: ((line: string) => void) | null = null;
  #close: () => void = () => undefined;
  #count = 0;

  constructor(address: Address, mailbox: string, meter: SilenceMeter) {
    this.#address = address;
    this.#mailbox = mailbox;
    this.#meter = meter;
  }

  probe(): void {
    if (this.#send === null) return void this.#open();
    this.#count += 1;
    this.#send(`3|${this.#mailbox}|probe ${this.#count}\n`);
  }

  close(): void {
    this.#state = 'over';
    this.#close();
  }

  async #open(): Promise<void> {
    if (this.#state !== 'closed') return;
    this.#state = 'opening';
    try {
      const chat = await Conversation.open(this.#address);
      this.#close = () => chat.close();
      await chat.create(`prober${randomBytes(6).toString('hex')}`);
      this.#talk(chat);
    } catch {
      this.#closed();
    }
  }

  #talk(chat: Conversation): void {
    const socket = chat.release();
    const replies = new ReplyLines(judge);
    const sentAtMs: number[] = [];
    this.#send = (line) => {
      sentAtMs.push(performance.now());
      this.#meter.sent();
      socket.write(line);
    };
    socket.on('data', (bytes: Buffer) => {
      replies.push(bytes, (meaning) => {
        const sentAt = sentAtMs.shift();
        if (sentAt === undefined) return;
        if (meaning === 'acknowledged') this.#meter.acknowledged(sentAt, performance.now());
        else this.#meter.notAcknowledged();
      });
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      for (let open = sentAtMs.length; open > 0; open -= 1) this.#meter.notAcknowledged();
      this.#closed();
    });
  }

  #closed(): void {
    this.#send = null;
    if (this.#state !== 'over') this.#state = 'closed';
  }
}
