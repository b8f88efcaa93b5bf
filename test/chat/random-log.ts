import * as fc from 'fast-check';
import type { CommandBody } from '../../src/chat/commands/command.ts';
import { accountIndex, type NodeId } from '../../src/chat/ids.ts';
import type { ChatResult } from '../../src/chat/commands/result.ts';
import {
  acknowledge,
  type Chat,
  collect,
  create,
  delivered,
  hello,
  login,
  logout,
  n1,
  n2,
  remove,
  send,
  type Seat,
} from './harness.ts';

/** One step of a log over a world so small that everything meets everything. */
export type Step =
  { readonly kind: 'restart'; readonly node: NodeId } | ({ readonly kind: 'command' } & Submission);

export interface Submission {
  readonly seat: Seat;
  readonly number: number | null;
  readonly body: CommandBody;
}

/** A step as it is drawn. */
export type RawStep =
  | Step
  /** To be made one that may do something in the state in which it is taken. */
  | ({ readonly kind: 'fitted' } & Submission)
  /** A numbered command of before, from where its client is now. */
  | { readonly kind: 'again'; readonly pick: number };

/** Limits that random logs run into. */
export const TIGHT = {
  mailboxMessages: 5,
  storedMessages: 9,
  accounts: 3,
  clientsPerAccount: 2,
  clientsWithoutAccount: 2,
  outstandingPerClient: 5,
  stateBytes: 1_000_000,
};

const names = ['ann', 'Bob', 'bob', 'ann123', '__proto__'];
const name = fc.constantFrom(...names);
const id = fc.constantFrom(...names).map((it) => `${it}123`);
const seat = fc.record({ node: fc.constantFrom(n1, n2), number: fc.integer({ min: 1, max: 2 }) });
const secret = fc.constantFrom('k1', 'k2', 'k3');
/** How far above the floor that the client has. */
const floor = fc.constantFrom(1, 1, 1, 2, 2, 3);

const proof = fc.oneof(
  fc.constant({ kind: 'none' as const }),
  fc.record({
    kind: fc.constant('checked' as const),
    account: fc.integer({ min: 1, max: 4 }).map(accountIndex),
    credentialVersion: fc.constant(1),
    passwordMatches: fc.boolean(),
  }),
);

const asked: fc.Arbitrary<CommandBody> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.tuple(name, fc.constantFrom(null, null, null, 'hash')).map((it) => create(...it)),
  },
  { weight: 3, arbitrary: fc.tuple(id, proof).map((it) => login(...it)) },
  { weight: 8, arbitrary: fc.tuple(name, fc.constantFrom('x', 'y')).map((it) => send(...it)) },
  { weight: 3, arbitrary: id.map(collect) },
  { weight: 2, arbitrary: id.map(remove) },
);

const numbered: fc.Arbitrary<CommandBody> = fc.oneof(
  { weight: 4, arbitrary: asked },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 20 }).map(acknowledge) },
);

const bookkeeping: fc.Arbitrary<CommandBody> = fc.oneof(
  { weight: 2, arbitrary: fc.constant(logout) },
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 8 }).map(delivered) },
  { weight: 4, arbitrary: fc.tuple(secret, floor).map((it) => hello(...it)) },
);

const command = (
  number: fc.Arbitrary<number | null>,
  body: fc.Arbitrary<CommandBody>,
): fc.Arbitrary<RawStep> =>
  fc.record({
    kind: fc.constantFrom('fitted', 'fitted', 'fitted', 'fitted', 'fitted', 'fitted', 'command'),
    seat,
    number,
    body,
  });

const rawStep: fc.Arbitrary<RawStep> = fc.oneof(
  { weight: 12, arbitrary: command(fc.constant(null), bookkeeping) },
  { weight: 40, arbitrary: command(fc.integer({ min: 1, max: 6 }), numbered) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('again' as const), pick: fc.nat() }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('restart' as const), node: fc.constantFrom(n1, n2) }),
  },
);

export const randomLog = fc.array(rawStep, { maxLength: 150, size: 'max' });

/** Carries out a step; null for one that has no result. */
export function take(chat: Chat, step: Step): ChatResult | null {
  if (step.kind === 'restart') {
    chat.restart(step.node);
    return null;
  }
  return step.number === null ? chat.do(step.seat, step.body) : chat.ask(step.seat, step.number, step.body);
}
