import type { Effect, HardState } from '../core/effect.ts';
import type { Entry } from '../core/entry.ts';
import type { LogIndex, Ticket } from '../core/ids.ts';
import type { LogPosition } from '../core/snapshot-meta.ts';
import type { LogBatch } from '../storage/log-store.ts';

type Persist = Extract<Effect, { kind: 'persist' }>;

/** Gathers the persist effects of one turn into one batch: one write and one sync, confirmed by the highest ticket. */
export class PersistGathering {
  #ticket: Ticket | null = null;
  #hardState: HardState | null = null;
  #reset: LogPosition | null = null;
  #truncateFrom: LogIndex | null = null;
  #entries: Entry[] = [];

  add(effect: Persist): void {
    this.#ticket = effect.ticket;
    if (effect.hardState !== null) this.#hardState = effect.hardState;
    if (effect.reset !== null) this.#begin(effect.reset);
    if (effect.truncateFrom !== null) this.#truncate(effect.truncateFrom);
    for (const entry of effect.entries) this.#entries.push(entry);
  }

  /** The batch, and the gathering begins anew; null if nothing was asked for. */
  take(): { readonly batch: LogBatch; readonly ticket: Ticket } | null {
    if (this.#ticket === null) return null;
    const batch = {
      hardState: this.#hardState,
      reset: this.#reset,
      truncateFrom: this.#truncateFrom,
      entries: this.#entries,
    };
    const ticket = this.#ticket;
    this.#ticket = null;
    this.#hardState = null;
    this.#reset = null;
    this.#truncateFrom = null;
    this.#entries = [];
    return { batch, ticket };
  }

  /** The log goes on after this position: whatever was gathered, or lies in the log's hands, is gone before it. */
  #begin(reset: LogPosition): void {
    this.#reset = reset;
    this.#truncateFrom = null;
    this.#entries = [];
  }

  #truncate(from: LogIndex): void {
    const first = this.#entries[0];
    if (this.#reset !== null || (first !== undefined && first.index < from)) {
      this.#entries = this.#entries.filter((entry) => entry.index < from);
      return;
    }
    // Everything gathered is cut again; what reaches below it is already in the log's hands.
    this.#entries = [];
    this.#truncateFrom = this.#truncateFrom === null || from < this.#truncateFrom ? from : this.#truncateFrom;
  }
}
