import type { ByteReader } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';
import type { ChatLimits } from './limits.ts';

/** Writes the limits as a cluster's first entry and its snapshots hold them. Throws a RangeError for one that is not a whole number from 0. */
export function writeLimits(writer: ByteWriter, limits: ChatLimits): void {
  writer.whole(limits.mailboxMessages);
  writer.whole(limits.storedMessages);
  writer.whole(limits.accounts);
  writer.whole(limits.clientsPerAccount);
  writer.whole(limits.clientsWithoutAccount);
  writer.whole(limits.outstandingPerClient);
  writer.whole(limits.stateBytes);
}

/** Reads what `writeLimits` wrote. Throws an `UnreadableBytesError`. */
export const readLimits = (reader: ByteReader): ChatLimits => ({
  ...readFirstLimits(reader),
  stateBytes: reader.whole(),
});

/** Reads what was written before there was a limit on bytes: there is none then. Throws an `UnreadableBytesError`. */
export const readFirstLimits = (reader: ByteReader): ChatLimits => ({
  mailboxMessages: reader.whole(),
  storedMessages: reader.whole(),
  accounts: reader.whole(),
  clientsPerAccount: reader.whole(),
  clientsWithoutAccount: reader.whole(),
  outstandingPerClient: reader.whole(),
  stateBytes: Number.MAX_SAFE_INTEGER,
});
