/** What the product can do against the faults that destroy what was durable. */
export interface Abilities {
  /** A node whose disk was damaged, emptied or cut is readmitted by the leader, and catches up. */
  readonly readmission: boolean;
  /** The log is compacted; and what is written has versions. */
  readonly snapshots: boolean;
  /** Members can be changed. */
  readonly membership: boolean;
}

/** The one place where what has been built is switched on in the simulator: faults in faults/kinds.ts say what they need. */
export const ABILITIES: Abilities = { readmission: true, snapshots: true, membership: true };
