import type { Durability } from './durability.ts';
import type { NodeId, Ticket } from './ids.ts';
import type { Message } from './messages.ts';

/** Above so many, questions and answers about reads are dropped, as a network might: whoever asked asks again. */
const MAX_WITHHELD_WITH_READS = 10_000;

/** A message that waits for the disk. */
interface Withheld {
  readonly ticket: Ticket;
  readonly to: NodeId;
  readonly message: Message;
}

/**
 * The messages that may leave only once the disk has answered (dissertation §3.8). They stay in here, so that no
 * driver can send one too early. All of them speak for the current term: a new term empties the gate.
 */
export class Gate {
  #withheld: Withheld[] = [];

  withhold(ticket: Ticket, to: NodeId, message: Message): void {
    if (isAboutRead(message) && this.#withheld.length >= MAX_WITHHELD_WITH_READS) return;
    const rival = isAboutRead(message)
      ? -1
      : this.#withheld.findIndex(
          (held) => held.ticket === ticket && held.to === to && held.message.kind === message.kind,
        );
    // One answer of a kind is enough for one ticket: a hanging disk must not gather an answer for every heartbeat.
    if (rival === -1) this.#withheld.push({ ticket, to, message });
    else this.#withheld[rival] = { ticket, to, message: theLater(this.#withheld[rival]?.message, message) };
  }

  clear(): void {
    this.#withheld = [];
  }

  /** What may leave now. Of several acceptances only the furthest: it says all that the others say. */
  release(durability: Durability): readonly Withheld[] {
    if (this.#withheld.length === 0) return this.#withheld;
    const released = this.#withheld.filter((held) => durability.isConfirmed(held.ticket));
    if (released.length === 0) return released;
    this.#withheld = this.#withheld.filter((held) => !durability.isConfirmed(held.ticket));
    const accepted = released.reduce<Withheld | null>(furthest, null);
    return released.filter((held) => held.message.kind !== 'append-entries-accepted' || held === accepted);
  }
}

/**
 * Nothing leaves that speaks of a term which is not yet on disk. Beyond that, a vote (also the candidate's own,
 * which its RequestVotes tell of) waits for the vote, and an acceptance for the entries it accepts.
 */
export function ticketBefore(message: Message, durability: Durability): Ticket {
  switch (message.kind) {
    case 'request-vote':
      return durability.voteTicket;
    case 'request-vote-response':
      return message.granted ? durability.voteTicket : durability.termTicket;
    case 'append-entries-accepted': {
      const entries = durability.ticketFor(message.matchIndex);
      return entries > durability.termTicket ? entries : durability.termTicket;
    }
    case 'pre-vote':
    case 'pre-vote-response':
    case 'append-entries':
    case 'append-entries-rejected':
    case 'heartbeat':
    case 'heartbeat-response':
    case 'read-index-request':
    case 'read-index-response':
    case 'timeout-now':
      return durability.termTicket;
    default:
      return message satisfies never;
  }
}

/** Read requests and their answers are told apart by number; of everything else the newest is enough. */
const isAboutRead = ({ kind }: Message): boolean =>
  kind === 'read-index-request' || kind === 'read-index-response';

function theLater(held: Message | undefined, message: Message): Message {
  if (held?.kind !== 'append-entries-accepted' || message.kind !== 'append-entries-accepted') return message;
  return held.matchIndex > message.matchIndex ? held : message;
}

/** Of two acceptances the one that tells more; the later, if they tell the same. */
function furthest(best: Withheld | null, held: Withheld): Withheld | null {
  if (held.message.kind !== 'append-entries-accepted') return best;
  return best === null || theLater(best.message, held.message) === held.message ? held : best;
}
