/** Runs a turn soon after it was asked for: once, however often it was asked for, behind the inputs that wait already. */
export class Turns {
  readonly #turn: () => void;
  #asked: NodeJS.Immediate | null = null;
  #state: 'running' | 'stopped' = 'running';

  constructor(turn: () => void) {
    this.#turn = turn;
  }

  readonly schedule = (): void => {
    if (this.#state === 'running') this.#asked ??= setImmediate(() => this.runNow());
  };

  /** Runs the turn that was asked for at once, if one was: for who comes behind the inputs that wait already, like a tick. */
  runNow(): void {
    if (this.#asked === null) return;
    clearImmediate(this.#asked);
    this.#asked = null;
    this.#turn();
  }

  stop(): void {
    this.#state = 'stopped';
    if (this.#asked !== null) clearImmediate(this.#asked);
    this.#asked = null;
  }
}
