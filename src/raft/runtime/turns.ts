/** How long `scheduleLater` waits for an input, at most. */
const LATER_MS = 1;

/** Runs a turn soon after it was asked for: once, however often it was asked for, behind the inputs that wait already. */
export class Turns {
  readonly #turn: () => void;
  #asked: NodeJS.Immediate | null = null;
  #later: NodeJS.Timeout | null = null;
  #state: 'running' | 'stopped' = 'running';

  constructor(turn: () => void) {
    this.#turn = turn;
  }

  readonly schedule = (): void => {
    if (this.#state === 'running') this.#asked ??= setImmediate(() => this.runNow());
  };

  /** A turn comes when one is asked for, and in a millisecond if none is. */
  readonly scheduleLater = (): void => {
    if (this.#state === 'running') this.#later ??= setTimeout(this.schedule, LATER_MS);
  };

  /** Runs the turn that was asked for at once, if one was: for who comes behind the inputs that wait already, like a tick. */
  runNow(): void {
    if (this.#asked === null) return;
    this.#forgetAsked();
    this.#turn();
  }

  stop(): void {
    this.#state = 'stopped';
    this.#forgetAsked();
  }

  #forgetAsked(): void {
    if (this.#asked !== null) clearImmediate(this.#asked);
    if (this.#later !== null) clearTimeout(this.#later);
    this.#asked = null;
    this.#later = null;
  }
}
