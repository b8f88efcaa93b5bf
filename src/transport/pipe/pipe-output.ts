declare const socketIdBrand: unique symbol;
declare const passwordJobBrand: unique symbol;

/** A socket, as the shell around the service counts them. Never used twice in a process. */
export type SocketId = number & { readonly [socketIdBrand]: true };
/** One password to hash or to check. Never used twice in a process. */
export type PasswordJobId = number & { readonly [passwordJobBrand]: true };

export const socketId = (n: number): SocketId => n as SocketId;
export const passwordJobId = (n: number): PasswordJobId => n as PasswordJobId;

/** What the service does to the world. No call may call the service back before it returns. */
export interface PipeOutput {
  /**
   * Hands text to the socket, in UTF-8, where it comes to that many bytes: as many as it has characters if all is ASCII. The
   * shell tells by `taken` when the socket has taken them.
   */
  write(socket: SocketId, text: string, bytes: number): void;
  /** Closes the socket once it has taken what was written. The service knows it no more. */
  end(socket: SocketId): void;
  /** Closes the socket at once. The service knows it no more. */
  destroy(socket: SocketId): void;
  pauseReading(socket: SocketId): void;
  resumeReading(socket: SocketId): void;
  /** Hashes a new password. Answered by `passwordAnswered` with `hashed`, or `refused`. */
  hashPassword(job: PasswordJobId, password: string): void;
  /** Compares a password with a stored hash. Answered by `passwordAnswered` with `checked`, or `refused`. */
  checkPassword(job: PasswordJobId, password: string, passwordHash: string): void;
  /** There is something to flush or to work on. Said once, until `flush` is called. */
  wake(): void;
}

export type PasswordAnswer =
  | { readonly kind: 'hashed'; readonly passwordHash: string }
  | { readonly kind: 'checked'; readonly matches: boolean }
  /** Too many wait already, or the hash could not be made. Nothing was done. */
  | { readonly kind: 'refused'; readonly why: string };

/** Where a connection came in. */
export interface PipeListener {
  /** Who can reach it. */
  readonly reach: 'loopback' | 'network';
  /** May a command without a newline be guessed? Never where TLS or a WebSocket frames the bytes. */
  readonly framing: 'guess' | 'lines';
}
