import type { AccountIndex, ClientKey, ConnectionNumber, MessageId } from '../ids.ts';
import type { TextInPlace } from './text-in-place.ts';

/**
 * The commands that enter the log. IDs, salts, password hashes, name keys and wall-clock times are made before
 * and travel inside. The connection is one of the node and incarnation that submitted the command.
 */
export interface ChatCommand {
  readonly connection: ConnectionNumber;
  /** Present when the connection is a client's (protocol part 2): makes the command take effect exactly once. */
  readonly request: ClientRequest | null;
  readonly body: CommandBody;
}

export interface ClientRequest {
  /** The client's number for this command. */
  readonly number: number;
  /** HMAC-SHA256 of the command's line under the clientId, 32 hex digits: the same number for another command is a conflict. */
  readonly fingerprint: string;
}

export type CommandBody = Create | Login | Logout | Send | Collect | Delivered | Delete | Hello | Acknowledge;

/** `1|name|password`. Logs the connection in. */
export interface Create {
  readonly kind: 'create';
  /** As it is shown. Its form was checked before: 1 to 32 of A-Z a-z 0-9 _ - . and not reserved. */
  readonly name: string;
  /** A self-describing scrypt string (salt and parameters in it), or null for an open account. */
  readonly passwordHash: string | null;
}

/** What a node found when it checked a login's password against its own replica. */
export type LoginProof =
  /** Found no such account, or an open one: nothing was checked. */
  | { readonly kind: 'none' }
  /** The password was, or was not, the one of exactly this account with exactly this credential. */
  | {
      readonly kind: 'checked';
      readonly account: AccountIndex;
      readonly credentialVersion: number;
      readonly passwordMatches: boolean;
    };

/** `0|id|password`. */
export interface Login {
  readonly kind: 'login';
  readonly id: string;
  readonly proof: LoginProof;
}

/** The connection has ended (`bye`, end of input, reset): what was in flight to it goes back to the mailbox. */
export interface Logout {
  readonly kind: 'logout';
}

/** `3|to|text` */
export interface Send {
  readonly kind: 'send';
  /** A username or an account ID. */
  readonly to: string;
  /** Of a command that was read, it lies in place: it is only moved. */
  readonly text: string | TextInPlace;
  /** Wall-clock time, milliseconds since 1970; shown to people and used for nothing. */
  readonly wallTimeMs: number;
}

/** `4|id` */
export interface Collect {
  readonly kind: 'collect';
  readonly id: string;
}

/** The connection's socket has taken all bytes of what was in flight to it up to this ordinal. Plain connections only. */
export interface Delivered {
  readonly kind: 'delivered';
  readonly upTo: number;
}

/** `5|id` */
export interface Delete {
  readonly kind: 'delete';
  readonly id: string;
}

/** `hello|clientId|n` */
export interface Hello {
  readonly kind: 'hello';
  readonly client: ClientKey;
  /** The lowest number whose reply the client has not received. At least 1. */
  readonly floor: number;
}

/** `6|messageId`: this message and all before it have reached the program. */
export interface Acknowledge {
  readonly kind: 'acknowledge';
  readonly message: MessageId;
}
