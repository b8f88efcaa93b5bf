import type { MessageId } from '../ids.ts';

/**
 * The codes of tagged replies. Documented in docs/protocol.md, and stable: programs decide by them.
 * `unavailable` and `busy` promise that nothing was done, `unknown` that nobody can tell.
 */
export type ReplyCode =
  | 'ok'
  | 'invalid'
  | 'taken'
  | 'not-found'
  | 'denied'
  | 'not-empty'
  | 'full'
  | 'busy'
  | 'conflict'
  | 'below-floor'
  | 'expired'
  | 'replaced'
  | 'unavailable'
  | 'unknown';

/** What became of a message, for programs. */
export interface SentFacts {
  readonly id: MessageId;
  readonly wallTimeMs: number;
  readonly state: 'pushed' | 'kept';
}

/** The answer to one command, in the words of part 1 of the protocol. */
export interface Reply {
  readonly code: ReplyCode;
  /** Lines before the last. */
  readonly before: readonly string[];
  /** The last line, and mostly the only one. */
  readonly text: string;
  /** What only programs are told: a line of its own in a tagged reply, and absent from an untagged one. */
  readonly facts: SentFacts | null;
}

export const NO_LINES: readonly string[] = [];

/** A reply of one line. */
export const oneLine = (code: ReplyCode, text: string): Reply => ({
  code,
  before: NO_LINES,
  text,
  facts: null,
});
