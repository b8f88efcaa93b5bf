import type { TraceLine } from './trace-file.ts';

/** Something that was asked of a disk, under a ticket. */
interface Persist {
  readonly ticket: number;
  readonly keep: number | null;
  readonly terms: readonly number[];
  readonly hardState: { readonly term: number; readonly vote: string | null } | null;
}

/** What a disk holds: the log as its terms, and term and vote. */
export interface OnDisk {
  readonly terms: readonly number[];
  readonly term: number;
  readonly vote: string | null;
}

/** One server of Figure 2, as far as a trace tells of it. */
export class NodeModel {
  readonly nid: string;
  isRunning = false;
  term = 0;
  vote: string | null = null;
  commit = 0;
  role = 'follower';
  /** The log, as the terms of its entries. */
  terms: number[] = [];
  durable = 0;
  /** Who has granted this node its vote in `term`. */
  readonly votes = new Set<string>();
  readonly match = new Map<string, number>();
  /** By candidate and term: whether its log was at least as up-to-date when it asked. */
  readonly askedUpToDate = new Map<string, boolean>();
  /** By leader and term: how far it has been verified that the logs agree. */
  readonly verified = new Map<string, number>();
  /** What it was sure to have on disk when it began, and what has been asked since. */
  #base: OnDisk = { terms: [], term: 0, vote: null };
  #asked: Persist[] = [];
  #confirmed = 0;

  constructor(nid: string) {
    this.nid = nid;
  }

  get lastTerm(): number {
    return this.terms.at(-1) ?? 0;
  }

  termAt(index: number): number | undefined {
    return index === 0 ? 0 : this.terms[index - 1];
  }

  isAtLeastAsUpToDate(logTerm: number, index: number): boolean {
    return logTerm > this.lastTerm || (logTerm === this.lastTerm && index >= this.terms.length);
  }

  begins(line: TraceLine): void {
    this.isRunning = true;
    this.terms = [...(line.terms ?? [])];
    this.#base = { terms: this.terms, term: line.state.term, vote: line.state.vote };
    this.#asked = [];
    this.#confirmed = 0;
    this.entersTerm();
  }

  entersTerm(): void {
    this.votes.clear();
    this.match.clear();
  }

  asks({ ticket = 0, hardState }: TraceLine, change: TraceLine | undefined): void {
    const terms = (change?.entries ?? []).map(({ term }) => term);
    this.#asked.push({ ticket, keep: change?.keep ?? null, terms, hardState: hardState ?? null });
  }

  isDone(ticket: number): void {
    this.#confirmed = Math.max(this.#confirmed, ticket);
  }

  hasAsked(ticket: number): boolean {
    return this.#asked.some((persist) => persist.ticket === ticket);
  }

  /** Whether its present term and vote are on its disk. */
  get isVoteDurable(): boolean {
    const { term, vote } = this.#after(({ ticket }) => ticket <= this.#confirmed);
    return term === this.term && vote === this.vote;
  }

  /** Every entry up to here is on disk and has not been given up since. */
  get durableLength(): number {
    let length = this.#base.terms.length;
    let durable = length;
    for (const { ticket, keep, terms } of this.#asked) {
      if (keep !== null) {
        durable = Math.min(durable, keep);
        length = keep + terms.length;
      }
      if (ticket <= this.#confirmed) durable = length;
    }
    return durable;
  }

  /** What it may find when it starts again: all that was confirmed, and of the rest as much as was asked first. */
  possibleDisks(): readonly OnDisk[] {
    const unconfirmed = this.#asked.filter(({ ticket }) => ticket > this.#confirmed);
    const ends = [this.#confirmed, ...unconfirmed.map(({ ticket }) => ticket)];
    return ends.map((end) => this.#after(({ ticket }) => ticket <= end));
  }

  #after(isDone: (persist: Persist) => boolean): OnDisk {
    let { terms, term, vote } = this.#base;
    for (const persist of this.#asked.filter(isDone)) {
      if (persist.keep !== null) terms = [...terms.slice(0, persist.keep), ...persist.terms];
      if (persist.hardState !== null) ({ term, vote } = persist.hardState);
    }
    return { terms, term, vote };
  }
}
