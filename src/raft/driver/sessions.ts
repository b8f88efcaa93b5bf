import type { Incarnation, NodeId } from '../../ordered-log/index.ts';
import type { CommandBatch, IncarnationPayload, Nonce } from './payloads.ts';
import { ENDED } from './payloads.ts';

/** What the log remembers of one node, so that each of its commands takes effect exactly once: two numbers. */
export interface Session {
  /** Grows by one with every new process of the node, and when its process is ended by the others. 0 before the first. */
  readonly incarnation: Incarnation;
  /** Which process holds it: its random nonce, or `ENDED`. */
  readonly nonce: Nonce;
  /** The number of its last applied command; the next one is one higher. */
  readonly lastSeq: number;
}

const NONE: Session = { incarnation: 0, nonce: ENDED, lastSeq: 0 };

/** How a batch stands to a session. */
export type BatchStanding =
  | { readonly kind: 'next' }
  /** It begins with commands that are known already; from this number on it is new. */
  | { readonly kind: 'overlaps'; readonly from: number }
  | { readonly kind: 'known' }
  | { readonly kind: 'gap'; readonly expected: number }
  | { readonly kind: 'wrong-incarnation'; readonly current: Session };

/**
 * The sessions of all nodes. One table is part of the replicated state (what has been applied); a leader keeps a
 * second one at its intake, which runs ahead by what is in its log and not yet applied.
 */
export class Sessions {
  readonly #byNode = new Map<NodeId, Session>();

  get(node: NodeId): Session {
    return this.#byNode.get(node) ?? NONE;
  }

  standing(batch: CommandBatch): BatchStanding {
    const session = this.get(batch.node);
    if (session.incarnation !== batch.incarnation || session.nonce === ENDED)
      return { kind: 'wrong-incarnation', current: session };
    const expected = session.lastSeq + 1;
    if (batch.firstSeq === expected) return { kind: 'next' };
    if (batch.firstSeq > expected) return { kind: 'gap', expected };
    return batch.firstSeq + batch.count > expected ? { kind: 'overlaps', from: expected } : { kind: 'known' };
  }

  /** Notes that the batch's new commands have been taken. Does nothing if none of them is the next. */
  advance(batch: CommandBatch): void {
    const standing = this.standing(batch);
    if (standing.kind !== 'next' && standing.kind !== 'overlaps') return;
    this.#byNode.set(batch.node, { ...this.get(batch.node), lastSeq: batch.firstSeq + batch.count - 1 });
  }

  /** Compare-and-set: the new incarnation begins only if it names the one that it replaces. Returns whether it did. */
  replace(payload: IncarnationPayload): boolean {
    const session = this.get(payload.node);
    if (session.incarnation !== payload.replaces) return false;
    this.#byNode.set(payload.node, {
      incarnation: session.incarnation + 1,
      nonce: payload.nonce,
      lastSeq: 0,
    });
    return true;
  }

  /** The table as `entries` gave it. */
  static of(entries: readonly (readonly [NodeId, Session])[]): Sessions {
    const table = new Sessions();
    for (const [node, session] of entries) table.#byNode.set(node, session);
    return table;
  }

  copy(): Sessions {
    const copy = new Sessions();
    for (const [node, session] of this.#byNode) copy.#byNode.set(node, session);
    return copy;
  }

  /** All sessions, sorted by node: for the state hash and for snapshots. */
  entries(): readonly (readonly [NodeId, Session])[] {
    return [...this.#byNode].sort(([a], [b]) => (a < b ? -1 : 1));
  }
}
