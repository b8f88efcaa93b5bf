import { BatchFormats } from './batch-formats.ts';
import { FIRST_BATCH_FORMAT } from './payloads.ts';
import type { VersionRange } from './peer-network.ts';
import type { Versions } from './version-payload.ts';

/** What this program can read, and what it would raise a cluster to. */
export interface Program {
  /** Versions of written things that it reads, as its greeting announces. It writes the one that is in force. */
  readonly reads: VersionRange;
  /** The newest version of the state machine's rules that it knows; in force together with `reads.highest`. */
  readonly behaviour: number;
  readonly batches: BatchFormats;
}

/** This program. */
export const PROGRAM: Program = {
  reads: { lowest: 1, highest: 1 },
  behaviour: 1,
  batches: new BatchFormats(new Map([[1, FIRST_BATCH_FORMAT]])),
};

/** The cluster writes what this program does not read: it must not guess. */
export class VersionError extends Error {
  override readonly name = 'VersionError';
  readonly code = 'VERSION_NOT_READABLE';
}

/** Throws `VersionError` if the program cannot work in a cluster of these versions. */
export function assertReadable({ reads, behaviour }: Program, inForce: Versions): void {
  if (inForce.writes >= reads.lowest && inForce.writes <= reads.highest && inForce.behaviour <= behaviour)
    return;
  throw new VersionError(
    `The cluster writes version ${inForce.writes} (rules ${inForce.behaviour}); this program reads ${rangeWords(reads)} ` +
      `(rules up to ${behaviour}). Nothing was changed. Start this node with a program that reads version ${inForce.writes}, as the other nodes do.`,
  );
}

/** `version 1`, `versions 1 to 3`. */
export function rangeWords({ lowest, highest }: VersionRange): string {
  return lowest === highest ? `version ${lowest}` : `versions ${lowest} to ${highest}`;
}
