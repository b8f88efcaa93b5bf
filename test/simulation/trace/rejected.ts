import type { TraceLine } from './trace-file.ts';

/** A trace says that something happened which Raft does not allow. */
export class TraceRejected extends Error {
  override readonly name = 'TraceRejected';
}

export function reject(
  { nid, name, step }: Pick<TraceLine, 'nid' | 'name'> & { step?: number },
  why: string,
): never {
  throw new TraceRejected(`step ${step ?? '?'}, ${name} of ${nid}: ${why}`);
}
