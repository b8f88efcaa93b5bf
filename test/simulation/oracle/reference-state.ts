import type { Message } from '../../../src/chat/commands/result.ts';

/** What the reference model keeps: plain objects in plain maps, nothing hashed, frozen or shared. */

export interface RefAccount {
  readonly index: number;
  readonly name: string;
  readonly passwordHash: string | null;
  mailbox: number[];
  /** In flight to connections, or held by clients' replies. */
  outstanding: number;
  session: RefSession | null;
}

export type RefSession =
  { readonly kind: 'connection'; readonly at: string } | { readonly kind: 'client'; readonly key: string };

export interface RefFlight {
  readonly ordinal: number;
  readonly by: 'push' | 'collect';
  readonly message: number;
  readonly account: number;
}

export interface RefConnection {
  readonly key: string;
  readonly node: string;
  readonly number: number;
  standing: 'plain' | 'client' | 'replaced' | 'forgotten' | 'expired';
  client: string | null;
  account: number | null;
  lastOrdinal: number;
  flight: RefFlight[];
}

export interface RefClient {
  readonly key: string;
  floor: number;
  boundTo: number | null;
  account: number | null;
  connection: string | null;
  lastUse: number;
  readonly results: Map<number, { readonly fingerprint: string; readonly result: unknown }>;
  readonly held: Map<number, { readonly account: number; readonly messages: readonly number[] }>;
}

export interface RefMessage extends Message {
  /** Creation index of the account that it is for. */
  readonly account: number;
}
