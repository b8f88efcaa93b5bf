import type { Incarnation } from '../../ordered-log/index.ts';
import type { Nonce } from './payloads.ts';

type Phase =
  | { readonly kind: 'wanted'; readonly ticksUntilAsking: number }
  | { readonly kind: 'live'; readonly incarnation: Incarnation };

/** What an applied change of this node's incarnation means to its process. */
export type OwnChange = 'began' | 'ended' | 'not-ours';

/**
 * This process's own incarnation: asked for until it is granted, and asked for anew when the others have ended it.
 * Each attempt to begin has a nonce of its own, so what an earlier process asked for is never taken for ours.
 */
export class OwnIncarnation {
  readonly #retryTicks: number;
  readonly #newNonce: () => Nonce;
  #nonce: Nonce;
  #phase: Phase = { kind: 'wanted', ticksUntilAsking: 0 };

  constructor(retryTicks: number, newNonce: () => Nonce) {
    this.#retryTicks = retryTicks;
    this.#newNonce = newNonce;
    this.#nonce = newNonce();
  }

  get current(): Incarnation | null {
    return this.#phase.kind === 'live' ? this.#phase.incarnation : null;
  }

  tick(): void {
    if (this.#phase.kind === 'wanted' && this.#phase.ticksUntilAsking > 0) {
      this.#phase = { kind: 'wanted', ticksUntilAsking: this.#phase.ticksUntilAsking - 1 };
    }
  }

  /** The nonce to ask with now, or null if there is nothing to ask, or if the last question may still be answered. */
  ask(): Nonce | null {
    if (this.#phase.kind !== 'wanted' || this.#phase.ticksUntilAsking > 0) return null;
    this.#phase = { kind: 'wanted', ticksUntilAsking: this.#retryTicks };
    return this.#nonce;
  }

  /** The log says that this node's incarnation is now this one. */
  changed(incarnation: Incarnation, nonce: Nonce): OwnChange {
    if (nonce === this.#nonce && this.#phase.kind === 'wanted') {
      this.#phase = { kind: 'live', incarnation };
      return 'began';
    }
    if (this.#phase.kind !== 'live') {
      // Somebody else's took the place that we had asked for: ask again at once, naming the newer one.
      this.#phase = { kind: 'wanted', ticksUntilAsking: 0 };
      return 'not-ours';
    }
    this.#nonce = this.#newNonce();
    this.#phase = { kind: 'wanted', ticksUntilAsking: 0 };
    return 'ended';
  }

  /** This node's replica jumped ahead, to where its incarnation is this one. What happened on the way was not seen. */
  jumpedTo(incarnation: Incarnation, nonce: Nonce): OwnChange | 'still-ours' {
    const { current } = this;
    if (nonce === this.#nonce) return current === null ? this.changed(incarnation, nonce) : 'still-ours';
    return current === incarnation ? 'still-ours' : this.changed(incarnation, nonce);
  }
}
