import type { CredentialView } from '../../chat/views.ts';
import type { Connection } from './connection.ts';
import type { PendingRequest } from './pending-request.ts';
import { passwordJobId } from './pipe-output.ts';
import type { PasswordJobId, PipeOutput } from './pipe-output.ts';

/** What a password is being hashed or checked for. */
export interface PasswordQuestion {
  readonly connection: Connection;
  readonly item: PendingRequest;
  /** What it is checked against; null for a new password. */
  readonly credential: CredentialView | null;
}

/** The passwords that the shell is working on. */
export class PasswordJobs {
  readonly #output: PipeOutput;
  readonly #open = new Map<PasswordJobId, PasswordQuestion>();
  #last = 0;

  constructor(output: PipeOutput) {
    this.#output = output;
  }

  hash(connection: Connection, item: PendingRequest, password: string): void {
    const job = this.#begin({ connection, item, credential: null });
    this.#output.hashPassword(job, password);
  }

  check(
    connection: Connection,
    item: PendingRequest,
    password: string,
    hash: string,
    credential: CredentialView,
  ): void {
    const job = this.#begin({ connection, item, credential });
    this.#output.checkPassword(job, password, hash);
  }

  /** Gives what the job was for and forgets it. */
  take(job: PasswordJobId): PasswordQuestion | undefined {
    const question = this.#open.get(job);
    this.#open.delete(job);
    return question;
  }

  #begin(question: PasswordQuestion): PasswordJobId {
    this.#last += 1;
    const job = passwordJobId(this.#last);
    question.item.progress = { kind: 'hashing', job };
    this.#open.set(job, question);
    return job;
  }
}
