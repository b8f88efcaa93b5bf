import type { Mutant } from '../mutant.ts';
import { boundsBugs } from './bounds.ts';
import { chatBugs } from './chat.ts';
import { commitBugs } from './commit.ts';
import { durabilityBugs } from './durability.ts';
import { electionBugs } from './election.ts';
import { foundingBugs } from './founding.ts';
import { hintBugs } from './hint.ts';
import { logOnDiskBugs } from './log-on-disk.ts';
import { membershipBugs } from './membership.ts';
import { clientBugs, pipeBugs } from './pipe-and-client.ts';
import { preVoteBugs } from './pre-vote.ts';
import { readBugs } from './reads.ts';
import { repairBugs } from './repair.ts';
import { replicationBugs } from './replication.ts';
import { sessionBugs } from './sessions.ts';
import { snapshotFileBugs } from './snapshots-on-disk.ts';
import { snapshotBugs } from './snapshots.ts';
import { standingBugs } from './standing.ts';
import { transferBugs } from './transfer.ts';
import { versionBugs } from './versions.ts';

/** All planted bugs, in the order of the table. */
export const MUTANTS: readonly Mutant[] = [
  ...electionBugs,
  ...preVoteBugs,
  ...replicationBugs,
  ...commitBugs,
  ...durabilityBugs,
  ...logOnDiskBugs,
  ...snapshotBugs,
  ...snapshotFileBugs,
  ...membershipBugs,
  ...standingBugs,
  ...repairBugs,
  ...readBugs,
  ...transferBugs,
  ...sessionBugs,
  ...foundingBugs,
  ...versionBugs,
  ...boundsBugs,
  ...hintBugs,
  ...chatBugs,
  ...pipeBugs,
  ...clientBugs,
];
