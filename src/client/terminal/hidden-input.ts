/** How far a password has been typed. */
export type HiddenInput =
  | { readonly kind: 'typing'; readonly typed: string }
  | { readonly kind: 'done'; readonly typed: string }
  | { readonly kind: 'cancelled' };

export const emptyHiddenInput: HiddenInput = { kind: 'typing', typed: '' };

/** Takes what the keyboard sent in one piece: characters, Enter, Backspace, Ctrl-U; Ctrl-C, Ctrl-D and Escape cancel. Other keys do nothing. */
export function typeHidden(input: HiddenInput, keys: string): HiddenInput {
  if (input.kind !== 'typing') return input;
  if (keys === '\u001b') return { kind: 'cancelled' };
  if (keys.startsWith('\u001b')) return input;
  let typed = Array.from(input.typed);
  for (const key of keys) {
    if (key === '\r' || key === '\n') return { kind: 'done', typed: typed.join('') };
    if (key === '\u0003' || key === '\u0004') return { kind: 'cancelled' };
    if (key === '\u007f' || key === '\b') typed = typed.slice(0, -1);
    else if (key === '\u0015') typed = [];
    else if (key >= ' ') typed.push(key);
  }
  return { kind: 'typing', typed: typed.join('') };
}
