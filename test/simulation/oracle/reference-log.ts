import { plainText } from '../../../src/chat/commands/text-in-place.ts';
import { decodeCommand } from '../../../src/chat/commands/command-codec.ts';
import type { ChatCommand } from '../../../src/chat/commands/command.ts';
import { decodeGenesis } from '../../../src/chat/commands/genesis-codec.ts';
import type { ChatResult } from '../../../src/chat/commands/result.ts';
import type { Entry } from '../../../src/raft/core/entry.ts';
import { decodeMembers } from '../../../src/raft/driver/members-payload.ts';
import { decodeIncarnation, ENDED, forEachCommand } from '../../../src/raft/driver/payloads.ts';
import { decodeVersions } from '../../../src/raft/driver/version-payload.ts';
import { ALL_FORMATS, byRulesOf } from '../world/releases.ts';
import { ReferenceChat } from './reference-chat.ts';

/** One thing that the committed log makes every replica do, in order. */
export type Executed =
  | {
      readonly kind: 'command';
      readonly ordinal: number;
      readonly index: number;
      readonly node: string;
      readonly incarnation: number;
      readonly seq: number;
      readonly command: ChatCommand | null;
      readonly result: ChatResult;
      /** Of the first replica that executed it. */
      hash: string | null;
    }
  | {
      readonly kind: 'incarnation';
      readonly ordinal: number;
      readonly index: number;
      readonly node: string;
      readonly incarnation: number;
      hash: string | null;
    }
  /** From here on commands come to what another version of the rules says. */
  | {
      readonly kind: 'behaviour';
      readonly ordinal: number;
      readonly index: number;
      readonly version: number;
      hash: string | null;
    };

interface RefNodeSession {
  incarnation: number;
  live: boolean;
  lastSeq: number;
}

/** The list of all names as it was from one moment of the log on. */
interface NamesFrom {
  readonly ordinal: number;
  readonly names: readonly string[];
}

/**
 * Executes the committed log, entry by entry, with the reference model. It drops what was submitted twice by its own count,
 * so that a replica that does not is found out.
 */
export class ReferenceLog {
  readonly executed: Executed[] = [];
  /** What was executed for a connection: by node, incarnation and number. */
  readonly byConnection = new Map<string, Extract<Executed, { kind: 'command' }>[]>();
  /** What was executed, and remembered, for a client's number. */
  readonly byNumber = new Map<string, Extract<Executed, { kind: 'command' }>>();
  /** How often a message of this text was sent. */
  readonly sends = new Map<string, number>();
  /** How often somebody was given this name, or was refused it. */
  readonly creations = new Map<string, number>();
  readonly names: NamesFrom[] = [{ ordinal: 0, names: [] }];
  chat: ReferenceChat | null = null;
  behaviour = 1;
  readonly #sessions = new Map<string, RefNodeSession>();

  take(entry: Entry): void {
    switch (entry.kind) {
      case 'noop':
        return;
      case 'members': {
        if (this.chat !== null) return;
        const limits = decodeGenesis(decodeMembers(entry.payload).genesis);
        if (limits === null) throw new Error('the genesis cannot be read');
        this.chat = new ReferenceChat(limits);
        return;
      }
      case 'incarnation':
        this.#takeIncarnation(entry);
        return;
      case 'commands':
        this.#takeCommands(entry);
        return;
      case 'version':
        this.#takeVersion(entry);
        return;
      default:
        entry.kind satisfies never;
    }
  }

  get ordinal(): number {
    return this.executed.length;
  }

