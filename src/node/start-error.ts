/** A node cannot start with what it found in its folder and its configuration. The message is a sentence for an operator. */
export class StartError extends Error {
  override readonly name = 'StartError';
  readonly code: 'UNKNOWN_NODE';
  constructor(code: StartError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
