import type { Invariant } from './invariant.ts';
import { BrokenInvariant } from './invariant.ts';

/** After the disk has nothing more to answer, so long may an answer take. */
const SLACK_TICKS = 3;

/**
 * A later term that is heard of is entered (Figure 2, rules for all servers), and whoever asks for a pre-vote is answered, also
 * if with a refusal: it may be behind and not know it. Requests for votes are the exception: one who hears a leader need not listen.
 */
export const rulesForAllServers: Invariant = {
  name: 'Rules For All Servers',
  stepped(_history, record, core) {
    if (core.term < record.heardTerm)
      throw new BrokenInvariant(
        this.name,
        `${record.id} has heard of term ${record.heardTerm}, and stays in term ${core.term}`,
      );
  },
  says(_history, record, message) {
    const term = record.core?.term ?? message.term;
    if (message.term < term)
      throw new BrokenInvariant(
        this.name,
        `${record.id} is in term ${term}, and says ${message.kind} of term ${message.term}`,
      );
  },
  ticked(_history, record) {
    if (record.issuedAtTick.length > 0) return;
    for (const [asked, atTick] of record.preVotesAsked) {
      if (record.ticks - Math.max(atTick, record.diskBusyUntilTick) > SLACK_TICKS)
        throw new BrokenInvariant(this.name, `${record.id} does not answer the pre-vote of ${asked}`);
    }
  },
};
