import type { ConnectionNumber, MessageId } from '../../chat/ids.ts';
import { LineFramer } from '../../chat/pipe/line-framer.ts';
import type { Reply } from '../../chat/pipe/reply.ts';
import { Outbox } from './outbox.ts';
import type { PendingRequest } from './pending-request.ts';
import type { PipeOptions } from './pipe-options.ts';
import type { PipeListener, SocketId } from './pipe-output.ts';
import { RequestQueue } from './request-queue.ts';
import { TokenBucket } from './token-bucket.ts';

/** Whose connection it is, as far as its own commands have told. */
export type Role =
  | { readonly kind: 'plain' }
  | { readonly kind: 'client'; readonly clientId: string }
  /** Its hello failed. Nothing that it sends is executed until another hello succeeds: it may be a repetition. */
  | { readonly kind: 'refused-client'; readonly reply: Reply };

/** Where a connection is in its life. */
export type Phase =
  | { readonly kind: 'open' }
  /** Nothing more comes in. What came in is carried out and answered; then it signs off. */
  | { readonly kind: 'finishing' }
  /** Everything is answered: waits until its socket has taken the replies, and at most until `dueAtMs`. */
  | { readonly kind: 'draining'; readonly farewell: string; readonly dueAtMs: number }
  /** Waits until the cluster knows that it is gone, and at most until `dueAtMs`. */
  | { readonly kind: 'logging-out'; readonly farewell: string; readonly dueAtMs: number }
  | { readonly kind: 'gone' };

/** Everything the service knows of one connection. Its parts change it; this file only says what there is. */
export class Connection {
  readonly socket: SocketId;
  readonly number: ConnectionNumber;
  readonly listener: PipeListener;
  readonly remoteAddress: string;
  readonly framer: LineFramer;
  readonly bucket: TokenBucket;
  readonly queue = new RequestQueue();
  readonly outbox = new Outbox();

  role: Role = { kind: 'plain' };
  phase: Phase = { kind: 'open' };
  socketReading: 'on' | 'paused' = 'on';
  /** The request that must come further before the next one is started; null if none stands in the way. */
  gate: PendingRequest | null = null;

  /** Logins and hellos whose outcome is open, or will never be known. */
  openBindings = 0;
  /** Has a login or hello succeeded? Then, or with an open one, the cluster must be told of the connection's end. */
  isBound = false;

  /** Everything in flight up to this ordinal was written, by a push or by a reply. */
  pushedOrdinal = 0;
  /** Collects whose reply was not written yet: what they took is not pushed. */
  openCollects = 0;
  /** Messages that the reply to a collect carried. */
  readonly carriedByReply = new Set<MessageId>();
  /** What the last delivered command said. */
  deliveredOrdinal = 0;
  loggedOutBecause: 'elsewhere' | 'deleted' | null = null;
  /** Something was gathered for its socket, and goes out when the turn ends. */
  waitsForFlush = false;
  /** Some of its commands were applied in this turn: it moves along once, however many those were. */
  waitsForReplies = false;

  constructor(
    socket: SocketId,
    number: ConnectionNumber,
    listener: PipeListener,
    remoteAddress: string,
    options: PipeOptions,
    nowMs: number,
  ) {
    this.socket = socket;
    this.number = number;
    this.listener = listener;
    this.remoteAddress = remoteAddress;
    const unframedAfterMs = listener.framing === 'guess' ? options.unframedAfterMs : 0;
    this.framer = new LineFramer({ maxLineBytes: options.maxLineBytes, unframedAfterMs });
    this.bucket = new TokenBucket(options.commandsPerSecond, options.commandBurst, nowMs);
  }

  /** Is a reply half written? Then nothing else may be. */
  get isMidReply(): boolean {
    return this.queue.front?.progress.kind === 'streaming';
  }

  /** Are there lines or requests that may go on once its socket has taken what was written? */
  get waitsForRoom(): boolean {
    return this.framer.hasBacklog || this.queue.nextToStart !== undefined;
  }

  /** Does the cluster know of the connection, or may it? */
  get needsLogout(): boolean {
    return this.isBound || this.openBindings > 0;
  }
}
