import type { ByteReader } from '../commands/byte-reader.ts';
import type { ChatResult } from '../commands/result.ts';
import { clientKey, type MessageId } from '../ids.ts';
import type { ChatState } from '../state/chat-state.ts';
import { clientFact, heldFact, resultFact } from '../state/facts.ts';
import { newClient, type Account, type Client } from '../state/records.ts';
import type { MailPlacer } from './mail-placer.ts';
import { readResult, wordAt } from './result-codec.ts';
import { logIn } from './session-builder.ts';
import { SnapshotError } from './snapshot-error.ts';
import { LOGGED_OUT_BECAUSE } from './snapshot-format.ts';

interface Holding {
  readonly client: Client;
  readonly number: number;
  readonly owner: Account;
  readonly messages: MessageId[];
}

/** Clients, their results and what these hold, from the items of a snapshot. */
export class ClientBuilder {
  readonly #state: ChatState;
  readonly #mail: MailPlacer;
  #client: Client | null = null;
  /** What is held for the result that was read last, while it is still being read. */
  #holding: Holding | null = null;

  constructor(state: ChatState, mail: MailPlacer) {
    this.#state = state;
    this.#mail = mail;
  }

  client(reader: ByteReader): void {
    this.finishResult();
    const { clients, unboundClients, clientUses, hash } = this.#state;
    const client = newClient(clientKey(reader.digest()));
    client.floor = reader.whole();
    const boundTo = reader.whole();
    const isLoggedIn = reader.flag();
    client.loggedOutBecause = wordAt(LOGGED_OUT_BECAUSE, reader.byte());
    client.lastUse = reader.whole();
    if (clients.get(client.key) !== undefined || client.lastUse > clientUses) {
      throw new SnapshotError('a client cannot be, or is in it twice');
    }
    clients.add(client.key, client);
    this.#client = client;
    if (boundTo === 0) {
      if (isLoggedIn) throw new SnapshotError('a client is logged in as nobody');
      unboundClients.add(client.key);
    } else {
      const account = this.#mail.owner(boundTo);
      account.clients = [...account.clients, client.key];
      client.boundTo = account.index;
      if (isLoggedIn) {
        client.account = account.index;
        logIn(this.#state, account, { kind: 'client', client: client.key });
      }
    }
    hash.add(clientFact(client));
  }

  result(reader: ByteReader): void {
    this.finishResult();
    const client = this.#client;
    if (client === null) throw new SnapshotError('a result is of no client');
    const number = reader.whole();
    const fingerprint = reader.digest();
    const account = reader.whole();
    const remembered = { fingerprint, result: this.#sharing(readResult(reader)) };
    if (client.results.has(number)) throw new SnapshotError(`a result for number ${number} is in it twice`);
    client.results.set(number, remembered);
    this.#state.hash.add(resultFact(client.key, number, remembered));
    if (account !== 0) this.#holding = { client, number, owner: this.#mail.owner(account), messages: [] };
  }

  held(reader: ByteReader): void {
    if (this.#holding === null) throw new SnapshotError('a message is held by no result');
    const { messages, owner } = this.#holding;
    do {
      messages.push(this.#mail.place(reader));
      owner.outstanding += 1;
    } while (reader.leftBytes > 0);
  }

  /** No more messages are held for the result that was read last. */
  finishResult(): void {
    if (this.#holding === null) return;
    const { client, number, owner, messages } = this.#holding;
    this.#holding = null;
    const held = { account: owner.index, messages };
    client.held.set(number, held);
    this.#state.hash.add(heldFact(client.key, number, held));
  }

  #sharing(result: ChatResult): ChatResult {
    if (result.kind !== 'sent') return result;
    const { sender, recipient } = result;
    return {
      ...result,
      sender: this.#mail.sharedName(sender),
      recipient: this.#mail.sharedName(recipient),
    };
  }
}
