import type { NodeId } from '../../../../src/raft/core/ids.ts';
import type { Member } from '../../../../src/raft/core/membership.ts';
import { membersPayload } from './memberships.ts';
import { accepted, leader, n1, THREE, type Server } from './server.ts';

/** A leader of term 1 whose noop is committed: it may change the membership. */
export function settledLeader(members: readonly NodeId[] = THREE): Server {
  const { server } = leader({ members });
  server.disk();
  for (const id of members) if (id !== n1) server.receive(id, accepted(server, 1));
  return server;
}

/** Asks it for this membership. */
export const change = (server: Server, members: readonly Member[]) =>
  server.step({ kind: 'change-members', payload: membersPayload(members), clusterTimeMs: 0 });
