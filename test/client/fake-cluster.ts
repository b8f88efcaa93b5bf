import { loginMeaning } from '../../src/client/command-line.ts';

/** How the cluster treats the next numbered commands, one after the other; `carry-out` when the list is at its end. */
export type Mood = 'carry-out' | 'unavailable' | 'busy' | 'unknown, not done' | 'unknown, done' | 'mute';

interface FakeClient {
  floor: number;
  readonly results: Map<number, { readonly command: string; readonly reply: string }>;
  login: string | null;
  connection: FakeConnection | null;
}

interface FakeAccount {
  kept: FakeMessage[];
  session: string | null;
}

interface FakeMessage {
  readonly id: number;
  readonly text: string;
}

/** A connection as the cluster has it: lines in, text out. */
export class FakeConnection {
  readonly node: string;
  /** What was written to it and not read by the client yet. */
  output = '';
  input = '';
  clientId: string | null = null;
  inFlight: { readonly account: string; readonly message: FakeMessage }[] = [];
  open = true;

  constructor(node: string) {
    this.node = node;
  }
}

/**
 * A small model of what protocol.md promises to clients: floors, remembered results, logins that belong to the
 * client, pushes that stay in flight until they are acknowledged. All nodes share its state, as they share a log.
 */
export class FakeCluster {
  readonly clients = new Map<string, FakeClient>();
  readonly accounts = new Map<string, FakeAccount>();
  /** Every send that took effect: `account: text`, in order. */
  readonly sends: string[] = [];
  /** Texts of all messages given to an account, in order. */
  readonly given: string[] = [];
  readonly moods: Mood[] = [];
  #nextMessageId = 1;

  connect(node: string): FakeConnection {
    const connection = new FakeConnection(node);
    connection.output += 'To get started on this chat room, please create or login your account first\n';
    return connection;
  }

  /** Bytes (as text) arrive from the client. */
  receive(connection: FakeConnection, text: string): void {
    connection.input += text;
    for (let end = connection.input.indexOf('\n'); end !== -1; end = connection.input.indexOf('\n')) {
      const line = connection.input.slice(0, end);
      connection.input = connection.input.slice(end + 1);
      this.#line(connection, line);
    }
  }

  /** The node notices that the connection has ended. */
  ended(connection: FakeConnection): void {
    connection.open = false;
    this.#returnInFlight(connection);
    const client = this.#clientOf(connection);
    if (client?.connection === connection) client.connection = null;
  }

  /** Somebody sends a message to this account. */
  give(account: string, text: string): void {
    const owner = this.#account(account);
    this.given.push(text);
    owner.kept.push({ id: this.#nextMessageId++, text });
    this.#flush(account);
  }

  forget(clientId: string): void {
    const client = this.clients.get(clientId);
    if (client === undefined) return;
    this.#endSession(client);
    this.clients.delete(clientId);
  }

  #line(connection: FakeConnection, line: string): void {
    const hello = /^hello\|([\w-]{22,64})\|(\d+)$/.exec(line);
    if (hello !== null) return this.#hello(connection, hello[1] ?? '', Number(hello[2]));
    const [, digits, command = ''] = /^#(\d+)\|(.*)$/.exec(line) ?? [];
    if (digits === undefined)
      throw new Error(`A client sent a line that is neither hello nor numbered: ${line}`);
    const reply = this.#numbered(connection, Number(digits), command);
    if (reply !== null) connection.output += reply.map((part) => `#${digits}|${part}\n`).join('');
  }

  #hello(connection: FakeConnection, clientId: string, floor: number): void {
    let client = this.clients.get(clientId);
    if (client === undefined) {
      if (floor > 1) {
        connection.output += '!hello|expired|This client is not known any more\n';
        return;
      }
      client = { floor: 1, results: new Map(), login: null, connection: null };
      this.clients.set(clientId, client);
    }
    client.floor = Math.max(client.floor, floor);
    for (const number of client.results.keys()) if (number < client.floor) client.results.delete(number);
    const older = client.connection;
    connection.clientId = clientId;
    client.connection = connection;
    connection.output += '!hello|ok|Hello\n';
    if (older !== null && older !== connection) {
      this.#returnInFlight(older);
      older.output += '!replaced|\n';
    }
    if (client.login !== null) this.#flush(client.login);
  }

