import { plainText } from '../../../src/chat/commands/text-in-place.ts';
import type { ChatCommand, CommandBody } from '../../../src/chat/commands/command.ts';
import type { ChatLimits } from '../../../src/chat/commands/limits.ts';
import type { ChatResult } from '../../../src/chat/commands/result.ts';
import type { MessageId } from '../../../src/chat/ids.ts';
import { arrive, forget, pushMailbox, send } from './reference-mail.ts';
import {
  clientOf,
  connectionAt,
  endConnection,
  endSession,
  leave,
  logIn,
  loginOf,
  makeRoom,
} from './reference-sessions.ts';
import type { RefAccount, RefClient, RefConnection, RefMessage } from './reference-state.ts';

/** The whole state of the model. */
export class ReferenceState {
  readonly limits: ChatLimits;
  readonly accounts = new Map<number, RefAccount>();
  readonly connections = new Map<string, RefConnection>();
  readonly clients = new Map<string, RefClient>();
  /** Every message that ever was. */
  readonly messages: RefMessage[] = [];
  /** Those that are not delivered yet. */
  readonly stored = new Set<number>();
  readonly #logins = new Map<string, Set<number>>();
  accountsEver = 0;
  uses = 0;

  constructor(limits: ChatLimits) {
    this.limits = limits;
  }

  /** As whom a client was ever logged in. */
  loginsOf(client: string): Set<number> {
    const known = this.#logins.get(client);
    if (known !== undefined) return known;
    const made = new Set<number>();
    this.#logins.set(client, made);
    return made;
  }

  get names(): readonly string[] {
    return [...this.accounts.values()].map(({ name }) => name);
  }

  accountWithId(id: string): RefAccount | undefined {
    return this.#find((name) => `${name}123` === id.toLowerCase());
  }

  accountCalled(called: string): RefAccount | undefined {
    return this.#find((name) => name === called.toLowerCase()) ?? this.accountWithId(called);
  }

  #find(test: (name: string) => boolean): RefAccount | undefined {
    for (const account of this.accounts.values()) if (test(account.name.toLowerCase())) return account;
    return undefined;
  }
}

/**
 * The rules of the chat once more, as docs/protocol.md tells them and as simply as they can be said: slow, and with nothing
 * in common with the real state machine but the commands and the words for results.
 */
export class ReferenceChat {
  readonly state: ReferenceState;

  constructor(limits: ChatLimits) {
    this.state = new ReferenceState(limits);
  }

  /** A node's process begins or ends: its connections are over, in the order of their numbers. */
  endNode(node: string): void {
    const theirs = [...this.state.connections.values()].filter((it) => it.node === node);
    for (const connection of theirs.sort((a, b) => a.number - b.number))
      endConnection(this.state, connection);
  }

  apply(node: string, { connection: number, request, body }: ChatCommand): ChatResult {
    const { state } = this;
    const connection = state.connections.get(`${node}/${number}`);
    switch (body.kind) {
      case 'logout':
        if (connection !== undefined) endConnection(state, connection);
        return { kind: 'logged-out' };
      case 'delivered':
        if (connection !== undefined) {
          const isClient = clientOf(state, connection) !== undefined;
          arrive(state, connection, (it) => it.ordinal <= body.upTo && (!isClient || it.by === 'collect'));
        }
        return { kind: 'noted' };
      case 'hello':
        return this.#hello(node, number, body.client, body.floor);
      default:
        break;
    }
    switch (connection?.standing) {
      case 'replaced':
        return { kind: 'replaced' };
      case 'forgotten':
      case 'expired':
        return { kind: 'expired' };
      default:
        break;
    }
    const client = clientOf(state, connection);
    if (client === undefined)
      return request === null ? this.#execute(node, number, body, null) : { kind: 'not-a-client' };
    if (request === null) return { kind: 'unreadable' };
    if (request.number < client.floor) return { kind: 'below-floor', floor: client.floor };
    const before = client.results.get(request.number);
    if (before !== undefined)
      return before.fingerprint === request.fingerprint
        ? (before.result as ChatResult)
        : { kind: 'conflict' };
    const limit = state.limits.outstandingPerClient;
    if (request.number >= client.floor + limit) return { kind: 'too-many-outstanding', limit };
    const result = this.#execute(node, number, body, request.number);
    if (result.kind !== 'check-again')
      client.results.set(request.number, { fingerprint: request.fingerprint, result });
    return result;
  }

