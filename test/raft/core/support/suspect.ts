import type { Member } from '../../../../src/raft/core/membership.ts';
import { logOf } from './entries.ts';
import { snapshotOf, voter } from './memberships.ts';
import { n1, n2, n3, type Found } from './server.ts';

/** By which folder the others know a node whose folder is another one now. */
export const FORMER = 'the folder before';

/** Three voters, n1 by this folder. */
export const known = (folderOfN1: string): readonly Member[] => [voter(n1, folderOfN1), voter(n2), voter(n3)];

/** A suspect log: a prefix of it was kept, under a new identity. */
export const SUSPECT: Found = {
  standing: 'recovering',
  snapshot: snapshotOf(0, 0, known(FORMER)),
  log: logOf(1, 1),
  options: { formerFolderIds: [FORMER] },
};
