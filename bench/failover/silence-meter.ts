/**
 * How long nothing was acknowledged after a blow. Only messages that were sent after it count: an answer that was on its
 * way already says nothing.
 */
export class SilenceMeter {
  /** All that ever were. */
  acknowledgedCount = 0;
  /** Refused, in doubt, or on a connection that broke: they may be stored or not. */
  unknownCount = 0;
  #open = 0;
  #blowAtMs = Number.POSITIVE_INFINITY;
  #lastAtMs = 0;
  #longestMs = 0;
  #firstAfterMs: number | null = null;

  sent(): void {
    this.#open += 1;
  }

  acknowledged(sentAtMs: number, atMs: number): void {
    this.#open -= 1;
    this.acknowledgedCount += 1;
    if (sentAtMs < this.#blowAtMs) return;
    this.#firstAfterMs ??= atMs - this.#blowAtMs;
    this.#longestMs = Math.max(this.#longestMs, atMs - this.#lastAtMs);
    this.#lastAtMs = atMs;
  }

  notAcknowledged(): void {
    this.#open -= 1;
    this.unknownCount += 1;
  }

  /** Messages whose answer is still awaited. */
  get open(): number {
    return this.#open;
  }

  /** Now the leader is struck. */
  blow(atMs: number): void {
    this.#blowAtMs = atMs;
    this.#lastAtMs = atMs;
    this.#longestMs = 0;
    this.#firstAfterMs = null;
  }

  /** From the blow to the first acknowledgement, in milliseconds; null if there was none yet. */
  get firstAfterMs(): number | null {
    return this.#firstAfterMs;
  }

  /** The longest time since the blow in which nothing was acknowledged, in milliseconds. */
  get longestMs(): number {
    return this.#longestMs;
  }
}
