import type { Invariant } from './invariant.ts';
import { BrokenInvariant } from './invariant.ts';

/** No message leaves a node before what it speaks of is on its disk: the term, the vote, the entries that it accepts (dissertation §3.8). */
export const nothingSaidBeforeDurable: Invariant = {
  name: 'Nothing Said Before Durable',
  sent(_history, record, to, message) {
    const { durableState, durable } = record;
    const durableTerm = durableState?.term ?? 0;
    if (message.term > durableTerm) {
      throw new BrokenInvariant(
        this.name,
        `${record.id} sends ${message.kind} of term ${message.term} to ${to}, but its disk knows of term ${durableTerm}`,
      );
    }
    if (message.kind === 'append-entries-accepted' && message.matchIndex > durable.length) {
      throw new BrokenInvariant(
        this.name,
        `${record.id} accepts entries up to ${message.matchIndex}, but its disk has ${durable.length}`,
      );
    }
    if ('standing' in message && message.standing === 'voting' && durableState?.standing !== 'voting') {
      throw new BrokenInvariant(
        this.name,
        `${record.id} says in ${message.kind} that it vouches for its disk, which knows of no such thing`,
      );
    }
    const votedFor =
      message.kind === 'request-vote'
        ? record.id
        : message.kind === 'request-vote-response' && message.granted
          ? to
          : null;
    if (votedFor !== null && message.term === durableTerm && durableState?.votedFor !== votedFor) {
      throw new BrokenInvariant(
        this.name,
        `${record.id} says that its vote of term ${message.term} is ${votedFor}'s, but its disk knows of ${durableState?.votedFor}`,
      );
    }
  },
};
