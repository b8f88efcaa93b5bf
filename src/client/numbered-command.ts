import type { Acknowledgement } from './shown-messages.ts';

/** A command of the user that has no number yet: it was never sent. */
export interface WaitingCommand {
  /** null for one that an earlier run of the program left behind. */
  readonly ticket: number | null;
  readonly line: string;
  /** When to give it up; null: never. */
  readonly deadlineMs: number | null;
}

/** A command that has a number, and with it its place in the cluster's order. Changed in place by the outbox. */
export interface NumberedCommand {
  readonly number: number;
  readonly line: string;
  readonly purpose: Purpose;
  standing: Standing;
  /**
   * `none`: every attempt was answered that it was certainly not done. `possible`: an attempt has no answer, or was
   * answered `unknown`; a later `unavailable` speaks of its own attempt only and takes nothing back.
   */
  doubt: 'none' | 'possible';
  /** How often it was answered that it cannot be done now. */
  refusedTries: number;
  /** What has arrived of its reply. */
  gathered: string[];
  gatheredLength: number;
}

export type Purpose =
  | { readonly kind: 'user'; readonly command: WaitingCommand }
  | { readonly kind: 'acknowledge'; readonly what: Acknowledgement };

export type Standing =
  | { readonly kind: 'to-send' }
  | { readonly kind: 'sent' }
  | { readonly kind: 'to-retry'; readonly atMs: number };
