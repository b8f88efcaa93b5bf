import { ByteWriter } from '../commands/byte-writer.ts';
import { writeLimits } from '../commands/limits-codec.ts';
import type { MessageId } from '../ids.ts';
import type { FrozenNode, FrozenState } from '../state/frozen-state.ts';
import type { FrozenMessages } from '../state/message-store.ts';
import type { Account, Client, Connection } from '../state/records.ts';
import { PieceFiller } from './piece-filler.ts';
import { writeResult } from './result-codec.ts';
import { FORMAT, GATHERED_BYTES, ITEM, LOGGED_OUT_BECAUSE, STANDINGS, WAYS } from './snapshot-format.ts';

/** The pieces of a state, each made when it is asked for, and good until the next one is. The state must stay as it is meanwhile. */
export function* snapshotPieces(state: FrozenState): Generator<Uint8Array, undefined> {
  const writer = new ByteWriter();
  const filler = new PieceFiller();
  for (const _ of writtenItems(state, writer)) yield* filler.add(writer.view());
  yield* filler.rest();
}

/** Writes one item after the other into the same writer. */
function* writtenItems(state: FrozenState, writer: ByteWriter): Generator<void> {
  const begin = (kind: number): void => beginItem(writer, kind);
  begin(ITEM.head);
  writeHead(writer, state);
  yield;
  for (const account of state.accounts.values()) {
    begin(ITEM.account);
    writeAccount(writer, account);
    yield;
  }
  yield* writtenMessages(state.messages, writer);
  for (const { index, mailbox } of state.accounts.values()) {
    if (mailbox.size === 0) continue;
    begin(ITEM.mailbox);
    writer.whole(index);
    yield;
    yield* writtenIds(ITEM.kept, mailbox, writer);
  }
  for (const client of state.clients.values()) {
    begin(ITEM.client);
    writeClient(writer, client);
    yield;
    for (const [number, { fingerprint, result }] of client.results) {
      begin(ITEM.result);
      writer.whole(number);
      writer.digest(fingerprint);
      const held = client.held.get(number);
      writer.whole(held?.account ?? 0);
      writeResult(writer, result);
      yield;
      yield* writtenIds(ITEM.held, held?.messages ?? [], writer);
    }
  }
  for (const node of state.nodes) {
    begin(ITEM.node);
    writeNode(writer, node);
    yield;
    for (const connection of node.connections.values()) {
      begin(ITEM.connection);
      writeConnection(writer, connection);
      yield;
      for (const { ordinal, by, message, account } of connection.inFlight) {
        begin(ITEM.inFlight);
        writer.whole(ordinal);
        writer.byte(WAYS.indexOf(by));
        writer.whole(account);
        writer.whole(message);
        yield;
      }
    }
  }
  begin(ITEM.end);
  yield;
}

/** Their bytes are as they are stored: nothing is decoded for a snapshot. */
const writtenMessages = (messages: FrozenMessages, writer: ByteWriter): Generator<void> =>
  gathered(ITEM.messages, messages.records(), writer, (record) => {
    writer.whole(record.id);
    writer.whole(record.end - record.start);
    writer.rawInPlace(record);
  });

const writtenIds = (kind: number, ids: Iterable<MessageId>, writer: ByteWriter): Generator<void> =>
  gathered(kind, ids, writer, (id) => writer.whole(id));

/** Writes many of the same into an item, and into the next one when it is large enough. */
function* gathered<Part>(
  kind: number,
  parts: Iterable<Part>,
  writer: ByteWriter,
  write: (part: Part) => void,
): Generator<void> {
  beginItem(writer, kind);
  for (const part of parts) {
    write(part);
    if (writer.writtenBytes < GATHERED_BYTES) continue;
    yield;
    beginItem(writer, kind);
  }
  if (writer.writtenBytes > 1) yield;
}

function beginItem(writer: ByteWriter, kind: number): void {
  writer.clear();
  writer.byte(kind);
}

function writeHead(
  writer: ByteWriter,
  { rules, limits, nameList, messages, clientUses, hash }: FrozenState,
): void {
  writer.byte(FORMAT);
  writer.whole(rules);
  writeLimits(writer, limits);
  writer.whole(nameList.length);
  writer.whole(messages.length);
  writer.whole(clientUses);
  writer.text(hash);
}

function writeAccount(writer: ByteWriter, account: Readonly<Account>): void {
  writer.whole(account.index);
  writer.text(account.name);
  writer.optionalText(account.passwordHash);
  writer.whole(account.credentialVersion);
}

function writeClient(writer: ByteWriter, client: Readonly<Client>): void {
  writer.digest(client.key);
  writer.whole(client.floor);
  writer.whole(client.boundTo ?? 0);
  writer.byte(client.account === null ? 0 : 1);
  writer.byte(LOGGED_OUT_BECAUSE.indexOf(client.loggedOutBecause));
  writer.whole(client.lastUse);
}

function writeNode(writer: ByteWriter, { node, incarnation }: FrozenNode): void {
  writer.text(node);
  writer.whole(incarnation);
}

function writeConnection(writer: ByteWriter, connection: Readonly<Connection>): void {
  const { ref, standing, account, loggedOutBecause, lastOrdinal } = connection;
  writer.whole(ref.number);
  writer.byte(STANDINGS.indexOf(standing.kind));
  if (standing.kind === 'current') writer.digest(standing.client);
  writer.whole(account ?? 0);
  writer.byte(LOGGED_OUT_BECAUSE.indexOf(loggedOutBecause));
  writer.whole(lastOrdinal);
}
