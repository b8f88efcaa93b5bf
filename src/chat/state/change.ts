import type { ChatLimits } from '../commands/limits.ts';
import type { TextInPlace } from '../commands/text-in-place.ts';
import type { AccountIndex, ClientKey } from '../ids.ts';
import type { ConnectionRef, LoggedOutBecause, Remembered } from './records.ts';

/** Stores the next message: in flight to the connection, or in the mailbox. */
export interface StoreMessage {
  readonly kind: 'store-message';
  /** Whose it is. */
  readonly account: AccountIndex;
  /** The sender's name. */
  readonly from: string;
  readonly wallTimeMs: number;
  readonly text: string | TextInPlace;
  readonly pushTo: ConnectionRef | null;
}

/** What a decision may ask to be changed. Carrying one out cannot fail: what it names that is not there is left alone. */
export type Change =
  | { readonly kind: 'set-limits'; readonly limits: ChatLimits }
  | { readonly kind: 'set-rules'; readonly version: number }
  /** The account with the next index. */
  | { readonly kind: 'create-account'; readonly name: string; readonly passwordHash: string | null }
  /** What is in flight to the connection that asked for it counts as read. */
  | { readonly kind: 'delete-account'; readonly account: AccountIndex; readonly by: ConnectionRef }
  /** Logs this connection, or the client that it is of, in. Its own older login and the account's older session have ended before. */
  | { readonly kind: 'begin-session'; readonly account: AccountIndex; readonly at: ConnectionRef }
  /** Logs the account out wherever it is logged in. What was pushed there and not delivered goes back to the mailbox. */
  | { readonly kind: 'end-session'; readonly account: AccountIndex; readonly because: LoggedOutBecause }
  | { readonly kind: 'end-connection'; readonly at: ConnectionRef }
  | StoreMessage
  /** The whole mailbox goes in flight to the connection, by `collect`. */
  | { readonly kind: 'collect'; readonly account: AccountIndex; readonly at: ConnectionRef }
  /** The whole mailbox is held for the client under the number of its command. */
  | {
      readonly kind: 'hold';
      readonly account: AccountIndex;
      readonly client: ClientKey;
      readonly number: number;
    }
  /** What is in flight to the connection up to this ordinal is delivered: all of it, or what went one way. */
  | {
      readonly kind: 'deliver';
      readonly at: ConnectionRef;
      readonly upTo: number;
      readonly by: 'push' | 'collect' | 'either';
    }
  | { readonly kind: 'create-client'; readonly client: ClientKey }
  /** The client moves to this connection, from wherever it was. */
  | { readonly kind: 'move-client'; readonly client: ClientKey; readonly to: ConnectionRef }
  | { readonly kind: 'forget-client'; readonly client: ClientKey }
  /** Never lowers it. Results below it are dropped; what was collected under a number below it is delivered. */
  | { readonly kind: 'raise-floor'; readonly client: ClientKey; readonly floor: number }
  | {
      readonly kind: 'remember';
      readonly client: ClientKey;
      readonly number: number;
      readonly remembered: Remembered;
    }
  /** From now on the connection is that of a client that nobody knows. */
  | { readonly kind: 'mark-expired'; readonly at: ConnectionRef };
