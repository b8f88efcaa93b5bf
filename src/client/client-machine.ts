import type { ClientEffect, ClientEvent, ClientStatus } from './client-effect.ts';
import type { ClientInput } from './client-input.ts';
import type { ClientMachineOptions } from './client-options.ts';
import type { Demand } from './command-desk.ts';
import { CommandDesk } from './command-desk.ts';
import { LineSplitter } from './line-splitter.ts';
import type { Link, ReadyLink } from './link.ts';
import { attemptOf, dueAtMs } from './link.ts';
import { parseNodesNotice } from './node-list.ts';
import { NodeRotation } from './node-rotation.ts';
import type { SavedState } from './saved-state.ts';
import type { ServerLine } from './server-line.ts';
import { parseServerLine } from './server-line.ts';

/**
 * The client of protocol part 2, without I/O: what happens goes in, what is to be done comes out. It keeps one
 * connection to one of the nodes, moves to another when that one dies, and sends what is unanswered again under the
 * same numbers, in order: every command takes effect once, and every message is shown once.
 */
export class ClientMachine {
  readonly #options: ClientMachineOptions;
  readonly #rotation: NodeRotation;
  readonly #desk: CommandDesk;
  #clientId: string;
  #link: Link = { kind: 'resting' };
  #attempts = 0;
  #replaced = 0;
  #nowMs = 0;
  #events: ClientEvent[] = [];
  #actions: ClientEffect[] = [];

  /** @throws {RangeError} if there is no node. */
  constructor(options: ClientMachineOptions) {
    const { backoffMinMs: minMs, backoffMaxMs: maxMs, random } = options;
    this.#options = options;
    this.#rotation = new NodeRotation(options.nodes, { minMs, maxMs, random });
    this.#desk = new CommandDesk(options, (event) => this.#events.push(event));
    this.#clientId = options.saved?.clientId ?? options.newClientId();
  }

  /** One input at a time. `nowMs` never falls. */
  handle(input: ClientInput, nowMs: number): readonly ClientEffect[] {
    this.#nowMs = nowMs;
    this.#noteStability();
    this.#accept(input);
    this.#obey(this.#desk.giveUpDue(nowMs));
    this.#watch();
    this.#send();
    return this.#takeEffects(input);
  }

