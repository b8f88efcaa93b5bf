import type { NodeId } from '../../../src/ordered-log/index.ts';
import type {
  PasswordJobId,
  PipeListener,
  PipeOutput,
  SocketId,
} from '../../../src/transport/pipe/pipe-output.ts';
import { socketId } from '../../../src/transport/pipe/pipe-output.ts';
import type { Stream } from './dice.ts';
import type { NodeHost } from './node-host.ts';
import type { NodeProcess } from './node-process.ts';
import { MS } from './settings.ts';
import type { World } from './world.ts';

/** What a client hears of its connection. None is called from within a call of its own. */
export interface SocketEvents {
  connected(): void;
  bytes(bytes: Uint8Array): void;
  closed(why: string): void;
}

export interface ClientSocket {
  write(text: string): void;
  /** Half-closes: no more will be said. */
  end(): void;
  /** Is gone at once, without hearing of it again. */
  destroy(): void;
  /** The node's process and the number that it gave the connection; null as long as it has not taken it in. */
  readonly served: { readonly process: NodeProcess; readonly number: number } | null;
}

/** One direction of a connection: what is on its way, in order. */
interface Lane {
  lastArrivalUs: number;
  readonly acts: { readonly act: () => void; readonly isRest: boolean }[];
}

interface Socket {
  readonly id: SocketId;
  readonly client: number;
  readonly host: NodeHost;
  readonly events: SocketEvents;
  readonly fate: Stream;
  process: NodeProcess | null;
  number: number;
  clientEnd: 'open' | 'gone';
  serverEnd: 'waiting' | 'open' | 'ended' | 'gone';
  readonly toServer: Lane;
  readonly toClient: Lane;
  reading: 'on' | 'paused';
  readonly unread: ((process: NodeProcess) => void)[];
  /** A newline was sent: what follows is never misread. */
  isFramed: boolean;
}

/** TCP between clients and the nodes' pipe services: bytes in order, cut into other pieces, until one end or the network breaks. */
export class Sockets {
  resetChance = 0;
  readonly #world: World;
  readonly #sockets = new Map<SocketId, Socket>();
  readonly #cutUntilUs = new Map<string, number>();
  readonly #stalledUntilUs = new Map<number, number>();
  readonly #numbers = new WeakMap<NodeProcess, number>();
  readonly #dials = new Map<number, number>();
  #count = 0;

  constructor(world: World) {
    this.#world = world;
  }

  connect(
    client: number,
    node: NodeId,
    framing: PipeListener['framing'],
    events: SocketEvents,
  ): ClientSocket {
    this.#count += 1;
    const dials = (this.#dials.get(client) ?? 0) + 1;
    this.#dials.set(client, dials);
    const socket: Socket = {
      id: socketId(this.#count),
      client,
      host: this.#world.host(node),
      events,
      fate: this.#world.dice.of('socket', client, dials),
      process: null,
      number: 0,
      clientEnd: 'open',
      serverEnd: 'waiting',
      toServer: { lastArrivalUs: 0, acts: [] },
      toClient: { lastArrivalUs: 0, acts: [] },
      reading: 'on',
      unread: [],
      isFramed: false,
    };
    this.#sockets.set(socket.id, socket);
    this.#toServer(socket, () => this.#accept(socket, framing));
    return this.#endOf(socket);
  }

  outputOf(host: NodeHost): PipeOutput {
    const of = (id: SocketId): Socket | undefined => this.#sockets.get(id);
    return {
      write: (id, text) => this.#written(of(id), Buffer.from(text)),
      end: (id) => this.#endByServer(of(id), 'the node closed the connection'),
      destroy: (id) => this.#endByServer(of(id), 'the node cut the connection'),
      pauseReading: (id) => {
        const socket = of(id);
        if (socket !== undefined) socket.reading = 'paused';
      },
      resumeReading: (id) => this.#resumeReading(of(id)),
      hashPassword: (job: PasswordJobId, password) =>
        host.answerPassword(job, { kind: 'hashed', passwordHash: `simulated$${password}` }),
      checkPassword: (job, password, passwordHash) =>
        host.answerPassword(job, { kind: 'checked', matches: passwordHash === `simulated$${password}` }),
      wake: () => host.wake(),
    };
  }

  /** Bytes between the two wait until it is over, as TCP makes them wait. */
  cut(client: number, node: NodeId, forMs: number): void {
    this.#cutUntilUs.set(`${client}>${node}`, this.#world.nowUs + forMs * MS);
  }

  /** The client takes no bytes until it is over: what is written to it stays with the node. */
  stall(client: number, forMs: number): void {
    this.#stalledUntilUs.set(client, this.#world.nowUs + forMs * MS);
  }

  /** Both ends live, the connection does not. */
  reset(client: number): void {
    for (const socket of this.#sockets.values()) if (socket.client === client) this.#break(socket);
  }

  calm(): void {
    this.resetChance = 0;
    this.#cutUntilUs.clear();
    this.#stalledUntilUs.clear();
  }

  nodeEnded(host: NodeHost, how: 'reset' | 'silence'): void {
    for (const socket of this.#sockets.values()) {
      if (socket.host !== host) continue;
      socket.serverEnd = 'gone';
      if (how === 'reset') this.#toClient(socket, () => this.#closeClient(socket, 'connection reset'));
    }
  }

  #endOf(socket: Socket): ClientSocket {
    return {
      write: (text) => this.#writtenByClient(socket, text),
      end: () =>
        this.#toServer(socket, () => this.#atServer(socket, ({ service }) => service.ended(socket.id))),
      destroy: () => {
        socket.clientEnd = 'gone';
        this.#toServer(socket, () => this.#hungUp(socket));
      },
      get served() {
        return socket.process === null ? null : { process: socket.process, number: socket.number };
      },
    };
  }

  #writtenByClient(socket: Socket, text: string): void {
    if (socket.clientEnd === 'gone') return;
    const bytes = new TextEncoder().encode(text);
    const cutAt = bytes.length > 1 && socket.fate.chance(0.1) ? socket.fate.between(1, bytes.length - 1) : 0;
    const breaks = socket.fate.chance(this.resetChance);
    const send = (part: Uint8Array, isRest: boolean): void =>
      this.#carry(
        socket,
        socket.toServer,
        () => this.#atServer(socket, ({ service }) => service.received(socket.id, part)),
        isRest,
      );
    if (cutAt > 0) send(bytes.slice(0, cutAt), false);
    send(bytes.slice(cutAt), cutAt > 0 && !socket.isFramed);
    socket.isFramed ||= text.includes('\n');
    if (breaks) this.#world.in(socket.fate.below(5 * MS), () => this.#break(socket));
  }

