import type { NodeId } from '../../../src/ordered-log/index.ts';
import type { Invariant } from './invariant.ts';
import { BrokenInvariant } from './invariant.ts';
import type { NodeRecord } from './node-record.ts';
import { majorityOf, votersAt } from './quorum.ts';

/** The read rounds of one leader's term, as its messages tell of them. */
interface Rounds {
  readonly term: number;
  newestSeq: number;
  /** The newest round that each other has confirmed. */
  readonly confirmed: Map<NodeId, number>;
  /** By who asks and its number, the newest round when it asked. */
  readonly asked: Map<string, number>;
}

const roundsOf = new WeakMap<NodeRecord, Rounds>();

/** A leader serves a read once a majority has followed it since the read was asked for: in a round that began later, and in this term (dissertation §6.4). */
export const readByMajority: Invariant = {
  name: 'A Read Is Confirmed By A Majority',
  hears(_history, record, from, message) {
    const rounds = current(record);
    if (rounds === null || message.term !== rounds.term) return;
    const key = message.kind === 'read-index-request' ? `${from}#${message.id}` : null;
    // A question that comes twice was asked when it came first.
    if (key !== null && !rounds.asked.has(key)) rounds.asked.set(key, rounds.newestSeq);
    if (message.kind === 'heartbeat-response' && message.readSeq > (rounds.confirmed.get(from) ?? 0))
      rounds.confirmed.set(from, message.readSeq);
  },
  says(_history, record, message, to) {
    const rounds = current(record);
    if (rounds === null || message.term !== rounds.term) return;
    if (message.kind === 'heartbeat') rounds.newestSeq = Math.max(rounds.newestSeq, message.readSeq);
    if (message.kind !== 'read-index-response' || message.readIndex === null) return;
    const askedAt = rounds.asked.get(`${to}#${message.id}`);
    if (askedAt === undefined) return;
    const { core } = record;
    if (core === null) return;
    const voters = votersAt(core);
    const confirming = voters.filter((id) =>
      id === record.id ? true : (rounds.confirmed.get(id) ?? 0) > askedAt,
    ).length;
    if (confirming < majorityOf(voters.length))
      throw new BrokenInvariant(
        this.name,
        `${record.id}, leader of term ${rounds.term}, serves a read of ${to}, and since it was asked for ${confirming} of ${voters.length} voters have confirmed a round`,
      );
  },
};

function current(record: NodeRecord): Rounds | null {
  const { core } = record;
  if (core === null || core.role !== 'leader') return null;
  const known = roundsOf.get(record);
  if (known?.term === core.term) return known;
  const rounds: Rounds = { term: core.term, newestSeq: 0, confirmed: new Map(), asked: new Map() };
  roundsOf.set(record, rounds);
  return rounds;
}
