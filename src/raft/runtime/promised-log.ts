import type { LogListener, OrderedLog, ReadId, SubmissionId } from '../../ordered-log/index.ts';

/** What became of a command that was not answered with a result. */
export class ProposalError extends Error {
  override readonly name = 'ProposalError';
  /** `NOT_DONE`: it was not applied and never will be. `IN_DOUBT`: it may have been, or may still be. */
  readonly code: 'NOT_DONE' | 'IN_DOUBT';
  constructor(code: ProposalError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

const HAS_STOPPED = 'The replica has stopped.';

interface Waiter<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (error: Error) => void;
}

/** The ordered log for people who like promises: one a command, so not for a path where microseconds count. */
export class PromisedLog<Result> implements LogListener<Result> {
  readonly #log: OrderedLog;
  readonly #proposals = new Map<SubmissionId, Waiter<Result>>();
  readonly #reads = new Map<ReadId, Waiter<void>>();
  #ended = false;

  constructor(log: OrderedLog) {
    this.#log = log;
  }

  /** Resolves with the result of applying the command here. Rejects with `ProposalError`. */
  propose(command: Uint8Array): Promise<Result> {
    if (this.#ended) return Promise.reject(new ProposalError('NOT_DONE', HAS_STOPPED));
    const answer = this.#log.submit(command);
    if (answer.kind === 'refused')
      return Promise.reject(new ProposalError('NOT_DONE', `The command was not taken: ${answer.reason}.`));
    return new Promise((resolve, reject) => this.#proposals.set(answer.id, { resolve, reject }));
  }

  /** Resolves when the local state may be read so that the read is linearizable (ReadIndex). Rejects if nobody can promise that now. */
  read(): Promise<void> {
    if (this.#ended) return Promise.reject(new ProposalError('NOT_DONE', HAS_STOPPED));
    const id = this.#log.read();
    return new Promise((resolve, reject) => this.#reads.set(id, { resolve, reject }));
  }

  /** The replica has stopped, and nothing will be applied here any more: what was not answered is told so, and so is what comes later. */
  end(): void {
    this.#ended = true;
    for (const [id, waiter] of this.#proposals) {
      const withdrawn = this.#log.withdraw(id) === 'withdrawn';
      waiter.reject(
        new ProposalError(
          withdrawn ? 'NOT_DONE' : 'IN_DOUBT',
          'The replica stopped before the command was applied here.',
        ),
      );
    }
    for (const waiter of this.#reads.values()) waiter.reject(new ProposalError('NOT_DONE', HAS_STOPPED));
    this.#proposals.clear();
    this.#reads.clear();
  }

  applied(id: SubmissionId, _index: number, result: Result): void {
    this.#proposals.get(id)?.resolve(result);
    this.#proposals.delete(id);
  }

  voided(id: SubmissionId): void {
    this.#fail(
      id,
      new ProposalError(
        'NOT_DONE',
        'The others ended this replica before the command was applied: it never will be.',
      ),
    );
  }

  lost(id: SubmissionId): void {
    this.#fail(
      id,
      new ProposalError('IN_DOUBT', 'This replica jumped ahead and did not see what became of the command.'),
    );
  }

  readSafe(id: ReadId): void {
    this.#reads.get(id)?.resolve();
    this.#reads.delete(id);
  }

  readFailed(id: ReadId, reason: string): void {
    this.#reads
      .get(id)
      ?.reject(new ProposalError('NOT_DONE', `The read could not be made safe (${reason}); ask again.`));
    this.#reads.delete(id);
  }

  incarnationBegan(): void {}

  incarnationEnded(): void {}

  caughtUp(): void {}

  leaderChanged(): void {}

  #fail(id: SubmissionId, error: ProposalError): void {
    this.#proposals.get(id)?.reject(error);
    this.#proposals.delete(id);
  }
}
