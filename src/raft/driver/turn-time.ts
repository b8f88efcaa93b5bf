/**
 * Milliseconds after which a turn begins nothing more: heartbeats and sockets get their turn, too. What follows a snapshot comes in
 * megabytes, and a process that has just started needs ten times as long for the same.
 */
const TURN_MS = 8;
/** Of these, for taking in; the rest is for what follows from it. */
const TAKING_MS = 4;
/** What a later part has, however late it is: more can come in than is applied otherwise, in a process that has to wait for a core. */
const LEAST_MS = 2;

/** The time of the turn that is running, which its parts share. Each part does something without asking: so all of them get on. */
export class TurnTime {
  readonly #nowMs: () => number;
  #beganMs = 0;
  #untilMs = 0;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** The turn begins, with what has come in. */
  begin(): void {
    this.#beganMs = this.#nowMs();
    this.#untilMs = this.#beganMs + TAKING_MS;
  }

  /** Another part of it begins. */
  nextPart(): void {
    this.#untilMs = Math.max(this.#beganMs + TURN_MS, this.#nowMs() + LEAST_MS);
  }

  /** There is time for more in this part. */
  get mayDoMore(): boolean {
    return this.#nowMs() < this.#untilMs;
  }
}
