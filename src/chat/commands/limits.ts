/**
 * The limits that `apply` uses. They are part of the state: given once, when the cluster is founded, from its
 * configuration, and the same on every replica for ever after.
 */
export interface ChatLimits {
  /** Messages kept for, or in flight to, one account. */
  readonly mailboxMessages: number;
  /** Stored messages in all. */
  readonly storedMessages: number;
  readonly accounts: number;
  /** Clients (protocol part 2) that one account keeps; the oldest idle one is forgotten. */
  readonly clientsPerAccount: number;
  /** Clients that have never logged in, in all; the oldest idle one is forgotten. */
  readonly clientsWithoutAccount: number;
  /** Numbers at or above its floor that one client may have outstanding. The protocol says 1,024. */
  readonly outstandingPerClient: number;
  /** Bytes that all of the state may take in memory, as `ChatState.bytes` reckons them. Nothing new is stored above it. */
  readonly stateBytes: number;
}
