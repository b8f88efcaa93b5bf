import type { ClientNode } from './node-address.ts';
import type { PushedMessage } from './server-line.ts';

/** What a client machine wants done, in this order. */
export type ClientEffect =
  | { readonly kind: 'event'; readonly event: ClientEvent }
  /**
   * What must be remembered has changed. If it is to survive a restart, `savedState()` must be on disk before the
   * effects that follow are carried out: a number that was sent must never be forgotten.
   */
  | { readonly kind: 'save' }
  | { readonly kind: 'disconnect'; readonly attempt: number }
  | { readonly kind: 'connect'; readonly attempt: number; readonly node: ClientNode }
  | { readonly kind: 'write'; readonly attempt: number; readonly text: string };

/** What the user is told. */
export type ClientEvent =
  | { readonly kind: 'reply'; readonly reply: ClientReply }
  /** The command was not taken: nothing was done. */
  | {
      readonly kind: 'refused';
      readonly ticket: number;
      readonly reason: RefusalReason;
      readonly text: string;
    }
  /** Each message once. */
  | { readonly kind: 'message'; readonly message: PushedMessage }
  /** `!name|text` of a node. */
  | { readonly kind: 'notice'; readonly name: string; readonly text: string }
  | { readonly kind: 'status'; readonly status: ClientStatus }
  /**
   * The cluster has forgotten this client, which goes on as a new one, logged in as nobody. Of the `uncertain` lines
   * nobody can tell whether they were carried out; they will not be from now on.
   */
  | {
      readonly kind: 'expired';
      readonly uncertain: readonly string[];
      readonly wasLoggedInAs: string | null;
    };

export type RefusalReason = 'outbox-full' | 'invalid' | 'closed';

export interface ClientReply {
  /** Who asked; null for a command that an earlier run of the program left behind. */
  readonly ticket: number | null;
  /** The command's number in the cluster; null if it was never sent. */
  readonly number: number | null;
  /** The command. May hold a password. */
  readonly line: string;
  /**
   * `ok`, a refusal of the protocol (`taken`, `not-found`, …), or, for a command that was given up: `unavailable`, it
   * was certainly not done; `unknown` or `expired`, nobody can tell; `kept`, the next run of the program goes on with it.
   */
  readonly code: string;
  /** The lines before the last. */
  readonly lines: readonly string[];
  /** The last line. For `ok` and refusals, lines and text together are the reply of part 1 (for `3`, the text alone is). */
  readonly text: string;
}

export type ClientStatus =
  | { readonly kind: 'connecting'; readonly node: ClientNode }
  /** `resent`: unanswered commands that are sent again, under their old numbers. */
  | { readonly kind: 'connected'; readonly node: ClientNode; readonly resent: number }
  /** The node went away or answers no more; the next one is tried by itself. */
  | { readonly kind: 'lost'; readonly node: ClientNode; readonly why: string }
  /** No node could be reached; tried again after this time. */
  | { readonly kind: 'waiting'; readonly delayMs: number; readonly why: string }
  /** A node cannot carry out a command at the moment; it is sent again until it can. */
  | { readonly kind: 'held'; readonly code: string; readonly text: string }
  /** After `bye`: connects again at the next command. */
  | { readonly kind: 'resting' }
  /** For good. */
  | { readonly kind: 'stopped'; readonly why: string };
