/** How the pipe service of one node behaves. Times in milliseconds, sizes in bytes. */
export interface PipeOptions {
  /** How long a command may wait for the cluster before it is answered `unavailable` or `unknown`. */
  readonly commandTimeoutMs: number;
  /** Silence that ends a command without a newline, on listeners that guess; 0 ends the guessing. */
  readonly unframedAfterMs: number;
  /** How long what sockets have taken may gather before it is submitted as delivered. */
  readonly deliveredAfterMs: number;
  /** A connection whose socket has taken nothing for this long, while bytes wait for it, is closed. */
  readonly stalledAfterMs: number;
  /** A line's length without its newline. */
  readonly maxLineBytes: number;
  /** Characters of a pattern. */
  readonly maxPatternLength: number;
  /** Requests of one connection that are not answered yet. Above it its socket is not read. */
  readonly maxPipelined: number;
  /** Bytes that wait for one socket. Above it nothing is pushed to it and its commands are not read. */
  readonly maxBufferedBytes: number;
  /** Connections to this node, in all and from one address. */
  readonly maxConnections: number;
  readonly maxConnectionsPerAddress: number;
  /** Commands that one connection may send, a second and at once; a command above that is answered `busy`. */
  readonly commandsPerSecond: number;
  readonly commandBurst: number;
  /** Patterns that are being matched at the same time; further ones wait. Each may hold some megabytes. */
  readonly maxActivePatterns: number;
  /** Where accounts without a password may be made: through listeners on loopback, through all, or through none. */
  readonly openAccounts: 'loopback' | 'everywhere' | 'nowhere';
}

export const DEFAULT_PIPE_OPTIONS: PipeOptions = {
  commandTimeoutMs: 5_000,
  unframedAfterMs: 40,
  deliveredAfterMs: 20,
  stalledAfterMs: 60_000,
  maxLineBytes: 8_192,
  maxPatternLength: 128,
  maxPipelined: 1_024,
  maxBufferedBytes: 262_144,
  maxConnections: 10_000,
  maxConnectionsPerAddress: 5_000,
  commandsPerSecond: 20_000,
  commandBurst: 40_000,
  maxActivePatterns: 8,
  openAccounts: 'loopback',
};
