import type { Message } from '../../../src/raft/core/messages.ts';
import type { Invariant } from './invariant.ts';
import { BrokenInvariant } from './invariant.ts';

/**
 * Whose log is gone gives no vote, promises none, and asks for none, until the others have taken it in again: it would agree to
 * anything. By what was done to its disk, and not by its own word.
 */
export const emptiedAgreesToNothing: Invariant = {
  name: 'An Emptied Disk Agrees To Nothing',
  sent(_history, record, to, message) {
    if (record.isEmptied && isAboutVotes(message))
      throw new BrokenInvariant(
        this.name,
        `${record.id} has lost its log and was not taken in again, and sends ${to} a ${message.kind} of term ${message.term}`,
      );
  },
};

function isAboutVotes(message: Message): boolean {
  switch (message.kind) {
    case 'request-vote':
    case 'pre-vote':
      return true;
    case 'request-vote-response':
    case 'pre-vote-response':
      return message.granted;
    default:
      return false;
  }
}
