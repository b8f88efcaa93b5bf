import type { Message } from '../../chat/commands/result.ts';
import type { Reply } from '../../chat/pipe/reply.ts';
import type { ParsedLine, Request } from '../../chat/pipe/request.ts';
import type { ReadId, SubmissionId } from '../../ordered-log/ids.ts';
import type { Connection } from './connection.ts';
import type { PasswordJobId } from './pipe-output.ts';

/** How far a request has come. */
export type Progress =
  /** Nothing was done for it yet. */
  | { readonly kind: 'waiting' }
  | { readonly kind: 'hashing'; readonly job: PasswordJobId }
  | { readonly kind: 'submitted'; readonly id: SubmissionId }
  /** Its pattern is being compiled, or it is to ask for a safe read again. */
  | { readonly kind: 'preparing' }
  | { readonly kind: 'reading'; readonly read: ReadId }
  /** Its list is being made, from a frozen version of the names. `listing` has written nothing yet. */
  | { readonly kind: 'listing' }
  | { readonly kind: 'streaming' }
  | { readonly kind: 'answered'; readonly reply: Reply }
  /** Its reply was written as it was made. */
  | { readonly kind: 'written' };

const WAITING: Progress = { kind: 'waiting' };

/** One request of a connection, from its line to its reply. */
export class PendingRequest {
  readonly kind = 'request';
  readonly connection: Connection;
  readonly tag: string | null;
  /** The line without its tag. */
  readonly command: string;
  readonly request: Request;
  /** When it is answered, whatever became of it. */
  readonly dueAtMs: number;
  progress: Progress = WAITING;
  /** What a submitted collect took, for its reply to carry: nothing as long as it is not known. Null for all other requests. */
  carries: readonly Message[] | null = null;

  constructor(connection: Connection, line: ParsedLine, dueAtMs: number) {
    this.connection = connection;
    this.tag = line.tag;
    this.command = line.command;
    this.request = line.request;
    this.dueAtMs = dueAtMs;
  }

  get isSettled(): boolean {
    return this.progress.kind === 'answered' || this.progress.kind === 'written';
  }

  /** Settles the request. What comes later for it is ignored. */
  answer(reply: Reply): void {
    if (!this.isSettled) this.progress = { kind: 'answered', reply };
  }
}
