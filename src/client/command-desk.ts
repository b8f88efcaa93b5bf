import { backoffMs } from './backoff.ts';
import type { ClientEvent, ClientReply } from './client-effect.ts';
import type { ClientMachineOptions } from './client-options.ts';
import { changesLogin, loginMeaning, needsFloor, refuseLine } from './command-line.ts';
import type { NumberedCommand, WaitingCommand } from './numbered-command.ts';
import { Outbox } from './outbox.ts';
import { verdictOf } from './reply-code.ts';
import type { PushedMessage } from './server-line.ts';
import { ShownMessages } from './shown-messages.ts';

/** What a reply asks of the connection. */
export type Demand =
  | { readonly kind: 'none' }
  /** Say hello on a new connection: what is pushed again then is certainly for the present login. */
  | { readonly kind: 'reconnect' }
  | { readonly kind: 'expired' }
  /** `bye` was answered: the node closes the connection. */
  | { readonly kind: 'parted' }
  | { readonly kind: 'replaced' }
  /** Leave this node: what it sends cannot be trusted. */
  | { readonly kind: 'leave'; readonly why: string };

const nothing: Demand = { kind: 'none' };
const GAVE_UP_NOT_DONE = 'Given up: the service is unavailable, nothing was done.';
const GAVE_UP_IN_DOUBT = 'Given up: no answer came, the command may have been carried out.';

/** Carries the commands: which is sent when, what each reply means, which messages are shown and acknowledged. */
export class CommandDesk {
  readonly #options: ClientMachineOptions;
  readonly #tell: (event: ClientEvent) => void;
  readonly #outbox: Outbox;
  readonly #shown: ShownMessages;
  /** The earliest deadline of a command; Infinity if none has one. */
  #firstDeadlineMs = Infinity;
  /** The waiting command before which all messages have been acknowledged already. */
  #acknowledgedBefore: WaitingCommand | null = null;
  #repliesSinceHello = 0;

