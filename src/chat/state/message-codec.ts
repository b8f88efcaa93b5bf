import { ByteReader } from '../commands/byte-reader.ts';
import { ByteWriter } from '../commands/byte-writer.ts';
import type { Message } from '../commands/result.ts';
import type { MessageId } from '../ids.ts';

/** Encoding is synchronous and its result is used at once: one buffer serves all. */
const writer = new ByteWriter();

/** A message without its ID as bytes, good until the next call. */
export function encodeMessage({ from, wallTimeMs, text }: Omit<Message, 'id'>): Uint8Array {
  writer.clear();
  writer.text(from);
  writer.whole(wallTimeMs);
  writer.text(text);
  return writer.view();
}

/** Throws an `UnreadableBytesError` where `decodeMessage` would. */
export function checkMessage(bytes: Uint8Array): void {
  const reader = new ByteReader(bytes);
  reader.skipText();
  reader.whole();
  reader.skipText();
  reader.end();
}

/** The message with this ID and these bytes. Throws an `UnreadableBytesError` if they are not a message's. */
export function decodeMessage(id: MessageId, bytes: Uint8Array): Message {
  const reader = new ByteReader(bytes);
  const from = reader.text();
  const wallTimeMs = reader.whole();
  const text = reader.text();
  reader.end();
  return { id, from, wallTimeMs, text };
}
