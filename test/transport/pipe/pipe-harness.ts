import { ChatMachine } from '../../../src/chat/chat-machine.ts';
import { encodeGenesis } from '../../../src/chat/commands/genesis-codec.ts';
import type { ChatLimits } from '../../../src/chat/commands/limits.ts';
import { GREETING } from '../../../src/chat/pipe/replies.ts';
import { nodeId } from '../../../src/ordered-log/ids.ts';
import { DEFAULT_PIPE_OPTIONS } from '../../../src/transport/pipe/pipe-options.ts';
import type { PipeOptions } from '../../../src/transport/pipe/pipe-options.ts';
import { socketId } from '../../../src/transport/pipe/pipe-output.ts';
import type {
  PasswordJobId,
  PipeListener,
  PipeOutput,
  SocketId,
} from '../../../src/transport/pipe/pipe-output.ts';
import { PipeService } from '../../../src/transport/pipe/pipe-service.ts';
import { LocalCluster } from '../../support/local-log.ts';
import type { LocalLog } from '../../support/local-log.ts';

export const LIMITS: ChatLimits = {
  mailboxMessages: 1000,
  storedMessages: 10_000,
  accounts: 10_000,
  clientsPerAccount: 4,
  clientsWithoutAccount: 100,
  outstandingPerClient: 1024,
  stateBytes: 1_000_000_000,
};

/** 2026-01-31T12:00:00.000Z */
const WALL_TIME_MS = 1_769_860_800_000;

interface FakeSocket {
  received: string;
  writes: string[];
  ended: boolean;
  destroyed: boolean;
  paused: boolean;
  untakenBytes: number;
}

interface PasswordJob {
  readonly job: PasswordJobId;
  readonly password: string;
  readonly against: string | null;
}

/** Sockets without a network. Takes bytes at once, unless a test makes it stop. */
class FakeOutput implements PipeOutput {
  readonly sockets = new Map<SocketId, FakeSocket>();
  readonly passwords: PasswordJob[] = [];

  socket(id: SocketId): FakeSocket {
    const socket = this.sockets.get(id);
    if (socket === undefined) throw new Error(`no socket ${id}`);
    return socket;
  }

  write(id: SocketId, text: string, bytes: number): void {
    const socket = this.socket(id);
    if (socket.ended) throw new Error('a write to a socket that was ended');
    socket.received += text;
    socket.writes.push(text);
    socket.untakenBytes += bytes;
  }

  end(id: SocketId): void {
    this.socket(id).ended = true;
  }

  destroy(id: SocketId): void {
    this.socket(id).destroyed = true;
  }

  pauseReading(id: SocketId): void {
    this.socket(id).paused = true;
  }

  resumeReading(id: SocketId): void {
    this.socket(id).paused = false;
  }

  hashPassword(job: PasswordJobId, password: string): void {
    this.passwords.push({ job, password, against: null });
  }

  checkPassword(job: PasswordJobId, password: string, passwordHash: string): void {
    this.passwords.push({ job, password, against: passwordHash });
  }

  wake(): void {}
}

/** One node: its service, its log, its sockets. */
export class HarnessNode {
  readonly log: LocalLog;
  readonly output = new FakeOutput();
  readonly service: PipeService;
  readonly #harness: PipeHarness;

  constructor(
    harness: PipeHarness,
    name: string,
    options: PipeOptions,
    incarnation: 'at-once' | 'later' = 'at-once',
  ) {
    this.#harness = harness;
    this.log = harness.cluster.join(nodeId(name));
    this.service = new PipeService({
      node: nodeId(name),
      log: this.log,
      views: harness.cluster.machine,
      options,
      output: this.output,
      clock: { nowMs: () => harness.nowMs, wallTimeMs: () => WALL_TIME_MS },
    });
    this.log.attach(this.service, incarnation);
  }

  connect(listener: Partial<PipeListener> = {}, remoteAddress = '127.0.0.1'): Person {
    const person = this.knock(listener, remoteAddress);
    const greeting = person.read();
    if (greeting.length !== 1 || greeting[0] !== GREETING)
      throw new Error(`greeted with ${greeting.join('/')}`);
    return person;
  }

