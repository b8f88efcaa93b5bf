import type {
  Incarnation,
  LogListener,
  NodeId,
  OrderedLog,
  SubmissionId,
} from '../../src/ordered-log/index.ts';
import { encodeCommand } from '../../src/chat/commands/command-codec.ts';
import type { CommandBody } from '../../src/chat/commands/command.ts';
import type { ChatResult } from '../../src/chat/commands/result.ts';
import { connectionNumber } from '../../src/chat/ids.ts';

export type Outcome = 'open' | 'acknowledged' | 'not-done' | 'in-doubt';

/** What everybody in a run has ever sent, and what they were told of it. */
export class SendHistory {
  readonly outcomes = new Map<string, Outcome>();

  texts(outcome: Outcome): readonly string[] {
    return [...this.outcomes].filter(([, was]) => was === outcome).map(([text]) => text);
  }
}

/** Stands where the pipe service stands: logs one connection in, sends messages to everybody's mailbox `box`, notes what it is told. */
export class SimListener implements LogListener<ChatResult> {
  readonly #node: NodeId;
  readonly #log: OrderedLog;
  readonly #history: SendHistory;
  readonly #waiting = new Map<SubmissionId, string>();
  readonly collected: string[] = [];
  reads = 0;
  #incarnation: Incarnation | null = null;
  #collecting: SubmissionId | null = null;

  constructor(node: NodeId, log: OrderedLog, history: SendHistory) {
    this.#node = node;
    this.#log = log;
    this.#history = history;
  }

  /** Sends a text that nobody has sent before. False if this node cannot take it now. */
  send(text: string): boolean {
    if (this.#incarnation === null) return false;
    const answer = this.#submit({ kind: 'send', to: 'box', text, wallTimeMs: 0 });
    if (answer.kind === 'refused') return false;
    this.#history.outcomes.set(text, 'open');
    this.#waiting.set(answer.id, text);
    return true;
  }

  /** Reads `box`; its messages are in `collected` once it was answered. */
  collect(): boolean {
    if (this.#incarnation === null || this.#collecting !== null) return this.#collecting !== null;
    const answer = this.#submit({ kind: 'collect', id: 'box123' });
    if (answer.kind === 'accepted') this.#collecting = answer.id;
    return answer.kind === 'accepted';
  }

  /** Takes back what has no number yet, as a service does whose time is up. */
  giveUp(): void {
    for (const [id, text] of this.#waiting) {
      if (this.#log.withdraw(id) === 'withdrawn') this.#settle(id, text, 'not-done');
    }
  }

  /** The process died: what it had not answered is in doubt for ever. */
  died(): void {
    for (const text of this.#waiting.values()) this.#history.outcomes.set(text, 'in-doubt');
    this.#waiting.clear();
  }

  get answered(): boolean {
    return this.#waiting.size === 0;
  }

  applied(id: SubmissionId, _index: number, result: ChatResult): void {
    if (id === this.#collecting) {
      if (result.kind === 'collected') this.collected.push(...result.messages.map(({ text }) => text));
      this.#collecting = null;
    }
    const text = this.#waiting.get(id);
    if (text === undefined) return;
    if (result.kind !== 'sent') throw new Error(`${this.#node}: a send came to ${result.kind}`);
    this.#settle(id, text, 'acknowledged');
  }

  voided(id: SubmissionId): void {
    const text = this.#waiting.get(id);
    if (text !== undefined) this.#settle(id, text, 'not-done');
  }

  lost(id: SubmissionId): void {
    const text = this.#waiting.get(id);
    if (text !== undefined) this.#settle(id, text, 'in-doubt');
  }

  readSafe(): void {
    this.reads += 1;
  }

  readFailed(): void {}

  incarnationBegan(incarnation: Incarnation): void {
    this.#incarnation = incarnation;
    this.#submit({ kind: 'create', name: 'box', passwordHash: null });
    this.#submit({ kind: 'create', name: `${this.#node}-${incarnation}`, passwordHash: null });
  }

  incarnationEnded(): void {
    this.#incarnation = null;
    this.#collecting = null;
  }

  caughtUp(): void {}

  leaderChanged(): void {}

  #submit(body: CommandBody) {
    return this.#log.submit(encodeCommand({ connection: connectionNumber(1), request: null, body }));
  }

  #settle(id: SubmissionId, text: string, outcome: Outcome): void {
    this.#waiting.delete(id);
    this.#history.outcomes.set(text, outcome);
  }
}
