import type { Stream } from '../world/dice.ts';

/** Accounts that anybody may log in as, read and delete. */
const WILD_ACCOUNTS = 5;

/** The texts of a run: each is sent once, so that it can be told what became of it. */
export class Texts {
  #count = 0;

  next(): string {
    this.#count += 1;
    return `m${this.#count}`;
  }
}

/** What opens every mailbox that is open to whoever asks: their contents are compared too. */
export const openingLines: readonly string[] = Array.from(
  { length: WILD_ACCOUNTS },
  (_, account) => `4|w${account}123`,
);

export const certainAccount = (client: number): string => `c${client}`;

const wildAccount = (stream: Stream): string => `w${stream.below(WILD_ACCOUNTS)}`;
/** Some of the wild accounts have a password, and some who use it get it wrong. */
const password = (stream: Stream): string =>
  stream.chance(0.6) ? `|${stream.chance(0.9) ? 'right' : 'wrong'}` : '';

/** What the owner of a certain account asks for: to send, to list. */
export function certainLine(stream: Stream, certain: number, texts: Texts): string {
  const luck = stream.next();
  if (luck < 0.8) return `3|${recipient(stream, certain)}|${texts.next()}`;
  if (luck < 0.9) return '2';
  return stream.chance(0.5) ? '2|c.*' : '2|w[0-2]';
}

/** What everybody else asks for: anything. */
export function wildLine(stream: Stream, certain: number, texts: Texts): string {
  const luck = stream.next();
  const account = wildAccount(stream);
  if (luck < 0.2) return `1|${account}${password(stream)}`;
  if (luck < 0.32) return `0|${account}123${password(stream)}`;
  if (luck < 0.6) return `3|${recipient(stream, certain)}|${texts.next()}`;
  if (luck < 0.7) return `4|${account}123`;
  if (luck < 0.82) return `5|${account}123`;
  if (luck < 0.93) return '2';
  return stream.chance(0.5) ? '2|w.*' : '2|nobody';
}

function recipient(stream: Stream, certain: number): string {
  if (stream.chance(0.03)) return 'nobody';
  if (certain > 0 && stream.chance(0.6)) return certainAccount(stream.below(certain));
  return stream.chance(0.5) ? wildAccount(stream) : `${wildAccount(stream)}123`;
}
