import type { CommandBody } from '../../src/chat/commands/command.ts';
import type { ClientKey } from '../../src/chat/ids.ts';
import type { Client } from '../../src/chat/state/records.ts';
import { create, login, logout, type Chat, type Seat } from './harness.ts';
import type { RawStep, Step, Submission } from './random-log.ts';

type Numbered = Exclude<CommandBody, { readonly kind: 'hello' | 'logout' | 'delivered' }>;

/** Makes steps of drawn ones: most of these, taken as they are, would be refused for one of the duller reasons. */
export class Fitter {
  readonly #chat: Chat;
  readonly #asked: { readonly client: ClientKey; readonly number: number; readonly body: CommandBody }[] = [];

  constructor(chat: Chat) {
    this.#chat = chat;
  }

  /** The step to take in the chat as it is now; null if there is none. */
  fit(raw: RawStep): Step | null {
    if (raw.kind === 'again') return this.#again(raw.pick);
    const step: Step = raw.kind === 'fitted' ? { ...this.#fitted(raw), kind: 'command' } : raw;
    if (step.kind === 'command' && step.number !== null) {
      const client = this.#clientAt(step.seat);
      if (client !== undefined)
        this.#asked.push({ client: client.key, number: step.number, body: step.body });
    }
    return step;
  }

  #again(pick: number): Step | null {
    const before = this.#asked[pick % Math.max(1, this.#asked.length)];
    const at = this.#clients().find((it) => it.key === before?.client)?.connection;
    if (before === undefined || at === undefined || at === null) return null;
    return { kind: 'command', seat: at, number: before.number, body: before.body };
  }

  #fitted({ seat, number, body }: Submission): Submission {
    if (this.#chat.view(seat)?.client === 'replaced') return { seat, number: null, body: logout };
    switch (body.kind) {
      case 'hello': {
        const floor = this.#clients().find((it) => it.key === body.client)?.floor ?? 1;
        return { seat, number: null, body: { ...body, floor: floor + body.floor - 1 } };
      }
      case 'logout':
      case 'delivered':
        return { seat, number: null, body };
      case 'create':
      case 'login':
      case 'send':
      case 'collect':
      case 'delete':
      case 'acknowledge':
        return { seat, number: this.#number(seat, number ?? 1), body: this.#body(seat, body) };
      default:
        return body satisfies never;
    }
  }

  /** Mostly the client's next number, sometimes another one from its floor on. */
  #number(seat: Seat, drawn: number): number | null {
    const client = this.#clientAt(seat);
    if (client === undefined) return null;
    if (drawn > 5) return client.floor + (drawn % 5);
    let next = client.floor;
    while (client.results.has(next)) next += 1;
    return next;
  }

  #body(seat: Seat, body: Numbered): CommandBody {
    const view = this.#chat.view(seat);
    switch (body.kind) {
      case 'login':
        return this.#checked(body.id);
      case 'send':
        if ((view?.account ?? null) !== null) return body;
        return this.#chat.machine.credentialById(`${body.to}123`) === undefined
          ? create(body.to)
          : this.#checked(`${body.to}123`);
      case 'acknowledge': {
        const pushed = view?.inFlightAfter(0, 10).filter((it) => it.by === 'push') ?? [];
        return {
          ...body,
          message: pushed[body.message % Math.max(1, pushed.length)]?.message.id ?? body.message,
        };
      }
      case 'create':
      case 'collect':
      case 'delete':
        return body;
      default:
        return body satisfies never;
    }
  }

  #checked(id: string): CommandBody {
    const credential = this.#chat.machine.credentialById(id);
    if (credential === undefined) return login(id);
    const { account, credentialVersion } = credential;
    return login(id, { kind: 'checked', account, credentialVersion, passwordMatches: true });
  }

  #clientAt(seat: Seat): Readonly<Client> | undefined {
    return this.#clients().find(
      (it) => it.connection?.node === seat.node && it.connection.number === seat.number,
    );
  }

  #clients(): Readonly<Client>[] {
    return [...this.#chat.machine.freeze().clients.values()];
  }
}
