import { ByteReader } from '../commands/byte-reader.ts';
import { ByteWriter } from '../commands/byte-writer.ts';
import type { BytesInPlace } from '../commands/text-in-place.ts';
import type { Message } from '../commands/result.ts';
import type { MessageId } from '../ids.ts';

/** Both are synchronous, and what they give is used at once: one of each serves all. */
const writer = new ByteWriter();
const reader = new ByteReader();

/** A message without its ID as bytes, good until the next call. */
export function encodeMessage({ from, wallTimeMs, text }: Omit<Message, 'id'>): Uint8Array {
  writer.clear();
  writer.text(from);
  writer.whole(wallTimeMs);
  writer.text(text);
  return writer.view();
}

/** Throws an `UnreadableBytesError` unless the bytes have the parts of a message, whatever its texts are. */
export function checkMessage({ view, start, end }: BytesInPlace): void {
  reader.open(view, start, end);
  reader.skipText();
  reader.whole();
  reader.skipText();
  reader.end();
}

/** The message with this ID and these bytes. Throws an `UnreadableBytesError` if they are not a message's. */
export function decodeMessage(id: MessageId, { view, start, end }: BytesInPlace): Message {
  reader.open(view, start, end);
  const from = reader.name();
  const wallTimeMs = reader.whole();
  const text = reader.text();
  reader.end();
  return { id, from, wallTimeMs, text };
}
