/**
 * What happens to a client. `attempt` is the one of the `connect` effect that asked for the connection: what an
 * abandoned connection still tells is not listened to.
 */
export type ClientInput =
  /** Connect. */
  | { readonly kind: 'start' }
  /** A line of protocol part 1, without a tag. Answered by one event, `reply` or `refused`, with this ticket. */
  | {
      readonly kind: 'command';
      readonly ticket: number;
      readonly line: string;
      /** When to give the command up, on the clock of `handle`; null: never. */
      readonly deadlineMs: number | null;
    }
  | { readonly kind: 'connected'; readonly attempt: number }
  | { readonly kind: 'bytes'; readonly attempt: number; readonly bytes: Uint8Array }
  /** The connection failed or ended. `why` is for people: `connection refused`. */
  | { readonly kind: 'disconnected'; readonly attempt: number; readonly why: string }
  /** Time has passed; at the latest at `wakeAtMs()`. */
  | { readonly kind: 'tick' }
  /** Stop at once: what is unanswered is given up, and told so. */
  | { readonly kind: 'close' };
