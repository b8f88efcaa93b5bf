/** What the product can do against the faults that destroy what was durable. */
export interface Abilities {
  /**
   * A node whose disk was damaged, emptied or replaced is readmitted by the leader and catches up, instead of refusing to start.
   * Switches on: it counts as well again from then on (`NodeHost.isWell`), so that another disk may be hit; and at the
   * end every node, not only the untouched ones, must be a member and equal to the others.
   */
  readonly readmission: boolean;
  /** The log is compacted. Switches on: absences so long that the others have compacted what the absent node misses. */
  readonly snapshots: boolean;
  /** Members can be changed. Faults that change them say `needs: 'membership'`, in faults/kinds.ts. */
  readonly membership: boolean;
}

/** The one place where what has been built is switched on in the simulator. */
export const ABILITIES: Abilities = { readmission: false, snapshots: false, membership: false };