  /** When `handle` must be called with a `tick` if nothing else happens before; null if there is no such time. */
  wakeAtMs(): number | null {
    if (this.#link.kind === 'stopped') return null;
    const at = Math.min(this.#linkDueAtMs(), this.#desk.wakeAtMs(this.#nowMs));
    return Number.isFinite(at) ? at : null;
  }

  /** Commands of the user that have no final reply. */
  get unanswered(): number {
    return this.#desk.outbox.unanswered;
  }

  /** Whether commands flow at the moment. */
  get isConnected(): boolean {
    return this.#link.kind === 'ready';
  }

  /** ID of the account that the client is logged in as, as far as it knows. */
  get login(): string | null {
    return this.#desk.shown.login;
  }

  /** What a later run of the program needs to go on from here. Holds secrets. */
  savedState(): SavedState {
    const { outbox, shown } = this.#desk;
    return {
      version: 1,
      clientId: this.#clientId,
      nextNumber: outbox.nextNumber,
      unanswered: outbox.numbered.map(({ number, line }) => ({ number, line })),
      waiting: outbox.waiting.map(({ line }) => line),
      shown: [...shown.remembered],
      login: shown.login,
    };
  }

  #accept(input: ClientInput): void {
    switch (input.kind) {
      case 'start':
        if (this.#link.kind === 'resting') this.#connect();
        return;
      case 'command':
        return this.#acceptCommand(input);
      case 'connected':
        if (this.#link.kind === 'connecting' && this.#link.attempt === input.attempt)
          this.#sayFirstHello(this.#link);
        return;
      case 'bytes':
        return this.#receive(input.attempt, input.bytes);
      case 'disconnected':
        if (attemptOf(this.#link) === input.attempt) this.#leave(input.why, 'closed-already');
        return;
      case 'tick':
        return;
      case 'close':
        return this.#stop('closed');
      default:
        return input satisfies never;
    }
  }

  #acceptCommand(input: Extract<ClientInput, { kind: 'command' }>): void {
    if (this.#link.kind === 'stopped') {
      const text = 'Nothing was done: this client has been closed.';
      this.#events.push({ kind: 'refused', ticket: input.ticket, reason: 'closed', text });
      return;
    }
    this.#desk.take(input);
    if (this.#link.kind === 'resting' && this.#desk.outbox.unanswered > 0) this.#connect();
  }

  #connect(): void {
    this.#attempts += 1;
    const node = this.#rotation.current;
    const untilMs = this.#nowMs + this.#options.connectTimeoutMs;
    this.#link = { kind: 'connecting', attempt: this.#attempts, node, untilMs };
    this.#tellStatus({ kind: 'connecting', node });
    this.#actions.push({ kind: 'connect', attempt: this.#attempts, node });
  }

  #sayFirstHello({ attempt, node }: { readonly attempt: number; readonly node: ReadyLink['node'] }): void {
    const splitter = new LineSplitter(this.#options.maxLineBytes);
    this.#link = {
      kind: 'greeting',
      attempt,
      node,
      splitter,
      untilMs: this.#nowMs + this.#options.silenceMs,
    };
    this.#sayHello(attempt);
  }

  #sayHello(attempt: number): void {
    this.#desk.helloSent();
    const text = `hello|${this.#clientId}|${this.#desk.outbox.floor}\n`;
    this.#actions.push({ kind: 'write', attempt, text });
  }

  #receive(attempt: number, bytes: Uint8Array): void {
    const link = this.#link;
    if ((link.kind !== 'greeting' && link.kind !== 'ready') || link.attempt !== attempt) return;
    if (link.kind === 'ready') link.heardAtMs = this.#nowMs;
    const split = link.splitter.push(bytes);
    if (split.kind === 'too-long') return this.#leave('it sent a line without end', 'close');
    for (const line of split.lines) {
      this.#read(parseServerLine(line));
      if (attemptOf(this.#link) !== attempt) return;
    }
  }

  #read(line: ServerLine): void {
    switch (line.kind) {
      case 'reply-line':
        this.#answered();
        return this.#obey(this.#desk.replyLine(line.number, line.text));
      case 'reply-end':
        this.#answered();
        return this.#obey(this.#desk.replyEnd(line.number, line.code, line.text, this.#nowMs));
      case 'message':
        return this.#desk.pushed(line.message, this.#nowMs);
      case 'hello-answer':
        this.#answered();
        return this.#helloAnswered(line.code, line.text);
      case 'notice':
        return this.#noticed(line.name, line.text);
      case 'other':
        return;
      default:
        return line satisfies never;
    }
  }

  #answered(): void {
    if (this.#link.kind === 'ready') this.#link.answeredAtMs = this.#nowMs;
  }

  #helloAnswered(code: string, text: string): void {
    const link = this.#link;
    if (code === 'expired') return this.#obey({ kind: 'expired' });
    if (link.kind === 'ready') link.helloPending = 'no';
    if (link.kind !== 'greeting') return;
    if (code !== 'ok') return this.#leave(text === '' ? `it answered hello with ${code}` : text, 'close');
    const { attempt, node, splitter } = link;
    const times = { sinceMs: this.#nowMs, heardAtMs: this.#nowMs, answeredAtMs: this.#nowMs };
    this.#link = { kind: 'ready', attempt, node, splitter, helloPending: 'no', ...times };
    const resent = this.#desk.outbox.numbered.filter(({ purpose }) => purpose.kind === 'user').length;
    this.#tellStatus({ kind: 'connected', node, resent });
  }

  #noticed(name: string, text: string): void {
    this.#events.push({ kind: 'notice', name, text });
    switch (name) {
      case 'leader':
        return this.#rotation.prefer(text);
      case 'nodes':
        return this.#rotation.learn(parseNodesNotice(text));
      case 'shutdown':
        return this.#leave('it is shutting down', 'close');
      case 'logged-out':
        return this.#desk.shown.loggedOut();
      case 'replaced':
        return this.#obey({ kind: 'replaced' });
      default:
        return;
    }
  }

  #obey(demand: Demand): void {
    switch (demand.kind) {
      case 'none':
        return;
      case 'reconnect':
        return this.#reconnectHere();
      case 'expired':
        this.#desk.startAgain(this.#nowMs);
        this.#clientId = this.#options.newClientId();
        return this.#leave('it has forgotten this client', 'close');
      case 'parted':
        return this.#part();
      case 'replaced':
        return this.#replacedByAnother();
      case 'leave':
        return this.#leave(demand.why, 'close');
      default:
        return demand satisfies never;
    }
  }

  /** An abandoned attempt of our own may have come through late; again and again, it is somebody else. */
  #replacedByAnother(): void {
    this.#replaced += 1;
    if (this.#replaced > this.#options.maxReplaced)
      return this.#stop('another program uses the same client state');
    this.#leave('it gave way to another connection', 'close');
  }

  #reconnectHere(): void {
    if (this.#link.kind !== 'ready') return;
    this.#hangUp();
    this.#connect();
  }

