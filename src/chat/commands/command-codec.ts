import { accountIndex, clientKey, connectionNumber, messageId } from '../ids.ts';
import { ByteReader, UnreadableBytesError } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { plainText } from './text-in-place.ts';
import type { ChatCommand, ClientRequest, CommandBody, LoginProof } from './command.ts';

/**
 * A command in the log: a format byte, a byte for the kind (its high bit: a client's request follows), the
 * connection, the request, the fields. A new format gets a new format byte; old ones are read for ever.
 */
const FORMAT = 1;
const WITH_REQUEST = 0x80;

const KIND = {
  create: 1,
  login: 2,
  logout: 3,
  send: 4,
  collect: 5,
  delivered: 6,
  delete: 7,
  hello: 8,
  acknowledge: 9,
} as const satisfies Record<CommandBody['kind'], number>;

const PROOF_NONE = 0;
const PROOF_FAILED = 1;
const PROOF_MATCHES = 2;

/** Encoding and decoding are synchronous: one of each serves all. */
const writer = new ByteWriter();
const reader = new ByteReader();

/** The bytes of a command. Throws a RangeError for a number that is not a whole one from 0 to 2^53 - 1. */
export function encodeCommand(command: ChatCommand): Uint8Array {
  return commandView(command).slice();
}

/** The same, for a log that copies them: valid until the next command is encoded. */
export function commandView(command: ChatCommand): Uint8Array {
  const { connection, request, body } = command;
  writer.clear();
  writer.byte(FORMAT);
  writer.byte(request === null ? KIND[body.kind] : KIND[body.kind] | WITH_REQUEST);
  writer.whole(connection);
  if (request !== null) {
    writer.whole(request.number);
    writer.digest(request.fingerprint);
  }
  writeBody(body);
  return writer.view();
}

/**
 * The command that lies in these bytes, from `start` to before `end`, or null if this version cannot read it. A message's text
 * stays where it is. Never throws.
 */
export function decodeCommand(bytes: Uint8Array, start = 0, end = bytes.length): ChatCommand | null {
  try {
    reader.open(bytes, start, end);
    if (reader.byte() !== FORMAT) return null;
    const kind = reader.byte();
    const connection = connectionNumber(reader.whole());
    const request = kind >= WITH_REQUEST ? readRequest(reader) : null;
    const body = readBody(kind & ~WITH_REQUEST, reader);
    reader.end();
    return body === null ? null : { connection, request, body };
  } catch (error) {
    if (error instanceof UnreadableBytesError) return null;
    throw error;
  }
}

function readRequest(reader: ByteReader): ClientRequest {
  return { number: reader.whole(), fingerprint: reader.digest() };
}

function writeBody(body: CommandBody): void {
  switch (body.kind) {
    case 'create':
      writer.text(body.name);
      writer.optionalText(body.passwordHash);
      return;
    case 'login':
      writer.text(body.id);
      writeProof(body.proof);
      return;
    case 'logout':
      return;
    case 'send':
      writer.text(body.to);
      writer.whole(body.wallTimeMs);
      writer.text(plainText(body.text));
      return;
    case 'collect':
    case 'delete':
      writer.text(body.id);
      return;
    case 'delivered':
      writer.whole(body.upTo);
      return;
    case 'hello':
      writer.digest(body.client);
      writer.whole(body.floor);
      return;
    case 'acknowledge':
      writer.whole(body.message);
      return;
    default:
      body satisfies never;
  }
}

function readBody(kind: number, reader: ByteReader): CommandBody | null {
  switch (kind) {
    case KIND.create:
      return { kind: 'create', name: reader.text(), passwordHash: reader.optionalText() };
    case KIND.login:
      return { kind: 'login', id: reader.text(), proof: readProof(reader) };
    case KIND.logout:
      return { kind: 'logout' };
    case KIND.send: {
      const to = reader.name();
      const wallTimeMs = reader.whole();
      return { kind: 'send', to, text: reader.textInPlace(), wallTimeMs };
    }
    case KIND.collect:
      return { kind: 'collect', id: reader.text() };
    case KIND.delivered:
      return { kind: 'delivered', upTo: reader.whole() };
    case KIND.delete:
      return { kind: 'delete', id: reader.text() };
    case KIND.hello:
      return { kind: 'hello', client: clientKey(reader.digest()), floor: reader.whole() };
    case KIND.acknowledge:
      return { kind: 'acknowledge', message: messageId(reader.whole()) };
    default:
      return null;
  }
}

function writeProof(proof: LoginProof): void {
  if (proof.kind === 'none') {
    writer.byte(PROOF_NONE);
    return;
  }
  writer.byte(proof.passwordMatches ? PROOF_MATCHES : PROOF_FAILED);
  writer.whole(proof.account);
  writer.whole(proof.credentialVersion);
}

function readProof(reader: ByteReader): LoginProof {
  const found = reader.byte();
  if (found === PROOF_NONE) return { kind: 'none' };
  if (found > PROOF_MATCHES)
    throw new UnreadableBytesError(`A login's proof is of the unknown kind ${found}.`);
  return {
    kind: 'checked',
    account: accountIndex(reader.whole()),
    credentialVersion: reader.whole(),
    passwordMatches: found === PROOF_MATCHES,
  };
}
