/** Lets `ratePerSecond` through in the long run and `burst` at once. */
export class TokenBucket {
  readonly #ratePerMs: number;
  readonly #burst: number;
  #tokens: number;
  #filledAtMs: number;

  constructor(ratePerSecond: number, burst: number, nowMs: number) {
    this.#ratePerMs = ratePerSecond / 1000;
    this.#burst = burst;
    this.#tokens = burst;
    this.#filledAtMs = nowMs;
  }

  /** Takes one, if there is one. */
  take(nowMs: number): 'taken' | 'empty' {
    this.#tokens = Math.min(this.#burst, this.#tokens + (nowMs - this.#filledAtMs) * this.#ratePerMs);
    this.#filledAtMs = nowMs;
    if (this.#tokens < 1) return 'empty';
    this.#tokens -= 1;
    return 'taken';
  }
}
