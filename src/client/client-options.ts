import type { ClientNode } from './node-address.ts';
import type { SavedState } from './saved-state.ts';

/** What a client machine is made of. Times in milliseconds. */
export interface ClientMachineOptions extends ClientLimits {
  /** At least one. */
  readonly nodes: readonly ClientNode[];
  /** A fresh secret of 22 to 64 random characters of `A-Z a-z 0-9 _ -`. */
  readonly newClientId: () => string;
  /** At least 0 and below 1. Spreads the waiting times. */
  readonly random: () => number;
  /** Where an earlier run left off; null for a new client. */
  readonly saved: SavedState | null;
  /** Whether what is unanswered at the end is given up, or kept for a later run by whoever carries out `save`. */
  readonly atClose: 'give-up' | 'keep';
}

export interface ClientLimits {
  /** Commands that may wait to be sent; further ones are refused. */
  readonly maxWaiting: number;
  /**
   * Commands that may be sent and unanswered. With 1, commands take effect in their order always; with more, a node that
   * refuses one for now (`busy`, `unavailable`) may have carried out those sent behind it before it is sent again.
   */
  readonly maxInFlight: number;
  /** Bytes of a command line, without tag and line end. The nodes' own limit is 8 KiB for all, unless configured. */
  readonly maxCommandBytes: number;
  /** A node that sends a longer line, or a longer reply, is left. */
  readonly maxLineBytes: number;
  readonly maxReplyBytes: number;
  readonly connectTimeoutMs: number;
  /** A node that owes an answer and gives none for so long is left. Longer than the nodes' own `commandTimeoutMs`. */
  readonly silenceMs: number;
  /** So often an idle connection is asked whether it still lives. */
  readonly pingMs: number;
  /** A connection that held for so long was a good one: the next failure is tried again without waiting. */
  readonly stableMs: number;
  readonly backoffMinMs: number;
  readonly backoffMaxMs: number;
  readonly retryMinMs: number;
  readonly retryMaxMs: number;
  /** How long a message that was shown may wait for its acknowledgement, and how many may. */
  readonly ackAfterMs: number;
  readonly ackAfterMessages: number;
  /** After so many replies the cluster is told that it may forget them. */
  readonly helloAfterReplies: number;
  /** After so many `!replaced|` without a stable connection between them, another program is using the same identity. */
  readonly maxReplaced: number;
}

export const defaultLimits: ClientLimits = {
  maxWaiting: 1_000,
  maxInFlight: 256,
  maxCommandBytes: 8 * 1024 - 32,
  maxLineBytes: 16 * 1024 * 1024,
  maxReplyBytes: 64 * 1024 * 1024,
  connectTimeoutMs: 3_000,
  silenceMs: 6_000,
  pingMs: 15_000,
  stableMs: 3_000,
  backoffMinMs: 200,
  backoffMaxMs: 5_000,
  retryMinMs: 100,
  retryMaxMs: 2_000,
  ackAfterMs: 100,
  ackAfterMessages: 64,
  helloAfterReplies: 64,
  maxReplaced: 5,
};
