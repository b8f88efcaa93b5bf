import { UnreadableBytesError } from '../commands/byte-reader.ts';
import { UnknownRulesError } from '../commands/rules.ts';
import type { StateRestore } from '../../ordered-log/ordered-log.ts';
import type { ChatState } from '../state/chat-state.ts';
import { ItemSplitter } from './item-splitter.ts';
import { SnapshotError } from './snapshot-error.ts';
import { StateBuilder } from './state-builder.ts';

/** Builds a state aside from the pieces of a snapshot. All the work is done piece by piece; `finish` only puts it in place. */
export class SnapshotRestore implements StateRestore {
  readonly #splitter: ItemSplitter;
  readonly #install: (state: ChatState) => void;
  #builder: StateBuilder | null;

  /** `checkRules` throws for a version of the rules that this program does not have. `install` puts the state in place. */
  constructor(checkRules: (version: number) => void, install: (state: ChatState) => void) {
    const builder = new StateBuilder(checkRules);
    this.#builder = builder;
    this.#splitter = new ItemSplitter((bytes, start, end) => builder.add(bytes, start, end));
    this.#install = install;
  }

  add(piece: Uint8Array): void {
    this.#living();
    try {
      this.#splitter.add(piece);
    } catch (error) {
      this.#builder = null;
      if (error instanceof SnapshotError || error instanceof UnknownRulesError) throw error;
      if (error instanceof UnreadableBytesError)
        throw new SnapshotError('an item cannot be read', { cause: error });
      throw error;
    }
  }

  finish(): void {
    const builder = this.#living();
    this.#builder = null;
    if (!this.#splitter.isEmpty) throw new SnapshotError('it ends within an item');
    this.#install(builder.built());
  }

  #living(): StateBuilder {
    if (this.#builder === null) throw new SnapshotError('this restore has ended already');
    return this.#builder;
  }
}
