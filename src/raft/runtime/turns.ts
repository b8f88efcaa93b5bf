/** Runs a turn soon after it was asked for: once, however often it was asked for, behind the inputs that wait already. */
export class Turns {
  readonly #turn: () => void;
  #state: 'idle' | 'asked' | 'stopped' = 'idle';

  constructor(turn: () => void) {
    this.#turn = turn;
  }

  readonly schedule = (): void => {
    if (this.#state !== 'idle') return;
    this.#state = 'asked';
    setImmediate(() => {
      if (this.#state !== 'asked') return;
      this.#state = 'idle';
      this.#turn();
    });
  };

  stop(): void {
    this.#state = 'stopped';
  }
}
