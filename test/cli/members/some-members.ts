import type { MemberStatus } from '../../../src/transport/http/node-status.ts';

/** A voter by its number: n1, n2, … */
export function memberOf(number: number): MemberStatus {
  return {
    id: `n${number}`,
    role: 'voter',
    folderId: `0${number}`.repeat(16),
    peer: `127.0.0.1:700${number}`,
    client: `127.0.0.1:666${number}`,
    http: `127.0.0.1:800${number}`,
    promote: false,
    replaces: null,
  };
}