  constructor(options: ClientMachineOptions, tell: (event: ClientEvent) => void) {
    this.#options = options;
    this.#tell = tell;
    this.#outbox = new Outbox(options.maxWaiting);
    this.#shown = new ShownMessages(options.saved?.shown ?? [], options.saved?.login ?? null);
    if (options.saved !== null) this.#outbox.restore(options.saved);
    if (this.#outbox.loginChanging) this.#shown.loginBecomesUncertain();
  }

  get outbox(): Outbox {
    return this.#outbox;
  }

  get shown(): ShownMessages {
    return this.#shown;
  }

  /** Whether the cluster should be told again up to where replies have been received: now and then, or for what is next. */
  helloIsDue(nowMs: number): boolean {
    if (this.#repliesSinceHello === 0) return false;
    return this.#repliesSinceHello >= this.#options.helloAfterReplies || this.#nextNeedsFloor(nowMs);
  }

  helloSent(): void {
    this.#repliesSinceHello = 0;
  }

  take(command: WaitingCommand & { readonly ticket: number }): void {
    const { ticket, line } = command;
    const wrong = refuseLine(line, this.#options.maxCommandBytes);
    if (wrong !== undefined) return this.#tell({ kind: 'refused', ticket, reason: 'invalid', text: wrong });
    if (this.#outbox.add(command) === 'full') {
      const text = `Nothing was done: ${this.#options.maxWaiting} commands are waiting already. Try again when some have been answered.`;
      return this.#tell({ kind: 'refused', ticket, reason: 'outbox-full', text });
    }
    this.#firstDeadlineMs = Math.min(this.#firstDeadlineMs, command.deadlineMs ?? Infinity);
  }

  /** The lines that may be sent now, in order. They count as sent. */
  linesToSend(nowMs: number): readonly string[] {
    const lines: string[] = [];
    for (let next = this.#next(nowMs); next !== undefined; next = this.#next(nowMs)) {
      this.#outbox.sent(next);
      if (changesLogin(next.line)) this.#shown.loginBecomesUncertain();
      lines.push(`#${next.number}|${next.line}`);
    }
    return lines;
  }

  replyLine(number: number, text: string): Demand {
    const command = this.#outbox.get(number);
    if (command === undefined) return nothing;
    command.gatheredLength += text.length;
    if (command.gatheredLength > this.#options.maxReplyBytes)
      return { kind: 'leave', why: 'its reply was endless' };
    command.gathered.push(text);
    return nothing;
  }

  replyEnd(number: number, code: string, text: string, nowMs: number): Demand {
    const command = this.#outbox.get(number);
    if (command === undefined) return nothing;
    const verdict = verdictOf(code);
    switch (verdict) {
      case 'final':
        return this.#settled(command, code, text, nowMs);
      case 'in-doubt':
        command.doubt = 'possible';
        return this.#again(command, code, text, nowMs);
      case 'not-now':
        return this.#again(command, code, text, nowMs);
      case 'replaced':
      case 'expired':
        return { kind: verdict };
      default:
        return verdict satisfies never;
    }
  }

  pushed(message: PushedMessage, nowMs: number): void {
    if (this.#shown.pushed(message.id, nowMs) === 'new') this.#tell({ kind: 'message', message });
  }

  connectionLost(): void {
    this.#outbox.connectionLost();
    this.#shown.connectionLost();
  }

  /** The cluster has forgotten this client. What is in doubt is told; what was certainly not done waits again. */
  startAgain(nowMs: number): void {
    const wasLoggedInAs = this.#shown.login;
    const uncertain = this.#outbox.startAgain();
    const text =
      'The cluster has forgotten this client: the command may have been carried out before, or never will be.';
    for (const command of uncertain) this.#answer(command, 'expired', text);
    this.#shown.loginSettled({ kind: 'changed', login: null }, nowMs);
    this.#tell({ kind: 'expired', uncertain: uncertain.map(({ line }) => line), wasLoggedInAs });
  }

  /** Gives up what has reached its deadline. */
  giveUpDue(nowMs: number): Demand {
    if (nowMs < this.#firstDeadlineMs) return nothing;
    const due = ({ deadlineMs }: WaitingCommand): boolean => (deadlineMs ?? Infinity) <= nowMs;
    let demand = nothing;
    for (const command of this.#outbox.numbered) {
      if (command.purpose.kind !== 'user' || !due(command.purpose.command)) continue;
      if (this.#giveUp(command, nowMs) === 'login-in-doubt') demand = { kind: 'reconnect' };
    }
    const waiting = this.#outbox.waiting.filter(due);
    this.#outbox.dropWaiting(new Set(waiting));
    for (const command of waiting) this.#tellReply(command, null, 'unavailable', [], GAVE_UP_NOT_DONE);
    this.#firstDeadlineMs = this.#earliestDeadlineMs();
    return demand;
  }

  /** The client ends: what is unanswered is told. */
  close(): void {
    if (this.#options.atClose === 'keep') return this.#tellKept();
    for (const command of this.#outbox.numbered) this.#answer(command, ...gaveUp(command));
    for (const command of this.#outbox.waiting)
      this.#tellReply(command, null, 'unavailable', [], GAVE_UP_NOT_DONE);
    this.#outbox.startAgain();
    this.#outbox.dropWaiting(new Set(this.#outbox.waiting));
    this.#firstDeadlineMs = Infinity;
  }

  /**
   * When there is something to do of its own accord; Infinity if never. What is due already and was not done waits for
   * the connection or for a reply, not for time.
   */
  wakeAtMs(nowMs: number): number {
    const { waitingSinceMs } = this.#shown;
    const acknowledgeAtMs = waitingSinceMs === null ? Infinity : waitingSinceMs + this.#options.ackAfterMs;
    const times = [this.#firstDeadlineMs, acknowledgeAtMs, this.#outbox.retryAtMs ?? Infinity];
    return Math.min(...times.filter((atMs) => atMs > nowMs));
  }

  #next(nowMs: number): NumberedCommand | undefined {
    const room = this.#options.maxInFlight - this.#outbox.inFlight;
    if (room <= 0 || (this.#outbox.inFlight > 0 && this.#loginChangeInFlight())) return undefined;
    const again = this.#outbox.nextToResend(nowMs);
    if (again.kind === 'blocked') return undefined;
    if (again.kind === 'command') return this.#mayGo(again.command.line) ? again.command : undefined;
    return this.#nextNew(nowMs);
  }

  #nextNew(nowMs: number): NumberedCommand | undefined {
    const first = this.#outbox.waiting[0];
    // Before the login may change, what was shown is acknowledged: afterwards it could not be.
    const acknowledgeFirst =
      first !== undefined &&
      changesLogin(first.line) &&
      this.#acknowledgedBefore !== first &&
      !this.#outbox.acknowledging;
    if (acknowledgeFirst || this.#acknowledgementIsDue(nowMs)) {
      if (acknowledgeFirst) this.#acknowledgedBefore = first;
      const what = this.#shown.acknowledgement();
      if (what !== null) return this.#outbox.numberAcknowledgement(what);
    }
    return first !== undefined && this.#mayGo(first.line) ? this.#outbox.numberFirst() : undefined;
  }

  #mayGo(line: string): boolean {
    if (needsFloor(line) && this.#repliesSinceHello > 0) return false;
    return !changesLogin(line) || this.#outbox.inFlight === 0;
  }

  #nextNeedsFloor(nowMs: number): boolean {
    if (this.#outbox.inFlight > 0) return false;
    const again = this.#outbox.nextToResend(nowMs);
    if (again.kind === 'blocked') return false;
    const line = again.kind === 'command' ? again.command.line : this.#outbox.waiting[0]?.line;
    return line !== undefined && needsFloor(line);
  }

  #loginChangeInFlight(): boolean {
    return this.#outbox.numbered.some(({ standing, line }) => standing.kind === 'sent' && changesLogin(line));
  }

  #acknowledgementIsDue(nowMs: number): boolean {
    const { waitingSinceMs: since, unacknowledged } = this.#shown;
    if (since === null || this.#outbox.acknowledging) return false;
    return unacknowledged >= this.#options.ackAfterMessages || nowMs >= since + this.#options.ackAfterMs;
  }

  #again(command: NumberedCommand, code: string, text: string, nowMs: number): Demand {
    const { retryMinMs: minMs, retryMaxMs: maxMs, random } = this.#options;
    this.#outbox.retryAt(command, nowMs + backoffMs({ minMs, maxMs, random }, command.refusedTries + 1));
    // `busy` may mean that the cluster remembers too many replies: the hello lets it forget them.
    this.#repliesSinceHello = this.#options.helloAfterReplies;
    if (command.refusedTries === 1 && command.purpose.kind === 'user')
      this.#tell({ kind: 'status', status: { kind: 'held', code, text } });
    return nothing;
  }

  #settled(command: NumberedCommand, code: string, text: string, nowMs: number): Demand {
    this.#repliesSinceHello += 1;
    this.#outbox.settle(command);
    if (command.purpose.kind === 'acknowledge') {
      const { what } = command.purpose;
      if (code === 'ok') this.#shown.acknowledged(what, nowMs);
      else this.#shown.notAcknowledged(what, nowMs);
      return nothing;
    }
    this.#answer(command, code, text);
    return changesLogin(command.line) ? this.#loginSettled(command.line, code, nowMs) : nothing;
  }

  #loginSettled(line: string, code: string, nowMs: number): Demand {
    const meaning = loginMeaning(line);
    const before = this.#shown.login;
    const unchanged =
      code !== 'ok' ||
      meaning.kind === 'none' ||
      meaning.kind === 'part' ||
      (meaning.kind === 'delete' && meaning.id.toLowerCase() !== before?.toLowerCase());
    const login = meaning.kind === 'login' ? meaning.id : null;
    const after = this.#shown.loginSettled(
      unchanged ? { kind: 'unchanged' } : { kind: 'changed', login },
      nowMs,
    );
    if (meaning.kind === 'part' && code === 'ok') return { kind: 'parted' };
    return after === 'unclear' ? { kind: 'reconnect' } : nothing;
  }

  #giveUp(command: NumberedCommand, nowMs: number): 'login-in-doubt' | 'done' {
    const [code, text] = gaveUp(command);
    this.#outbox.settle(command);
    this.#answer(command, code, text);
    // Once the cluster knows that the floor has passed it, it will never be carried out.
    this.#repliesSinceHello = this.#options.helloAfterReplies;
    if (!changesLogin(command.line)) return 'done';
    const inDoubt = code === 'unknown';
    this.#shown.loginSettled(inDoubt ? { kind: 'changed', login: null } : { kind: 'unchanged' }, nowMs);
    return inDoubt ? 'login-in-doubt' : 'done';
  }

  #tellKept(): void {
    const text = 'Not answered yet: it is kept, and sent again when the program starts next.';
    for (const command of this.#outbox.numbered) this.#answer(command, 'kept', text);
    for (const command of this.#outbox.waiting) this.#tellReply(command, null, 'kept', [], text);
  }

  #answer(command: NumberedCommand, code: string, text: string): void {
    if (command.purpose.kind !== 'user') return;
    this.#tellReply(command.purpose.command, command.number, code, command.gathered, text);
  }

  #tellReply(
    { ticket, line }: WaitingCommand,
    number: ClientReply['number'],
    code: string,
    lines: readonly string[],
    text: string,
  ): void {
    this.#tell({ kind: 'reply', reply: { ticket, number, line, code, lines, text } });
  }

  #earliestDeadlineMs(): number {
    let earliest = Infinity;
    for (const { deadlineMs } of this.#outbox.waiting) earliest = Math.min(earliest, deadlineMs ?? Infinity);
    for (const { purpose } of this.#outbox.numbered) {
      if (purpose.kind === 'user') earliest = Math.min(earliest, purpose.command.deadlineMs ?? Infinity);
    }
    return earliest;
  }
}

/** What is told of a command that is given up: whether it was certainly not done. */
function gaveUp({ doubt, standing }: NumberedCommand): readonly [code: string, text: string] {
  return doubt === 'possible' || standing.kind === 'sent'
    ? ['unknown', GAVE_UP_IN_DOUBT]
    : ['unavailable', GAVE_UP_NOT_DONE];
}
