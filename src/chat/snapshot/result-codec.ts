import type { ByteReader } from '../commands/byte-reader.ts';
import { UnreadableBytesError } from '../commands/byte-reader.ts';
import type { ByteWriter } from '../commands/byte-writer.ts';
import type { BareResult, ChatResult } from '../commands/result.ts';
import { messageId } from '../ids.ts';

/** Kinds by their codes. New ones go to the end. */
const KINDS = [
  'created',
  'name-taken',
  'logged-in',
  'not-recognized',
  'check-again',
  'logged-out',
  'sent',
  'no-recipient',
  'mailbox-full',
  'not-logged-in',
  'collected',
  'nothing-kept',
  'no-account',
  'login-first',
  'deleted',
  'mailbox-not-empty',
  'hello',
  'expired',
  'below-floor',
  'conflict',
  'too-many-outstanding',
  'replaced',
  'acknowledged',
  'not-a-client',
  'full',
  'unreadable',
  'noted',
] as const satisfies readonly ChatResult['kind'][];

const CODES = new Map<ChatResult['kind'], number>(KINDS.map((kind, code) => [kind, code]));
const SENT_STATES = ['pushed', 'kept'] as const;
const FULL_OF = ['accounts', 'messages', 'bytes'] as const;

/** Writes a result as it is remembered: without the messages that it carries. */
export function writeResult(writer: ByteWriter, result: ChatResult): void {
  writer.byte(CODES.get(result.kind) ?? KINDS.length);
  switch (result.kind) {
    case 'created':
    case 'name-taken':
    case 'logged-in':
      writer.text(result.name);
      return;
    case 'not-recognized':
    case 'no-account':
      writer.text(result.id);
      return;
    case 'sent':
      writer.whole(result.id);
      writer.text(result.sender);
      writer.text(result.recipient);
      writer.whole(result.wallTimeMs);
      writer.byte(SENT_STATES.indexOf(result.state));
      return;
    case 'no-recipient':
      writer.text(result.to);
      return;
    case 'mailbox-full':
      writer.text(result.recipient);
      writer.whole(result.limit);
      return;
    case 'collected':
      writer.text(result.id);
      writer.whole(result.upTo);
      return;
    case 'below-floor':
      writer.whole(result.floor);
      return;
    case 'too-many-outstanding':
      writer.whole(result.limit);
      return;
    case 'full':
      writer.byte(FULL_OF.indexOf(result.what));
      writer.whole(result.limit);
      return;
    default:
      result satisfies BareResult;
  }
}

/** Reads a result as it is remembered. Throws an `UnreadableBytesError`. */
export function readResult(reader: ByteReader): ChatResult {
  const kind = wordAt(KINDS, reader.byte());
  switch (kind) {
    case 'created':
    case 'name-taken':
    case 'logged-in':
      return { kind, name: reader.text() };
    case 'not-recognized':
    case 'no-account':
      return { kind, id: reader.text() };
    case 'sent':
      return {
        kind,
        id: messageId(reader.whole()),
        sender: reader.text(),
        recipient: reader.text(),
        wallTimeMs: reader.whole(),
        state: wordAt(SENT_STATES, reader.byte()),
      };
    case 'no-recipient':
      return { kind, to: reader.text() };
    case 'mailbox-full':
      return { kind, recipient: reader.text(), limit: reader.whole() };
    case 'collected':
      return { kind, id: reader.text(), messages: [], upTo: reader.whole() };
    case 'below-floor':
      return { kind, floor: reader.whole() };
    case 'too-many-outstanding':
      return { kind, limit: reader.whole() };
    case 'full':
      return { kind, what: wordAt(FULL_OF, reader.byte()), limit: reader.whole() };
    default:
      return { kind } satisfies BareResult;
  }
}

/** The word with this code. */
export function wordAt<const Word>(words: readonly Word[], code: number): Word {
  const word = words[code];
  if (word === undefined) throw new UnreadableBytesError(`There is no word with the code ${code}.`);
  return word;
}
