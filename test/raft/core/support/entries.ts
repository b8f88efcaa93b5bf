import type { Entry, Proposal, SealEntry } from '../../../../src/raft/core/entry.ts';
import { logIndex, term } from '../../../../src/raft/core/ids.ts';

/** A stand-in for the codec: the payload is the encoding. */
export const seal: SealEntry = (term, index, proposal) => ({
  ...proposal,
  term,
  index,
  bytes: proposal.payload,
});

export const BYTES_PER_COMMAND = 10;

export const command = (name = 0): Proposal => ({
  kind: 'commands',
  clusterTimeMs: 0,
  payload: new Uint8Array(BYTES_PER_COMMAND).fill(name),
});

export const entryOf = (entryTerm: number, index: number): Entry =>
  seal(term(entryTerm), logIndex(index), command(entryTerm));

/** A log whose entries have these terms, from index 1. */
export const logOf = (...terms: readonly number[]): readonly Entry[] =>
  terms.map((term, at) => entryOf(term, at + 1));
