import { encodeCommand } from '../../chat/commands/command-codec.ts';
import type { ChatCommand } from '../../chat/commands/command.ts';
import type { ConnectionNumber } from '../../chat/ids.ts';
import type { SubmissionId } from '../../ordered-log/ids.ts';
import type { OrderedLog, SubmitAnswer } from '../../ordered-log/ordered-log.ts';
import type { Connection } from './connection.ts';
import type { PendingRequest } from './pending-request.ts';

/** What a command in the log is for, on the side of the service. */
export type Submission =
  | { readonly kind: 'request'; readonly connection: Connection; readonly request: PendingRequest }
  | { readonly kind: 'delivered'; readonly connection: Connection }
  | { readonly kind: 'logout'; readonly number: ConnectionNumber; readonly era: number };

/** The service's commands that the log has taken and whose outcome is open. */
export class Submissions {
  readonly #log: OrderedLog;
  readonly #open = new Map<SubmissionId, Submission>();

  constructor(log: OrderedLog) {
    this.#log = log;
  }

  submit(command: ChatCommand, submission: Submission): SubmitAnswer {
    const answer = this.#log.submit(encodeCommand(command));
    if (answer.kind === 'accepted') this.#open.set(answer.id, submission);
    return answer;
  }

  /** Takes a command back from the log, if it can be. One in doubt stays open: its outcome may still be told. */
  withdraw(id: SubmissionId): 'withdrawn' | 'in-doubt' {
    const answer = this.#log.withdraw(id);
    if (answer === 'withdrawn') this.#open.delete(id);
    return answer;
  }

  /** The outcome is known: gives the submission and forgets it. */
  settle(id: SubmissionId): Submission | undefined {
    const submission = this.#open.get(id);
    this.#open.delete(id);
    return submission;
  }
}
