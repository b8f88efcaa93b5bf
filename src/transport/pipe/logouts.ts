import type { ConnectionNumber } from '../../chat/ids.ts';
import type { Submission, Submissions } from './submissions.ts';

/**
 * Tells the cluster that connections have ended, and does not give up: as long as this node lives, nobody else will.
 * With its incarnation everything of it ends, and then there is nothing left to tell.
 */
export class Logouts {
  readonly #submissions: Submissions;
  readonly #again = new Set<ConnectionNumber>();
  #era = 0;

  constructor(submissions: Submissions) {
    this.#submissions = submissions;
  }

  /** Are there any that the log did not take yet? */
  get areWaiting(): boolean {
    return this.#again.size > 0;
  }

  submit(number: ConnectionNumber): void {
    const answer = this.#submissions.submit(
      { connection: number, request: null, body: { kind: 'logout' } },
      { kind: 'logout', number, era: this.#era },
    );
    if (answer.kind === 'refused') this.#again.add(number);
    else this.#again.delete(number);
  }

  tick(): void {
    for (const number of this.#again) this.submit(number);
  }

  failed(submission: Extract<Submission, { kind: 'logout' }>): void {
    if (submission.era === this.#era) this.#again.add(submission.number);
  }

  /** The incarnation has ended, and all its connections with it. */
  incarnationEnded(): void {
    this.#era += 1;
    this.#again.clear();
  }
}
