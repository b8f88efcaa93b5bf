import type { MessageId } from '../ids.ts';

/** What one line asks for. */
export type Request =
  | { readonly kind: 'create'; readonly name: string; readonly password: string | null }
  | { readonly kind: 'login'; readonly id: string; readonly password: string | null }
  /** `pattern` is null for all names. It is compiled when the list is made: a costly one must not hold up the parser. */
  | { readonly kind: 'list'; readonly pattern: string | null }
  | { readonly kind: 'send'; readonly to: string; readonly text: string }
  | { readonly kind: 'collect'; readonly id: string }
  | { readonly kind: 'delete'; readonly id: string }
  | { readonly kind: 'bye' }
  | { readonly kind: 'hello'; readonly clientId: string; readonly floor: number }
  | { readonly kind: 'acknowledge'; readonly message: MessageId }
  /** `why` is for a person. `asked` tells an attempt at `hello`, whose answer is a notice, from everything else. */
  | { readonly kind: 'invalid'; readonly why: string; readonly asked: 'hello' | 'other' };

/** A line, taken apart. */
export interface ParsedLine {
  readonly tag: string | null;
  /** The line without its tag. */
  readonly command: string;
  readonly request: Request;
}
