import type { MessageId } from '../ids.ts';

/** A stored message. Immutable. */
export interface Message {
  readonly id: MessageId;
  /** The sender's name as it was shown when it was sent. */
  readonly from: string;
  readonly wallTimeMs: number;
  readonly text: string;
}

/**
 * What a command came to. Plain data: the pipe protocol makes the literal reply from it and from the command's
 * own line. Those of a client's numbered commands are remembered until its floor passes them.
 */
export type ChatResult =
  | { readonly kind: 'created'; readonly name: string }
  /** The name, or its ID, is somebody's already. `name` as it was asked for. */
  | { readonly kind: 'name-taken'; readonly name: string }
  | { readonly kind: 'logged-in'; readonly name: string }
  /** No such ID, or not its password. */
  | { readonly kind: 'not-recognized'; readonly id: string }
  /** The account has changed since its password was checked, or has one that was not checked: check again and submit again. Never remembered. */
  | { readonly kind: 'check-again' }
  | { readonly kind: 'logged-out' }
  | {
      readonly kind: 'sent';
      readonly id: MessageId;
      readonly sender: string;
      readonly recipient: string;
      readonly wallTimeMs: number;
      readonly state: 'pushed' | 'kept';
    }
  | { readonly kind: 'no-recipient'; readonly to: string }
  | { readonly kind: 'mailbox-full'; readonly recipient: string; readonly limit: number }
  | { readonly kind: 'not-logged-in' }
  /**
   * `upTo`: in flight to this connection under ordinals up to this one; `delivered` with it once the socket took the
   * reply. 0 for a client's command: its result holds the messages until the client's floor has passed its number.
   */
  | {
      readonly kind: 'collected';
      readonly id: string;
      readonly messages: readonly Message[];
      readonly upTo: number;
    }
  | { readonly kind: 'nothing-kept' }
  /** `4` or `5` for an ID that nobody has. */
  | { readonly kind: 'no-account'; readonly id: string }
  /** `4` or `5` on an account with a password, not logged in as it. */
  | { readonly kind: 'login-first' }
  | { readonly kind: 'deleted' }
  | { readonly kind: 'mailbox-not-empty' }
  | { readonly kind: 'hello' }
  /** The client was forgotten, or was never known under a number above 1. Nothing that it sends is executed. */
  | { readonly kind: 'expired' }
  /** The number is below the client's floor: never executed now. */
  | { readonly kind: 'below-floor'; readonly floor: number }
  /** The number was used for another command. */
  | { readonly kind: 'conflict' }
  /** More numbers outstanding above the floor than are remembered. */
  | { readonly kind: 'too-many-outstanding'; readonly limit: number }
  /** The client has moved to another connection; this one may do nothing more for it. */
  | { readonly kind: 'replaced' }
  | { readonly kind: 'acknowledged' }
  /** `6` on a connection that is no client's. */
  | { readonly kind: 'not-a-client' }
  /** The cluster's limit on accounts, on stored messages, or on the bytes of the state is reached. That of bytes is never remembered. */
  | { readonly kind: 'full'; readonly what: 'accounts' | 'messages' | 'bytes'; readonly limit: number }
  /** The command could not be read by this version, or was made by a version that was wrong. Changed nothing. */
  | { readonly kind: 'unreadable' }
  /** Bookkeeping (`delivered`): nobody waits for it. */
  | { readonly kind: 'noted' };

/** Those that say everything by their kind: what writes or reads results names only the others. */
export type BareResult = Bare<ChatResult>;

type Bare<Result> = Result extends ChatResult ? (keyof Result extends 'kind' ? Result : never) : never;