  /** Connects without expecting a greeting. */
  knock(listener: Partial<PipeListener> = {}, remoteAddress = '127.0.0.1'): Person {
    const id = this.#harness.nextSocket();
    this.output.sockets.set(id, {
      received: '',
      writes: [],
      ended: false,
      destroyed: false,
      paused: false,
      untakenBytes: 0,
    });
    this.service.opened(id, { reach: 'loopback', framing: 'guess', ...listener }, remoteAddress);
    const person = new Person(this.#harness, this, id);
    this.turn();
    return person;
  }

  /** Hashes and compares passwords, in a way that no real node would. */
  answerPasswords(): boolean {
    const jobs = this.output.passwords.splice(0);
    for (const { job, password, against } of jobs) {
      if (against === null) {
        this.service.passwordAnswered(job, { kind: 'hashed', passwordHash: `hash of ${password}` });
      } else {
        this.service.passwordAnswered(job, { kind: 'checked', matches: against === `hash of ${password}` });
      }
    }
    return jobs.length > 0;
  }

  /** The end of a turn: writes go out, and sockets take them. */
  turn(): boolean {
    this.service.flush();
    let happened = this.service.work() === 'more';
    this.service.flush();
    for (const [id, socket] of this.output.sockets) {
      if (socket.untakenBytes === 0 || this.#harness.stuck.has(id)) continue;
      const bytes = socket.untakenBytes;
      socket.untakenBytes = 0;
      this.service.taken(id, bytes);
      happened = true;
    }
    this.service.flush();
    return happened;
  }
}

/** One connection, as who is behind it sees it. */
export class Person {
  readonly socket: SocketId;
  readonly #harness: PipeHarness;
  readonly #node: HarnessNode;

  constructor(harness: PipeHarness, node: HarnessNode, socket: SocketId) {
    this.#harness = harness;
    this.#node = node;
    this.socket = socket;
  }

  /** Sends lines, lets everything happen that will, and gives the lines that came back. */
  says(...lines: readonly string[]): readonly string[] {
    this.sends(lines.map((line) => `${line}\n`).join(''));
    this.#harness.settle();
    return this.read();
  }

  /** Sends bytes and lets nothing happen yet. */
  sends(bytes: string | Uint8Array): void {
    const chunk = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes;
    this.#node.service.received(this.socket, chunk);
  }

  /** What has come since it was last read, in lines. */
  read(): readonly string[] {
    const text = this.readRaw();
    if (text === '') return [];
    if (!text.endsWith('\n')) throw new Error(`half a line: ${text}`);
    return text.slice(0, -1).split('\n');
  }

  readRaw(): string {
    const socket = this.#fake;
    const text = socket.received;
    socket.received = '';
    return text;
  }

  endsInput(): void {
    this.#node.service.ended(this.socket);
    this.#harness.settle();
  }

  /** The connection breaks. */
  vanishes(): void {
    this.#node.service.closed(this.socket);
    this.#harness.settle();
  }

  /** Its socket takes no more bytes. */
  stopsReading(): void {
    this.#harness.stuck.add(this.socket);
  }

  readsAgain(): void {
    this.#harness.stuck.delete(this.socket);
    this.#harness.settle();
  }

  /** The pieces in which bytes were written to the socket, so far. */
  get writes(): readonly string[] {
    return this.#fake.writes;
  }

  get isClosed(): boolean {
    return this.#fake.ended || this.#fake.destroyed;
  }

  get isPaused(): boolean {
    return this.#fake.paused;
  }

  get #fake(): FakeSocket {
    return this.#node.output.socket(this.socket);
  }
}

/** Nodes that share a log in memory, with simulated sockets, passwords and time. */
export class PipeHarness {
  readonly cluster: LocalCluster;
  readonly nodes: HarnessNode[];
  readonly stuck = new Set<SocketId>();
  nowMs = 0;
  #sockets = 0;

  constructor(options: Partial<PipeOptions> = {}, limits: Partial<ChatLimits> = {}) {
    const machine = new ChatMachine();
    machine.genesis(encodeGenesis({ ...LIMITS, ...limits }));
    this.cluster = new LocalCluster(machine);
    this.nodes = ['n1', 'n2'].map(
      (name) => new HarnessNode(this, name, { ...DEFAULT_PIPE_OPTIONS, ...options }),
    );
  }

  get n1(): HarnessNode {
    return this.nodes[0]!;
  }

  get n2(): HarnessNode {
    return this.nodes[1]!;
  }

  /** The node is killed and started again: its new process has no incarnation until the test begins one. */
  restart(node: HarnessNode): HarnessNode {
    node.log.detach();
    const again = new HarnessNode(this, node.log.node, DEFAULT_PIPE_OPTIONS, 'later');
    this.nodes.splice(this.nodes.indexOf(node), 1, again);
    return again;
  }

  connect(listener: Partial<PipeListener> = {}): Person {
    return this.n1.connect(listener);
  }

  /** Connects and creates an open account of that name. */
  person(name: string, node = this.n1): Person {
    const person = node.connect();
    person.says(`1|${name}`);
    return person;
  }

  nextSocket(): SocketId {
    this.#sockets += 1;
    return socketId(this.#sockets);
  }

  /** Lets everything happen that will happen without time passing. */
  settle(): void {
    let happened = true;
    while (happened) {
      happened = false;
      for (const node of this.nodes) {
        happened = node.log.run() || happened;
        happened = node.answerPasswords() || happened;
        happened = node.turn() || node.log.wantsTurn || happened;
      }
    }
  }

  /** Lets time pass in small steps, and whatever happens meanwhile. */
  pass(ms: number): void {
    for (let left = ms; left > 0; left -= 10) {
      this.nowMs += Math.min(10, left);
      for (const node of this.nodes) node.service.tick();
      this.settle();
    }
  }
}