  /** How much had been executed when this entry and all before it had been. */
  ordinalAt(index: number): number {
    let low = 0;
    let high = this.executed.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.executed[middle]?.index ?? 0) <= index) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #takeVersion(entry: Entry): void {
    const { behaviour } = decodeVersions(entry.payload);
    if (behaviour <= this.behaviour) return;
    this.behaviour = behaviour;
    const { index } = entry;
    this.executed.push({
      kind: 'behaviour',
      ordinal: this.ordinal + 1,
      index,
      version: behaviour,
      hash: null,
    });
  }

  #takeIncarnation(entry: Entry): void {
    const { node, replaces, nonce } = decodeIncarnation(entry.payload);
    const session = this.#session(node);
    if (session.incarnation !== replaces) return;
    session.incarnation += 1;
    session.live = nonce !== ENDED;
    session.lastSeq = 0;
    this.chat?.endNode(node);
    const { incarnation } = session;
    this.executed.push({
      kind: 'incarnation',
      ordinal: this.ordinal + 1,
      index: entry.index,
      node,
      incarnation,
      hash: null,
    });
  }

  #takeCommands(entry: Entry): void {
    const batch = ALL_FORMATS.decode(entry.payload);
    const session = this.#session(batch.node);
    const { node, incarnation } = batch;
    if (!session.live || session.incarnation !== incarnation || batch.firstSeq > session.lastSeq + 1) return;
    forEachCommand(batch, (seq, start, end) => {
      if (seq <= session.lastSeq) return;
      session.lastSeq = seq;
      const command = plainly(decodeCommand(batch.payload, start, end));
      const clientBefore = command === null ? undefined : this.#clientAt(node, command.connection);
      const result: ChatResult =
        command === null || this.chat === null ? { kind: 'unreadable' } : this.#apply(node, command);
      const ordinal = this.ordinal + 1;
      const done = {
        kind: 'command',
        ordinal,
        index: entry.index,
        node,
        incarnation,
        seq,
        command,
        result,
      } as const;
      const executed = { ...done, hash: null };
      this.executed.push(executed);
      if (command !== null) this.#note(executed, command, clientBefore);
    });
  }

  #apply(node: string, command: ChatCommand): ChatResult {
    const { chat } = this;
    if (chat === null) return { kind: 'unreadable' };
    return chat.apply(node, { ...command, body: byRulesOf(this.behaviour, command.body) });
  }

  #note(
    executed: Extract<Executed, { kind: 'command' }>,
    { connection, request, body }: ChatCommand,
    client: string | undefined,
  ): void {
    const { node, incarnation, result, ordinal } = executed;
    const key = `${node}/${incarnation}/${connection}`;
    const there = this.byConnection.get(key);
    if (there === undefined) this.byConnection.set(key, [executed]);
    else there.push(executed);
    const isNew = request === null || this.#isFirst(client, request.number, result);
    if (request !== null && client !== undefined && isNew)
      this.byNumber.set(`${client}#${request.number}`, executed);
    if (!isNew) return;
    if (result.kind === 'sent' && body.kind === 'send') count(this.sends, plainText(body.text));
    if (result.kind === 'created') count(this.creations, result.name);
    if (result.kind === 'created' || result.kind === 'deleted')
      this.names.push({ ordinal, names: this.chat?.state.names ?? [] });
  }

  #clientAt(node: string, connection: number): string | undefined {
    return this.chat?.state.connections.get(`${node}/${connection}`)?.client ?? undefined;
  }

  #isFirst(client: string | undefined, number: number, result: ChatResult): boolean {
    if (client === undefined || this.byNumber.has(`${client}#${number}`)) return false;
    const notRemembered: readonly ChatResult['kind'][] = [
      'check-again',
      'below-floor',
      'conflict',
      'too-many-outstanding',
      'replaced',
      'expired',
      'not-a-client',
      'unreadable',
    ];
    return !notRemembered.includes(result.kind);
  }

  #session(node: string): RefNodeSession {
    const known = this.#sessions.get(node);
    if (known !== undefined) return known;
    const made = { incarnation: 0, live: false, lastSeq: 0 };
    this.#sessions.set(node, made);
    return made;
  }
}

/** With its text as a string: it is kept, and shown when something is wrong. */
const plainly = (it: ChatCommand | null): ChatCommand | null =>
  it?.body.kind === 'send' ? { ...it, body: { ...it.body, text: plainText(it.body.text) } } : it;

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
