/** These bytes are not a state that this program can restore. Nothing was changed by them. */
export class SnapshotError extends Error {
  override readonly name = 'SnapshotError';
  readonly code = 'CHAT_SNAPSHOT';

  constructor(what: string, options?: ErrorOptions) {
    super(`the snapshot of the chat cannot be restored: ${what}`, options);
  }
}
