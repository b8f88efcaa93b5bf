import type { Invariant } from './invariant.ts';
import { BrokenInvariant } from './invariant.ts';

/** What a leader takes for matched, that follower has said in this very term: an answer of an earlier one counts for nothing. */
export const matchAsAccepted: Invariant = {
  name: 'Match As Accepted In This Term',
  stepped(_history, record, core) {
    if (core.role !== 'leader') return;
    for (const { id, matchIndex } of core.peers) {
      const accepted = record.acceptedBy.get(id);
      const said = accepted?.term === core.term ? accepted.matchIndex : 0;
      if (matchIndex > said)
        throw new BrokenInvariant(
          this.name,
          `${record.id}, leader of term ${core.term}, takes ${id} for matched up to ${matchIndex}, which has accepted up to ${said} in this term`,
        );
    }
  },
};
