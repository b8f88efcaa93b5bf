import { plainText } from '../../../src/chat/commands/text-in-place.ts';
import { BrokenInvariant } from '../invariants/invariant.ts';
import type { ReferenceLog } from './reference-log.ts';
import { referenceReply } from './reference-reply.ts';
import type { Executed } from './reference-log.ts';

type Command = Extract<Executed, { kind: 'command' }>;

/** One command as its client sees it. */
export interface Invocation {
  readonly who: string;
  readonly line: string;
  /** How much had been executed of what anybody knew to be done when it was asked for: it comes later in the log. */
  readonly floor: number;
}

/** What a client was told in the end. */
export interface Answer {
  /** `unsaid` on a connection without tags. */
  readonly code: string;
  /** All lines of the reply as part 1 of the protocol has them. */
  readonly lines: readonly string[];
}

/** What was certainly not done, and must not be found in the log at the end. */
const NOT_DONE: ReadonlySet<string> = new Set(['unavailable', 'busy']);
const IN_DOUBT: ReadonlySet<string> = new Set(['unknown', 'expired', 'replaced', 'kept']);

/**
 * Watches what clients ask and are told. The order of the log is the witness of linearizability: each reply equals the model's at
 * its place, places respect real time, and a read shows the state of one moment between its question and its answer.
 */
export class ClientOracle {
  readonly #reference: ReferenceLog;
  #known = 0;
  readonly #denied: { readonly who: string; readonly text: string; readonly kind: 'send' | 'create' }[] = [];
  readonly #acknowledged = new Map<string, string>();
  readonly counts = { replies: 0, reads: 0, inDoubt: 0, notDone: 0, shown: 0 };

  constructor(reference: ReferenceLog) {
    this.#reference = reference;
  }

  asked(who: string, line: string): Invocation {
    return { who, line, floor: this.#known };
  }

  /** The highest place in the log that some client has been told of. */
  get known(): number {
    return this.#known;
  }

  /** `executed`: what the log has for this command, if it is known which one it is. */
  told(invocation: Invocation, { code, lines }: Answer, executed: Command | undefined): void {
    const { line } = invocation;
    if (NOT_DONE.has(code)) return this.#notDone(invocation, executed);
    if (IN_DOUBT.has(code)) {
      this.counts.inDoubt += 1;
      return;
    }
    if (line === '2' || line.startsWith('2|')) return this.#read(invocation, lines);
    if (line === 'bye' || code === 'invalid') return;
    this.counts.replies += 1;
    if (executed === undefined)
      return this.#fail(
        invocation,
        `was told "${lines.join(' / ')}" (${code}), but the log holds no such command`,
      );
    if (executed.ordinal <= invocation.floor)
      this.#fail(
        invocation,
        `was executed as number ${executed.ordinal}, though ${invocation.floor} were known to be done when it was asked for`,
      );
    this.#known = Math.max(this.#known, executed.ordinal);
    if (executed.command === null) return;
    const expected = referenceReply(executed.command, executed.result);
    if (expected === null) {
      if (code === 'ok')
        this.#fail(invocation, `was told "${lines.join(' / ')}", and came to ${executed.result.kind}`);
      return;
    }
    if ((code !== 'unsaid' && expected.code !== code) || expected.lines.join('\n') !== lines.join('\n'))
      this.#fail(
        invocation,
        `was told "${lines.join(' / ')}" (${code}), and at entry ${executed.index} the model says "${expected.lines.join(' / ')}" (${expected.code})`,
      );
    if (executed.result.kind === 'sent' && executed.command.body.kind === 'send')
      this.#acknowledged.set(plainText(executed.command.body.text), invocation.who);
  }

  #read(invocation: Invocation, lines: readonly string[]): void {
    this.counts.reads += 1;
    const pattern = invocation.line === '2' ? '' : invocation.line.slice(2);
    const { names } = this.#reference;
    const told = lines.join('\n');
    for (let place = names.length - 1; place >= 0; place -= 1) {
      const version = names[place]!;
      if (listReply(version.names, pattern) === told) return;
      // Older versions had been replaced before the question was asked.
      if (version.ordinal <= invocation.floor) break;
    }
    this.#fail(
      invocation,
      `was told "${told}": the names were never that between the question and the answer`,
    );
  }

  /** What the log has for it by now, if anything: even one that came to nothing was carried out. */
  #notDone({ who, line }: Invocation, executed: Command | undefined): void {
    this.counts.notDone += 1;
    if (executed !== undefined)
      throw new BrokenInvariant(
        'Unavailable Means Not Done',
        `${who} was told that "${line}" was not done, but it was, in entry ${executed.index}`,
      );
    const send = /^3\|[^|]*\|(.*)$/.exec(line)?.[1];
    if (send !== undefined) this.#denied.push({ who, text: send, kind: 'send' });
  }

  /** At the end, when nothing more can come: what was denied never happened, what was acknowledged did, and nothing happened twice. */
  settle(): void {
    for (const { who, text } of this.#denied) {
      if (this.#reference.sends.has(text))
        throw new BrokenInvariant(
          'Unavailable Means Not Done',
          `${who} was told that "${text}" was not sent, but it was`,
        );
    }
    for (const [text, who] of this.#acknowledged) {
      if (!this.#reference.sends.has(text))
        throw new BrokenInvariant(
          'Acknowledged Is Never Lost',
          `${who} was told that "${text}" was sent, but it was not`,
        );
    }
    for (const [text, times] of this.#reference.sends) {
      if (times > 1) throw new BrokenInvariant('Exactly Once', `"${text}" was sent ${times} times`);
    }
  }

  #fail({ who, line }: Invocation, what: string): void {
    throw new BrokenInvariant('Linearizability', `${who}: "${line}" ${what}`);
  }
}

function listReply(names: readonly string[], pattern: string): string {
  if (pattern === '') return `Showing all accounts: ${names.join(',')}`;
  const whole = new RegExp(`^(?:${pattern})$`);
  const matched = names.filter((name) => whole.test(name));
  return matched.length === 0
    ? `Account matched to: ${pattern} doesn't exist`
    : `Account matched: ${matched.join(',')}`;
}
