import type { ByteReader } from '../commands/byte-reader.ts';
import { clientKey, connectionNumber, type ConnectionNumber, type NodeId } from '../ids.ts';
import type { ChatState } from '../state/chat-state.ts';
import { connectionFact, inFlightFact, ordinalFact } from '../state/facts.ts';
import type { InFlightEntry } from '../state/in-flight-queue.ts';
import { newConnection, type Connection, type ConnectionRef, type Standing } from '../state/records.ts';
import type { MailPlacer } from './mail-placer.ts';
import { wordAt } from './result-codec.ts';
import { logIn } from './session-builder.ts';
import { SnapshotError } from './snapshot-error.ts';
import { LOGGED_OUT_BECAUSE, STANDINGS, WAYS } from './snapshot-format.ts';

/** Connections and what is in flight to them, from the items of a snapshot. */
export class ConnectionBuilder {
  readonly #state: ChatState;
  readonly #mail: MailPlacer;
  #node: NodeId | null = null;
  #connection: Connection | null = null;
  #lastInFlight = 0;

  constructor(state: ChatState, mail: MailPlacer) {
    this.#state = state;
    this.#mail = mail;
  }

  /** The connections that follow are this node's. */
  node(node: NodeId): void {
    this.#node = node;
    this.#connection = null;
  }

  connection(reader: ByteReader): void {
    const ref = this.#newRef(connectionNumber(reader.whole()));
    const connection = newConnection(ref);
    connection.standing = this.#readStanding(reader, ref);
    const account = reader.whole();
    connection.loggedOutBecause = wordAt(LOGGED_OUT_BECAUSE, reader.byte());
    connection.lastOrdinal = reader.whole();
    if (account !== 0) {
      const owner = this.#mail.owner(account);
      connection.account = owner.index;
      logIn(this.#state, owner, { kind: 'connection', at: ref });
    }
    const { nodes, hash } = this.#state;
    nodes.get(ref.node)?.connections.add(ref.number, connection);
    hash.add(connectionFact(connection));
    hash.add(ordinalFact(connection));
    // Whatever came to it meanwhile came unseen: its node is to look at it.
    this.#state.touch(ref);
    this.#connection = connection;
    this.#lastInFlight = 0;
  }

  inFlight(reader: ByteReader): void {
    const connection = this.#connection;
    if (connection === null) throw new SnapshotError('a message is in flight to no connection');
    const ordinal = reader.whole();
    const by = wordAt(WAYS, reader.byte());
    const owner = this.#mail.owner(reader.whole());
    if (ordinal <= this.#lastInFlight || ordinal > connection.lastOrdinal) {
      throw new SnapshotError(`what is in flight to a connection is out of order at ${ordinal}`);
    }
    this.#lastInFlight = ordinal;
    const message = this.#mail.place(reader);
    const entry: InFlightEntry = { ordinal, by, message, account: owner.index };
    connection.inFlight.add(entry);
    owner.outstanding += 1;
    this.#state.hash.add(inFlightFact(connection.ref, entry));
  }

  #newRef(number: ConnectionNumber): ConnectionRef {
    const node = this.#node;
    if (node === null) throw new SnapshotError('a connection is of no node');
    const ref: ConnectionRef = { node, number };
    if (this.#state.connection(ref) !== undefined) {
      throw new SnapshotError(`connection ${number} of ${node} is in it twice`);
    }
    return ref;
  }

  /** A client's connection says so itself; the client is told here. */
  #readStanding(reader: ByteReader, ref: ConnectionRef): Standing {
    const kind = wordAt(STANDINGS, reader.byte());
    if (kind !== 'current') return { kind };
    const key = clientKey(reader.digest());
    const client = this.#state.clients.get(key);
    if (client === undefined || client.connection !== null) {
      throw new SnapshotError('a connection is of a client that is not in it, or has another one');
    }
    this.#state.alterClient(key, (it) => {
      it.connection = ref;
    });
    return { kind, client: key };
  }
}
