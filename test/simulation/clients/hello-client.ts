import type { ClientEffect, ClientEvent, ClientReply } from '../../../src/client/client-effect.ts';
import type { ClientInput } from '../../../src/client/client-input.ts';
import { ClientMachine } from '../../../src/client/client-machine.ts';
import type { SavedState } from '../../../src/client/saved-state.ts';
import { clientKeyOf } from '../../../src/transport/pipe/client-identity.ts';
import { nodeId } from '../../../src/ordered-log/index.ts';
import type { Answer, Invocation } from '../oracle/client-oracle.ts';
import type { Stream } from '../world/dice.ts';
import { MS } from '../world/settings.ts';
import type { ClientSocket } from '../world/sockets.ts';
import type { World } from '../world/world.ts';
import { certainAccount, certainLine, wildLine } from './workload.ts';

const MOST_UNANSWERED = 6;

/** A program that uses the real client: it numbers its commands, saves its state, dies and comes back, and must never see anything twice. */
export class HelloClient {
  readonly who: string;
  readonly kind: 'certain' | 'wild';
  readonly #world: World;
  readonly #number: number;
  readonly #stream: Stream;
  #machine: ClientMachine | null = null;
  #saved: SavedState | null = null;
  #socket: { readonly attempt: number; readonly socket: ClientSocket } | null = null;
  readonly #inputs: ClientInput[] = [];
  readonly #asked = new Map<number, Invocation>();
  readonly #askedByLine = new Map<string, Invocation>();
  #tickets = 0;
  #lives = 0;
  #wakeAtMs = Infinity;
  #ids = 0;

  constructor(world: World, number: number, kind: 'certain' | 'wild') {
    this.#world = world;
    this.#number = number;
    this.kind = kind;
    this.who = `${kind}-${number}`;
    this.#stream = world.dice.of('client', number);
  }

  get unanswered(): number {
    return this.#machine?.unanswered ?? 0;
  }

  get account(): string {
    return certainAccount(this.#number);
  }

  start(): void {
    if (this.#machine !== null) return;
    this.#lives += 1;
    const { settings, ids } = this.#world;
    this.#machine = new ClientMachine({
      ...settings.client,
      nodes: ids.map((id) => ({ id, host: id, port: 1 })),
      newClientId: () => this.#newClientId(),
      random: () => this.#stream.next(),
      saved: this.#saved,
      atClose: 'keep',
    });
    const isFirst = this.#saved === null;
    this.#handle({ kind: 'start' });
    if (isFirst && this.kind === 'certain')
      this.#ask(`1|${this.account}${this.#number % 2 === 0 ? '' : '|secret'}`, null);
    this.#think();
  }

  /** The program dies, and comes back with what it had saved. */
  restart(downMs: number): void {
    if (this.#machine === null) return;
    this.#machine = null;
    this.#socket?.socket.destroy();
    this.#socket = null;
    this.#inputs.length = 0;
    this.#wakeAtMs = Infinity;
    this.#world.tell({ kind: 'fault', what: `${this.who} dies` });
    this.#world.in(downMs * MS, () => this.start());
  }

  /** One more command, to see that all is well. */
  ask(line: string): void {
    this.#ask(line, null);
  }

  #think(): void {
    const life = this.#lives;
    this.#world.in(this.#stream.skewed(this.#world.plan.thinkMs * 4 * MS), () => {
      if (life !== this.#lives || this.#machine === null || !this.#world.isStormy) return;
      if (this.#machine.unanswered < MOST_UNANSWERED) this.#askSomething();
      this.#think();
    });
  }

  #askSomething(): void {
    const { texts, plan } = this.#world;
    const certain = plan.certainClients;
    const line =
      this.kind === 'certain'
        ? certainLine(this.#stream, certain, texts)
        : wildLine(this.#stream, certain, texts);
    this.#ask(line, this.#stream.chance(0.1) ? this.#nowMs + this.#stream.between(50, 800) : null);
  }

  #ask(line: string, deadlineMs: number | null): void {
    const invocation = this.#world.clientOracle.asked(this.who, line);
    this.#tickets += 1;
    this.#asked.set(this.#tickets, invocation);
    this.#askedByLine.set(line, invocation);
    this.#world.tell({ kind: 'asks', who: this.who, line });
    this.#handle({ kind: 'command', ticket: this.#tickets, line, deadlineMs });
  }

  get #nowMs(): number {
    return Math.floor(this.#world.nowUs / MS);
  }

