import type { Invariant } from './invariant.ts';
import { BrokenInvariant } from './invariant.ts';

/** No node tells two candidates of one term that they have its vote, whatever crashes lie between (§5.2). Its own candidacy is a vote too. */
export const oneVoteATerm: Invariant = {
  name: 'One Vote A Term',
  sent(history, record, to, message) {
    const votes =
      message.kind === 'request-vote' || (message.kind === 'request-vote-response' && message.granted);
    if (!votes) return;
    const candidate = message.kind === 'request-vote' ? record.id : to;
    const key = `${record.id}@${message.term}`;
    const known = history.votes.get(key);
    if (known !== undefined && known.candidate !== candidate) {
      throw new BrokenInvariant(
        this.name,
        `${record.id} gave its vote of term ${message.term} to ${known.candidate} and to ${candidate}`,
      );
    }
    const said = message.kind === 'request-vote' ? record.durableState?.standing : message.standing;
    history.votes.set(key, { candidate, standing: said ?? 'recovering' });
  },
};
