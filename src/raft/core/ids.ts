import { RaftInvariantError } from './errors.ts';

export type { NodeId } from '../../ordered-log/ids.ts';

declare const termBrand: unique symbol;
declare const logIndexBrand: unique symbol;
declare const ticketBrand: unique symbol;

/** A term of office (§5.1). 0 before the first election; at most 2^53 - 1, in 8 bytes on the wire and on disk. */
export type Term = number & { readonly [termBrand]: true };
/** A position in the log. The first entry has index 1; 0 stands for "before the first". */
export type LogIndex = number & { readonly [logIndexBrand]: true };
/** Numbers the core's requests to the disk. Strictly increasing; a completion confirms all up to its ticket. */
export type Ticket = number & { readonly [ticketBrand]: true };

const whole = (what: string, n: number): number => {
  if (!Number.isSafeInteger(n) || n < 0)
    throw new RaftInvariantError(`${what} must be a whole number from 0 to 2^53 - 1, not ${n}`);
  return n;
};

export const term = (n: number): Term => whole('a term', n) as Term;
export const logIndex = (n: number): LogIndex => whole('a log index', n) as LogIndex;
export const ticket = (n: number): Ticket => whole('a ticket', n) as Ticket;

export const NO_TERM = term(0);
export const NO_INDEX = logIndex(0);
