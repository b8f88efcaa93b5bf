import type { Incarnation, NodeId, StateMachine } from '../../ordered-log/index.ts';
import type { Entry } from '../core/entry.ts';
import type { LogIndex } from '../core/ids.ts';
import { NO_INDEX } from '../core/ids.ts';
import { decodeCommandBatch, decodeIncarnation, decodeMembers, forEachCommand } from './payloads.ts';
import type { Nonce } from './payloads.ts';
import { Sessions } from './sessions.ts';

/** What became of one applied entry, as far as a node cares about its own. */
export interface ApplyVisitor<Result> {
  /** A command of some node took effect. */
  command(node: NodeId, incarnation: Incarnation, seq: number, index: LogIndex, result: Result): void;
  /** A node's incarnation was replaced by this one, which this nonce holds. */
  incarnationChanged(node: NodeId, incarnation: Incarnation, nonce: Nonce): void;
}

/**
 * The replica proper: committed entries in, state out, each command once. The sessions and the state machine
 * together are the replicated state.
 */
export class Applier<Result> {
  readonly sessions = new Sessions();
  readonly #machine: StateMachine<Result>;
  #appliedIndex: LogIndex = NO_INDEX;

  constructor(machine: StateMachine<Result>) {
    this.#machine = machine;
  }

  get appliedIndex(): LogIndex {
    return this.#appliedIndex;
  }

  /** See `StateMachine.takeConcerned`. */
  takeConcerned(): Iterable<NodeId> {
    return this.#machine.takeConcerned?.() ?? [];
  }

  apply(entry: Entry, visitor: ApplyVisitor<Result>): void {
    if (entry.index !== this.#appliedIndex + 1) {
      throw new Error(
        `entry ${entry.index} was to be applied after ${this.#appliedIndex}: entries are applied in order, each once`,
      );
    }
    switch (entry.kind) {
      case 'noop':
        break;
      case 'members':
        this.#machine.genesis(decodeMembers(entry.payload).genesis);
        break;
      case 'commands':
        this.#applyCommands(entry, visitor);
        break;
      case 'incarnation':
        this.#applyIncarnation(entry, visitor);
        break;
      default:
        entry.kind satisfies never;
    }
    this.#appliedIndex = entry.index;
  }

  #applyCommands(entry: Entry, visitor: ApplyVisitor<Result>): void {
    const batch = decodeCommandBatch(entry.payload);
    const standing = this.sessions.standing(batch);
    if (standing.kind !== 'next' && standing.kind !== 'overlaps') return;
    const from = standing.kind === 'next' ? batch.firstSeq : standing.from;
    const { node, incarnation } = batch;
    const { index, clusterTimeMs } = entry;
    forEachCommand(batch, (seq, body) => {
      if (seq < from) return;
      const result = this.#machine.apply({ index, node, incarnation, clusterTimeMs, body });
      visitor.command(node, incarnation, seq, index, result);
    });
    this.sessions.advance(batch);
  }

  #applyIncarnation(entry: Entry, visitor: ApplyVisitor<Result>): void {
    const payload = decodeIncarnation(entry.payload);
    if (!this.sessions.replace(payload)) return;
    const { incarnation } = this.sessions.get(payload.node);
    this.#machine.incarnationChanged({
      index: entry.index,
      node: payload.node,
      incarnation,
      clusterTimeMs: entry.clusterTimeMs,
    });
    visitor.incarnationChanged(payload.node, incarnation, payload.nonce);
  }
}
