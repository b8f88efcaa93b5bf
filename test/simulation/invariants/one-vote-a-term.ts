import type { Invariant } from './invariant.ts';
import { BrokenInvariant } from './invariant.ts';

/**
 * No node tells two candidates of one term that they have its vote, whatever crashes lie between (§5.2). Its own candidacy is a vote too. One
 * whose disk was destroyed may have forgotten a vote: what it gives then it calls `recovering`, and it counts only if all voters give theirs.
 */
export const oneVoteATerm: Invariant = {
  name: 'One Vote A Term',
  sent(history, record, to, message) {
    const votes =
      message.kind === 'request-vote' || (message.kind === 'request-vote-response' && message.granted);
    if (!votes) return;
    const candidate = message.kind === 'request-vote' ? record.id : to;
    const key = `${record.id}@${message.term}`;
    const known = history.votes.get(key);
    const said = message.kind === 'request-vote' ? record.durableState?.standing : message.standing;
    const mayHaveForgotten = record.destroyed && said === 'recovering';
    if (known !== undefined && known.candidate !== candidate && !mayHaveForgotten) {
      throw new BrokenInvariant(
        this.name,
        `${record.id} gave its vote of term ${message.term} to ${known.candidate} and to ${candidate}`,
      );
    }
    history.votes.set(key, { candidate, standing: said ?? 'recovering' });
  },
};
