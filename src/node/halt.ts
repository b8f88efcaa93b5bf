/** The one way in which a node stops by itself: once, with the first reason. */
export class Halt {
  readonly reason: Promise<Error>;
  #resolve: (reason: Error) => void = () => undefined;
  #halted = false;

  constructor() {
    this.reason = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  get halted(): boolean {
    return this.#halted;
  }

  because(reason: unknown): void {
    this.#halted = true;
    this.#resolve(reason instanceof Error ? reason : new Error(String(reason)));
  }
}