  #newClientId(): string {
    this.#ids += 1;
    const stream = this.#world.dice.of('client-id', this.#number, this.#ids);
    return Buffer.from(stream.bytes(24)).toString('base64url');
  }

  /** An input that an effect leads to is handled after all effects of the input before it. */
  #handle(input: ClientInput): void {
    if (this.#machine === null) return;
    this.#inputs.push(input);
    if (this.#inputs.length > 1) return;
    for (let next = this.#inputs[0]; next !== undefined; next = this.#inputs[0]) {
      for (const effect of this.#machine.handle(next, this.#nowMs)) this.#carryOut(effect, this.#machine);
      this.#inputs.shift();
    }
    this.#setTimer(this.#machine);
  }

  #setTimer(machine: ClientMachine): void {
    const atMs = machine.wakeAtMs() ?? Infinity;
    if (atMs === this.#wakeAtMs) return;
    this.#wakeAtMs = atMs;
    if (atMs === Infinity) return;
    const life = this.#lives;
    this.#world.at(Math.ceil(atMs) * MS, () => {
      if (life !== this.#lives || this.#wakeAtMs !== atMs) return;
      this.#wakeAtMs = Infinity;
      this.#handle({ kind: 'tick' });
    });
  }

  #carryOut(effect: ClientEffect, machine: ClientMachine): void {
    switch (effect.kind) {
      case 'event':
        this.#hear(effect.event, machine);
        return;
      case 'save':
        this.#saved = machine.savedState();
        return;
      case 'connect':
        this.#connect(effect.attempt, effect.node.id);
        return;
      case 'disconnect':
        if (this.#socket?.attempt !== effect.attempt) return;
        this.#socket.socket.destroy();
        this.#socket = null;
        return;
      case 'write':
        if (this.#socket?.attempt === effect.attempt) this.#socket.socket.write(effect.text);
        return;
      default:
        effect satisfies never;
    }
  }

  #connect(attempt: number, node: string): void {
    const socket = this.#world.sockets.connect(this.#number, nodeId(node), 'lines', {
      connected: () => this.#handle({ kind: 'connected', attempt }),
      bytes: (bytes) => this.#handle({ kind: 'bytes', attempt, bytes }),
      closed: (why) => this.#handle({ kind: 'disconnected', attempt, why }),
    });
    this.#socket = { attempt, socket };
  }

  #hear(event: ClientEvent, machine: ClientMachine): void {
    switch (event.kind) {
      case 'reply':
        this.#replied(event.reply, machine);
        return;
      case 'message': {
        const key = clientKeyOf(machine.savedState().clientId);
        const { id, text } = event.message;
        this.#world.tell({ kind: 'is-told', who: this.who, line: `@${id} ${text}` });
        const strictness = this.kind === 'certain' ? 'strict' : 'loose';
        this.#world.shownOracle.shown(this.who, key, event.message, strictness);
        return;
      }
      case 'refused':
        this.#asked.delete(event.ticket);
        return;
      case 'status':
        if (event.status.kind === 'held' || event.status.kind === 'connecting') this.#heldBack();
        return;
      case 'notice':
      case 'expired':
        return;
      default:
        event satisfies never;
    }
  }

  /**
   * A command must be sent again: it was refused for now, or its connection broke before anybody could tell. Those behind it may
   * have been carried out: what was asked before them may come after.
   */
  #heldBack(): void {
    if (this.#world.settings.client.maxInFlight === 1) return;
    for (const { line } of this.#asked.values()) {
      const text = /^3\|[^|]*\|(.*)$/.exec(line)?.[1];
      if (text !== undefined) this.#world.shownOracle.mayBeOvertaken(text);
    }
  }

  #replied({ ticket, number, line, code, lines, text }: ClientReply, machine: ClientMachine): void {
    this.#world.tell({ kind: 'is-told', who: this.who, line: `${line} => ${code} ${text}` });
    const known = ticket === null ? this.#askedByLine.get(line) : this.#asked.get(ticket);
    if (ticket !== null) this.#asked.delete(ticket);
    // A reply for an earlier life to a line that was asked more than once: which one, nobody knows.
    const isUnique = ticket !== null || line.startsWith('3|');
    const invocation = isUnique && known !== undefined ? known : { who: this.who, line, floor: 0 };
    const key = clientKeyOf(machine.savedState().clientId);
    const executed =
      number === null ? undefined : this.#world.checker.reference.byNumber.get(`${key}#${number}`);
    const answer: Answer = { code, lines: line.startsWith('3|') ? [text] : [...lines, text] };
    this.#world.clientOracle.told(invocation, answer, executed);
  }
}
