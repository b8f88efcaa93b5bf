/**
 * Cluster time at the leader: the last stamp in the log plus what its monotonic clock has measured since. A wall
 * clock that jumps changes nothing, and a new leader goes on where the log stands.
 */
export class ClusterClock {
  #stampMs = 0;
  #monotonicMs = 0;
  #latestMs = 0;

  /** This node begins to lead, with this stamp last in its log. */
  restart(lastStampMs: number, monotonicMs: number): void {
    this.#stampMs = lastStampMs;
    this.#monotonicMs = monotonicMs;
    this.#latestMs = lastStampMs;
  }

  /** Never falls, whatever it is handed. */
  stamp(monotonicMs: number): number {
    this.#latestMs = Math.max(this.#latestMs, this.#stampMs + Math.floor(monotonicMs - this.#monotonicMs));
    return this.#latestMs;
  }
}
