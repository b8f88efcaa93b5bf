import type { LogBatch, RecoveredLog } from './log-store.ts';

/**
 * Where the memberships stand in a log: what is noted in `identity.json` about the newest one that was acknowledged. A note above what
 * is left of a log says that the log was cut below a membership that it knew; so one that was rolled back, as an entry that is not
 * committed may be (§5.3), must not stay noted.
 */
export class MembersNote {
  #indexes: readonly number[];

  constructor({ entries }: Pick<RecoveredLog, 'entries'>) {
    this.#indexes = membersOf(entries);
  }

  /** The index to be noted once this batch is durable, given the one that is noted. The same batch may come again. */
  after({ reset, truncateFrom, entries }: LogBatch, noted: number): number {
    const keptBelow = reset === null ? (truncateFrom ?? Infinity) : 0;
    const kept = this.#indexes.filter((index) => index < keptBelow);
    const known = new Set(kept);
    this.#indexes = [...kept, ...membersOf(entries).filter((index) => !known.has(index))];
    // A snapshot stands for everything up to where the log goes on after it.
    const droppedAbove = reset === null ? keptBelow - 1 : reset.index;
    return this.#newest(noted > droppedAbove ? 0 : noted);
  }

  /** The index to be noted of a log that was found whole: the process may have died between what dropped the newest one and the note. */
  found({ base, entries }: Pick<RecoveredLog, 'base' | 'entries'>, noted: number): number {
    const isThere = noted <= base.index || entries[noted - base.index - 1]?.kind === 'members';
    return this.#newest(isThere ? noted : 0);
  }

  #newest(noted: number): number {
    return Math.max(noted, this.#indexes.at(-1) ?? 0);
  }
}

const membersOf = (entries: LogBatch['entries']): readonly number[] =>
  entries.filter(({ kind }) => kind === 'members').map(({ index }) => index);
