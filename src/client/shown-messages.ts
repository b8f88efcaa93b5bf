/** Far more than a mailbox of usual size leaves unacknowledged; a bound on memory. */
const MAX_REMEMBERED = 20_000;

/** What became of a command that may have changed the login. */
export type LoginOutcome =
  | { readonly kind: 'unchanged' }
  /** The client is now logged in as this account, or, with null, as nobody. */
  | { readonly kind: 'changed'; readonly login: string | null };

/** What `6|id` says: this message and those before it have been shown. */
export interface Acknowledgement {
  readonly id: number;
  /** The messages that need not be known by their IDs any more once it is answered. */
  readonly covers: readonly number[];
}

/**
 * Which pushed messages were shown, and which of them may be acknowledged. Shows each once: one that is pushed again,
 * after a reconnect or a later login, is known by its ID.
 *
 * `6|id` acknowledges what was pushed up to that message *for the current login*. So a message is acknowledged only if
 * it is certain that it was pushed for that login, on this connection: not one that came while a command that changes
 * the login has no answer yet.
 */
export class ShownMessages {
  /** Shown, and not known to be acknowledged. In order of showing. */
  readonly #shown: Set<number>;
  /** Those that may be acknowledged, in the order in which they were pushed. */
  readonly #acknowledgeable = new Set<number>();
  #waitingSinceMs: number | null = null;
  #login: string | null;
  /** What came while the login was uncertain; null when it is certain. */
  #uncertain: number[] | null = null;

  constructor(shown: readonly number[], login: string | null) {
    this.#shown = new Set(shown);
    this.#login = login;
  }

  /** The account, by its ID, that the client is logged in as, as far as it knows. */
  get login(): string | null {
    return this.#login;
  }

  get remembered(): readonly number[] {
    return [...this.#shown];
  }

  /** A message was pushed: whether it is to be shown. */
  pushed(id: number, nowMs: number): 'new' | 'shown-before' {
    const known = this.#shown.has(id);
    this.#shown.add(id);
    this.#forgetOldest();
    if (this.#uncertain === null) this.#mayAcknowledge([id], nowMs);
    else this.#uncertain.push(id);
    return known ? 'shown-before' : 'new';
  }

  /** What is unacknowledged will be pushed again, on the next connection. */
  connectionLost(): void {
    this.#nothingToAcknowledge();
    if (this.#uncertain !== null) this.#uncertain = [];
  }

  /** A command that may change the login is on its way. */
  loginBecomesUncertain(): void {
    this.#uncertain ??= [];
  }

  /**
   * The login is certain again. `unclear`: messages came meanwhile of which nobody can tell for whom; saying hello on a
   * new connection sorts it out, because all that is unacknowledged is pushed again.
   */
  loginSettled(outcome: LoginOutcome, nowMs: number): 'clear' | 'unclear' {
    const meanwhile = this.#uncertain ?? [];
    this.#uncertain = null;
    if (outcome.kind === 'unchanged') {
      this.#mayAcknowledge(meanwhile, nowMs);
      return 'clear';
    }
    const before = this.#login;
    this.#login = outcome.login;
    this.#nothingToAcknowledge();
    if (before !== null) return meanwhile.length === 0 || outcome.login === null ? 'clear' : 'unclear';
    this.#mayAcknowledge(meanwhile, nowMs);
    return 'clear';
  }

  /** The cluster ended the login. What came before was for it, or for an earlier one, and has gone back to the mailbox. */
  loggedOut(): void {
    this.#login = null;
    this.#nothingToAcknowledge();
    if (this.#uncertain !== null) this.#uncertain = [];
  }

  /** How many could be acknowledged now. */
  get unacknowledged(): number {
    return this.#acknowledgeable.size;
  }

  /** Since when the oldest of them waits; null if there are none. */
  get waitingSinceMs(): number | null {
    return this.#waitingSinceMs;
  }

  /** All that can be acknowledged now; null if there is nothing. */
  acknowledgement(): Acknowledgement | null {
    const pushed = [...this.#acknowledgeable];
    const id = pushed.at(-1);
    // A message that came back to the mailbox may be pushed after newer ones; those are acknowledged by a turn of their own.
    return id === undefined ? null : { id, covers: pushed.filter((one) => one <= id) };
  }

  /** The cluster has taken the acknowledgement: it will not push these again. */
  acknowledged({ covers }: Acknowledgement, nowMs: number): void {
    for (const id of covers) this.#shown.delete(id);
    this.#doNotRepeat(covers, nowMs);
  }

  /** The cluster would not have the acknowledgement. It is not repeated; the messages stay known. */
  notAcknowledged({ covers }: Acknowledgement, nowMs: number): void {
    this.#doNotRepeat(covers, nowMs);
  }

  #doNotRepeat(covers: readonly number[], nowMs: number): void {
    for (const id of covers) this.#acknowledgeable.delete(id);
    if (this.#acknowledgeable.size === 0) this.#nothingToAcknowledge();
    else this.#waitingSinceMs = nowMs;
  }

  #nothingToAcknowledge(): void {
    this.#acknowledgeable.clear();
    this.#waitingSinceMs = null;
  }

  #mayAcknowledge(ids: readonly number[], nowMs: number): void {
    if (ids.length === 0) return;
    for (const id of ids) {
      this.#acknowledgeable.delete(id);
      this.#acknowledgeable.add(id);
    }
    this.#waitingSinceMs ??= nowMs;
  }

  #forgetOldest(): void {
    for (const oldest of this.#shown) {
      if (this.#shown.size <= MAX_REMEMBERED) return;
      this.#shown.delete(oldest);
      this.#acknowledgeable.delete(oldest);
    }
  }
}
