/** What a command line of protocol part 1 means to a client that carries it. */

/** Why a line cannot be sent as a command, in a sentence for the user; undefined if it can. */
export function refuseLine(line: string, maxBytes: number): string | undefined {
  if (/[\r\n]/.test(line)) return 'A command is one line: leave out the line breaks.';
  if (line.trim() === '') return 'There is nothing to send: the line is empty.';
  if (line.startsWith('#')) return 'Leave out the tag (#…|): the client numbers the commands itself.';
  if (/^hello(?:\||$)/.test(line)) return 'The client says hello itself.';
  if (/^6(?:\||$)/.test(line)) return 'The client acknowledges messages itself.';
  const bytes = new TextEncoder().encode(line).length;
  if (bytes > maxBytes) return `The line is too long: ${bytes} bytes, and ${maxBytes} are allowed.`;
  return undefined;
}

/** The account whose login a successful reply to this line means: its ID. `none` if the line is no login. */
export type LoginMeaning =
  | { readonly kind: 'login'; readonly id: string }
  /** `bye`: the connection ends. The login is the client's, and is there when it comes back. */
  | { readonly kind: 'part' }
  /** `5|id`: as nobody afterwards, if it was this account. */
  | { readonly kind: 'delete'; readonly id: string }
  | { readonly kind: 'none' };

export function loginMeaning(line: string): LoginMeaning {
  const [verb = '', who = ''] = line.split('|');
  switch (verb.trim()) {
    case '1':
      return { kind: 'login', id: `${who.trim()}123` };
    case '0':
      return { kind: 'login', id: who.trim() };
    case '5':
      return { kind: 'delete', id: who.trim() };
    case 'bye':
      return { kind: 'part' };
    default:
      return { kind: 'none' };
  }
}

/**
 * Whether a command may change who the client is logged in as, or ends the connection. Such a command is sent alone: if
 * it were refused for now while later ones were carried out, those would have been carried out for the wrong account.
 */
export function changesLogin(line: string): boolean {
  return loginMeaning(line).kind !== 'none';
}

/**
 * Whether the cluster must know first up to where replies have been received: what `4` returned counts as read only
 * then. An account with unread messages is not deleted, and after `bye` there may be no other occasion.
 */
export function needsFloor(line: string): boolean {
  const { kind } = loginMeaning(line);
  return kind === 'delete' || kind === 'part';
}
