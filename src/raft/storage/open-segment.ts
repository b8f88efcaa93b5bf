import type { LogIndex, Term } from '../core/ids.ts';
import { encodeMark, markOffset } from './mark.ts';

/** The segment that records are being appended to. */
export interface OpenSegment {
  readonly name: string;
  readonly sequence: number;
  readonly identity: Uint8Array;
  /** Bytes of the file. */
  readonly capacity: number;
  /** Where the next record goes. */
  readonly position: number;
  /** Counter of the newest mark; 0 before the first. */
  readonly markCounter: number;
  /** Up to here the remains of a torn batch may lie, which was cut when the log was opened. */
  readonly cutTo: number;
}

/** The last batch that a log holds, for its mark. */
export interface LogEnd {
  readonly batch: number;
  readonly index: LogIndex;
  readonly term: Term;
}

/** The next mark of a segment: its bytes, and where they go. */
export function nextMark(
  segment: OpenSegment,
  end: LogEnd,
  state: 'open' | 'sealed',
): { readonly segment: OpenSegment; readonly offset: number; readonly bytes: Uint8Array } {
  const counter = segment.markCounter + 1;
  const { position, cutTo } = segment;
  const { index, term, batch } = end;
  const mark = { index, term, batch, counter, position, cutTo, sealed: state === 'sealed' };
  return {
    segment: { ...segment, markCounter: counter },
    offset: markOffset(counter),
    bytes: encodeMark(segment.identity, mark),
  };
}
