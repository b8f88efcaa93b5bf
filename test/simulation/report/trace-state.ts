import type { RoleName } from '../../../src/raft/core/effect.ts';
import type { NodeId } from '../../../src/ordered-log/index.ts';
import type { Happening } from './story.ts';

/** What one node's core says of itself. */
export interface CoreState {
  readonly term: number;
  readonly vote: NodeId | null;
  readonly commit: number;
  readonly role: RoleName;
  /** Its length. */
  readonly log: number;
  readonly running: boolean;
}

const NEW: CoreState = { term: 0, vote: null, commit: 0, role: 'follower', log: 0, running: false };

/** The nodes' states as one reads along. */
export class TraceState {
  readonly #states: Map<NodeId, CoreState>;

  constructor(ids: readonly NodeId[]) {
    this.#states = new Map(ids.map((id) => [id, NEW]));
  }

  of(node: NodeId): CoreState {
    return this.#states.get(node) ?? NEW;
  }

  take(it: Happening): void {
    switch (it.kind) {
      case 'started':
        this.#set(it.node, { ...NEW, term: it.term, vote: it.vote, log: it.entries, running: true });
        return;
      case 'ended':
        this.#set(it.node, { ...this.of(it.node), commit: 0, role: 'follower', running: false });
        return;
      case 'core': {
        const { term, vote, commit, role, log } = it;
        this.#set(it.node, { term, vote, commit, role, log, running: true });
        return;
      }
      case 'role':
        this.#set(it.node, { ...this.of(it.node), role: it.role, term: it.term });
        return;
      default:
        return;
    }
  }

  #set(node: NodeId, state: CoreState): void {
    this.#states.set(node, state);
  }
}
