import type { Delivered } from './command.ts';
import { changeNothing, type Decision, type Origin } from './decision.ts';

/**
 * The socket has taken the bytes. To a plain connection that is delivery. A client says itself what it has received;
 * only what its connection collected before the client came is delivered in the plain way.
 */
export function decideDelivered(from: Origin, { upTo }: Delivered): Decision {
  const first = from.connection?.inFlight.first;
  if (first === undefined || first.ordinal > upTo) return changeNothing({ kind: 'noted' });
  const by = from.client === undefined ? 'either' : 'collect';
  return { result: { kind: 'noted' }, changes: [{ kind: 'deliver', at: from.at, upTo, by }] };
}