  #numbered(connection: FakeConnection, number: number, command: string): readonly string[] | null {
    const client = this.#clientOf(connection);
    if (client === undefined) return ['expired|This client is not known any more'];
    if (client.connection !== connection) return ['replaced|This client has moved'];
    if (number < client.floor) return [`below-floor|below ${client.floor}`];
    const before = client.results.get(number);
    if (before !== undefined) {
      return before.command === command ? before.reply.split('\n') : ['conflict|used for another command'];
    }
    const mood = this.moods.shift() ?? 'carry-out';
    if (mood === 'mute') return null;
    if (mood === 'unavailable' || mood === 'busy') return [`${mood}|nothing was done`];
    if (mood === 'unknown, not done') return ['unknown|may still be carried out'];
    const reply = this.#carryOut(connection, client, command);
    client.results.set(number, { command, reply });
    return mood === 'unknown, done' ? ['unknown|may still be carried out'] : reply.split('\n');
  }

  #carryOut(connection: FakeConnection, client: FakeClient, command: string): string {
    const [verb = '', first = '', ...rest] = command.split('|');
    switch (verb) {
      case '0':
      case '1': {
        const meaning = loginMeaning(command);
        if (meaning.kind === 'login') this.#login(client, meaning.id);
        return 'ok|logged in';
      }
      case '2':
        return 'ok|Showing all accounts: mason';
      case '3':
        if (client.login === null) return 'denied|Please create or login your account first';
        this.sends.push(`${client.login}: ${rest.join('|')}`);
        return `+|id=1;at=2026-01-01T00:00:00.000Z;state=kept\nok|message has been delivered`;
      case '6':
        if (client.login === null) return 'denied|not logged in';
        this.#acknowledge(connection, Number(first));
        return 'ok|Acknowledged';
      case 'bye':
        return 'ok|Goodbye';
      default:
        return 'invalid|Please give a valid input';
    }
  }

  #login(client: FakeClient, id: string): void {
    this.#endSession(client);
    const account = this.#account(id);
    const clientId = [...this.clients].find(([, one]) => one === client)?.[0] ?? null;
    client.login = id;
    account.session = clientId;
    this.#flush(id);
  }

  #endSession(client: FakeClient): void {
    if (client.login === null) return;
    this.#account(client.login).session = null;
    client.login = null;
    if (client.connection !== null) this.#returnInFlight(client.connection);
  }

  #acknowledge(connection: FakeConnection, id: number): void {
    connection.inFlight = connection.inFlight.filter(({ message }) => message.id > id);
  }

  #flush(id: string): void {
    const account = this.#account(id);
    const connection =
      account.session === null ? null : (this.clients.get(account.session)?.connection ?? null);
    if (connection === null || !connection.open) return;
    for (const message of account.kept) {
      connection.inFlight.push({ account: id, message });
      connection.output += `@${message.id}|mason|2026-01-01T00:00:00.000Z|${message.text}\n`;
    }
    account.kept = [];
  }

  #returnInFlight(connection: FakeConnection): void {
    const returned = connection.inFlight;
    connection.inFlight = [];
    for (const { account, message } of returned) this.#account(account).kept.push(message);
    for (const { account } of returned) this.#account(account).kept.sort((a, b) => a.id - b.id);
  }

  #account(id: string): FakeAccount {
    const account = this.accounts.get(id) ?? { kept: [], session: null };
    this.accounts.set(id, account);
    return account;
  }

  #clientOf(connection: FakeConnection): FakeClient | undefined {
    return connection.clientId === null ? undefined : this.clients.get(connection.clientId);
  }
}
