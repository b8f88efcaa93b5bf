/**
 * A snapshot is a stream of items, cut into pieces of 32 KiB without regard to where an item ends. An item is its length
 * in bytes and then its bytes: a kind, and the fields of that kind. What can be derived from other items is not in it
 * (sessions, indexes, counts), so that a snapshot can hardly contradict itself. In this order:
 *
 *     head                             format, rules, limits, counters, hash
 *     account*
 *     messages*                        all that are stored, many in an item, in no particular order
 *     (mailbox kept*)*                 kept, held: IDs, many in an item
 *     (client (result held*)*)*        held: what a `collected` result carries
 *     (node (connection inFlight*)*)*
 *     end
 *
 * Format 1 had no `messages`: each message was an item where it is, kept, held or in flight. It is still read. To write the messages as
 * they lie in memory, and to store them as they come, takes a small part of the time.
 *
 * The head's hash is that of the state as it was frozen: what is rebuilt must have the same.
 */
export const FORMAT = 2;

/** Each message at its place. */
export const FORMAT_1 = 1;

/** Half of what a piece may be: it is made, and taken in, in a millisecond or two. */
export const PIECE_BYTES = 32 * 1_024;

/** An item of many messages or IDs ends when it has so many bytes. */
export const GATHERED_BYTES = 8 * 1_024;

/** No item comes near it: the longest line is shorter by far. Longer ones are damage, and are not waited for. */
export const MAX_ITEM_BYTES = 16 * 1_024 * 1_024;

export const ITEM = {
  head: 1,
  account: 2,
  mailbox: 3,
  kept: 4,
  client: 5,
  result: 6,
  held: 7,
  node: 8,
  connection: 9,
  inFlight: 10,
  end: 11,
  messages: 12,
} as const;

/** Codes of words: a word's place in its list. New words go to the end. */
export const LOGGED_OUT_BECAUSE = [null, 'elsewhere', 'deleted'] as const;
export const STANDINGS = ['none', 'current', 'replaced', 'forgotten', 'expired'] as const;
export const WAYS = ['push', 'collect'] as const;
