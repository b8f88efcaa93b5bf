import type { PushedMessage } from '../../../src/client/server-line.ts';
import { BrokenInvariant } from '../invariants/invariant.ts';
import type { ReferenceLog } from './reference-log.ts';

/** What one program was shown. */
interface Shown {
  readonly ids: Set<number>;
  readonly lastOfSender: Map<string, number>;
  /** Of senders that are one program all their lives: the number in the last text, as they count them. */
  readonly lastTextOfSender: Map<string, number>;
}

/**
 * Watches what `hello` clients show: only what was sent, only to whom it was sent; and to a client that stays logged in as
 * one account, each message exactly once and in each sender's order.
 */
export class ShownOracle {
  readonly #reference: ReferenceLog;
  readonly #shown = new Map<string, Shown>();
  /** Texts that later ones of the same sender may overtake. */
  readonly #overtakable = new Set<string>();
  count = 0;

  constructor(reference: ReferenceLog) {
    this.#reference = reference;
  }

  /** It, or one before it, must be sent again: of commands that were sent without waiting for replies, later ones may come first. */
  mayBeOvertaken(text: string): void {
    this.#overtakable.add(text);
  }

  /** `key`: of the client. `strict`: it is logged in as one account all its life. */
  shown(who: string, key: string, { id, from, text }: PushedMessage, strict: 'strict' | 'loose'): void {
    this.count += 1;
    const state = this.#reference.chat?.state;
    const message = state?.messages[id - 1];
    if (message === undefined || message.text !== text || message.from !== from)
      throw new BrokenInvariant(
        'Nothing Is Invented',
        `${who} was shown message ${id} "${text}" from ${from}, and ${message === undefined ? 'there is none' : `that one is "${message.text}" from ${message.from}`}`,
      );
    if (state?.loginsOf(key).has(message.account) !== true)
      throw new BrokenInvariant(
        'To The Right Account',
        `${who} was shown message ${id}, which is for somebody else`,
      );
    const shown = this.#shownTo(who);
    if (shown.ids.has(id))
      throw new BrokenInvariant('Shown Exactly Once', `${who} was shown message ${id} twice`);
    shown.ids.add(id);
    if (strict === 'strict') this.#inOrder(who, shown, id, from, text);
  }

  /** At the end: every message that was taken for the account of this client has been shown. */
  settle(who: string, account: string): void {
    const message = this.#missing(who, account);
    if (message !== undefined)
      throw new BrokenInvariant(
        'Acknowledged Is Shown',
        `${who} was never shown message ${message.id} "${message.text}" from ${message.from}`,
      );
  }

  /** Whether this client has been shown all that was taken for its account. */
  hasAll(who: string, account: string): boolean {
    return this.#missing(who, account) === undefined;
  }

  #missing(who: string, account: string) {
    const shown = this.#shown.get(who)?.ids;
    const { chat } = this.#reference;
    const index = chat?.state.accountCalled(account)?.index;
    if (index === undefined) return undefined;
    return chat?.state.messages.find(({ id, account }) => account === index && shown?.has(id) !== true);
  }

  #shownTo(who: string): Shown {
    const known = this.#shown.get(who);
    if (known !== undefined) return known;
    const made: Shown = { ids: new Set(), lastOfSender: new Map(), lastTextOfSender: new Map() };
    this.#shown.set(who, made);
    return made;
  }

  #inOrder(who: string, shown: Shown, id: number, from: string, text: string): void {
    const last = shown.lastOfSender.get(from) ?? 0;
    if (id < last)
      throw new BrokenInvariant(
        "Each Sender's Order",
        `${who} was shown message ${id} from ${from} after message ${last}`,
      );
    shown.lastOfSender.set(from, id);
    if (!/^c\d+$/.test(from)) return;
    const asked = Number(text.slice(1));
    const lastAsked = shown.lastTextOfSender.get(from) ?? 0;
    if (asked < lastAsked && !this.#overtakable.has(text))
      throw new BrokenInvariant(
        "Each Sender's Order",
        `${who} was shown "${text}" from ${from}, which asked for it before "m${lastAsked}"`,
      );
    shown.lastTextOfSender.set(from, Math.max(asked, lastAsked));
  }
}
