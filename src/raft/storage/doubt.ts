/**
 * Why a folder cannot vouch for what this node once acknowledged.
 * - `suspect`: the log ends before its mark; the power failed in mid-batch, or the disk lost the end.
 * - `damaged`: something in the middle is damaged or missing, in the log or in the snapshot that it goes on from.
 * - `lost`: the folder belongs to a cluster, and its log is gone.
 * - `foreign`: the folder is another node's.
 */
export type DoubtKind = 'suspect' | 'damaged' | 'lost' | 'foreign';

/** What was found wrong with a folder when it was opened. It has been made usable since; nothing in it was deleted. */
export interface Doubt {
  readonly kind: DoubtKind;
  /** What was wrong, up to where the log is whole, and what was set aside: sentences for an operator. */
  readonly what: string;
  /** Full path. */
  readonly file: string;
  /** Bytes from the beginning of the file. */
  readonly offset: number;
}

export const DOUBT_KINDS: readonly DoubtKind[] = ['suspect', 'damaged', 'lost', 'foreign'];
