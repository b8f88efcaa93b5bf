/** What a person, or a script, wants with a line. */
export type TypedLine =
  | { readonly kind: 'nothing' }
  /** Send this command; show its reply in full, or, for a text to the partner, only what became of it. */
  | { readonly kind: 'send'; readonly line: string; readonly show: 'reply' | 'delivery' }
  | { readonly kind: 'login'; readonly id: string; readonly password: string }
  | { readonly kind: 'partner'; readonly name: string }
  | { readonly kind: 'help' }
  | { readonly kind: 'quit' }
  /** It cannot be done like this: what to do instead, in a line. */
  | { readonly kind: 'explain'; readonly text: string };

/** What the meaning of a line depends on. */
export interface Situation {
  /** To whom plain text goes. */
  readonly partner: string | null;
  /** ID of the own account. */
  readonly login: string | null;
}

/**
 * Reads a typed line: `/` commands, lines of the protocol (`3|wayne|hello`), and plain text to the partner. With a
 * partner, `bye` and `2` are text as well: people say such things.
 */
export function readTypedLine(typed: string, situation: Situation): TypedLine {
  if (typed.trim() === '') return { kind: 'nothing' };
  // `//` begins a text with a slash.
  if (typed.startsWith('//')) return readText(typed.slice(1), situation.partner);
  if (typed.startsWith('/')) return readSlash(typed, situation);
  if (/^[0-5]\|/.test(typed)) return sends(typed);
  if (situation.partner !== null) return readText(typed, situation.partner);
  if (typed.trim() === 'bye') return { kind: 'quit' };
  // Whatever looks like the protocol is for the cluster to judge.
  if (typed === '2' || /^[^\s|]*\|/.test(typed)) return sends(typed);
  return readText(typed, null);
}

function readSlash(typed: string, { login }: Situation): TypedLine {
  const [, verb = '', rest = ''] = /^\/(\S*)\s*(.*)$/s.exec(typed.trimEnd()) ?? [];
  const [, first = '', more = ''] = /^(\S*)\s*(.*)$/s.exec(rest) ?? [];
  switch (verb.toLowerCase()) {
    case 'create':
      if (first === '') return explains('Which name? /create NAME, or /create NAME PASSWORD');
      return sends(more === '' ? `1|${first}` : `1|${first}|${more}`);
    case 'login':
      if (first === '')
        return explains('Which account? /login ID. The ID is the name followed by 123, as in wayne123.');
      return { kind: 'login', id: first, password: more };
    case 'list':
      return sends(rest === '' ? '2' : `2|${rest}`);
    case 'to':
      return first === '' ? explains('To whom? /to NAME') : { kind: 'partner', name: first };
    case 'read':
      return forAccount('4', first === '' ? login : first, 'read');
    case 'delete':
      return forAccount('5', first === '' ? login : first, 'delete');
    case 'help':
      return { kind: 'help' };
    case 'quit':
      return { kind: 'quit' };
    default:
      return explains(`There is no /${verb}. /help shows what there is; // begins a text with a slash.`);
  }
}

function readText(text: string, partner: string | null): TypedLine {
  if (partner === null) return explains('To whom? Say /to NAME first, then just type. /help shows more.');
  return { kind: 'send', line: `3|${partner}|${text}`, show: 'delivery' };
}

function forAccount(number: string, id: string | null, verb: string): TypedLine {
  return id === null
    ? explains(`Log in first: /login ID. Or name the account: /${verb} ID`)
    : sends(`${number}|${id}`);
}

function sends(line: string): TypedLine {
  return { kind: 'send', line, show: 'reply' };
}

function explains(text: string): TypedLine {
  return { kind: 'explain', text };
}
