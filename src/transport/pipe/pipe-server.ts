import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { formatAddress } from '../../config/address.ts';
import { ListenError } from '../listen-error.ts';
import { PasswordHasher } from './password-hasher.ts';
import { socketId } from './pipe-output.ts';
import type { PasswordJobId, PipeListener, PipeOutput, SocketId } from './pipe-output.ts';
import { PipeSocket } from './pipe-socket.ts';
import type { PipeService } from './pipe-service.ts';

const TICK_EVERY_MS = 10;
/** How long a socket that was ended may go on sending before it is cut. */
const LINGER_MS = 2_000;

export interface PipeServerOptions {
  /** How long `close` waits for commands in doubt and for sockets that take nothing, at most. */
  readonly closeWithinMs: number;
}

/**
 * The pipe service's hands: TCP sockets, timers and the password hasher. Decides nothing. What sockets bring in one turn of the
 * event loop is answered with one write to each.
 */
export class PipeServer implements PipeOutput {
  readonly #options: PipeServerOptions;
  readonly #hasher = new PasswordHasher();
  readonly #sockets = new Map<SocketId, PipeSocket>();
  readonly #servers: Server[] = [];
  #service: PipeService | null = null;
  #lastSocket = 0;
  #turn: NodeJS.Immediate | null = null;
  /** Runs only while there are connections, or ends of some that the log does not know: time means nothing to anybody else. */
  #timer: NodeJS.Timeout | null = null;
  #state: 'open' | 'closed' = 'open';
  #onIdle: (() => void) | null = null;

  constructor(options: PipeServerOptions) {
    this.#options = options;
  }

  /** Joins the machine to its hands. To be called once, before `listen`. */
  serve(service: PipeService): void {
    this.#service = service;
  }

  /** Listens, and gives the real port (`port` may be 0). Rejects with a `ListenError` that names the address. */
  async listen(host: string, port: number): Promise<number> {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) =>
      this.#opened(server, socket),
    );
    await new Promise<void>((resolve, reject) => {
      server.once('error', (cause) => reject(new ListenError(formatAddress({ host, port }), cause)));
      server.listen(port, host, resolve);
    });
    // A connection that could not be accepted is its own business, and no reason to end the node.
    server.on('error', () => {});
    this.#servers.push(server);
    return (server.address() as AddressInfo).port;
  }

  /** Ends what the service gathered in this turn. For the wiring, after a turn of the log: nobody then waits for the event loop. */
  flush(): void {
    if (this.#turn !== null) clearImmediate(this.#turn);
    this.#turn = null;
    this.#service?.flush();
    if (this.#service?.work() === 'more') this.wake();
    if (this.#service?.isIdle === true) this.#onIdle?.();
  }

  /** Takes no more connections, lets the open commands be answered, says goodbye, and closes every socket. */
  async close(): Promise<void> {
    const closed = this.#servers.map(
      (server) => new Promise<void>((resolve) => server.close(() => resolve())),
    );
    const service = this.#service;
    if (service !== null && this.#state === 'open') {
      this.#state = 'closed';
      const idle = new Promise<void>((resolve) => {
        this.#onIdle = resolve;
        setTimeout(resolve, this.#options.closeWithinMs).unref();
      });
      service.shutdown();
      this.flush();
      await idle;
    }
    this.#stopTimer();
    for (const { socket } of this.#sockets.values()) socket.destroySoon();
    const cut = setTimeout(() => this.#destroyAll(), LINGER_MS);
    await Promise.all(closed);
    clearTimeout(cut);
  }

  // ---- what the service asks for ----

  write(id: SocketId, text: string, bytes: number): void {
    this.#sockets.get(id)?.write(text, bytes);
  }

  end(id: SocketId): void {
    const socket = this.#sockets.get(id)?.socket;
    if (socket === undefined) return;
    socket.end();
    // What still comes in is read and thrown away: a socket that is closed over unread bytes takes its last reply with it.
    socket.resume();
    setTimeout(() => socket.destroy(), LINGER_MS).unref();
  }

  destroy(id: SocketId): void {
    this.#sockets.get(id)?.socket.destroy();
  }

  pauseReading(id: SocketId): void {
    this.#sockets.get(id)?.socket.pause();
  }

  resumeReading(id: SocketId): void {
    this.#sockets.get(id)?.socket.resume();
  }

  hashPassword(job: PasswordJobId, password: string): void {
    this.#hasher.hash(password, (answer) => this.#service?.passwordAnswered(job, answer));
  }

  checkPassword(job: PasswordJobId, password: string, passwordHash: string): void {
    this.#hasher.check(password, passwordHash, (answer) => this.#service?.passwordAnswered(job, answer));
  }

  wake(): void {
    this.#turn ??= setImmediate(() => {
      this.#turn = null;
      this.flush();
    });
  }

  // ---- what the sockets bring ----

  #opened(server: Server, socket: Socket): void {
    this.#timer ??= setInterval(() => setImmediate(() => this.#tick()), TICK_EVERY_MS);
    this.#lastSocket += 1;
    const id = socketId(this.#lastSocket);
    this.#sockets.set(id, new PipeSocket(socket, (bytes) => this.#service?.taken(id, bytes)));
    socket.on('data', (bytes: Buffer) => this.#service?.received(id, bytes));
    socket.on('end', () => this.#service?.ended(id));
    // An error is followed by `close`, which says all there is to know.
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#sockets.delete(id);
      this.#service?.closed(id);
    });
    this.#service?.opened(id, listenerOf(server), socket.remoteAddress ?? 'unknown');
  }

  #tick(): void {
    if (this.#timer === null) return;
    this.#service?.tick();
    if (this.#onIdle !== null) this.wake();
    if (this.#service?.isIdle === true) this.#stopTimer();
  }

  #stopTimer(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  #destroyAll(): void {
    for (const { socket } of this.#sockets.values()) socket.destroy();
  }
}

const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;

const listenerOf = (server: Server): PipeListener => {
  const address = server.address();
  const isLoopback = address !== null && typeof address === 'object' && LOOPBACK.test(address.address);
  return { reach: isLoopback ? 'loopback' : 'network', framing: 'guess' };
};
