import type { Entry } from '../../../src/raft/core/entry.ts';

export function sameBytes(a: Entry, b: Entry): boolean {
  return a === b || Buffer.compare(a.bytes, b.bytes) === 0;
}
