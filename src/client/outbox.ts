import { changesLogin } from './command-line.ts';
import type { NumberedCommand, Purpose, WaitingCommand } from './numbered-command.ts';
import type { SavedState } from './saved-state.ts';
import type { Acknowledgement } from './shown-messages.ts';

export type NextToResend =
  | { readonly kind: 'command'; readonly command: NumberedCommand }
  /** One must be repeated later: nothing may overtake it. */
  | { readonly kind: 'blocked' }
  | { readonly kind: 'none' };

/**
 * The commands that have no final reply: first those with a number, in the order of their numbers, then those that
 * wait for one. A number is given when a command is first sent, and belongs to that line for ever.
 */
export class Outbox {
  readonly #maxWaiting: number;
  readonly #numbered = new Map<number, NumberedCommand>();
  #waiting: WaitingCommand[] = [];
  #nextNumber = 1;
  #inFlight = 0;

  constructor(maxWaiting: number) {
    this.#maxWaiting = maxWaiting;
  }

  /** Takes up what an earlier run left behind: whether its numbered commands were carried out is in doubt. */
  restore(saved: SavedState): void {
    this.#nextNumber = saved.nextNumber;
    for (const { number, line } of saved.unanswered) {
      const acknowledged = /^6\|(\d+)$/.exec(line)?.[1];
      const purpose: Purpose =
        acknowledged === undefined
          ? { kind: 'user', command: { ticket: null, line, deadlineMs: null } }
          : { kind: 'acknowledge', what: { id: Number(acknowledged), covers: [] } };
      this.#numbered.set(number, { ...fresh(number, line, purpose), doubt: 'possible' });
    }
    this.#waiting = saved.waiting.map((line) => ({ ticket: null, line, deadlineMs: null }));
  }

  /** `n` of the next hello: all replies below it have been received. */
  get floor(): number {
    for (const number of this.#numbered.keys()) return number;
    return this.#nextNumber;
  }

  get nextNumber(): number {
    return this.#nextNumber;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  get numbered(): readonly NumberedCommand[] {
    return [...this.#numbered.values()];
  }

  get waiting(): readonly WaitingCommand[] {
    return this.#waiting;
  }

  /** Commands of the user that have no final reply. */
  get unanswered(): number {
    let users = this.#waiting.length;
    for (const command of this.#numbered.values()) if (command.purpose.kind === 'user') users += 1;
    return users;
  }

  get acknowledging(): boolean {
    return this.#some((command) => command.purpose.kind === 'acknowledge');
  }

  /** Whether a command has a number that may change who the client is logged in as. */
  get loginChanging(): boolean {
    return this.#some((command) => changesLogin(command.line));
  }

  get(number: number): NumberedCommand | undefined {
    return this.#numbered.get(number);
  }

  add(command: WaitingCommand): 'taken' | 'full' {
    if (this.#waiting.length >= this.#maxWaiting) return 'full';
    this.#waiting.push(command);
    return 'taken';
  }

  /** Gives the first waiting command its number. */
  numberFirst(): NumberedCommand | undefined {
    const command = this.#waiting.shift();
    return command === undefined ? undefined : this.#number(command.line, { kind: 'user', command });
  }

  numberAcknowledgement(what: Acknowledgement): NumberedCommand {
    return this.#number(`6|${what.id}`, { kind: 'acknowledge', what });
  }

  /** The lowest number that is to be sent again, if nothing below it has to wait. */
  nextToResend(nowMs: number): NextToResend {
    for (const command of this.#numbered.values()) {
      switch (command.standing.kind) {
        case 'sent':
          break;
        case 'to-retry':
          return command.standing.atMs <= nowMs ? { kind: 'command', command } : { kind: 'blocked' };
        case 'to-send':
          return { kind: 'command', command };
        default:
          return command.standing satisfies never;
      }
    }
    return { kind: 'none' };
  }

  /** When the first repetition is due; null if none is. */
  get retryAtMs(): number | null {
    for (const { standing } of this.#numbered.values())
      if (standing.kind === 'to-retry') return standing.atMs;
    return null;
  }

  sent(command: NumberedCommand): void {
    this.#leaveFlight(command);
    command.standing = { kind: 'sent' };
    this.#inFlight += 1;
  }

  retryAt(command: NumberedCommand, atMs: number): void {
    this.#leaveFlight(command);
    forgetGathered(command);
    command.refusedTries += 1;
    command.standing = { kind: 'to-retry', atMs };
  }

  /** It has its final reply, or was given up: the floor may pass it. */
  settle(command: NumberedCommand): void {
    this.#leaveFlight(command);
    this.#numbered.delete(command.number);
  }

  dropWaiting(commands: ReadonlySet<WaitingCommand>): void {
    this.#waiting = this.#waiting.filter((command) => !commands.has(command));
  }

  /** What was sent has no answer and must be asked for again. */
  connectionLost(): void {
    for (const command of this.#numbered.values()) {
      if (command.standing.kind !== 'sent') continue;
      command.standing = { kind: 'to-send' };
      command.doubt = 'possible';
      forgetGathered(command);
    }
    this.#inFlight = 0;
  }

  /**
   * The numbers mean nothing any more: counting begins anew. What was certainly not done goes back to those that
   * wait; what is in doubt is returned, and is no longer in the outbox.
   */
  startAgain(): readonly NumberedCommand[] {
    this.connectionLost();
    const all = this.numbered;
    const notDone = all.flatMap(({ doubt, purpose }) =>
      doubt === 'none' && purpose.kind === 'user' ? [purpose.command] : [],
    );
    this.#numbered.clear();
    this.#nextNumber = 1;
    this.#waiting.unshift(...notDone);
    return all.filter((command) => command.doubt === 'possible' && command.purpose.kind === 'user');
  }

  #number(line: string, purpose: Purpose): NumberedCommand {
    const command = fresh(this.#nextNumber, line, purpose);
    this.#nextNumber += 1;
    this.#numbered.set(command.number, command);
    return command;
  }

  #leaveFlight(command: NumberedCommand): void {
    if (command.standing.kind === 'sent' && this.#numbered.has(command.number)) this.#inFlight -= 1;
  }

  #some(test: (command: NumberedCommand) => boolean): boolean {
    for (const command of this.#numbered.values()) if (test(command)) return true;
    return false;
  }
}

function fresh(number: number, line: string, purpose: Purpose): NumberedCommand {
  return {
    number,
    line,
    purpose,
    standing: { kind: 'to-send' },
    doubt: 'none',
    refusedTries: 0,
    gathered: [],
    gatheredLength: 0,
  };
}

function forgetGathered(command: NumberedCommand): void {
  command.gathered = [];
  command.gatheredLength = 0;
}
