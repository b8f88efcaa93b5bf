/**
 * What must not reach another person's terminal as it is: control characters (C0, DEL, C1: escape sequences, tabs),
 * bidirectional controls, line and paragraph separators, and invisible characters. The two joiners U+200C and U+200D stay:
 * Persian, several Indian scripts and many emoji are written with them, and they can neither move nor hide other text.
 */
const UNPRINTABLE =
  /[\p{Cc}\u{ad}\u{61c}\u{180e}\u{200b}\u{200e}\u{200f}\u{2028}-\u{202e}\u{2060}-\u{206f}\u{feff}\u{fff9}-\u{fffb}\u{1d173}-\u{1d17a}\u{e0000}-\u{e007f}]/gu;

/** Most texts are this, and this is quickly seen. */
const PLAIN = /^[\x20-\x7e]*$/;

const ECHO_CHARACTERS = 64;

const escaped = (character: string): string => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;

/** The text with every character that could act on a terminal written out, as `\u{1b}`. No newline is left in it. */
export const visibleText = (text: string): string =>
  PLAIN.test(text) ? text : text.replace(UNPRINTABLE, escaped);

/** A piece of somebody's input as it is quoted in an error: visible, and cut to a length that a person reads. */
export const echo = (text: string): string => {
  if (text.length <= ECHO_CHARACTERS) return visibleText(text);
  const characters = Array.from(text.slice(0, 2 * ECHO_CHARACTERS));
  return `${visibleText(characters.slice(0, ECHO_CHARACTERS).join(''))}…`;
};
