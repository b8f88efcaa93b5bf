import type { ClientReply } from '../client-effect.ts';
import type { Client } from '../client.ts';
import { ClientError } from '../client-error.ts';
import { HELP } from './help-text.ts';
import { isAnswered, presentDelivery, presentReply } from './present.ts';
import type { Situation } from './typed-line.ts';
import { readTypedLine } from './typed-line.ts';

/** Who is talked to: a terminal, or the two outputs of a script. */
export interface Audience {
  /** Replies and messages. */
  print(text: string): void;
  /** What is good to know: small print. */
  whisper(text: string): void;
  /** The line could not be carried out as it stands. */
  explain(text: string): void;
  /** Asks for a password that is not shown; null if the person would rather not. */
  askPassword(question: string): Promise<string | null>;
}

export type LineOutcome =
  | 'answered'
  /** Nobody can tell what became of it, or it was given up. */
  | 'unanswered'
  /** It was not sent: it made no sense. */
  | 'not-sent'
  | 'quit';

/** Carries out typed lines: sends them, and prints what comes of it. */
export class Conversation {
  readonly #client: Pick<Client, 'send' | 'login'>;
  readonly #audience: Audience;
  #partner: string | null = null;

  constructor(client: Pick<Client, 'send' | 'login'>, audience: Audience) {
    this.#client = client;
    this.#audience = audience;
  }

  /** To whom plain text goes. */
  get partner(): string | null {
    return this.#partner;
  }

  /** Carries out one line. Resolves when it has been answered and that was printed. */
  async enter(typed: string): Promise<LineOutcome> {
    const situation: Situation = { partner: this.#partner, login: this.#client.login };
    const wanted = readTypedLine(typed, situation);
    switch (wanted.kind) {
      case 'nothing':
        return 'answered';
      case 'help':
        this.#audience.print(HELP);
        return 'answered';
      case 'quit':
        return 'quit';
      case 'explain':
        this.#audience.explain(wanted.text);
        return 'not-sent';
      case 'partner':
        this.#partner = wanted.name;
        this.#audience.whisper(`you are talking to ${wanted.name}`);
        return 'answered';
      case 'login':
        return this.#login(wanted.id, wanted.password);
      case 'send':
        return this.#send(wanted.line, wanted.show);
      default:
        return wanted satisfies never;
    }
  }

  /** An open account has no password: it is asked for only when logging in without one did not work. */
  async #login(id: string, password: string): Promise<LineOutcome> {
    if (password !== '') return this.#send(`0|${id}|${password}`, 'reply');
    const reply = await this.#ask(`0|${id}`);
    if (reply === null) return 'not-sent';
    if (reply.code !== 'not-found') return this.#printed(reply, 'reply');
    const typed = await this.#audience.askPassword(`${id} has a password, or is no account. Password: `);
    if (typed === null || typed === '') return this.#printed(reply, 'reply');
    return this.#send(`0|${id}|${typed}`, 'reply');
  }

  async #send(line: string, show: 'reply' | 'delivery'): Promise<LineOutcome> {
    const reply = await this.#ask(line);
    return reply === null ? 'not-sent' : this.#printed(reply, show);
  }

  async #ask(line: string): Promise<ClientReply | null> {
    try {
      return await this.#client.send(line);
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      this.#audience.explain(error.message);
      return null;
    }
  }

  #printed(reply: ClientReply, show: 'reply' | 'delivery'): LineOutcome {
    const partner = reply.line.split('|')[1] ?? '';
    if (show === 'delivery' && reply.code === 'ok') this.#audience.whisper(presentDelivery(reply, partner));
    else this.#audience.print(presentReply(reply));
    return isAnswered(reply) ? 'answered' : 'unanswered';
  }
}
