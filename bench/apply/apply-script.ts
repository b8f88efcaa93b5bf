import { encodeCommand } from '../../src/chat/commands/command-codec.ts';
import type { ClientRequest, CommandBody } from '../../src/chat/commands/command.ts';
import { clientKey, connectionNumber } from '../../src/chat/ids.ts';

/** What is applied, over and over: messages that are kept, that go in flight at once, or that a program has numbered. */
export const APPLY_KINDS = ['kept', 'online', 'numbered'] as const;
export type ApplyKind = (typeof APPLY_KINDS)[number];

const SENDERS = 16;
const RECIPIENTS = 256;
const TEXT = 'x'.repeat(100);
/** Of a connection's messages, after how many its node says that they were delivered, or its program raises its floor. */
const ROUND = 256;

/** The commands of one node's connections: first those that make the accounts, then messages without an end. */
export class ApplyScript {
  readonly #kind: ApplyKind;
  readonly #numbers = new Map<number, number>();
  #sent = 0;

  constructor(kind: ApplyKind) {
    this.#kind = kind;
  }

  /** Senders, on connections from 1 on, and recipients, on those from 101 on. */
  *opening(): Generator<Uint8Array> {
    for (let place = 0; place < SENDERS; place += 1) {
      if (this.#kind === 'numbered')
        yield command(1 + place, { kind: 'hello', client: keyOf(place), floor: 1 });
      yield this.#asked(place, { kind: 'create', name: `sender${place}`, passwordHash: null });
    }
    for (let place = 0; place < RECIPIENTS; place += 1) {
      yield command(101 + place, { kind: 'create', name: `recipient${place}`, passwordHash: null });
      if (this.#kind !== 'online') yield command(101 + place, { kind: 'logout' });
    }
  }

  /** The next messages, and what belongs to them. */
  *messages(count: number): Generator<Uint8Array> {
    for (let i = 0; i < count; i += 1) {
      this.#sent += 1;
      const sender = this.#sent % SENDERS;
      const recipient = this.#sent % RECIPIENTS;
      yield this.#asked(sender, {
        kind: 'send',
        to: `recipient${recipient}`,
        text: TEXT,
        wallTimeMs: 1_700_000_000_000 + this.#sent,
      });
      yield* this.#after(sender, recipient);
    }
  }

  *#after(sender: number, recipient: number): Generator<Uint8Array> {
    const rounds = Math.floor(this.#sent / RECIPIENTS);
    if (this.#kind === 'online' && rounds % 16 === 0) {
      yield command(101 + recipient, { kind: 'delivered', upTo: rounds });
    }
    const number = this.#numbers.get(sender) ?? 0;
    if (this.#kind === 'numbered' && number % ROUND === 0) {
      yield command(1 + sender, { kind: 'hello', client: keyOf(sender), floor: number - ROUND / 2 });
    }
  }

  #asked(place: number, body: CommandBody): Uint8Array {
    if (this.#kind !== 'numbered') return command(1 + place, body);
    const number = (this.#numbers.get(place) ?? 0) + 1;
    this.#numbers.set(place, number);
    const fingerprint = (place * 2 ** 32 + number).toString(16).padStart(32, '0');
    return command(1 + place, body, { number, fingerprint });
  }
}

const keyOf = (place: number) => clientKey(place.toString(16).padStart(32, '7'));

const command = (connection: number, body: CommandBody, request: ClientRequest | null = null): Uint8Array =>
  encodeCommand({ connection: connectionNumber(connection), request, body });