  #part(): void {
    this.#hangUp();
    if (this.#desk.outbox.unanswered > 0) return this.#connect();
    this.#link = { kind: 'resting' };
    this.#tellStatus({ kind: 'resting' });
  }

  /** The connection is of no more use: on to the next node. */
  #leave(why: string, socket: 'close' | 'closed-already'): void {
    const link = this.#link;
    if (link.kind !== 'connecting' && link.kind !== 'greeting' && link.kind !== 'ready') return;
    if (socket === 'close') this.#hangUp();
    this.#desk.connectionLost();
    if (link.kind === 'ready') this.#tellStatus({ kind: 'lost', node: link.node, why });
    const delayMs = this.#rotation.failed();
    if (delayMs === 0) return this.#connect();
    this.#link = { kind: 'waiting', untilMs: this.#nowMs + delayMs };
    this.#tellStatus({ kind: 'waiting', delayMs, why });
  }

  #stop(why: string): void {
    if (this.#link.kind === 'stopped') return;
    this.#hangUp();
    this.#link = { kind: 'stopped' };
    this.#desk.close();
    this.#tellStatus({ kind: 'stopped', why });
  }

  #hangUp(): void {
    const attempt = attemptOf(this.#link);
    if (attempt === null) return;
    this.#actions = this.#actions.filter((action) => action.kind !== 'write');
    this.#actions.push({ kind: 'disconnect', attempt });
    this.#desk.connectionLost();
  }

  #watch(): void {
    const link = this.#link;
    switch (link.kind) {
      case 'waiting':
        if (this.#nowMs >= link.untilMs) this.#connect();
        return;
      case 'connecting':
      case 'greeting':
        if (this.#nowMs >= link.untilMs) this.#leave('it did not answer', 'close');
        return;
      case 'ready':
        return this.#watchReady(link);
      case 'resting':
      case 'stopped':
        return;
      default:
        return link satisfies never;
    }
  }

  #watchReady(link: ReadyLink): void {
    if (this.#owesAnswer(link) && this.#nowMs >= link.answeredAtMs + this.#options.silenceMs) {
      this.#leave('it answers no more', 'close');
    }
  }

  #noteStability(): void {
    if (this.#link.kind !== 'ready' || this.#nowMs < this.#link.sinceMs + this.#options.stableMs) return;
    this.#rotation.succeeded();
    this.#replaced = 0;
  }

  #owesAnswer(link: ReadyLink): boolean {
    return link.helloPending === 'yes' || this.#desk.outbox.inFlight > 0;
  }

  /**
   * Nothing is sent behind a hello before it is answered. On a connection that has been abandoned by then, a late hello
   * fetches the client back; commands behind it would be carried out before older ones that the node had refused.
   */
  #send(): void {
    const link = this.#link;
    if (link.kind !== 'ready') return;
    if (!this.#owesAnswer(link)) {
      link.answeredAtMs = this.#nowMs;
      if (this.#nowMs >= link.heardAtMs + this.#options.pingMs) this.#sayHelloAgain(link);
    }
    if (this.#desk.helloIsDue(this.#nowMs)) this.#sayHelloAgain(link);
    if (link.helloPending === 'yes') return;
    const text = this.#desk
      .linesToSend(this.#nowMs)
      .map((line) => `${line}\n`)
      .join('');
    if (text !== '') this.#actions.push({ kind: 'write', attempt: link.attempt, text });
  }

  #sayHelloAgain(link: ReadyLink): void {
    if (link.helloPending === 'yes') return;
    link.helloPending = 'yes';
    this.#sayHello(link.attempt);
  }

  #linkDueAtMs(): number {
    const link = this.#link;
    return dueAtMs(
      link,
      link.kind === 'ready' && this.#owesAnswer(link) ? 'an answer' : 'nothing',
      this.#options,
    );
  }

  #tellStatus(status: ClientStatus): void {
    this.#events.push({ kind: 'status', status });
  }

  /**
   * Events first: what was told must not be forgotten by a save that says it was. Then the save, before anything is
   * sent. A client that has stopped saves no more: what it left unanswered is for the next run to take up.
   */
  #takeEffects(input: ClientInput): readonly ClientEffect[] {
    const events = this.#events.map((event): ClientEffect => ({ kind: 'event', event }));
    const actions = this.#actions;
    this.#events = [];
    this.#actions = [];
    const changed = events.length > 0 || actions.length > 0 || input.kind === 'command';
    return changed && this.#link.kind !== 'stopped'
      ? [...events, { kind: 'save' }, ...actions]
      : [...events, ...actions];
  }
}
