import { randomBytes } from 'node:crypto';
import type { Address } from '../../config/address.ts';
import { CliError } from '../cli-error.ts';
import { Conversation } from './conversation.ts';
import { judgeByBeginning } from './reply-lines.ts';
import type { Talk } from './talker.ts';

export interface ChatLoadOptions {
  /** Where the talkers connect, one after the other, round and round. */
  readonly nodes: readonly Address[];
  /** `offline`: all that is sent is kept. `online`: each talker has a recipient of its own that is logged in, at the next node. */
  readonly recipients: 'offline' | 'online';
  /** Accounts to which messages go while their owners are offline, each in its turn. */
  readonly mailboxes: number;
  /** Characters of a message. At least 40. */
  readonly textLength: number;
}

/** What a node answers to `3`; whatever else it says is a refusal. */
const judgeReply = judgeByBeginning([
  ['message from ', 'acknowledged'],
  ['Sender ', 'acknowledged'],
  ['', 'refused'],
]);

/** Connections that make mailboxes at the same time. */
const MAKERS = 16;

const FILLING =
  'the quick brown fox jumps over the lazy dog and then types one more line of chat to the other user ';

/** The chat as a load sees it: accounts of its own, under names that nobody else has. */
export class ChatLoad {
  readonly #options: ChatLoadOptions;
  /** How the names of all its accounts begin. */
  readonly prefix = `b${randomBytes(4).toString('hex')}`;
  readonly #judgePush = judgeByBeginning([[this.prefix, 'acknowledged']]);
  #lastTalker = 0;

  constructor(options: ChatLoadOptions) {
    this.#options = options;
  }

  /** Makes the mailboxes. To be called once, before the first talker; not needed if the recipients are online. */
  async prepare(): Promise<void> {
    await Promise.all(Array.from({ length: MAKERS }, (_, maker) => this.#makeMailboxes(maker)));
  }

  /** Of every `MAKERS` mailboxes one: a connection makes them one after the other. */
  async #makeMailboxes(maker: number): Promise<void> {
    const { mailboxes } = this.#options;
    if (maker >= mailboxes) return;
    const chat = await Conversation.open(this.#addressOf(0));
    for (let place = maker; place < mailboxes; place += MAKERS) await chat.create(this.#mailbox(place));
    chat.close();
  }

  /** A talker that is logged in as an account of its own. */
  async open(place: number): Promise<Talk> {
    this.#lastTalker += 1;
    const talker = this.#lastTalker;
    const name = this.#nameOf(talker, 't');
    const listener = this.#options.recipients === 'online' ? await this.#listener(place, talker) : null;
    const chat = await Conversation.open(this.#addressOf(place));
    await chat.create(name);
    const { mailboxes, textLength } = this.#options;
    let serial = 0;
    const nextLine = (): string => {
      serial += 1;
      const to = listener === null ? this.#mailbox((talker + serial) % mailboxes) : listener.name;
      const head = `${name} ${serial} `;
      return `3|${to}|${head}${paddingOf(textLength - head.length)}\n`;
    };
    return { socket: chat.release(), judge: judgeReply, nextLine, listener };
  }

  async #listener(place: number, talker: number) {
    const name = this.#nameOf(talker, 'l');
    const chat = await Conversation.open(this.#addressOf(place + 1));
    await chat.create(name);
    return { name, socket: chat.release(), judge: this.#judgePush };
  }

  #mailbox(place: number): string {
    return this.#nameOf(place, 'm');
  }

  /** Ends with a letter: `x1123` is the ID of the account `x1`, and cannot be a name beside it. */
  #nameOf(place: number, what: 't' | 'l' | 'm'): string {
    return `${this.prefix}n${place}${what}`;
  }

  #addressOf(place: number): Address {
    const { nodes } = this.#options;
    const node = nodes[place % nodes.length];
    if (node === undefined) throw new CliError('there is no node to send to.');
    return node;
  }
}

const paddings = new Map<number, string>();

function paddingOf(length: number): string {
  const known = paddings.get(length);
  if (known !== undefined) return known;
  const padding = FILLING.repeat(Math.ceil(Math.max(0, length) / FILLING.length)).slice(
    0,
    Math.max(0, length),
  );
  paddings.set(length, padding);
  return padding;
}
