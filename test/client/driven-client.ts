import type { ClientEffect, ClientEvent, ClientReply } from '../../src/client/client-effect.ts';
import type { ClientInput } from '../../src/client/client-input.ts';
import { ClientMachine } from '../../src/client/client-machine.ts';
import type { ClientLimits, ClientMachineOptions } from '../../src/client/client-options.ts';
import { defaultLimits } from '../../src/client/client-options.ts';
import type { ClientNode } from '../../src/client/node-address.ts';
import { formatSavedState, parseSavedState } from '../../src/client/saved-state.ts';
import type { FakeCluster, FakeConnection } from './fake-cluster.ts';

export const threeNodes: readonly ClientNode[] = [
  { id: 'n1', host: '127.0.0.1', port: 1 },
  { id: 'n2', host: '127.0.0.1', port: 2 },
  { id: 'n3', host: '127.0.0.1', port: 3 },
];

interface Wire {
  readonly attempt: number;
  readonly connection: FakeConnection;
  /** Written by the client, not delivered yet. */
  toNode: string;
}

export const clientOptions = (limits: Partial<ClientLimits> = {}): ClientMachineOptions => {
  let ids = 0;
  return {
    ...defaultLimits,
    nodes: threeNodes,
    newClientId: () => `client-${ids++}-0000000000000000000000`,
    random: () => 0,
    saved: null,
    atClose: 'give-up',
    ...limits,
  };
};

/** A client machine on a fake network to a fake cluster. Nothing happens unless it is told to. */
export class DrivenClient {
  readonly cluster: FakeCluster;
  readonly events: ClientEvent[] = [];
  readonly effects: ClientEffect[] = [];
  readonly down = new Set<string>();
  nowMs = 0;
  wire: Wire | null = null;
  /** Connections that the client has abandoned, with what was still on its way to the node. */
  readonly abandoned: Wire[] = [];
  #machine: ClientMachine;
  readonly #options: ClientMachineOptions;
  #savedText = '';
  #tickets = 0;
  readonly #inputs: ClientInput[] = [];

  constructor(cluster: FakeCluster, options: ClientMachineOptions = clientOptions()) {
    this.cluster = cluster;
    this.#options = options;
    this.#machine = new ClientMachine(options);
    this.handle({ kind: 'start' });
  }

  get machine(): ClientMachine {
    return this.#machine;
  }

  get replies(): readonly ClientReply[] {
    return this.events.flatMap((event) => (event.kind === 'reply' ? [event.reply] : []));
  }

  get shown(): readonly string[] {
    return this.events.flatMap((event) => (event.kind === 'message' ? [event.message.text] : []));
  }

  get statuses(): readonly string[] {
    return this.events.flatMap((event) => (event.kind === 'status' ? [event.status.kind] : []));
  }

  /** As a socket would: an input that an effect leads to is handled after all effects of the input before it. */
  handle(input: ClientInput): void {
    this.#inputs.push(input);
    if (this.#inputs.length > 1) return;
    for (let next = this.#inputs[0]; next !== undefined; next = this.#inputs[0]) {
      for (const effect of this.#machine.handle(next, this.nowMs)) this.#carryOut(effect);
      this.#inputs.shift();
    }
    // A shell that were woken for a moment that has passed would turn in a tight loop.
    const wakeAtMs = this.#machine.wakeAtMs();
    if (wakeAtMs !== null && wakeAtMs <= this.nowMs)
      throw new Error(`Woken in the past: ${wakeAtMs} <= ${this.nowMs}`);
  }

  command(line: string, deadlineMs: number | null = null): void {
    this.handle({ kind: 'command', ticket: this.#tickets++, line, deadlineMs });
  }

  tick(ms: number): void {
    this.nowMs += ms;
    this.handle({ kind: 'tick' });
  }

  /** The program dies here, and starts again with what it had saved. */
  restart(): void {
    this.#abandon();
    const saved = parseSavedState(this.#savedText);
    if (saved === undefined) throw new Error(`The saved state cannot be read: ${this.#savedText}`);
    this.#machine = new ClientMachine({ ...this.#options, saved });
    this.handle({ kind: 'start' });
  }

  /** Up to so many characters of what the client wrote reach the node. */
  deliverToNode(characters = Infinity): void {
    const wire = this.wire;
    if (wire === null) return;
    const text = wire.toNode.slice(0, characters);
    wire.toNode = wire.toNode.slice(text.length);
    if (text !== '') this.cluster.receive(wire.connection, text);
  }

  /** Up to so many characters of what the node wrote reach the client. */
  deliverToClient(characters = Infinity): void {
    const wire = this.wire;
    if (wire === null || wire.connection.output === '') return;
    const text = wire.connection.output.slice(0, characters);
    wire.connection.output = wire.connection.output.slice(text.length);
    this.handle({ kind: 'bytes', attempt: wire.attempt, bytes: new TextEncoder().encode(text) });
  }

  /** The client's side of the connection breaks. What was on its way to the node may still arrive, later. */
  cut(): void {
    const wire = this.wire;
    if (wire === null) return;
    this.#abandon();
    this.handle({ kind: 'disconnected', attempt: wire.attempt, why: 'connection reset' });
  }

  /** What an abandoned connection had on its way arrives at last; or never does, and the node notices its end. */
  settleAbandoned(how: 'arrives' | 'is lost'): void {
    const wire = this.abandoned.shift();
    if (wire === undefined) return;
    if (how === 'arrives') this.cluster.receive(wire.connection, wire.toNode);
    this.cluster.ended(wire.connection);
  }

  kill(node: string): void {
    this.down.add(node);
    if (this.wire?.connection.node === node) this.cut();
  }

  /** Everything works from here on: until nothing is left to be done. */
  heal(): void {
    this.down.clear();
    this.cluster.moods.length = 0;
    while (this.abandoned.length > 0) this.settleAbandoned('is lost');
    for (let turn = 0; turn < 3_000; turn += 1) {
      this.deliverToNode();
      this.deliverToClient();
      const quiet = this.wire?.toNode === '' && this.wire.connection.output === '';
      if (quiet && this.#machine.unanswered === 0 && this.wire?.connection.inFlight.length === 0) return;
      if (quiet || this.wire === null)
        this.tick(Math.max(0, (this.#machine.wakeAtMs() ?? this.nowMs) - this.nowMs));
    }
    throw new Error(`The client did not come to rest: ${JSON.stringify(this.#machine.savedState())}`);
  }

  #carryOut(effect: ClientEffect): void {
    this.effects.push(effect);
    switch (effect.kind) {
      case 'event':
        this.events.push(effect.event);
        return;
      case 'save':
        this.#savedText = formatSavedState(this.#machine.savedState());
        return;
      case 'disconnect':
        if (this.wire?.attempt === effect.attempt) this.#abandon();
        return;
      case 'connect':
        return this.#connect(effect.attempt, effect.node.id);
      case 'write':
        if (this.wire?.attempt !== effect.attempt) throw new Error('The client wrote to no connection.');
        this.wire.toNode += effect.text;
        return;
      default:
        effect satisfies never;
    }
  }

  #connect(attempt: number, node: string): void {
    if (this.down.has(node)) {
      this.handle({ kind: 'disconnected', attempt, why: 'connection refused' });
      return;
    }
    this.wire = { attempt, connection: this.cluster.connect(node), toNode: '' };
    this.handle({ kind: 'connected', attempt });
  }

  #abandon(): void {
    if (this.wire !== null) this.abandoned.push(this.wire);
    this.wire = null;
  }
}
