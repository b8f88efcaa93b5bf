import { randomBytes } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import type { ClientEffect, ClientEvent, ClientReply, ClientStatus, RefusalReason } from './client-effect.ts';
import type { ClientErrorCode } from './client-error.ts';
import { ClientError } from './client-error.ts';
import type { ClientInput } from './client-input.ts';
import { ClientMachine } from './client-machine.ts';
import type { ClientLimits } from './client-options.ts';
import { defaultLimits } from './client-options.ts';
import type { ClientNode } from './node-address.ts';
import { NodeConnection } from './node-connection.ts';
import type { PushedMessage } from './server-line.ts';
import { readStateFile, writeStateFile } from './state-file.ts';

const CLIENT_ID_BYTES = 24;
const DEFAULT_CLOSE_WAIT_MS = 5_000;
/** The longest time that a Node timer takes. */
const MAX_TIMER_MS = 2 ** 31 - 1;

export interface ClientOptions {
  /** All nodes of the cluster; at least one. */
  readonly nodes: readonly ClientNode[];
  /**
   * Where to keep what is unanswered, so that a later run goes on with it and nothing happens twice. One running
   * program a file. It holds a secret and is readable by its owner only. Without it, all is in memory.
   */
  readonly stateFile?: string;
  /** How long a command is tried, in milliseconds. Without it, for ever. */
  readonly giveUpAfterMs?: number;
  readonly limits?: Partial<ClientLimits>;
  /** Each message once. It is acknowledged shortly after this has returned. */
  readonly onMessage?: (message: PushedMessage) => void;
  readonly onStatus?: (status: ClientStatus) => void;
  /** The cluster has forgotten this client; see `ClientEvent`. Log in again. */
  readonly onExpired?: (event: Extract<ClientEvent, { kind: 'expired' }>) => void;
  /** `!name|text` of a node: `logged-out` with why, and others. */
  readonly onNotice?: (name: string, text: string) => void;
  /** A reply to a command of an earlier run, found in the state file. */
  readonly onLateReply?: (reply: ClientReply) => void;
}

export interface Client {
  /**
   * Sends a command of part 1 of the protocol, without a tag: `3|wayne|hello`. It takes effect once, after all that were
   * sent before it, whatever happens to nodes and connections (`limits.maxInFlight` says when the order is strict).
   * Resolves with the reply, a refusal included; see `ClientReply.code`.
   * @throws {ClientError} if the command was not taken: `INVALID_COMMAND`, `OUTBOX_FULL`, `CLOSED`, `STATE_FILE`.
   */
  send(command: string): Promise<ClientReply>;
  /** Commands without a final reply. */
  readonly unanswered: number;
  /** ID of the account that the client is logged in as, as far as it knows. */
  readonly login: string | null;
  /**
   * Takes no more commands, waits until all are answered, at most `waitMs` (default 5,000), says goodbye and ends. What is
   * unanswered then is given up and told to whoever waits for it, or is left in the state file for the next run.
   */
  close(waitMs?: number): Promise<'all-answered' | 'some-unanswered'>;
}

/**
 * A client of the cluster: finds a node, moves to another when that one dies, sends each command exactly once and shows
 * each message exactly once. Keeps the process alive until `close`.
 *
 *     const client = createClient({
 *       nodes: [{ id: 'n1', host: '127.0.0.1', port: 6666 }, { id: 'n2', host: '127.0.0.1', port: 6667 }],
 *       onMessage: ({ from, text }) => console.log(`${from}: ${text}`),
 *     });
 *     await client.send('1|mason');
 *     const reply = await client.send('3|wayne|hello');
 *     console.log(reply.code, reply.text);
 *     await client.close();
 *
 * @throws {RangeError} without nodes. @throws {ClientError} `STATE_FILE` if the state file cannot be read.
 */
export function createClient(options: ClientOptions): Client {
  return new SocketClient(options);
}

interface Waiter {
  readonly resolve: (reply: ClientReply) => void;
  readonly reject: (error: ClientError) => void;
}

