import type { Mutant } from '../mutant.ts';
import { chatBugs } from './chat.ts';
import { commitBugs } from './commit.ts';
import { durabilityBugs } from './durability.ts';
import { electionBugs } from './election.ts';
import { foundingBugs } from './founding.ts';
import { logOnDiskBugs } from './log-on-disk.ts';
import { clientBugs, pipeBugs } from './pipe-and-client.ts';
import { preVoteBugs } from './pre-vote.ts';
import { readBugs } from './reads.ts';
import { replicationBugs } from './replication.ts';
import { sessionBugs } from './sessions.ts';
import { transferBugs } from './transfer.ts';

/** All planted bugs, in the order of the table. */
export const MUTANTS: readonly Mutant[] = [
  ...electionBugs,
  ...preVoteBugs,
  ...replicationBugs,
  ...commitBugs,
  ...durabilityBugs,
  ...logOnDiskBugs,
  ...readBugs,
  ...transferBugs,
  ...sessionBugs,
  ...foundingBugs,
  ...chatBugs,
  ...pipeBugs,
  ...clientBugs,
];
