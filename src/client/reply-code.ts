/** What a client makes of the code of a reply. */
export type Verdict =
  /** This is what became of the command. */
  | 'final'
  /** Certainly not done by this attempt, and worth another one under the same number: `unavailable`, `busy`. */
  | 'not-now'
  /** It may still be carried out: asking again under the same number tells. */
  | 'in-doubt'
  /** The client has moved to another connection: this one is of no more use. */
  | 'replaced'
  /** The cluster has forgotten this client: nothing of it is carried out any more. */
  | 'expired';

/** A code that this version does not know is final: it is a refusal, and sending again would not help. */
export function verdictOf(code: string): Verdict {
  switch (code) {
    case 'unavailable':
    case 'busy':
      return 'not-now';
    case 'unknown':
      return 'in-doubt';
    case 'replaced':
    case 'expired':
      return code;
    default:
      return 'final';
  }
}
