import { commandView } from '../../chat/commands/command-codec.ts';
import type { ChatCommand } from '../../chat/commands/command.ts';
import type { ConnectionNumber } from '../../chat/ids.ts';
import type { SubmissionId } from '../../ordered-log/ids.ts';
import type { OrderedLog, SubmitAnswer } from '../../ordered-log/ordered-log.ts';
import type { Connection } from './connection.ts';
import type { PendingRequest } from './pending-request.ts';

/** What a command in the log is for, on the side of the service. */
export type Submission =
  | PendingRequest
  | { readonly kind: 'delivered'; readonly connection: Connection }
  | { readonly kind: 'logout'; readonly number: ConnectionNumber; readonly era: number };

const FIRST_CAPACITY = 64;

/**
 * The service's commands that the log has taken and whose outcome is open. Their IDs grow, and most are settled in the order
 * in which they were given: so they stand in a ring, each where its ID says.
 */
export class Submissions {
  readonly #log: OrderedLog;
  /** Its length is a power of two. */
  #ring: (Submission | undefined)[] = [];
  /** No ID below it is open. */
  #oldest = 0;
  /** No ID from here on was given. */
  #next = 0;

  constructor(log: OrderedLog) {
    this.#log = log;
  }

  submit(command: ChatCommand, submission: Submission): SubmitAnswer {
    const answer = this.#log.submit(commandView(command));
    if (answer.kind === 'accepted') this.#add(answer.id, submission);
    return answer;
  }

  /** Takes a command back from the log, if it can be. One in doubt stays open: its outcome may still be told. */
  withdraw(id: SubmissionId): 'withdrawn' | 'in-doubt' {
    const answer = this.#log.withdraw(id);
    if (answer === 'withdrawn') this.settle(id);
    return answer;
  }

  /** The outcome is known: gives the submission and forgets it. */
  settle(id: SubmissionId): Submission | undefined {
    if (id < this.#oldest || id >= this.#next) return undefined;
    const last = this.#ring.length - 1;
    const submission = this.#ring[id & last];
    this.#ring[id & last] = undefined;
    while (this.#oldest < this.#next && this.#ring[this.#oldest & last] === undefined) this.#oldest += 1;
    return submission;
  }

  #add(id: SubmissionId, submission: Submission): void {
    if (this.#oldest === this.#next) this.#oldest = id;
    if (id - this.#oldest >= this.#ring.length) this.#grow(id - this.#oldest + 1);
    this.#ring[id & (this.#ring.length - 1)] = submission;
    this.#next = id + 1;
  }

  #grow(needed: number): void {
    const before = this.#ring;
    let capacity = FIRST_CAPACITY;
    while (capacity < needed) capacity *= 2;
    this.#ring = Array.from<Submission | undefined>({ length: capacity }).fill(undefined);
    for (let id = this.#oldest; id < this.#next; id += 1)
      this.#ring[id & (capacity - 1)] = before[id & (before.length - 1)];
  }
}
