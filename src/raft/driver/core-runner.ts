import type { NodeId } from '../../ordered-log/index.ts';
import type { Effect } from '../core/effect.ts';
import type { Input } from '../core/input.ts';
import type { Raft } from '../core/raft.ts';
import type { Ticket } from '../core/ids.ts';
import type { Frame } from './frames.ts';
import type { Observer } from './observer.ts';
import { Outbox } from './outbox.ts';
import type { PeerNetwork } from './peer-network.ts';
import { PersistGathering } from './persistence.ts';
import type { ReplicaStore } from './replica-parts.ts';

/** What a core asks for that concerns more than the disk and the network. */
export type OtherEffect = Exclude<Effect, { kind: 'send' | 'persist' | 'commit' }>;

export interface CoreRunnerParts {
  readonly core: Raft;
  readonly store: ReplicaStore;
  readonly network: PeerNetwork;
  readonly observer: Observer;
  readonly nowMs: () => number;
  /** Carries out the rest, at once: effects keep their order. */
  readonly carryOut: (effect: OtherEffect) => void;
  readonly persisted: (ticket: Ticket) => void;
}

/** Steps the core, and gathers what a turn's steps ask for: one batch to the disk, one write a peer. */
export class CoreRunner {
  readonly #parts: CoreRunnerParts;
  readonly #outbox = new Outbox();
  readonly #gathering = new PersistGathering();

  constructor(parts: CoreRunnerParts) {
    this.#parts = parts;
  }

  step(input: Input): void {
    for (const effect of this.#parts.core.step(input)) this.#carryOut(effect);
  }

  send(to: NodeId, frame: Frame): void {
    this.#outbox.add(to, frame);
  }

  flush(): void {
    this.#outbox.flush(this.#parts.network);
  }

  /** What was to be said to this peer's earlier life is said to nobody. */
  forget(peer: NodeId): void {
    this.#outbox.forget(peer);
  }

  tick(): void {
    this.#outbox.tick();
  }

  /** This node waits to learn of what is committed. */
  concern(node: NodeId): void {
    if (node !== this.#parts.core.id) this.#outbox.concern(node);
  }

  /** Tells those whom the turn's commits concern at once. */
  tellConcerned(): void {
    this.#outbox.tellConcerned(this.#parts.network);
  }

  /** Hands the turn's batch to the disk, if there is one. */
  persist(): void {
    const gathered = this.#gathering.take();
    if (gathered === null) return;
    const { store, observer, nowMs, persisted } = this.#parts;
    const { batch, ticket } = gathered;
    const startedMs = nowMs();
    store.append(batch, () => {
      observer({ kind: 'persisted', entries: batch.entries.length, tookMs: nowMs() - startedMs });
      persisted(ticket);
    });
  }

  #carryOut(effect: Effect): void {
    switch (effect.kind) {
      case 'send':
        this.#parts.observer({ kind: 'sent', to: effect.to, message: effect.message });
        this.#outbox.add(effect.to, { kind: 'raft', message: effect.message });
        return;
      case 'persist':
        this.#parts.observer(effect);
        this.#gathering.add(effect);
        return;
      case 'commit':
        // Applied in this turn's one pass.
        this.#parts.observer(effect);
        return;
      default:
        this.#parts.carryOut(effect);
    }
  }
}