  #accept(socket: Socket, framing: PipeListener['framing']): void {
    const { host } = socket;
    if (socket.clientEnd === 'gone') return;
    if (host.process === null) {
      this.#toClient(socket, () => this.#closeClient(socket, 'connection refused'));
      return;
    }
    socket.serverEnd = 'open';
    host.act((process) => {
      if (socket.serverEnd !== 'open') return;
      const number = (this.#numbers.get(process) ?? 0) + 1;
      this.#numbers.set(process, number);
      socket.process = process;
      socket.number = number;
      process.service.opened(socket.id, { reach: 'loopback', framing }, `10.0.0.${socket.client}`);
    });
    this.#toClient(socket, () => {
      if (socket.clientEnd === 'open') socket.events.connected();
    });
  }

  #written(socket: Socket | undefined, bytes: Uint8Array): void {
    if (socket === undefined || socket.serverEnd !== 'open') return;
    this.#toClient(socket, () => {
      if (socket.clientEnd === 'open') socket.events.bytes(bytes);
    });
    this.#take(socket, bytes.length, 20 + socket.fate.below(400));
  }

  #take(socket: Socket, bytes: number, afterUs: number): void {
    const { process, host } = socket;
    host.later(afterUs, (now) => {
      if (now !== process || socket.serverEnd !== 'open') return;
      const stalledUs = (this.#stalledUntilUs.get(socket.client) ?? 0) - this.#world.nowUs;
      if (stalledUs > 0) this.#take(socket, bytes, stalledUs);
      else now.service.taken(socket.id, bytes);
    });
  }

  #endByServer(socket: Socket | undefined, why: string): void {
    if (socket === undefined || socket.serverEnd !== 'open') return;
    socket.serverEnd = 'ended';
    this.#toClient(socket, () => this.#closeClient(socket, why));
  }

  #resumeReading(socket: Socket | undefined): void {
    if (socket === undefined) return;
    socket.reading = 'on';
    socket.host.later(10, (process) => {
      while (socket.reading === 'on' && socket.serverEnd === 'open') {
        const act = socket.unread.shift();
        if (act === undefined) return;
        act(process);
      }
    });
  }

  #atServer(socket: Socket, act: (process: NodeProcess) => void): void {
    if (socket.serverEnd !== 'open') return;
    socket.host.act((process) => {
      if (socket.serverEnd !== 'open') return;
      if (socket.reading === 'paused' || socket.unread.length > 0) socket.unread.push(act);
      else act(process);
    });
  }

  #hungUp(socket: Socket): void {
    if (socket.serverEnd !== 'open') {
      this.#sockets.delete(socket.id);
      return;
    }
    socket.host.act(({ service }) => {
      if (socket.serverEnd !== 'open') return;
      socket.serverEnd = 'gone';
      service.closed(socket.id);
      this.#sockets.delete(socket.id);
    });
  }

  #break(socket: Socket): void {
    this.#hungUp(socket);
    this.#closeClient(socket, 'connection reset');
  }

  #closeClient(socket: Socket, why: string): void {
    if (socket.clientEnd === 'gone') return;
    socket.clientEnd = 'gone';
    if (socket.serverEnd !== 'open') this.#sockets.delete(socket.id);
    socket.events.closed(why);
  }

  #toServer(socket: Socket, act: () => void): void {
    this.#carry(socket, socket.toServer, act);
  }

  #toClient(socket: Socket, act: () => void): void {
    this.#carry(socket, socket.toClient, act);
  }

  /** `isRest`: of one write, whose beginning has gone before. A line that stalls in its middle may be misread, and nobody could say by whom. */
  #carry(socket: Socket, lane: Lane, act: () => void, isRest = false): void {
    lane.acts.push({ act, isRest });
    lane.lastArrivalUs = Math.max(lane.lastArrivalUs, this.#world.nowUs + 30 + socket.fate.below(700));
    this.#world.at(lane.lastArrivalUs, () => this.#arrive(socket, lane));
  }

  /** Whichever arrival this was meant to be, the first that is on its way arrives. */
  #arrive(socket: Socket, lane: Lane): void {
    const cutUs = this.#cutUntilUs.get(`${socket.client}>${socket.host.id}`) ?? 0;
    const stalledUs = lane === socket.toClient ? (this.#stalledUntilUs.get(socket.client) ?? 0) : 0;
    const untilUs = lane.acts[0]?.isRest === true ? 0 : Math.max(cutUs, stalledUs);
    if (untilUs > this.#world.nowUs) this.#world.at(untilUs, () => this.#arrive(socket, lane));
    else lane.acts.shift()?.act();
  }
}
