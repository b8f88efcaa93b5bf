const FIRST_CAPACITY = 65_536;

/** Times of operations in milliseconds, all of them kept: quantiles are exact. */
export class Latencies {
  #ms = new Float32Array(FIRST_CAPACITY);
  #count = 0;
  #sorted = true;

  get count(): number {
    return this.#count;
  }

  add(ms: number): void {
    if (this.#count === this.#ms.length) {
      const larger = new Float32Array(2 * this.#ms.length);
      larger.set(this.#ms);
      this.#ms = larger;
    }
    this.#ms[this.#count] = ms;
    this.#count += 1;
    this.#sorted = false;
  }

  /** The time that a share `q` (0 to 1) of the operations did not exceed, in milliseconds. NaN if there were none. */
  quantile(q: number): number {
    if (this.#count === 0) return Number.NaN;
    if (!this.#sorted) this.#ms.subarray(0, this.#count).sort();
    this.#sorted = true;
    const place = Math.min(this.#count - 1, Math.max(0, Math.ceil(q * this.#count) - 1));
    return this.#ms[place] ?? Number.NaN;
  }
}
