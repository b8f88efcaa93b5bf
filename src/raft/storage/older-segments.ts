import type { OpenSegment } from './open-segment.ts';
import type { LogRecord } from './record.ts';
import type { SegmentHeader } from './segment-format.ts';

/** A segment that is not written to any more. */
export interface OlderSegment {
  readonly name: string;
  readonly sequence: number;
  /** The highest index of an entry that is still in the log and stands in this segment or an earlier one. */
  readonly neededUpTo: number;
  /** Whether a log may begin with the segment that follows it. */
  readonly next: 'may-be-first' | 'may-not';
}

/**
 * The segments before the current one, oldest first, and what each is still needed for: a log loses segments from its front only,
 * each whole, and only when a snapshot covers all that it holds.
 */
export class OlderSegments {
  #segments: OlderSegment[];

  constructor(segments: readonly OlderSegment[] = []) {
    this.#segments = [...segments];
  }

  get list(): readonly OlderSegment[] {
    return this.#segments;
  }

  /** This segment has been followed by one with this header. */
  add({ name, sequence }: OpenSegment, next: Pick<SegmentHeader, 'firstIndex' | 'previousTerm'>): void {
    this.#segments.push({
      name,
      sequence,
      neededUpTo: next.firstIndex - 1,
      next: next.previousTerm === null ? 'may-not' : 'may-be-first',
    });
  }

  /** A record that stands after all of these segments: of what it drops, nothing is needed any more. */
  apply(record: LogRecord): void {
    if (record.kind === 'truncate') this.#needOnlyUpTo(record.from - 1);
    if (record.kind === 'reset') this.#needOnlyUpTo(0);
  }

  /** Takes out those from the front that a snapshot of everything up to and with `index` makes needless. */
  takeCovered(index: number): readonly OlderSegment[] {
    let count = 0;
    for (const [i, { neededUpTo, next }] of this.#segments.entries()) {
      if (neededUpTo > index) break;
      if (next === 'may-be-first') count = i + 1;
    }
    return this.#segments.splice(0, count);
  }

  #needOnlyUpTo(index: number): void {
    this.#segments = this.#segments.map((segment) =>
      segment.neededUpTo > index ? { ...segment, neededUpTo: index } : segment,
    );
  }
}
