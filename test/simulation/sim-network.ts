import type { NodeId } from '../../src/ordered-log/index.ts';
import type { PeerNetwork } from '../../src/raft/driver/peer-network.ts';

export interface InFlightFrame {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly bytes: Uint8Array;
}

/**
 * A network in memory. Nothing arrives by itself: the simulator delivers, drops or repeats what is `inFlight`, in any
 * order it likes. A cut link loses what is sent over it.
 */
export class SimNetwork {
  #inFlight: InFlightFrame[] = [];
  readonly #cut = new Set<string>();

  get inFlight(): readonly InFlightFrame[] {
    return this.#inFlight;
  }

  /** What one node sends into. */
  endOf(from: NodeId): PeerNetwork {
    return {
      send: (to, frames) => {
        if (this.isCut(from, to)) return;
        // A copy, as a socket would make one: nobody may change what is already on its way.
        for (const bytes of frames) this.#inFlight.push({ from, to, bytes: bytes.slice() });
      },
      setPeers: () => undefined,
    };
  }

  /** Cuts one direction of a link. */
  cut(from: NodeId, to: NodeId): void {
    this.#cut.add(`${from}>${to}`);
  }

  mend(from: NodeId, to: NodeId): void {
    this.#cut.delete(`${from}>${to}`);
  }

  mendAll(): void {
    this.#cut.clear();
  }

  isCut(from: NodeId, to: NodeId): boolean {
    return this.#cut.has(`${from}>${to}`);
  }

  /** Takes one frame off the network, to be delivered or lost. */
  take(place: number): InFlightFrame | undefined {
    return this.#inFlight.splice(place, 1)[0];
  }

  /** Puts a copy of a frame at the end: it will arrive twice, the second time perhaps very late. */
  repeat(place: number): void {
    const frame = this.#inFlight[place];
    if (frame !== undefined) this.#inFlight.push(frame);
  }

  /** A node died: its connections die with it, and what was on them. */
  loseAllOf(node: NodeId): void {
    this.#inFlight = this.#inFlight.filter(({ from, to }) => from !== node && to !== node);
  }
}
