import type { NodeId } from '../../../src/ordered-log/index.ts';
import type { MemberAddresses } from '../../../src/raft/driver/members-payload.ts';

export const addressesOf = (id: NodeId): MemberAddresses => ({
  id,
  peer: `${id}:1`,
  client: `${id}:2`,
  http: `${id}:3`,
});
