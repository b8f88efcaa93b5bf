import { encodeCommand } from '../../src/chat/commands/command-codec.ts';
import type { CommandBody, LoginProof } from '../../src/chat/commands/command.ts';
import { encodeGenesis } from '../../src/chat/commands/genesis-codec.ts';
import type { ChatLimits } from '../../src/chat/commands/limits.ts';
import type { ChatResult, Message } from '../../src/chat/commands/result.ts';
import { ChatMachine } from '../../src/chat/chat-machine.ts';
import { clientKey, connectionNumber, messageId, type NodeId } from '../../src/chat/ids.ts';
import type { ConnectionView, InFlight } from '../../src/chat/views.ts';
import { nodeId } from '../../src/ordered-log/ids.ts';

export const n1 = nodeId('n1');
export const n2 = nodeId('n2');

export const LIMITS: ChatLimits = {
  mailboxMessages: 100,
  storedMessages: 1000,
  accounts: 100,
  clientsPerAccount: 8,
  clientsWithoutAccount: 8,
  outstandingPerClient: 1024,
  stateBytes: 1_000_000_000,
};

/** A connection of a node: where the commands of one person come from. */
export interface Seat {
  readonly node: NodeId;
  readonly number: number;
}

/** A chat that is spoken to in commands, over the same bytes that a log would carry. */
export class Chat {
  machine: ChatMachine;
  readonly incarnations = new Map<NodeId, number>();
  #index = 0;
  #seats = 0;

  constructor(limits: Partial<ChatLimits> = {}, machine = new ChatMachine()) {
    this.machine = machine;
    this.machine.genesis(encodeGenesis({ ...LIMITS, ...limits }));
    this.restart(n1);
    this.restart(n2);
  }

  /** The same place in the same log, on another machine: one that is in the same state. */
  with(machine: ChatMachine): Chat {
    const other = new Chat();
    other.machine = machine;
    for (const [node, incarnation] of this.incarnations) other.incarnations.set(node, incarnation);
    other.#index = this.#index;
    other.#seats = this.#seats;
    return other;
  }

  /** A new incarnation of the node. */
  restart(node: NodeId): void {
    const incarnation = (this.incarnations.get(node) ?? 0) + 1;
    this.incarnations.set(node, incarnation);
    this.machine.incarnationChanged({ index: ++this.#index, node, incarnation, clusterTimeMs: 0 });
  }

  seat(node: NodeId = n1): Seat {
    return { node, number: ++this.#seats };
  }

  /** A plain command. */
  do(seat: Seat, body: CommandBody): ChatResult {
    return this.#apply(seat, body, null);
  }

  /** A client's numbered command. */
  ask(seat: Seat, number: number, body: CommandBody, fingerprint = fingerprintOf(body)): ChatResult {
    return this.#apply(seat, body, { number, fingerprint });
  }

  /** A fresh connection, logged in as a new account. */
  person(name: string, node: NodeId = n1, passwordHash: string | null = null): Seat {
    const seat = this.seat(node);
    this.do(seat, create(name, passwordHash));
    return seat;
  }

  /** A fresh connection that has become a client's. */
  program(secret: string, floor = 1, node: NodeId = n1): Seat {
    const seat = this.seat(node);
    this.do(seat, hello(secret, floor));
    return seat;
  }

  view(seat: Seat): ConnectionView | undefined {
    return this.machine.connection(seat.node, connectionNumber(seat.number));
  }

  inFlight(seat: Seat): readonly InFlight[] {
    return this.view(seat)?.inFlightAfter(0, 1000) ?? [];
  }

  textsInFlight(seat: Seat): readonly string[] {
    return this.inFlight(seat).map((it) => it.message.text);
  }

  names(): readonly string[] {
    const names = this.machine.freezeNames();
    return Array.from({ length: names.length }, (_, place) => names.at(place)).filter(
      (name) => name !== undefined,
    );
  }

  #apply(seat: Seat, body: CommandBody, request: { number: number; fingerprint: string } | null): ChatResult {
    return this.machine.apply({
      index: ++this.#index,
      node: seat.node,
      incarnation: this.incarnations.get(seat.node) ?? 0,
      clusterTimeMs: this.#index,
      ...lyingIn(encodeCommand({ connection: connectionNumber(seat.number), request, body })),
    });
  }
}

/** A command's bytes with nothing around them. */
export const lyingIn = (bytes: Uint8Array) => ({ bytes, start: 0, end: bytes.length });

export const create = (name: string, passwordHash: string | null = null): CommandBody => ({
  kind: 'create',
  name,
  passwordHash,
});
export const login = (id: string, proof: LoginProof = { kind: 'none' }): CommandBody => ({
  kind: 'login',
  id,
  proof,
});
export const logout: CommandBody = { kind: 'logout' };
export const send = (to: string, text: string): CommandBody => ({
  kind: 'send',
  to,
  text,
  wallTimeMs: 1_700_000_000_000,
});
export const collect = (id: string): CommandBody => ({ kind: 'collect', id });
export const delivered = (upTo: number): CommandBody => ({ kind: 'delivered', upTo });
export const remove = (id: string): CommandBody => ({ kind: 'delete', id });
export const hello = (secret: string, floor = 1): CommandBody => ({
  kind: 'hello',
  client: clientKey(secret),
  floor,
});
export const acknowledge = (id: number): CommandBody => ({ kind: 'acknowledge', message: messageId(id) });

export const fingerprintOf = (body: CommandBody): string => JSON.stringify(body);

/** The messages that a result or a view carries, by their texts. */
export const textsOf = (result: ChatResult): readonly string[] =>
  result.kind === 'collected' ? result.messages.map((it: Message) => it.text) : [];

/** A log in with a password that was checked against the account as it is now. */
export function checkedLogin(chat: Chat, id: string, passwordMatches: boolean): CommandBody {
  const credential = chat.machine.credentialById(id);
  if (credential === undefined) throw new Error(`Nobody has the ID ${id}.`);
  const { account, credentialVersion } = credential;
  return login(id, { kind: 'checked', account, credentialVersion, passwordMatches });
}

/** A client that is logged in under a new account. */
export function loggedIn(chat: Chat, secret: string, name: string): Seat {
  const seat = chat.program(secret);
  chat.ask(seat, 1, create(name));
  return seat;
}
