import { join } from 'node:path';
import { openGroupLog } from './group-log.ts';
import { startFollower } from './relay-follower.ts';
import { startLeader } from './relay-leader.ts';

/**
 * One of the three processes of the bare relay: lines in, on three disks, lines out. No Raft, no terms, no elections,
 * no checksums, no state, no chat: what is left is what a replicated line server in Node cannot do without, so no such
 * server is faster. Arguments: role, port, folder, and for the leader the ports of its followers.
 */
export function main([role, port, folder, ...followers]: readonly string[]): void {
  const log = openGroupLog(join(folder ?? '.', 'relay.log'));
  if (role === 'leader') startLeader(Number(port), followers.map(Number), log);
  else startFollower(Number(port), log);
  process.on('disconnect', () => process.exit(0));
}
