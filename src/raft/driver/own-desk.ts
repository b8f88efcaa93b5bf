import type { Incarnation, LogListener, NodeId } from '../../ordered-log/index.ts';
import type { LogIndex } from '../core/ids.ts';
import type { Raft } from '../core/raft.ts';
import type { Applier, ApplyVisitor } from './applier.ts';
import type { Refusal } from './frames.ts';
import type { Observer } from './observer.ts';
import type { OwnWord } from './own-commands.ts';
import { OwnCommands } from './own-commands.ts';
import type { OwnChange } from './own-incarnation.ts';
import type { Nonce } from './payloads.ts';
import { ENDED } from './payloads.ts';
import type { ReplicaParts } from './replica-parts.ts';
import type { Versions } from './version-payload.ts';

/** This node's own commands and incarnation: what is said to the leader, and what is told to the listener. */
export class OwnDesk<Result> implements ApplyVisitor<Result> {
  readonly #id: NodeId;
  readonly #core: Raft;
  readonly #applier: Applier<Result>;
  readonly #listener: LogListener<Result>;
  readonly #observer: Observer;
  readonly #parts: ReplicaParts<Result>;
  readonly #commands: OwnCommands;
  /** Brings a word to the leader, be it this very node. */
  readonly #say: (leader: NodeId, word: OwnWord) => void;

  constructor(parts: ReplicaParts<Result>, say: (leader: NodeId, word: OwnWord) => void) {
    this.#parts = parts;
    this.#id = parts.id;
    this.#core = parts.core;
    this.#applier = parts.applier;
    this.#listener = parts.listener;
    this.#observer = parts.observer;
    this.#say = say;
    this.#commands = new OwnCommands(parts.id, parts.submitter, parts.timings.electionTicks, parts.newNonce);
  }

  get incarnation(): Incarnation | null {
    return this.#commands.incarnation;
  }

  get settled(): boolean {
    return this.#commands.settled;
  }

  tick(): void {
    this.#commands.tick();
  }

  /** What was said to the leader may be lost. */
  doubt(): void {
    this.#commands.doubt();
  }

  refused(from: NodeId, refusal: Refusal): void {
    if (from === this.#core.leader) this.#commands.refused(refusal);
  }

  /** Says what this node wants in the log. `leaving`: a node that leaves begins no incarnation any more. */
  speak(state: 'staying' | 'leaving' | 'loading'): void {
    const { leader } = this.#core;
    // A replica that lags would name an incarnation long replaced; and nothing can be its own before it has one.
    const lags = this.#applier.appliedIndex < this.#core.commitIndex || this.#core.commitIndex === 0;
    if (leader === null || state === 'loading') return;
    if (this.incarnation === null && (lags || state === 'leaving')) return;
    const { incarnation } = this.#applier.sessions.get(this.#id);
    const format = this.#parts.program.batches.writtenIn(this.#applier.versions.writes);
    for (;;) {
      const word = this.#commands.nextWord(incarnation, format);
      if (word === null) return;
      if (word === 'next-input') return this.#parts.scheduleLater();
      this.#say(leader, word);
    }
  }

  /** Ends this process's own incarnation. */
  farewell(): void {
    const payload = this.#commands.farewell();
    const { leader } = this.#core;
    if (payload !== null && leader !== null) this.#say(leader, { kind: 'incarnation', payload });
  }

  /** The replica has jumped to a snapshot. */
  jumped(): void {
    const session = this.#applier.sessions.get(this.#id);
    const { change, lost, voided } = this.#commands.jumped(session);
    for (const id of lost) this.#listener.lost(id);
    for (const id of voided) this.#listener.voided(id);
    if (change !== 'still-ours') this.#tellChange(change, session.incarnation);
  }

  /** A command of some node was applied; if it is ours, whoever waits for it is told. */
  command(node: NodeId, incarnation: Incarnation, seq: number, index: LogIndex, result: Result): void {
    if (node !== this.#id || incarnation !== this.#commands.incarnation) return;
    this.#listener.applied(this.#commands.applied(seq), index, result);
  }

  /** The log says that a node's incarnation changed. */
  incarnationChanged(node: NodeId, incarnation: Incarnation, nonce: Nonce): void {
    if (nonce === ENDED) this.#observer({ kind: 'incarnation-ended', node, incarnation });
    if (node !== this.#id) return;
    const { change, voided } = this.#commands.changed(incarnation, nonce);
    for (const id of voided) this.#listener.voided(id);
    this.#tellChange(change, incarnation);
  }

  versionRaised(versions: Versions): void {
    this.#observer({ kind: 'version-raised', ...versions });
  }

  #tellChange(change: OwnChange, incarnation: Incarnation): void {
    switch (change) {
      case 'began':
        this.#observer({ kind: 'incarnation-began', incarnation });
        this.#listener.incarnationBegan(incarnation);
        return;
      case 'ended':
        this.#listener.incarnationEnded();
        return;
      case 'not-ours':
        return;
      default:
        change satisfies never;
    }
  }
}
