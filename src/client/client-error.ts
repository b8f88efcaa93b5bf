/**
 * `INVALID_COMMAND`, `OUTBOX_FULL`, `CLOSED`: the command was not taken, nothing was done.
 * `STATE_FILE`: the state file cannot be read or written; the message says why and what to do.
 */
export type ClientErrorCode = 'INVALID_COMMAND' | 'OUTBOX_FULL' | 'CLOSED' | 'STATE_FILE';

export class ClientError extends Error {
  override readonly name = 'ClientError';
  readonly code: ClientErrorCode;

  constructor(code: ClientErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