  #hello(node: string, number: number, key: string, floor: number): ChatResult {
    const { state } = this;
    const known = state.connections.get(`${node}/${number}`);
    if (known?.standing === 'replaced') return { kind: 'replaced' };
    if (known?.standing === 'client' && known.client !== key) return { kind: 'conflict' };
    if (clientOf(state, known) === undefined) {
      const login = loginOf(state, known);
      if (login !== null) endSession(state, login);
    }
    const connection = connectionAt(state, node, number);
    let client = state.clients.get(key);
    if (client === undefined) {
      if (floor > 1) {
        connection.standing = 'expired';
        return { kind: 'expired' };
      }
      makeRoom(state, (it) => it.boundTo === null, state.limits.clientsWithoutAccount);
      client = {
        key,
        floor: 1,
        boundTo: null,
        account: null,
        connection: null,
        lastUse: 0,
        results: new Map(),
        held: new Map(),
      };
      state.clients.set(key, client);
    }
    this.#raiseFloor(client, floor);
    this.#move(client, connection);
    return { kind: 'hello' };
  }

  #raiseFloor(client: RefClient, floor: number): void {
    if (floor <= client.floor) return;
    client.floor = floor;
    for (const number of client.results.keys()) if (number < floor) client.results.delete(number);
    for (const [number, { account, messages }] of client.held) {
      if (number >= floor) continue;
      client.held.delete(number);
      for (const message of messages) forget(this.state, account, message);
    }
  }

  #move(client: RefClient, to: RefConnection): void {
    const { state } = this;
    state.uses += 1;
    client.lastUse = state.uses;
    if (client.connection === to.key) return;
    const from = client.connection;
    client.connection = null;
    leave(state, from, 'replaced');
    to.standing = 'client';
    to.client = client.key;
    client.connection = to.key;
    if (client.account !== null) pushMailbox(state, client.account, to.key, 'push');
  }

  #execute(node: string, number: number, body: CommandBody, request: number | null): ChatResult {
    const { state } = this;
    const here = state.connections.get(`${node}/${number}`);
    switch (body.kind) {
      case 'create': {
        const { name, passwordHash } = body;
        const taken =
          state.accountCalled(name) !== undefined || state.accountCalled(`${name}123`) !== undefined;
        if (taken) return { kind: 'name-taken', name };
        const limit = state.limits.accounts;
        if (state.accounts.size >= limit) return { kind: 'full', what: 'accounts', limit };
        state.accountsEver += 1;
        const index = state.accountsEver;
        state.accounts.set(index, { index, name, passwordHash, mailbox: [], outstanding: 0, session: null });
        logIn(state, connectionAt(state, node, number), index);
        return { kind: 'created', name };
      }
      case 'login': {
        const account = state.accountWithId(body.id);
        if (account === undefined) return { kind: 'not-recognized', id: body.id };
        if (account.passwordHash !== null) {
          if (body.proof.kind === 'none' || body.proof.account !== account.index)
            return { kind: 'check-again' };
          if (!body.proof.passwordMatches) return { kind: 'not-recognized', id: body.id };
        }
        logIn(state, connectionAt(state, node, number), account.index);
        return { kind: 'logged-in', name: account.name };
      }
      case 'send':
        return this.#send(here, body.to, plainText(body.text), body.wallTimeMs);
      case 'collect':
        return this.#collect(node, number, body.id, request);
      case 'delete':
        return this.#delete(here, body.id);
      case 'acknowledge': {
        const client = clientOf(state, here);
        if (here === undefined || client === undefined) return { kind: 'not-a-client' };
        if (client.account === null) return { kind: 'not-logged-in' };
        const upTo = here.flight.find((it) => it.by === 'push' && it.message === body.message)?.ordinal ?? 0;
        arrive(state, here, (it) => it.by === 'push' && it.ordinal <= upTo);
        return { kind: 'acknowledged' };
      }
      default:
        throw new Error(`the model cannot execute ${body.kind}`);
    }
  }

  #send(from: RefConnection | undefined, to: string, text: string, wallTimeMs: number): ChatResult {
    const { state } = this;
    const login = loginOf(state, from);
    const sender = login === null ? undefined : state.accounts.get(login);
    if (sender === undefined) return { kind: 'not-logged-in' };
    const recipient = state.accountCalled(to);
    if (recipient === undefined) return { kind: 'no-recipient', to };
    const limit = state.limits.mailboxMessages;
    if (recipient.mailbox.length + recipient.outstanding >= limit)
      return { kind: 'mailbox-full', recipient: recipient.name, limit };
    const id = (state.messages.length + 1) as MessageId;
    state.messages.push({ id, from: sender.name, wallTimeMs, text, account: recipient.index });
    state.stored.add(id);
    const { session } = recipient;
    const at =
      session?.kind === 'connection'
        ? session.at
        : ((session && state.clients.get(session.key)?.connection) ?? null);
    const online = at === null ? undefined : state.connections.get(at);
    if (online === undefined) recipient.mailbox.push(id);
    else send(state, online, recipient.index, id, 'push');
    return {
      kind: 'sent',
      id,
      sender: sender.name,
      recipient: recipient.name,
      wallTimeMs,
      state: online === undefined ? 'kept' : 'pushed',
    };
  }

  #collect(node: string, number: number, id: string, request: number | null): ChatResult {
    const { state } = this;
    const here = state.connections.get(`${node}/${number}`);
    const account = state.accountWithId(id);
    if (account === undefined) return { kind: 'no-account', id };
    if (account.passwordHash !== null && loginOf(state, here) !== account.index)
      return { kind: 'login-first' };
    if (account.mailbox.length === 0) return { kind: 'nothing-kept' };
    const messages = account.mailbox.map((message) => {
      const { account: _, ...shown } = state.messages[message - 1]!;
      return shown;
    });
    const collected = { kind: 'collected', id: `${account.name}123`, messages } as const;
    const client = clientOf(state, here);
    if (client !== undefined && request !== null) {
      client.held.set(request, { account: account.index, messages: account.mailbox });
      account.outstanding += account.mailbox.length;
      account.mailbox = [];
      return { ...collected, upTo: 0 };
    }
    const connection = connectionAt(state, node, number);
    pushMailbox(state, account.index, connection.key, 'collect');
    return { ...collected, upTo: connection.lastOrdinal };
  }

  #delete(here: RefConnection | undefined, id: string): ChatResult {
    const { state } = this;
    const account = state.accountWithId(id);
    if (account === undefined) return { kind: 'no-account', id };
    if (account.passwordHash !== null && loginOf(state, here) !== account.index)
      return { kind: 'login-first' };
    const isClient = clientOf(state, here) !== undefined;
    const read = here?.flight.filter(
      (it) => it.account === account.index && (it.by === 'collect' || !isClient),
    );
    if (account.mailbox.length > 0 || account.outstanding > (read?.length ?? 0))
      return { kind: 'mailbox-not-empty' };
    if (here !== undefined) arrive(state, here, (it) => it.account === account.index);
    endSession(state, account.index);
    for (const client of state.clients.values()) if (client.boundTo === account.index) client.boundTo = null;
    state.accounts.delete(account.index);
    return { kind: 'deleted' };
  }
}