/** The machine's shell: sockets, one timer, the state file, promises. */
class SocketClient implements Client {
  readonly #options: ClientOptions;
  readonly #machine: ClientMachine;
  readonly #waiters = new Map<number, Waiter>();
  readonly #inputs: ClientInput[] = [];
  #connection: { readonly attempt: number; readonly socket: NodeConnection } | null = null;
  #timer: NodeJS.Timeout | undefined;
  #tickets = 0;
  #closing: Promise<'all-answered' | 'some-unanswered'> | null = null;
  #failure: ClientError | null = null;
  #whenAnswered: (() => void) | null = null;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#machine = new ClientMachine({
      ...defaultLimits,
      ...options.limits,
      nodes: options.nodes,
      newClientId: () => randomBytes(CLIENT_ID_BYTES).toString('base64url'),
      random: Math.random,
      saved: options.stateFile === undefined ? null : readStateFile(options.stateFile),
      atClose: options.stateFile === undefined ? 'give-up' : 'keep',
    });
    this.#handle({ kind: 'start' });
  }

  get unanswered(): number {
    return this.#machine.unanswered;
  }

  get login(): string | null {
    return this.#machine.login;
  }

  send(command: string): Promise<ClientReply> {
    if (this.#closing !== null)
      return Promise.reject(new ClientError('CLOSED', 'Nothing was done: the client is closing.'));
    return this.#send(command);
  }

  close(waitMs: number = DEFAULT_CLOSE_WAIT_MS): Promise<'all-answered' | 'some-unanswered'> {
    this.#closing ??= this.#close(waitMs);
    return this.#closing;
  }

  #send(line: string): Promise<ClientReply> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    const { giveUpAfterMs } = this.#options;
    const deadlineMs = giveUpAfterMs === undefined ? null : performance.now() + giveUpAfterMs;
    this.#tickets += 1;
    const ticket = this.#tickets;
    return new Promise((resolve, reject) => {
      this.#waiters.set(ticket, { resolve, reject });
      this.#handle({ kind: 'command', ticket, line, deadlineMs });
    });
  }

  async #close(waitMs: number): Promise<'all-answered' | 'some-unanswered'> {
    const limit = AbortSignal.timeout(waitMs);
    await this.#allAnswered(limit);
    if (this.#machine.isConnected && this.unanswered === 0 && !limit.aborted) {
      // What was shown and read is acknowledged with it; that it may come to nothing is as well.
      this.#send('bye').catch(() => undefined);
      await this.#allAnswered(limit);
    }
    const outcome = this.unanswered === 0 ? 'all-answered' : 'some-unanswered';
    this.#handle({ kind: 'close' });
    return outcome;
  }

  #allAnswered(limit: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.#whenAnswered = resolve;
      limit.addEventListener('abort', () => resolve(), { once: true });
      this.#checkAnswered();
    });
  }

  /** An input that a callback leads to is handled after all effects of the input before it. */
  #handle(input: ClientInput): void {
    this.#inputs.push(input);
    if (this.#inputs.length > 1) return;
    for (let next = this.#inputs[0]; next !== undefined; next = this.#inputs[0]) {
      this.#step(next);
      this.#inputs.shift();
    }
    this.#setTimer();
    this.#checkAnswered();
  }

  #step(input: ClientInput): void {
    if (this.#failure !== null && input.kind !== 'close') return;
    try {
      for (const effect of this.#machine.handle(input, performance.now())) this.#carryOut(effect);
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      this.#fail(error);
    }
  }

  #carryOut(effect: ClientEffect): void {
    switch (effect.kind) {
      case 'event':
        return this.#tell(effect.event);
      case 'save':
        if (this.#options.stateFile !== undefined)
          writeStateFile(this.#options.stateFile, this.#machine.savedState());
        return;
      case 'connect':
        return this.#connect(effect.attempt, effect);
      case 'disconnect':
        return this.#disconnect(effect.attempt);
      case 'write':
        if (this.#connection?.attempt === effect.attempt) this.#connection.socket.write(effect.text);
        return;
      default:
        return effect satisfies never;
    }
  }

  #connect(attempt: number, { node }: { readonly node: ClientNode }): void {
    const socket = new NodeConnection(node, {
      opened: () => this.#handle({ kind: 'connected', attempt }),
      received: (bytes) => this.#handle({ kind: 'bytes', attempt, bytes }),
      ended: (why) => this.#handle({ kind: 'disconnected', attempt, why }),
    });
    this.#connection = { attempt, socket };
  }

  #disconnect(attempt: number): void {
    if (this.#connection?.attempt !== attempt) return;
    this.#connection.socket.abandon();
    this.#connection = null;
  }

  #tell(event: ClientEvent): void {
    const { onMessage, onStatus, onExpired, onNotice, onLateReply } = this.#options;
    switch (event.kind) {
      case 'reply':
        if (event.reply.ticket === null) return shielded(() => onLateReply?.(event.reply));
        return this.#waiter(event.reply.ticket)?.resolve(event.reply);
      case 'refused':
        return this.#waiter(event.ticket)?.reject(new ClientError(errorCodeOf(event.reason), event.text));
      case 'message':
        return shielded(() => onMessage?.(event.message));
      case 'status':
        return shielded(() => onStatus?.(event.status));
      case 'notice':
        return shielded(() => onNotice?.(event.name, event.text));
      case 'expired':
        return shielded(() => onExpired?.(event));
      default:
        return event satisfies never;
    }
  }

  #waiter(ticket: number): Waiter | undefined {
    const waiter = this.#waiters.get(ticket);
    this.#waiters.delete(ticket);
    return waiter;
  }

  /** What cannot be remembered must not be sent: the client stops. */
  #fail(error: ClientError): void {
    this.#failure = error;
    this.#connection?.socket.abandon();
    this.#connection = null;
    for (const waiter of this.#waiters.values()) waiter.reject(error);
    this.#waiters.clear();
    shielded(() => this.#options.onStatus?.({ kind: 'stopped', why: error.message }));
  }

  #setTimer(): void {
    clearTimeout(this.#timer);
    const wakeAtMs = this.#failure === null ? this.#machine.wakeAtMs() : null;
    if (wakeAtMs === null) return;
    const delayMs = Math.min(MAX_TIMER_MS, Math.max(0, Math.ceil(wakeAtMs - performance.now())));
    this.#timer = setTimeout(() => this.#handle({ kind: 'tick' }), delayMs);
  }

  #checkAnswered(): void {
    if (this.#machine.unanswered === 0 || this.#failure !== null) this.#whenAnswered?.();
  }
}

/** An error of the user's own code must not stop the client half-way: it comes out as an uncaught one. */
function shielded(callback: () => void): void {
  try {
    callback();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

function errorCodeOf(reason: RefusalReason): ClientErrorCode {
  switch (reason) {
    case 'invalid':
      return 'INVALID_COMMAND';
    case 'outbox-full':
      return 'OUTBOX_FULL';
    case 'closed':
      return 'CLOSED';
    default:
      return reason satisfies never;
  }
}
